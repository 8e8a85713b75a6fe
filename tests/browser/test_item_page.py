"""The page of one item: what is typed there waits for the connection, outlives the page, and is saved once."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from hgw.accounts.models import Session
from hgw.items.models import Revision
from hgw.items.saving import save_item
from meetings.models import MeetingGoal
from tests.browser.test_drafts import drafts
from tests.browser.test_saving import state
from tests.browser.test_sign_in_again import sign_in, with_password
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.fixture
def goal(cast: Cast) -> MeetingGoal:
    found: MeetingGoal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    return found


def page_of(cast: Cast, goal: MeetingGoal | None = None) -> str:
    return f"/besprekingen/{cast.meeting.pk}/meetinggoal/{goal.pk if goal else 'nieuw'}/"


@pytest.mark.parametrize("is_new", [True, False])
def test_without_a_connection_it_waits_and_goes_on_when_that_is_back(
    cast: Cast, open_browser: Open, goal: MeetingGoal, is_new: bool
) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast, None if is_new else goal))
    page.locator("[name=text]").focus()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("[name=text]").fill("Vanaf maandag samen lezen")
    page.locator(".btn.main").click()
    expect(state(page)).to_have_text("Wacht op verbinding – je tekst staat veilig op dit toestel")
    expect(page.locator("[name=text]")).to_have_value("Vanaf maandag samen lezen")
    drafts(page, 1)
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    expect(page.locator(".item .typed", has_text="Vanaf maandag samen lezen")).to_have_count(1)
    drafts(page, 0)
    assert MeetingGoal.objects.filter(text="Vanaf maandag samen lezen").count() == 1


def test_a_page_that_was_closed_gives_its_text_back(cast: Cast, open_browser: Open, goal: MeetingGoal) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast, goal))
    page.locator("[name=text]").fill("Nog lang niet af")
    drafts(page, 1)
    context = page.context
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(page_of(cast, goal))
    page.get_by_role("button", name="Zet terug in het veld").click()
    expect(page.locator("[name=text]")).to_have_value("Nog lang niet af")
    page.locator(".btn.main").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Nog lang niet af")


def type_on_while_it_is_saved(page: Page, cast: Cast) -> None:
    """Save "Rekenen" as a new goal, and go on with " met blokjes" before the answer comes."""
    page.goto(page_of(cast))
    field = page.locator("[name=text]")
    held: list[Route] = []
    page.route("**/meetinggoal/**", lambda route: held.append(route), times=1)
    field.fill("Rekenen")
    page.locator(".btn.main").click()
    page.wait_for_timeout(100)
    field.press("End")
    field.press_sequentially(" met blokjes")
    held[0].continue_()
    expect(state(page)).to_have_text("Nog niet bewaard")


def test_what_is_typed_on_while_a_new_one_is_saved_changes_that_one(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    type_on_while_it_is_saved(page, cast)
    page.locator(".btn.main").click()
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    goal = MeetingGoal.objects.get()
    assert [row.content["text"] for row in Revision.objects.filter(item=goal.pk).order_by("version")] == [
        "Rekenen",
        "Rekenen met blokjes",
    ]


def test_a_new_one_that_was_saved_unheard_is_not_added_again_after_signing_in(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    page.goto(page_of(cast))
    field = page.locator("[name=text]")
    held: list[Route] = []
    page.route("**/meetinggoal/**", lambda route: held.append(route), times=1)
    field.fill("Rekenen")
    page.locator("form.full .btn.main").click()
    page.wait_for_timeout(100)
    field.press("End")
    field.press_sequentially(" met blokjes")
    held[0].fetch()  # it is done, and nobody hears it
    Session.objects.all().delete()
    held[0].abort()
    expect(sign_in(page, cast.teacher.email)).to_be_hidden()
    expect(state(page)).to_have_text("Nog niet bewaard")
    page.locator("form.full .btn.main").click()
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    assert [row.content["text"] for row in Revision.objects.order_by("version") if row.kind == "meetinggoal"] == [
        "Rekenen",
        "Rekenen met blokjes",
    ]
    assert MeetingGoal.objects.count() == 1


def test_a_colleague_in_the_same_place_is_chosen_between_here_too(
    cast: Cast, open_browser: Open, goal: MeetingGoal
) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast, goal))
    save_item(goal, {"text": "Van een collega"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    page.locator("[name=text]").fill("Van mij")
    page.locator(".btn.main").click()
    panel = page.locator("form.full .stale")
    expect(panel).to_contain_text("Van een collega")
    expect(panel).not_to_contain_text(":")  # a label that asks something ends by itself
    panel.get_by_text("Houd allebei").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Van een collega\nVan mij")


def test_what_is_missing_is_said_beside_its_field(cast: Cast, open_browser: Open, goal: MeetingGoal) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast, goal))
    page.locator("[name=text]").fill("")
    page.locator("form.full").evaluate("form => { form.noValidate = true; }")
    page.locator(".btn.main").click()
    expect(page.locator(".field", has=page.locator("[name=text]")).locator(".save-errors")).to_be_visible()
    page.locator("[name=text]").fill("Toch iets")
    page.locator(".btn.main").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Toch iets")


def test_saved_once_more_while_the_next_page_is_slow_adds_no_second_one(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast))
    held: list[Route] = []
    page.route("**/stap/start/", lambda route: held.append(route))
    page.locator("[name=text]").fill("Rekenen")
    page.evaluate("setTimeout(() => document.querySelector('.btn.main').click(), 1500)")
    page.locator(".btn.main").click()
    page.wait_for_timeout(2500)
    held[-1].continue_()
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    assert [row.act for row in Revision.objects.filter(kind="meetinggoal")] == ["added"]


def test_no_draft_of_half_the_text_stays_when_all_of_it_was_saved(
    cast: Cast, open_browser: Open, goal: MeetingGoal
) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast, goal))
    page.locator("[name=text]").fill("Nog lang niet")
    drafts(page, 1)
    page.locator("[name=text]").fill("Nog lang niet af")
    page.locator(".btn.main").click()  # sooner than a draft is kept of that
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    drafts(page, 0)


def put_back(page: Page, cast: Cast) -> Page:
    """The page of a new item, closed and opened again, with the draft back in its field and saved."""
    context = page.context
    page.close(run_before_unload=False)
    page = context.new_page()
    page.goto(page_of(cast))
    page.get_by_role("button", name="Zet terug in het veld").click()
    page.locator(".btn.main").click()
    expect(page).to_have_url(re.compile(r"/stap/start/#item-"))
    return page


def test_a_new_one_that_was_saved_unheard_is_not_added_again_from_its_draft(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(page_of(cast))

    def lose(route: Route) -> None:
        route.fetch()  # it is done
        route.abort()  # and nobody hears it

    page.locator("[name=text]").fill("Rekenen")
    drafts(page, 1)
    page.route("**/meetinggoal/nieuw/", lose)
    page.locator(".btn.main").click()
    expect(state(page)).to_contain_text("Wacht op verbinding")
    put_back(page, cast)
    assert MeetingGoal.objects.count() == 1


def test_the_draft_of_what_was_typed_on_changes_the_one_that_was_added(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    type_on_while_it_is_saved(page, cast)
    page.wait_for_timeout(1500)  # a draft of all of it
    drafts(page, 1)
    put_back(page, cast)
    assert [goal.text for goal in MeetingGoal.objects.all()] == ["Rekenen met blokjes"]
