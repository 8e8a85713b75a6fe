"""Another language says it in more letters: with every text of the interface a third longer, no page breaks.

What holds for longer words holds for those there are: no page scrolls sideways on a phone, or at 200 %.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from tests.browser.pages import urls
from tests.factories import Cast

pytestmark = pytest.mark.browser
WIDTHS = (1440, 1024, 640, 390, 320)  # the narrow ones: a laptop at 200 %, and two phones
PLACES = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{[^}]*\}|<[^>]+>|&\w+;)")  # for what is filled in: stay as they are
ACCENTS = dict(zip("aeiouyAEIOUY", "àéîöüýÀÉÎÖÜÝ", strict=True))


def longer(text: str) -> str:
    """The text with accents, and a vowel more for every three letters."""
    parts, owed = [], 0.0
    for number, part in enumerate(PLACES.split(text)):
        if number % 2:
            parts.append(part)
            continue
        for letter in part:
            owed += 0.33
            accented = ACCENTS.get(letter, letter)
            parts.append(accented)
            if accented != letter and owed >= 1:
                parts.append(accented.lower())
                owed -= 1
    return "".join(parts)


@pytest.fixture
def longer_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the catalogues say comes out longer."""
    found: Any = translation._trans  # type: ignore[attr-defined]  # where the functions of this package look
    for name in ("gettext", "ngettext", "pgettext", "npgettext"):
        original = getattr(found, name)
        monkeypatch.setattr(found, name, lambda *given, original=original: longer(original(*given)))


# The innermost element without which the page would fit.
BEYOND = """() => {
  const wide = () => document.documentElement.scrollWidth > innerWidth;
  if (!wide()) return [];
  let found = document.body;
  for (let inner = found; inner; ) {
    found = inner;
    inner = [...found.children].find((one) => {
      const before = one.style.display;
      one.style.setProperty("display", "none", "important");
      const fits = !wide();
      one.style.display = before;
      return fits;
    });
  }
  return [`${found.tagName}.${found.getAttribute("class")} ${found.textContent.trim().slice(0, 60)}`];
}"""

# Text that is cut off, that spills over what stands beside it, or that leaves the button, tag or drawing it stands in.
BROKEN = """() => {
  const hidden = (one) => one && (getComputedStyle(one).clipPath !== "none" || hidden(one.parentElement));
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.closest(".vh")
    && !hidden(one);
  const words = (one) => `${one.tagName.toLowerCase()}.${one.getAttribute("class")} ${one.textContent.trim().slice(0, 50)}`;
  const broken = [];
  for (const one of document.body.querySelectorAll("*:not(svg *, select *, .document-sheet *)")) {
    const style = getComputedStyle(one), over = style.display === "inline" ? 0 : one.scrollWidth - one.clientWidth;
    const cuts = over > 1 && (/hidden|clip/.test(style.overflowX) || style.textOverflow === "ellipsis");
    const spills = over > 4 && one.matches(".field, label, legend, h1, h2, h3, p, dt, dd, th, td");
    const holds = one.matches("button, .btn, .tag, nav a, summary, .no");
    if (!(cuts || spills || holds) || one.matches("textarea") || !shown(one) || !one.textContent.trim()) continue;
    if (cuts) broken.push(`cut off: ${words(one)}`);
    if (spills) broken.push(`spills: ${words(one)}`);
    if (!holds || style.display === "inline") continue;
    const around = one.getBoundingClientRect(), text = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    while (text.nextNode()) {
      if (!text.currentNode.data.trim() || !shown(text.currentNode.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text.currentNode);
      const out = (box) => box.left < around.left - 1 || box.right > around.right + 1
        || box.top < around.top - 3 || box.bottom > around.bottom + 3;
      if ([...range.getClientRects()].some(out)) broken.push(`leaves: ${words(one)}`);
    }
  }
  for (const text of document.querySelectorAll("svg text")) {
    const around = text.ownerSVGElement.getBoundingClientRect(), box = text.getBoundingClientRect();
    if (box.width && (box.left < around.left - 1 || box.right > around.right + 1)) broken.push(`leaves the drawing: ${words(text)}`);
  }
  return [...new Set(broken)];
}"""


@pytest.mark.usefixtures("longer_words")
@pytest.mark.parametrize(("language", "today"), [("nl", "Vandaag"), ("en", "Today")])
def test_longer_words_break_no_page(filled: Cast, open_browser: Callable[..., Page], language: str, today: str) -> None:
    page = open_browser(filled.coordinator)
    host = page.context.cookies()[0]["domain"]
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": f"http://{host}"}])
    page.goto(reverse("today"))
    expect(page.locator(".topbar nav a").first).to_have_text(longer(today))
    found: dict[str, list[str]] = {}
    for url in urls(filled):
        page.goto(url)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if broken := page.evaluate(BEYOND) + page.evaluate(BROKEN):
                found[f"{url} {width}"] = broken
    assert found == {}, "\n".join(f"{where} {one}" for where, broken in found.items() for one in broken)
