"""What one presses is large enough: for a mouse on a screen, and for a thumb on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.pages import urls
from tests.factories import Cast

pytestmark = pytest.mark.browser

# Each target that is smaller than asked. Not counted: a link in a sentence, a small one with a circle of 24 px free
# around it, and what is hidden until somebody writes.
TOO_SMALL = """(thumb) => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest(".vh, .skip")
    && getComputedStyle(one).clipPath === "none";
  const box = (one) => {
    const boxes = [one, ...one.labels || []].filter(shown).map((part) => part.getBoundingClientRect());
    if (!["checkbox", "radio"].includes(one.type)) boxes.length = 1;
    const [left, top] = [Math.min(...boxes.map((b) => b.left)), Math.min(...boxes.map((b) => b.top))];
    return { left, top, right: Math.max(...boxes.map((b) => b.right)), bottom: Math.max(...boxes.map((b) => b.bottom)) };
  };
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((one) => shown(one) && !one.disabled).map((one) => ({ one, ...box(one) }));
  const inSentence = (one) => one.tagName === "A" && getComputedStyle(one).display === "inline"
    && [...one.parentElement.childNodes].some((node) => node !== one && node.textContent.trim() && !node.matches?.("a, button"));
  const free = ({ one, left, top, right, bottom }) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return targets.every((other) => other.one === one || other.one.contains(one) || one.contains(other.one)
      || Math.hypot(Math.max(other.left - x, x - other.right, 0), Math.max(other.top - y, y - other.bottom, 0)) >= 12);
  };
  const pressed = (one) => one.matches("button, input, select, textarea, summary, .btn, .menu a");
  return targets.filter((target) => {
    const { one, left, top, right, bottom } = target, [wide, high] = [right - left, bottom - top];
    if (thumb && pressed(one) && high < 43.5) return true;
    return (wide < 23.5 || high < 23.5) && !inSentence(one) && !free(target);
  }).map(({ one, left, top, right, bottom }) =>
    `${one.tagName.toLowerCase()}.${one.className} [${one.name || ""}] ${one.textContent.trim().slice(0, 30)} `
    + `${Math.round(right - left)}x${Math.round(bottom - top)} in ${one.parentElement.tagName}.${one.parentElement.className}`);
}"""


def test_every_target_is_large_enough(filled: Cast, open_browser: Callable[..., Page]) -> None:
    page = open_browser(filled.coordinator)
    found: dict[str, Any] = {}
    for url in urls(filled):
        page.goto(url)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            if small := page.evaluate(TOO_SMALL, width < 1000):
                found[f"{url} {width}"] = small
    assert found == {}, "\n".join(f"{where} {one}" for where, small in found.items() for one in sorted(set(small)))
