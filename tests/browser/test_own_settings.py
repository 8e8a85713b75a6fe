"""Who asks the machine for less movement, or for colours of one's own, gets a page that still tells everything."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from meetings import steps
from meetings.models import Meeting
from tests.browser.test_seven_steps import case
from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOVING = """() => {
  const long = (times) => times.split(",").some((time) => parseFloat(time) > .01);
  const moves = (s) => long(s.transitionDuration) || long(s.animationDuration) || s.scrollBehavior === "smooth";
  return [...document.querySelectorAll("*")]
    .filter((one) => ["", "::before", "::after"].some((part) => moves(getComputedStyle(one, part || null))))
    .map((one) => `${one.tagName}.${one.getAttribute("class")}`);
}"""


def step_pages(cast: Cast) -> list[str]:
    return [reverse("meeting_step", args=(cast.meeting.pk, step.slug)) for step in steps.STEPS]


def test_nothing_moves_for_who_wants_rest(filled: Cast, open_browser: Callable[..., Page]) -> None:
    page = open_browser(filled.coordinator)
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for url in [reverse("today"), reverse("my_agreements"), *step_pages(filled)]:
        page.goto(url)
        if moving := page.evaluate(MOVING):
            found[url] = sorted(set(moving))
    assert found == {}
    stilled = page.evaluate("""() => {
      document.body.style.transition = "opacity 1s";
      return getComputedStyle(document.body).transitionDuration;
    }""")
    assert stilled == "0s"


# How something looks, without what forced colours take away: backgrounds that are not of the system's, and shadows.
LOOKS = """(one) => {
  const s = getComputedStyle(one);
  return [s.backgroundColor, s.color, s.borderTopColor, s.borderTopWidth, s.borderBottomColor, s.fill, s.stroke].join("|");
}"""

RING = (
    "() => (({ outlineStyle, outlineColor }) => [outlineStyle, outlineColor])(getComputedStyle(document.activeElement))"
)


def looks(page: Page, selector: str) -> str:
    return str(page.locator(selector).first.evaluate(LOOKS))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_everything_still_differs(cast: Cast, open_browser: Callable[..., Page], scheme: str) -> None:
    """Good and hard, the current step and page, what is chosen, the drawing, and where the focus is."""
    case(cast)
    Meeting.objects.filter(pk=cast.meeting.pk).update(insight_state="partly")
    page = open_browser(cast.coordinator, dark=scheme == "dark")
    page.emulate_media(forced_colors="active", color_scheme="dark" if scheme == "dark" else "light")
    page.goto(reverse("meeting_step", args=(cast.meeting.pk, "inzicht")))
    background = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert looks(page, ".mark.good") != looks(page, ".mark.hard")
    assert page.locator(".mark.good").first.evaluate("m => getComputedStyle(m).backgroundColor") != background
    assert page.locator(".mark.hard").first.evaluate("m => getComputedStyle(m).borderTopColor") != background
    assert looks(page, ".steps [aria-current]") != looks(page, ".steps a:not([aria-current])")
    assert looks(page, "#insight [aria-pressed=true]") != looks(page, "#insight [aria-pressed=false]")
    assert looks(page, "#drawing circle.good") != looks(page, "#drawing polygon.hard")
    assert page.locator("#drawing circle.good").evaluate("c => getComputedStyle(c).fill") != background
    line = page.locator("#drawing .brake").first
    assert line.evaluate("one => getComputedStyle(one).stroke") != background
    for stop in range(4):
        page.keyboard.press("Tab")
        style, colour = page.evaluate(RING)
        assert style != "none", stop
        assert colour != background, stop

    page.goto(reverse("today"))
    assert looks(page, ".topbar nav a[aria-current]") != looks(page, ".topbar nav a:not([aria-current])")
    other = page.locator(".topbar nav a:not([aria-current])").first
    assert other.evaluate("a => getComputedStyle(a).borderBottomColor") == background
