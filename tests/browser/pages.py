"""Every page there is: the addresses of the table of access that answer somebody with a page, and each step."""

from collections.abc import Iterator

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from meetings import steps
from tests.factories import Cast
from tests.test_access import ADDRESSES

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def urls(cast: Cast, role: str = "care_coordinator") -> Iterator[str]:
    """Each address that answers this role with a page, and each step of a meeting."""
    for name, address in ADDRESSES.items():
        if address.expected("get", role, here=True) == 200 and name not in {"case_export", "room_changes"}:
            url = reverse(name.split()[0], kwargs=address.kwargs(cast))
            given = address.data(cast)
            yield url + ("?" + "&".join(f"{key}={value}" for key, value in given.items()) if given else "")
    if ADDRESSES["meeting_step"].expected("get", role, here=True) == 200:
        for step in steps.STEPS:
            yield reverse("meeting_step", args=(cast.meeting.pk, step.slug))


def violations(page: Page) -> str:
    """What axe has against the page as it stands now, in words.

    It comes into a page once, and tells of nothing but what is wrong: reading all that is well took most of the time.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.axe_script)
    result = AxeResults(page.evaluate("options => axe.run(options)", {**RULES, "resultTypes": ["violations"]}))
    return result.generate_report() if result.violations_count else ""
