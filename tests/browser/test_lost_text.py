"""Whatever happens to the connection, the sign-in or a colleague's save: what was typed stays on the page or is saved."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from hgw.accounts.models import Session
from hgw.items import saving
from hgw.items.saving import remove_item, save_item
from meetings.models import Agreement, Meeting, MeetingGoal, StepText
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SENTENCE = "Nore zegt: “ik wil gezien worden” 😀"


def step(cast: Cast, slug: str) -> str:
    return f"/besprekingen/{cast.meeting.pk}/stap/{slug}/"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every save takes a while, as on a busy server."""
    saved = saving._save

    def later(*args: Any) -> Any:
        time.sleep(0.7)
        return saved(*args)

    monkeypatch.setattr(saving, "_save", later)


def edited(page: Page, cast: Cast, goal: MeetingGoal) -> Any:
    """The open form of a goal of the meeting."""
    page.goto(step(cast, "start"))
    page.locator(f"#item-{goal.pk} .dots").click()
    page.locator(f"#menu-{goal.pk} a").first.click()
    return page.locator(f"#id-meetinggoal-{goal.pk}-text")


@pytest.fixture
def goal(cast: Cast) -> MeetingGoal:
    found: MeetingGoal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    return found


@pytest.mark.usefixtures("slow")
def test_a_single_text_takes_what_is_typed_while_it_is_saved(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    row = StepText.objects.get(meeting=cast.meeting, field="avoid")
    field = page.locator(f"#id-steptext-{row.pk}-text")
    field.fill("Geen verwijten")
    page.locator(f"#item-{row.pk} button").click()
    page.keyboard.press("Control+End")
    field.press_sequentially(", ook niet aan thuis")
    expect(page.locator(f"#item-{row.pk} [name=base_version]")).to_have_value("2")
    expect(field).to_have_value("Geen verwijten, ook niet aan thuis")
    expect(page.locator("#save-state")).not_to_contain_text(re.compile(r"\d\d:\d\d"))  # that is not saved yet
    page.locator(f"#item-{row.pk} button").click()
    expect(page.locator(f"#item-{row.pk} [name=base_version]")).to_have_value("3")
    assert StepText.objects.get(pk=row.pk).text == "Geen verwijten, ook niet aan thuis"


@pytest.mark.usefixtures("slow")
def test_the_form_of_an_item_stays_open_when_somebody_types_on_while_it_is_saved(
    cast: Cast, open_browser: Open, goal: MeetingGoal
) -> None:
    page = open_browser(cast.teacher)
    field = edited(page, cast, goal)
    field.fill("Twee")
    page.locator(f"#item-{goal.pk} .btn.main").click()
    page.keyboard.press("Control+End")
    field.press_sequentially(" en nog iets", delay=90)  # until well after the answer
    expect(page.locator(f"#item-{goal.pk} [name=base_version]").first).to_have_value("2")
    expect(field).to_have_value("Twee en nog iets")
    page.locator(f"#item-{goal.pk} .btn.main").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Twee en nog iets")
    assert MeetingGoal.objects.get(pk=goal.pk).text == "Twee en nog iets"


@pytest.mark.usefixtures("slow")
def test_a_refused_line_keeps_what_was_typed_while_it_was_sent(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "overzicht"))
    form = page.locator("#add-observation-strength-opv form")
    form.locator("[data-line]").fill("Mama zegt dat")
    form.locator("[name=source]").select_option("told_by_parent")
    form.locator("[data-line]").press("Enter")
    form.locator("[data-line]").press_sequentially(" hij graag leest")
    expect(form.locator(".errorlist")).to_have_count(1)
    expect(form.locator("[data-line]")).to_have_value("Mama zegt dat hij graag leest")


@pytest.mark.usefixtures("slow")
def test_the_choice_that_stands_there_counts_for_whoever_types_on(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    form = page.locator("#add-meetinggoal form")
    form.locator("[data-line]").fill("Ik wil meespelen")
    form.locator("[name=voice]").select_option("student")
    form.locator("[data-line]").press("Enter")
    form.locator("[data-line]").press_sequentially(" En gehoord worden")
    expect(page.locator("#list-meetinggoal .item:not(.waits)")).to_have_count(1)
    expect(form.locator("[data-line]")).to_have_value(" En gehoord worden")
    form.locator("[data-line]").press("Enter")
    expect(page.locator("#list-meetinggoal .item:not(.waits)")).to_have_count(2)
    assert set(MeetingGoal.objects.values_list("text", "voice")) == {
        ("Ik wil meespelen", "student"), (" En gehoord worden", "student"),
    }  # fmt: skip


@pytest.mark.parametrize("trouble", ["offline", "signed out"])
def test_a_page_form_is_not_sent_to_nobody(cast: Cast, open_browser: Open, trouble: str) -> None:
    page = open_browser(cast.teacher)
    page.goto(f"/besprekingen/{cast.meeting.pk}/agreement/nieuw/")
    page.locator("[name=what]").fill(SENTENCE)
    if trouble == "offline":
        page.context.set_offline(True)
    else:
        Session.objects.all().delete()
    page.locator(".btn.main").click()
    expect(page.locator("#save-state")).not_to_be_empty()
    expect(page.locator("#save-state")).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("[name=what]")).to_have_value(SENTENCE)
    if trouble == "offline":
        page.context.set_offline(False)
        page.locator(".btn.main").click()
        expect(page).to_have_url(re.compile("/stap/afspraken/"))
        assert Agreement.objects.get().what == SENTENCE


