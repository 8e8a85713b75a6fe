"""Every page for everybody: each address of the table of access, on a wide screen and a phone, in light and dark.

An address that is added to that table is looked at here from the same day.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.pages import urls, violations
from tests.factories import Cast

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LOOKS = ((1440, "light"), (1024, "dark"), (390, "light"), (390, "dark"))


@pytest.mark.long
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
            if report := violations(page):
                found[f"{url} {width} {scheme}"] = report
    assert found == {}, "\n".join(f"{where}\n{what}" for where, what in found.items())


def test_the_doors_are_open_to_everybody_too(filled: Cast, open_browser: Open) -> None:
    """Sign-in, a lost page, and a page that is not for this person."""
    page = open_browser(filled.teacher)
    found: dict[str, str] = {}
    doors = ["/bestaat-niet/", reverse("meeting_new"), "/aanmelden/password/change/", "/aanmelden/logout/"]
    for url in doors:
        page.goto(url)
        found |= {url: report} if (report := violations(page)) else {}
    page.context.clear_cookies()
    for url in ("/aanmelden/login/", "/aanmelden/password/reset/"):
        page.goto(url)
        found |= {url: report} if (report := violations(page)) else {}
    assert found == {}


def test_what_keeps_somebody_out_is_found(cast: Cast, open_browser: Open) -> None:
    """On every look at a page, also when it changed since the one before."""
    page = open_browser(cast.teacher)
    page.goto("/")
    assert violations(page) == ""
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert "button-name" in violations(page)
    page.reload()
    assert violations(page) == ""
