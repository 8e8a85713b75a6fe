"""Somebody who has no pointer: presses keys and types, and looks after every key where the focus is."""

import time
from typing import Any

from playwright.sync_api import Error, Page

# What has the focus, and whether it can be seen. The one before tells how it looks without the focus.
LOOK = """([selector, text]) => {
  const mark = (one) => {
    const looks = [];
    for (let at = one, up = 0; at && up < 3; at = at.parentElement, up++) {
      const s = getComputedStyle(at);
      looks.push(s.outlineStyle === "none" ? "" : s.outlineStyle + s.outlineWidth + s.outlineColor, s.boxShadow);
    }
    return looks.join("|");
  };
  const words = (one) => [one.tagName, one.id, one.className, one.name, one.textContent.trim().slice(0, 30)].filter(Boolean).join(" ");
  const here = document.activeElement, before = window.focusBefore, found = { faults: [], place: "" };
  if (before && before.one !== here && before.one.isConnected && mark(before.one) === before.mark) {
    found.faults.push(`no sign of the focus on ${words(before.one)}`);
  }
  window.focusBefore = null;
  found.lost = !here || here === document.body;
  found.page = performance.timeOrigin;
  if (found.lost) return found;
  window.focusBefore = { one: here, mark: mark(here) };
  found.there = here.matches(selector) && here.textContent.includes(text);
  found.stop = here.tabIndex >= 0;
  found.kind = words(here).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "");
  found.here = words(here);
  const points = [[.5, .5], [.05, .5], [.95, .5], [.5, .1], [.5, .9]];
  const within = (box) => {
    const left = Math.max(box.left, 0), top = Math.max(box.top, 0);
    return [left, top, Math.min(box.right, innerWidth) - left, Math.min(box.bottom, innerHeight) - top];
  };
  const seen = [...here.getClientRects()].map(within).some(([left, above, width, height]) => points.some(([x, y]) => {
    const top = width > 0 && height > 0 && document.elementFromPoint(left + x * width, above + y * height);
    return top && (here.contains(top) || [...here.labels || []].some((label) => label.contains(top)));
  }));
  if (!seen) found.faults.push(`the focus is out of sight on ${words(here)}`);
  return found;
}"""


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = page.keyboard
        self.named: set[str] = set()
        self.on_their_way = 0
        self.tree = page.context.new_cdp_session(page)
        page.on("request", lambda _request: self._count(1))
        page.on("requestfinished", lambda _request: self._count(-1))
        page.on("requestfailed", lambda _request: self._count(-1))

    def _count(self, more: int) -> None:
        self.on_their_way += more

    def look(self, selector: str = "*", text: str = "") -> dict[str, Any]:
        """What has the focus, and whether that is what the selector says. A stop has a name, and its focus can be seen."""
        try:
            found: dict[str, Any] = self.page.evaluate(LOOK, [selector, text])
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            self.settle()  # the next page came while we looked: on a busy machine a click takes longer than the quiet before it
            found = self.page.evaluate(LOOK, [selector, text])
        assert not found["faults"], f"{self.page.url}: {found['faults']}"
        if not found["lost"] and found["stop"] and found["kind"] not in self.named:
            if not self.name():
                self.settle()  # the page was about to change: what had the focus is no longer in it
            assert self.name(), f"{self.page.url}: no name for {found['here']}"
            self.named.add(found["kind"])
        return found

    def name(self) -> str:
        """The accessible name of what has the focus, as the browser tells it to a screen reader."""
        here = self.tree.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
        nodes = self.tree.send("Accessibility.getPartialAXTree", {"objectId": here, "fetchRelatives": False})["nodes"]
        return str(nodes[0].get("name", {}).get("value", "")).strip()

    def go(self, selector: str, text: str = "", *, back: bool = False) -> None:
        """Tab, or Shift+Tab, until the focus is there."""
        lost, found = 0, self.look(selector, text)
        for _stop in range(400):
            if found.get("there"):
                return
            self.keys.press("Shift+Tab" if back else "Tab")
            found = self.look(selector, text)
            lost += found["lost"]
            if lost > 2:
                break
        raise AssertionError(f"{self.page.url}: the keyboard never comes to {selector} {text}")

    def press(self, *keys: str) -> None:
        """Press, wait until what it set going stands on the page, and see that the focus is not lost."""
        for key in keys:
            before = self.page.evaluate("performance.timeOrigin")
            self.keys.press(key)
            self.settle()
            found = self.look()
            assert found["page"] != before or not found["lost"], f"{self.page.url}: the focus is lost after {key}"

    def settle(self) -> None:
        """Wait until nothing is on its way, and nothing followed on what came."""
        quiet_since, begun = time.monotonic(), time.monotonic()
        wait = 0.03
        while time.monotonic() - quiet_since < wait:
            self.page.wait_for_timeout(10)
            if self.on_their_way:
                quiet_since, wait = time.monotonic(), 0.12
            assert time.monotonic() - begun < 20, f"{self.page.url} does not come to rest"
        self.page.wait_for_load_state("load")

    def type(self, text: str) -> None:
        self.keys.type(text)

    def write(self, selector: str, text: str) -> None:
        self.go(selector)
        self.type(text)

    def choose(self, selector: str, value: str) -> None:
        """Walk through a list of choices with the arrows."""
        self.go(selector)
        for key in ["ArrowDown"] * 40 + ["ArrowUp"] * 40:
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.keys.press(key)
        raise AssertionError(f"{self.page.url}: {selector} never becomes {value}")

    def push(self, selector: str, text: str = "", *, key: str = "Enter", back: bool = False) -> None:
        self.go(selector, text, back=back)
        self.press(key)

    def is_at(self, selector: str, text: str = "") -> None:
        found = self.look(selector, text)
        assert found.get("there"), f"{self.page.url}: not {selector} {text} but {found.get('here')}"