@pytest.mark.parametrize("status", [401, 403, 404, 413])
def test_no_error_answer_touches_the_line(cast: Cast, open_browser: Open, status: int) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.route("**/nieuw/", lambda route: route.fulfill(status=status, body="<h1>weg</h1>", content_type="text/html"))
    line = page.locator("#add-meetinggoal [data-line]")
    line.fill(SENTENCE)
    line.press("Enter")
    expect(page.locator("#save-state")).not_to_be_empty()
    expect(line).to_have_value(SENTENCE)
    page.unroute("**/nieuw/")
    line.press("Enter")
    expect(line).to_have_value("")
    assert MeetingGoal.objects.get().text == SENTENCE


@pytest.mark.parametrize("status", [429, 500, 503, 507])
def test_a_line_that_a_busy_server_did_not_take_is_sent_again(cast: Cast, open_browser: Open, status: int) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.route("**/nieuw/", lambda route: route.fulfill(status=status, body="<h1>weg</h1>", content_type="text/html"))
    line = page.locator("#add-meetinggoal [data-line]")
    line.fill(SENTENCE)
    line.press("Enter")
    expect(page.locator("#list-meetinggoal .waits .typed")).to_have_text(SENTENCE)
    expect(line).to_have_value("")
    page.unroute("**/nieuw/")
    expect(page.locator("#list-meetinggoal .item:not(.waits) .typed")).to_have_text(SENTENCE)
    expect(page.locator(".waits")).to_have_count(0)
    assert MeetingGoal.objects.get().text == SENTENCE


def test_keep_mine_keeps_mine(cast: Cast, open_browser: Open, goal: MeetingGoal) -> None:
    for javascript in (True, False):
        page = open_browser(cast.teacher, javascript=javascript)
        mine = f"{SENTENCE} {javascript}"
        if javascript:
            field = edited(page, cast, goal)
        else:
            page.goto(f"/besprekingen/{cast.meeting.pk}/meetinggoal/{goal.pk}/")
            field = page.locator("textarea[name=text]")
        field.fill(mine)
        now = MeetingGoal.objects.get(pk=goal.pk)
        save_item(now, {"text": "Van een collega"}, by=cast.coordinator, base_version=now.version, key=uuid.uuid4())
        page.locator("form.edit .btn.main, form.full .btn.main").click()
        page.locator("button[name=base_version]").click()
        expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text(mine)
        assert MeetingGoal.objects.get(pk=goal.pk).text == mine


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_taken_away_meanwhile_comes_back_with_my_text(
    cast: Cast, open_browser: Open, goal: MeetingGoal, javascript: bool
) -> None:
    page = open_browser(cast.teacher, javascript=javascript)
    if javascript:
        field = edited(page, cast, goal)
    else:
        page.goto(f"/besprekingen/{cast.meeting.pk}/meetinggoal/{goal.pk}/")
        field = page.locator("textarea[name=text]")
    field.fill(SENTENCE)
    remove_item(goal, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    page.locator("form.edit .btn.main, form.full .btn.main").click()
    expect(field).to_have_value(SENTENCE)
    page.locator("button[name=put_back]").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text(SENTENCE)
    found = MeetingGoal.objects.get(pk=goal.pk)
    assert (found.text, found.removed_at) == (SENTENCE, None)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_meeting_that_closes_while_somebody_types_gives_the_text_back(
    cast: Cast, open_browser: Open, javascript: bool
) -> None:
    page = open_browser(cast.coordinator, javascript=javascript)
    page.goto(step(cast, "start"))
    line = page.locator("#add-meetinggoal [data-line]")
    line.fill(SENTENCE)
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    page.locator("#add-meetinggoal button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    expect(page.locator("textarea[name=text]").first).to_have_value(SENTENCE)


def test_without_script_a_form_sent_after_the_sign_in_ended_can_be_copied(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher, javascript=False)
    page.goto(step(cast, "start"))
    page.locator("#add-meetinggoal [data-line]").fill(f"\n {SENTENCE}\n")
    Session.objects.all().delete()
    page.locator("#add-meetinggoal button[type=submit]").click()
    expect(page.locator("textarea").first).to_have_value(f"\n {SENTENCE}\n")


def test_choosing_another_language_asks_before_it_drops_what_is_typed(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.coordinator)
    page.goto(f"/besprekingen/{cast.meeting.pk}/meetinggoal/nieuw/")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("[name=text]").press_sequentially(SENTENCE)
    page.locator("button[name=language]").last.evaluate("button => button.click()")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(page.locator("[name=text]")).to_have_value(SENTENCE)


def test_a_form_with_a_field_called_method_is_asked_about_too(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(f"/besprekingen/{cast.meeting.pk}/inforequest/nieuw/")
    page.locator("[name=question]").press_sequentially("Wie ziet Nore op de speelplaats?")
    expect(page.locator("#save-state")).to_have_text("Nog niet bewaard")
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
