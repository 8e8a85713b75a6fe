"""The lock over a page: nothing of it can be read, nothing that was typed is lost, and the password opens it in place."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from hgw.accounts.models import DraftKey, Session
from hgw.items.models import Revision
from hgw.items.saving import remove_item
from meetings.models import MeetingGoal
from tests.browser.pages import violations
from tests.browser.test_drafts import drafts
from tests.browser.test_projection import project
from tests.browser.test_saving import SAVED, opened, saved_as, start, state
from tests.browser.test_sign_in_again import PASSWORD, SECRET, with_password
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
# What of a page can be found with the browser's own search, and what a reader of the screen finds.
FOUND = "words => window.find(words, false, false, true)"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


def lock(page: Page) -> None:
    page.get_by_role("button", name="Schermslot").click()
    expect(page.locator("#locked")).to_be_visible()


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.locator("#locked [name=password]").fill(password)
    page.locator("#locked").get_by_role("button", name="Ontgrendelen").click()


def locked_by_now() -> None:
    """The server knows of it."""
    end = time.monotonic() + 5
    while not Session.objects.exclude(locked_at=None).exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def shows_nothing(page: Page, *words: str) -> None:
    seen = page.locator("body").inner_text()
    read = page.locator("body").aria_snapshot()
    for word in words:
        assert word not in seen
        assert word not in read
        assert word not in page.title()
        assert not page.evaluate(FOUND, word)


def test_a_sentence_that_is_not_saved_is_saved_once_after_unlocking(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    make_item(cast.meeting, "meetinggoal", cast.teacher, text=SECRET, voice="team")
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    page.route("**/steptext/**", lambda route: route.abort())  # it does not get through
    field.press_sequentially("Geen wijten")
    for _letter in "wijten":
        page.keyboard.press("ArrowLeft")
    lock(page)
    locked_by_now()
    page.unroute("**/steptext/**")
    shows_nothing(page, SECRET, "Geen wijten", cast.student.first_name)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#locked")).to_be_visible()
    assert violations(page) == ""
    unlock(page, "verkeerd")
    expect(page.locator("#locked").get_by_role("alert")).not_to_be_empty()
    shows_nothing(page, SECRET)
    unlock(page)
    expect(page.locator("#locked")).to_have_count(0)
    expect(page.locator("#list-meetinggoal .typed")).to_have_text(SECRET)
    expect(field).to_be_focused()
    page.keyboard.type("ver")  # the caret is where it was
    expect(state(page)).to_have_text(SAVED)
    saved_as(cast, "Geen verwijten")
    assert Revision.objects.filter(content__text="Geen verwijten").count() == 1


def test_a_line_that_was_entered_behind_the_lock_of_another_tab_is_added_once(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    Session.objects.update(locked_at=timezone.now())
    line = page.locator("#add-meetinggoal [data-line]")
    line.fill(SECRET)
    line.press("Enter")
    expect(page.locator("#locked")).to_be_visible()
    shows_nothing(page, SECRET)
    assert not MeetingGoal.objects.exists()
    unlock(page)
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(SECRET)
    assert MeetingGoal.objects.count() == 1


def test_the_button_that_was_pressed_counts_after_unlocking_though_the_network_went(
    cast: Cast, open_browser: Open
) -> None:
    with_password(cast.teacher)
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    page = open_browser(cast.teacher)
    page.goto(f"/besprekingen/{cast.meeting.pk}/meetinggoal/{goal.pk}/")
    page.locator("[name=text]").fill(SECRET)
    remove_item(goal, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    page.locator("form.full .btn.main").click()
    page.locator("button[name=put_back]").wait_for()
    Session.objects.update(locked_at=timezone.now())
    page.locator("button[name=put_back]").click()
    expect(page.locator("#locked")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('offline'))")
    unlock(page)
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text(SECRET)
    assert MeetingGoal.objects.get(pk=goal.pk).removed_at is None


def test_it_locks_by_itself_and_typing_keeps_it_open(cast: Cast, open_browser: Open, settings: Any) -> None:
    settings.SESSION_LOCKS_AFTER = {"shared": 4, "own": 60}
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    line.focus()
    for _n in range(12):
        page.keyboard.type("x")
        page.wait_for_timeout(500)
    expect(page.locator("#locked")).to_have_count(0)
    expect(page.locator("#locked")).to_be_visible(timeout=10_000)
    shows_nothing(page, "xxxxxxxxxxxx")
    assert not Session.objects.exclude(locked_at=None).exists()
    settings.SESSION_LOCKS_AFTER = {"shared": 900, "own": 3600}
    Session.objects.update(locked_at=timezone.now())
    unlock(page)
    expect(page.locator("#locked")).to_have_count(0)
    expect(line).to_have_value("x" * 12)


def test_a_reload_shows_the_page_of_the_lock_and_other_tabs_are_locked_too(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    other = page.context.new_page()
    other.goto("/leerlingen/")
    lock(page)
    expect(other.locator("#locked")).to_be_visible()
    shows_nothing(other, cast.student.first_name)
    locked_by_now()
    page.reload()
    expect(page).to_have_url(re.compile("/aanmelden/ontgrendelen/"))
    shows_nothing(page, cast.student.first_name)
    assert violations(page) == ""
    page.locator("main [name=password]").fill(PASSWORD)
    page.locator("main [name=password]").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(start(cast)) + "$"))
    other.bring_to_front()
    unlock(other)
    expect(other.locator("#locked")).to_have_count(0)
    expect(other.locator("main")).to_contain_text(cast.student.first_name)


def test_somebody_else_signs_in_and_the_draft_stays_its_writers(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher, cast.coordinator)
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    line.press_sequentially(SECRET)
    drafts(page, 1)
    lock(page)
    locked_by_now()
    page.locator("#locked").get_by_role("link").click()
    expect(page).to_have_url(re.compile("/aanmelden/login/$"))
    page.locator("[name=login]").fill(cast.coordinator.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator(".sign-in .btn.main").click()
    expect(page.locator("body")).to_have_attribute("data-user", str(cast.coordinator.pk))
    page.goto(start(cast))
    page.wait_for_load_state("networkidle")
    assert SECRET not in page.content()
    drafts(page, 1)
    assert DraftKey.objects.filter(user=cast.teacher).count() == 1
    assert not Session.objects.filter(user=cast.teacher).exists()


def test_a_page_that_is_not_left_after_all_saves_asks_and_locks_as_before(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    lock(page)
    locked_by_now()
    link = page.locator("#locked a")
    with page.context.expect_page() as opens:
        link.click(modifiers=["Control"])
    opens.value.close()
    asks = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    page.route("**/aanmelden/login/", lambda route: route.fulfill(status=204))  # the browser stays where it is
    link.click()
    unlock(page)
    expect(page.locator("#locked")).to_have_count(0)
    field.press_sequentially("Geen verwijten")
    assert page.evaluate(asks)
    saved_as(cast, "Geen verwijten")
    lock(page)


def test_a_projection_is_covered_and_goes_on(cast: Cast, open_browser: Open) -> None:
    with_password(cast.coordinator)
    page = open_browser(cast.coordinator)
    project(page, cast)
    lock(page)
    locked_by_now()
    shows_nothing(page, cast.student.first_name)
    unlock(page)
    expect(page.get_by_role("region", name="Projectie")).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Projectie")).to_be_visible()


def test_without_scripts_and_without_a_pointer(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher, javascript=False)
    page.goto("/leerlingen/")
    page.get_by_role("button", name="Schermslot").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/aanmelden/ontgrendelen/"))
    page.locator("main [name=password]").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/leerlingen/$"))
