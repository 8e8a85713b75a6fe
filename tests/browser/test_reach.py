"""Every page for everybody: each address of the table of access, on a wide screen and a phone, in light and dark.

An address that is added to that table is looked at here from the same day.
"""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from meetings import steps
from meetings.models import Agreement
from tests.factories import Cast, make_item
from tests.test_access import ADDRESSES, add_rows

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LOOKS = ((1440, "light"), (1024, "dark"), (390, "light"), (390, "dark"))
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def urls(cast: Cast) -> Iterator[str]:
    """Each address that answers a coordinator with a page, and each step of a meeting."""
    for name, address in ADDRESSES.items():
        if address.expected("get", "care_coordinator", here=True) == 200 and name != "case_export":
            url = reverse(name.split()[0], kwargs=address.kwargs(cast))
            given = address.data(cast)
            yield url + ("?" + "&".join(f"{key}={value}" for key, value in given.items()) if given else "")
    for step in steps.STEPS:
        yield reverse("meeting_step", args=(cast.meeting.pk, step.slug))


@pytest.fixture
def filled(cast: Cast) -> Cast:
    add_rows(cast)
    make_item(cast.meeting, "meetinggoal", cast.coordinator, text="x" * 300)  # a word that never ends
    Agreement.objects.filter(meeting=cast.meeting).update(due=cast.meeting.date)
    return cast


def test_no_page_keeps_anybody_out(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator)
    page.set_default_timeout(30_000)
    found: dict[str, str] = {}
    for url in urls(filled):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            result = Axe().run(page, options=RULES)
            if result.violations_count:
                found[f"{url} {width} {scheme}"] = result.generate_report()
    assert found == {}, "\n".join(f"{where}\n{what}" for where, what in found.items())


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


@pytest.mark.parametrize("width", [320, 640])  # a small phone; a laptop at 200 %
def test_no_page_scrolls_sideways(filled: Cast, open_browser: Open, width: int) -> None:
    page = open_browser(filled.coordinator, width=width)
    page.set_default_timeout(30_000)
    found: dict[str, list[str]] = {}
    for url in urls(filled):
        page.goto(url)
        if beyond := page.evaluate(BEYOND):
            found[url] = beyond
    assert found == {}


def test_the_doors_are_open_to_everybody_too(filled: Cast, open_browser: Open) -> None:
    """Sign-in, a lost page, and a page that is not for this person."""
    page = open_browser(filled.teacher)
    found: dict[str, str] = {}
    doors = ["/bestaat-niet/", reverse("meeting_new"), "/aanmelden/password/change/", "/aanmelden/logout/"]
    for url in doors:
        page.goto(url)
        result = Axe().run(page, options=RULES)
        found |= {url: result.generate_report()} if result.violations_count else {}
    page.context.clear_cookies()
    for url in ("/aanmelden/login/", "/aanmelden/password/reset/"):
        page.goto(url)
        result = Axe().run(page, options=RULES)
        found |= {url: result.generate_report()} if result.violations_count else {}
    assert found == {}
