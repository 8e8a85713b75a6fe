"""Signing out somewhere else from where one sits: by the keys, after the password, and without losing what is typed there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import violations
from tests.browser.test_saving import SAVED, opened, saved_as, state
from tests.browser.test_sign_in_again import PASSWORD, sign_in, with_password
from tests.browser.test_targets import TOO_SMALL
from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_typed_in_a_session_that_is_ended_elsewhere_is_saved_after_signing_in_again(
    cast: Cast, open_browser: Callable[..., Page], javascript: bool
) -> None:
    with_password(cast.teacher)
    there = open_browser(cast.teacher)
    field = opened(there, cast)
    field.press_sequentially("Nore durft ")
    expect(state(there)).to_have_text(SAVED)
    here = open_browser(cast.teacher, width=390, dark=True, javascript=javascript, gave_password=False)
    here.goto("/aanmelden/sessies/")
    if javascript:
        assert violations(here) == ""
        assert here.evaluate(TOO_SMALL, True) == []
        assert here.evaluate("document.documentElement.scrollWidth <= innerWidth")
    here.get_by_role("button", name="Daar afmelden").press("Enter")
    here.locator("[name=password]").fill(PASSWORD)
    here.locator("[name=password]").press("Enter")
    expect(here.get_by_text("Je bent nergens anders aangemeld.")).to_be_visible()
    field.press_sequentially("niets te vragen")
    dialog = sign_in(there, cast.teacher.email)
    expect(dialog).to_be_hidden()
    expect(state(there)).to_have_text(SAVED)
    saved_as(cast, "Nore durft niets te vragen")
