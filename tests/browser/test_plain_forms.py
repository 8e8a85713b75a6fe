"""A form that the browser itself sends: nothing keeps a draft of it, so the page asks before it goes, and sends it as its writer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Dialog, Page, expect

from hgw.accounts.models import Session
from tests.browser.test_drafts import become
from tests.browser.test_lock import lock, locked_by_now, unlock
from tests.browser.test_sign_in_again import sign_in, with_password
from tests.factories import Cast, make_role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
TYPED = "Moeder liever niet op het werk bellen"


def typed(page: Page, cast: Cast) -> None:
    """A sentence in the form of a parent, not saved."""
    page.goto(reverse("guardian_edit", args=(cast.student.pk, cast.mother.pk)))
    page.locator("[name=note_restriction]").press_sequentially(TYPED)


def note(cast: Cast) -> str:
    cast.mother.refresh_from_db()
    return str(cast.mother.note_restriction)


def test_the_lock_asks_before_what_has_no_draft_is_left_and_then_for_the_second_step(
    cast: Cast, open_browser: Open, settings: Any
) -> None:
    cache.clear()
    with_password(cast.coordinator)
    page = open_browser(cast.coordinator)
    typed(page, cast)
    lock(page)
    locked_by_now()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#locked a").evaluate("link => link.click()")  # it waits for no page that does not come
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    settings.SECOND_FACTOR = True
    unlock(page)
    dialog = page.locator("#sign-in-again")
    expect(dialog.get_by_role("alert")).to_contain_text("Je rol vraagt een tweede stap.")
    settings.SECOND_FACTOR = False
    sign_in(page, cast.coordinator.email)
    expect(page.locator("#locked")).to_have_count(0)
    expect(page.locator("[name=note_restriction]")).to_have_value(TYPED)


def test_it_is_saved_after_signing_in_again_and_never_as_another(cast: Cast, open_browser: Open) -> None:
    with_password(cast.coordinator)
    page = open_browser(cast.coordinator)
    typed(page, cast)
    save = page.locator("form.full .btn.main")
    Session.objects.all().delete()
    save.click()
    expect(sign_in(page, cast.coordinator.email)).to_be_hidden()
    save.click()
    expect(page).to_have_url(re.compile(f"/leerlingen/{cast.student.pk}/"))
    page.wait_for_url(lambda url: "/ouders/" not in url)
    assert note(cast) == TYPED
    make_role(cast.teacher, cast.school, "care_coordinator")
    typed(page, cast)
    become(page, cast.teacher)
    save.click()
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))
    assert note(cast) == TYPED
