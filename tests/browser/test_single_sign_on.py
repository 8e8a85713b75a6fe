"""Signing in elsewhere in a browser: there and back from the sign-in page, in a small window beside a page, behind a lock."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import Page, expect

from hgw.accounts.models import Session
from tests.browser.test_drafts import become
from tests.browser.test_lock import locked_by_now
from tests.browser.test_saving import SAVED, opened, saved_as, state
from tests.browser.test_second_factor import at_the_door, is_in, is_well
from tests.factories import PASSWORD, Cast
from tests.hgw.fake_provider import FakeProvider, fake_provider
from tests.hgw.going_elsewhere import link

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeProvider]:
    with fake_provider() as running:
        settings.SINGLE_SIGN_ON = running.providers()
        yield running


def test_signing_in_elsewhere_there_and_back(cast: Cast, fake: FakeProvider, open_browser: Open) -> None:
    link(cast.teacher, "wilg")
    page = at_the_door(open_browser)
    is_well(page)
    page.get_by_label("mijn eigen toestel").check()
    page.get_by_role("button", name="Meld aan met Smartschool").click()
    is_in(page, cast.teacher)
    assert Session.objects.get(user=cast.teacher).get_decoded()["device"] == "own"
    page.goto("/aanmelden/koppelingen/")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Ga verder").click()
    is_well(page)
    page.get_by_role("button", name="Koppel Google").click()
    expect(page.get_by_text("Vanaf nu kun je je aanmelden met Google.")).to_be_visible()
    is_well(page)
    assert SocialAccount.objects.filter(user=cast.teacher).count() == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_who_is_not_known_reads_what_to_do(
    cast: Cast, fake: FakeProvider, open_browser: Open, javascript: bool
) -> None:
    page = open_browser(None, javascript=javascript)
    page.goto("/aanmelden/login/")
    page.get_by_role("button", name="Meld aan met Microsoft").click()
    expect(page.get_by_text("Vraag de coördinator van je school")).to_be_visible()
    if javascript:
        page.evaluate("window.refusals = []")
        is_well(page)


def test_a_sign_in_that_ended_goes_on_in_a_small_window(cast: Cast, fake: FakeProvider, open_browser: Open) -> None:
    link(cast.teacher)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.fill("Geen verwijten")
    Session.objects.all().delete()
    field.press_sequentially("!")
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    with page.expect_popup() as opens:
        dialog.get_by_role("button", name="klein venster").click()
    small = opens.value
    page.wait_for_timeout(2000)  # it looks closed from here once it went elsewhere; the page goes on asking
    small.get_by_role("button", name="Meld aan met De Koepel").click()
    expect(dialog).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    expect(field).to_be_focused()
    saved_as(cast, "Geen verwijten!")


def test_a_lock_opens_in_a_small_window(cast: Cast, fake: FakeProvider, open_browser: Open) -> None:
    cast.teacher.set_unusable_password()
    cast.teacher.save()
    link(cast.teacher)
    page = open_browser(None)
    page.goto("/")
    become(page, cast.teacher)
    field = opened(page, cast)
    field.fill("Geen verwijten")
    page.get_by_role("button", name="Schermslot").click()
    locked = page.locator("#locked")
    expect(locked).to_be_visible()
    locked_by_now()
    expect(locked.locator("[name=password]")).to_have_count(0)
    with page.expect_popup() as opens:
        locked.get_by_role("button", name="klein venster").click()
    small = opens.value
    expect(small.get_by_role("heading", name=re.compile("Vergrendeld"))).to_be_visible()
    small.get_by_role("button", name="Meld aan met De Koepel").click()
    expect(locked).to_have_count(0)
    expect(field).to_have_value("Geen verwijten")
    expect(state(page)).to_have_text(SAVED)
