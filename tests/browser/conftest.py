"""A real browser on a real server: Debian's Chromium, signed in as one of the cast."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from hgw.accounts.models import User
from meetings.models import Agreement
from tests.browser.watch import Watch
from tests.factories import Cast, make_item, shown_just_now
from tests.test_access import add_rows

# Debian's Chromium without its window: the same engine, and a third less work for each page.
CHROMIUM = "/usr/bin/chromium-headless-shell"


@pytest.fixture(scope="session")
def everywhere() -> Watch:
    return Watch()


@pytest.fixture(autouse=True)
def watch(everywhere: Watch) -> Iterator[Watch]:
    """Whatever a script of a page stumbles over, and whatever the policy for content holds back, makes the test fail."""
    everywhere.faults.clear()
    everywhere.consoles.clear()
    yield everywhere
    assert everywhere.taken() == []


@pytest.fixture(scope="session")
def chromium(everywhere: Watch) -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # the driver runs a loop in this thread; we only read rows beside it
    )
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        everywhere.listen(browser)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_browser(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`open_browser(user, width=390, javascript=False)` gives a page in which this user is signed in; None is nobody."""
    contexts = []

    def opened(
        user: User | None, *, width: int = 1280, javascript: bool = True, dark: bool = False, gave_password: bool = True
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, locale="nl-BE", java_script_enabled=javascript,
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light",
        )  # fmt: skip
        if user is not None:
            signed_in = Client()
            signed_in.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            if gave_password:
                shown_just_now(signed_in, ago=-60 * 60)  # however long the test takes
            cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """A row of everything that an address is about, with a word that never ends and an agreement that is due."""
    add_rows(cast)
    make_item(cast.meeting, "meetinggoal", cast.coordinator, text="x" * 300)
    Agreement.objects.filter(meeting=cast.meeting).update(due=cast.meeting.date)
    return cast
