"""A sign-in that ends while somebody types: it is begun again in place, and what is on the page stays its writer's."""

import re
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, Route, expect

from hgw.accounts.models import DraftKey, Session, User
from hgw.items.models import Revision
from meetings.models import MeetingGoal
from tests.browser.test_drafts import STORED, become, drafts
from tests.browser.test_saving import SAVED, avoid, opened, saved_as, start, state
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
PASSWORD = "een lang wachtwoord van mij"
SECRET = "Nore durft niets te vragen"


def with_password(*users: User) -> None:
    for user in users:
        user.set_password(PASSWORD)
        user.save()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Locator:
    dialog = page.locator("#sign-in-again")
    expect(dialog).to_be_visible()
    dialog.locator("[name=login]").fill(email)
    dialog.locator("[name=password]").fill(password)
    dialog.get_by_role("button", name="Aanmelden", exact=True).click()
    return dialog


def test_signing_in_again_in_place_saves_what_was_typed(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.press_sequentially("Geen wijten")
    for _letter in "wijten":
        page.keyboard.press("ArrowLeft")
    Session.objects.all().delete()
    page.keyboard.type("ver")
    expect(page.locator("#sign-in-again")).to_be_visible()
    expect(state(page)).to_have_text("Meld je opnieuw aan om te bewaren")
    dialog = sign_in(page, cast.teacher.email, "verkeerd")
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    expect(dialog).to_be_visible()
    sign_in(page, cast.teacher.email)
    expect(dialog).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    expect(field).to_be_focused()
    page.keyboard.type("!")  # the caret is where it was
    saved_as(cast, "Geen ver!wijten")


def test_a_line_goes_on_after_signing_in_again(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    Session.objects.all().delete()
    line.fill(SECRET)
    line.press("Enter")
    sign_in(page, cast.teacher.email)
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(SECRET)
    expect(line).to_have_value("")
    assert MeetingGoal.objects.count() == 1


@pytest.mark.parametrize("where", ["dialog", "another tab"])
def test_another_person_who_signs_in_here_sees_and_sends_nothing(cast: Cast, open_browser: Open, where: str) -> None:
    with_password(cast.teacher, cast.coordinator)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.press("x")
    page.keyboard.press("Backspace")
    page.wait_for_load_state("networkidle")  # by now there is a key for drafts
    Session.objects.all().delete()
    if where == "another tab":
        become(page, cast.coordinator)
    field.fill(SECRET)
    if where == "dialog":
        sign_in(page, cast.coordinator.email)
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))
    expect(page.locator("body")).to_have_attribute("data-user", str(cast.coordinator.pk))
    assert SECRET not in page.content()
    page.goto(start(cast))
    expect(page.locator(f"#id-steptext-{avoid(cast).pk}-text")).to_have_value("")
    page.wait_for_load_state("networkidle")
    assert SECRET not in page.content()
    assert not Revision.objects.filter(content__text=SECRET).exists()
    assert avoid(cast).text == ""


def test_signing_in_in_another_tab_changes_the_token_and_no_text_is_lost(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.press("x")
    page.keyboard.press("Backspace")
    other = page.context.new_page()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    other.goto("/aanmelden/login/")
    other.locator("[name=login]").fill(cast.teacher.email)
    other.locator("[name=password]").fill(PASSWORD)
    other.locator(".sign-in .btn.main").click()
    expect(other.locator("body")).to_have_attribute("data-user", str(cast.teacher.pk))
    field.fill("Met een nieuw bewijs")
    saved_as(cast, "Met een nieuw bewijs")
    expect(state(page)).to_have_text(SAVED)


def test_a_token_that_no_longer_counts_is_fetched_anew(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    old: list[str] = []

    def outdated(route: Route) -> None:
        old.append(route.request.url)
        route.continue_(headers=route.request.headers | {"x-csrftoken": "y" * 32})

    page.route("**/steptext/**", outdated, times=1)
    field.fill("Toch bewaard")
    expect(state(page)).to_have_text(SAVED)
    assert avoid(cast).text == "Toch bewaard"
    assert len(old) == 1


def test_signing_out_asks_first_when_something_is_not_saved(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    line.press_sequentially(SECRET)
    drafts(page, 1)
    page.on("dialog", lambda dialog: dialog.accept())  # leave the page, half a sentence on it
    page.goto("/")
    menu = page.locator("[data-sign-out] button")
    menu.evaluate("button => button.click()")
    asks = page.locator("#sign-out-asks")
    expect(asks).to_be_visible()
    asks.get_by_role("button", name="Blijf").click()
    expect(asks).to_have_count(0)
    assert DraftKey.objects.count() == 1
    menu.evaluate("button => button.click()")
    asks.get_by_role("button", name="Meld af").click()
    expect(page).to_have_url(re.compile("/aanmelden/login/"))
    assert not DraftKey.objects.exists()
    drafts(page, 0)


def test_nothing_of_a_case_is_left_behind_by_who_signs_out(cast: Cast, open_browser: Open) -> None:
    make_item(cast.meeting, "meetinggoal", cast.teacher, text=SECRET, voice="team")
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    expect(page.locator("#list-meetinggoal .typed")).to_have_text(SECRET)
    page.goto("/")
    page.locator("[data-sign-out] button").evaluate("button => button.click()")
    expect(page).to_have_url(re.compile("/aanmelden/login/"))
    assert SECRET not in page.evaluate(STORED)[1]
    for _back in ("to the day", "to the step"):
        page.go_back()
        expect(page.locator("input[type=password]")).to_be_visible()
        assert SECRET not in page.content()
    page.reload()
    assert SECRET not in page.content()


def test_the_draft_of_a_page_that_was_covered_for_another_person_stays(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    line.focus()
    page.wait_for_load_state("networkidle")
    become(page, cast.coordinator)

    def slow(route: Route) -> None:
        time.sleep(2)  # the covered page lives on meanwhile, with all that it had still to do
        route.continue_()

    page.route(re.compile(r"^http://[^/]+/$"), slow, times=1)
    line.press_sequentially(SECRET[:5])
    line.press("Enter")  # sooner than a draft of it is kept
    expect(page).to_have_url(re.compile(r"^http://[^/]+/($|[^b])"))
    drafts(page, 1)
