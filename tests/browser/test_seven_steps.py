"""A meeting from the first goal to the closing, typed in a real browser; and what holds for each of its pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hgw.items.models import Revision
from meetings import steps
from meetings.models import Agreement, Meeting, MeetingGoal, Need, Observation
from tests.factories import Cast, make_item, make_meeting, make_student

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def step(cast: Cast, slug: str) -> str:
    return f"/besprekingen/{cast.meeting.pk}/stap/{slug}/"


def pages(cast: Cast) -> list[str]:
    meeting = f"/besprekingen/{cast.meeting.pk}/"
    return [meeting, f"{meeting}wie-leest-wat/", f"{meeting}plantekst/", *(step(cast, s.slug) for s in steps.STEPS)]


def add(page: Page, key: str, text: str, **more: str) -> None:
    """Type a line at the end of a list, choose what it asks beside it, save it with Enter, wait until it stands there."""
    form = page.locator(f"#add-{key} form")
    line = form.locator("[data-line]")
    line.fill(text)
    for name, value in more.items():
        field = form.locator(f":is(select, input, textarea)[name={name}]")
        if field.first.get_attribute("type") == "checkbox":
            form.locator(f"[name={name}][value='{value}']").check()
        elif field.evaluate("f => f.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    line.press("Enter")
    expect(page.locator(f"#add-{key} [data-line]")).to_have_value("")
    expect(page.locator("main .typed", has_text=text).first).to_be_visible()


def open_form(page: Page, key: str) -> Any:
    """The small form at the end of a list that has no single line."""
    page.locator(f"#add-{key} summary").click()
    return page.locator(f"#add-{key} form")


def forward(page: Page, slug: str) -> None:
    page.locator(".foot .btn.main").click()
    expect(page).to_have_url(re.compile(f"/stap/{slug}/(#missing)?$"))


def case(cast: Cast) -> None:
    """Something in every step, so that every part of every page is there to be looked at."""
    who, meeting = cast.coordinator, cast.meeting
    person = meeting.person(who.name)
    make_item(meeting, "meetinggoal", who, text="Zien wat helpt")
    make_item(meeting, "wish", who, owner="student", text="Meer tijd", how_known="heard_before")
    seen = make_item(
        meeting, "observation", who, valence="strength", domain="ll", text="Vertelt boeiend", source="seen"
    )
    make_item(meeting, "observation", who, valence="difficulty", domain="ols", text="Begint traag", source="seen")
    good = make_item(
        meeting, "factor", who, domain="ll", kind_of_factor="protective", text="Zet door", from_observations=[seen]
    )
    risk = make_item(meeting, "factor", who, domain="ols", kind_of_factor="risk", text="Enkel mondeling")
    make_item(meeting, "factorlink", who, from_factor=good, to_factor=risk, effect="inhibits")
    make_item(meeting, "inforequest", who, question="Helpt een kaart?", method="student_talk", who=person)
    goal = make_item(meeting, "goal", who, then_can="Begint zelf", indicator="binnen twee minuten", horizon="quick")
    need = make_item(
        meeting, "need", who, holder="student", goal=goal, help_sentence="feedback", text="feedback die meteen komt",
        band="min_necessary",
    )  # fmt: skip
    make_item(meeting, "agreement", who, what="Komt langs", need=need, goal=goal, factor=risk, who=[(person, True)])


def test_a_whole_meeting_is_typed_and_closed(cast: Cast, open_browser: Open) -> None:
    """Seven steps with several kinds of items, the red thread, the gates on the way, and the closing."""
    page = open_browser(cast.coordinator)
    page.goto(step(cast, "start"))
    page.locator(".foot .btn.main").click()
    expect(page.locator("#missing")).to_be_in_viewport()  # no goal yet
    page.goto(step(cast, "start"))
    add(page, "meetinggoal", "Weten wat helpt")
    add(page, "wish-student", "Meer tijd", how_known="heard_directly")
    page.locator("#add-wish-parents").get_by_role("button", name="Nog niet gevraagd").click()
    expect(page.locator("#list-wish-parents .item")).to_have_count(1)
    forward(page, "overzicht")

    add(page, "observation-strength-ll", "Vertelt boeiend")
    add(page, "observation-strength-ols", "Werkt met een maatje", source="heard")
    add(page, "observation-strength-opv", "Leest met papa", source="told_by_parent", told_by=str(cast.father.pk))
    add(page, "observation-difficulty-ll", "Begint pas na tien minuten")
    forward(page, "inzicht")

    add(page, "factor-ll", "Denkt hardop", kind_of_factor="protective", how_used="eerst zelf vertellen")
    add(page, "factor-ols", "Uitleg is enkel mondeling", kind_of_factor="risk")
    page.wait_for_load_state("networkidle")
    form = open_form(page, "factorlink")
    form.locator("[name=from_factor]").select_option(label="Denkt hardop")
    form.locator("[name=effect]").select_option("inhibits")
    form.locator("[name=to_factor]").select_option(label="Uitleg is enkel mondeling")
    form.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("#drawing line.brake")).to_have_count(1)
    page.locator("#insight").get_by_role("button", name="Ja").click()
    expect(page.locator("#insight [aria-pressed=true]")).to_have_count(1)
    forward(page, "doelen")

    add(
        page, "goal", "Nore begint binnen twee minuten", indicator="eerste antwoord staat er", target="student",
        horizon="quick",
    )  # fmt: skip
    forward(page, "behoeften")

    page.get_by_role("button", name="feedback die").click()
    page.locator("[popover]:popover-open a").first.click()
    line = page.locator("#add-need-student [data-line]")
    expect(line).to_be_focused()
    line.press_sequentially("na twee minuten komt")
    line.press("Enter")
    expect(page.locator("#for-student .need")).to_have_count(1)
    page.locator("#for-student .band").nth(1).get_by_role("button", name="noodzakelijk").click()
    expect(page.locator("#for-student .must .need")).to_have_count(1)
    page.locator("#nothing-extra button").click()
    expect(page.locator("#nothing-extra [aria-pressed=true]")).to_be_visible()
    page.locator("#for-student .must").get_by_role("link", name="Maak een afspraak").click()
    expect(page.locator("[name=why]")).to_have_value(
        "feedback die na twee minuten komt\nNore begint binnen twee minuten"
    )
    page.locator("[name=what]").fill("Komt na twee minuten langs")
    page.locator("[name=how]").fill("zegt wat lukt")
    page.locator("[name=when_text]").fill("elke les")
    page.locator(f"[name=who][value='{cast.coordinator.name}']").check()
    page.locator("form.full .btn.main").click()
    expect(page.locator(".agreement .by")).to_have_text(cast.coordinator.name)
    page.locator(".agreement .thread summary").click()
    expect(page.locator(".agreement .thread li")).to_have_count(3)

    for audience, to in (("student", "Nore"), ("parents", str(cast.mother)), ("parents", str(cast.father))):
        form = open_form(page, "communication")
        form.locator("[name=audience]").select_option(audience)
        form.locator("[name=to]").fill(to)
        form.locator("[name=by]").select_option(cast.coordinator.name)
        form.get_by_role("button", name="Voeg toe").click()
        expect(page.locator("#list-communication .item", has_text=to)).to_be_visible()
    form = open_form(page, "followup")
    form.locator("[name=date]").fill("2030-01-15")
    form.locator(f"[name=attendees][value='{cast.coordinator.name}']").check()
    form.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("#list-followup .item")).to_have_count(1)
    form = open_form(page, "phasedecision")
    form.locator("[name=guidance_domain]").select_option("learning")
    form.locator("[name=before]").select_option("broad_basic")
    form.locator("[name=after]").select_option("increased")
    form.locator("[name=reason]").fill("meer nodig")
    form.get_by_role("button", name="Voeg toe").click()
    expect(page.locator("#list-phasedecision .item")).to_have_count(1)
    forward(page, "evaluatie")

    rating = page.locator(".ratings li").first
    rating.locator("[name=rating]").select_option("reached")
    rating.get_by_role("button", name="Bewaar").click()
    expect(page.locator("#closing-title")).to_have_text("De bespreking afsluiten?")
    page.get_by_role("button", name="Bespreking afsluiten").click()
    expect(page).to_have_url(re.compile(f"/besprekingen/{cast.meeting.pk}/$"))

    assert Meeting.objects.get(pk=cast.meeting.pk).status == "closed"
    assert Agreement.objects.get().need == Need.objects.get()
    assert Observation.objects.filter(valence="strength").count() == 3


def test_a_line_is_saved_by_enter_and_the_next_one_is_ready(cast: Cast, open_browser: Open) -> None:
    """Keyboard only: no mouse, no jump, and what is typed while the line before is being saved is not lost."""
    page = open_browser(cast.teacher)
    page.goto(step(cast, "overzicht"))
    page.locator("#add-observation-strength-ll [data-line]").focus()
    page.keyboard.type("Eerste")
    top = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    page.keyboard.type("Tweede")
    expect(page.locator("#list-observation-strength-ll .item")).to_have_count(1)
    line = page.locator("#add-observation-strength-ll [data-line]")
    expect(line).to_be_focused()
    expect(line).to_have_value("Tweede")
    assert page.evaluate("scrollY") == top
    page.keyboard.press("Enter")
    expect(page.locator("#list-observation-strength-ll .item")).to_have_count(2)
    page.keyboard.press("Shift+Tab")  # back to the item's menu: everything is within reach of the keyboard
    page.keyboard.press("Enter")
    expect(page.locator("[popover]:popover-open")).to_be_visible()
    page.keyboard.press("Escape")
    texts = list(Observation.objects.order_by("position").values_list("text", flat=True))
    assert texts == ["Eerste", "Tweede"]


def test_the_focus_stays_with_the_item_one_works_on(cast: Cast, open_browser: Open) -> None:
    """Changed, left as it was, moved, taken away and put back with the keyboard: one never starts again at the top."""
    goals = [make_item(cast.meeting, "meetinggoal", cast.teacher, text=text) for text in ("Een", "Twee")]
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    item = page.locator(f"#item-{goals[1].pk}")
    dots = item.locator(".dots")

    def choose(name: str) -> None:
        expect(dots).to_be_focused()
        page.keyboard.press("Enter")
        page.locator(f"#menu-{goals[1].pk}").get_by_text(name, exact=True).focus()
        page.keyboard.press("Enter")

    dots.focus()
    choose("Aanpassen")
    expect(item.locator("[name=text]")).to_be_focused()
    item.get_by_role("link", name="Toch niet").focus()
    page.keyboard.press("Enter")
    choose("Aanpassen")
    item.locator("[name=text]").fill("Drie")
    item.get_by_role("button", name="Bewaar").focus()
    page.keyboard.press("Enter")
    expect(item.locator(".typed")).to_have_text("Drie")
    choose("Omhoog")
    expect(page.locator("#list-meetinggoal .item").first).to_contain_text("Drie")
    choose("Haal weg")
    expect(item.get_by_role("button", name="Zet terug")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dots).to_be_focused()


def test_a_refused_line_keeps_its_text_with_the_message_beside_the_field(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "overzicht"))
    line = page.locator("#add-observation-strength-opv [data-line]")
    line.fill("Leest samen")
    page.locator("#add-observation-strength-opv [name=source]").select_option("told_by_parent")
    line.press("Enter")
    expect(page.locator("#add-observation-strength-opv .errorlist")).to_be_visible()
    expect(line).to_have_value("Leest samen")
    assert not Observation.objects.exists()
    page.locator("#add-observation-strength-opv [name=told_by]").select_option(str(cast.mother.pk))
    line.press("Enter")
    expect(page.locator("#list-observation-strength-opv .item")).to_have_count(1)


def test_a_double_click_on_a_busy_button_saves_once(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.locator("#add-meetinggoal [data-line]").fill("Eén keer")
    page.locator("#add-meetinggoal .line .btn").dblclick()
    expect(page.locator("#list-meetinggoal .item")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert MeetingGoal.objects.count() == 1
    assert page.locator("#list-meetinggoal .item").count() == 1


def test_a_text_that_is_being_typed_is_never_swapped_away(cast: Cast, open_browser: Open) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een")
    make_item(cast.meeting, "meetinggoal", cast.teacher, text="Twee")
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.locator("#add-meetinggoal [data-line]").fill("half getypt")
    page.locator(f"#item-{goal.pk} .dots").click()
    page.locator(f"#menu-{goal.pk}").get_by_role("button", name="Omlaag").click()
    expect(page.locator("#save-state")).not_to_have_text("")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#add-meetinggoal [data-line]")).to_have_value("half getypt")


def test_a_colleague_who_was_first_stands_beside_my_text(cast: Cast, open_browser: Open) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een")
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.locator(f"#item-{goal.pk} .dots").click()
    page.locator(f"#menu-{goal.pk} a").first.click()
    mine = page.locator(f"#item-{goal.pk} textarea[name=text]")
    other = open_browser(cast.coordinator)
    other.goto(f"/besprekingen/{cast.meeting.pk}/meetinggoal/{goal.pk}/")
    other.locator("[name=text]").fill("Van een collega")
    other.locator("form.full .btn.main").click()
    expect(other).to_have_url(re.compile("/stap/start/"))
    mine.fill("Van mij")
    page.locator(f"#item-{goal.pk} .btn.main").click()
    expect(page.locator(f"#stale-{goal.pk}")).to_contain_text("Van een collega")
    expect(mine).to_have_value("Van mij")
    page.locator(f"#stale-{goal.pk}").get_by_role("button", name="Houd de mijne").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Van mij")
    saved = Revision.objects.filter(item=goal.pk).exclude(act="set_aside").order_by("version")
    texts = [r.content["text"] for r in saved]
    assert texts == ["Een", "Van een collega", "Van mij"]


def test_a_lost_session_keeps_the_text_and_signing_in_again_saves_it(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    cookies = page.context.cookies()
    page.context.clear_cookies()
    line = page.locator("#add-meetinggoal [data-line]")
    line.fill("Niet kwijt")
    line.press("Enter")
    expect(page.locator("#save-state")).not_to_have_text("")
    expect(line).to_have_value("Niet kwijt")
    page.context.add_cookies(cookies)  # signed in again in another tab
    line.press("Enter")
    expect(page.locator("#list-meetinggoal .item")).to_have_count(1)
    assert MeetingGoal.objects.get().text == "Niet kwijt"


def test_without_script_everything_can_be_written(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.coordinator, javascript=False)
    page.goto(step(cast, "overzicht"))
    form = page.locator("#add-observation-strength-ll form")
    form.locator("[data-line]").fill("Zonder script")
    form.get_by_role("button", name="Voeg toe").click()
    item = page.locator("#list-observation-strength-ll .item")
    expect(item).to_have_count(1)
    item.locator(".dots").click()
    item.get_by_role("link", name="Aanpassen").click()
    page.locator("[name=text]").fill("Nog steeds zonder")
    page.locator("form.full .btn.main").click()
    expect(item.locator(".typed")).to_have_text("Nog steeds zonder")
    item.locator(".dots").click()
    item.get_by_role("button", name="Haal weg").click()
    expect(item).to_have_count(0)
    page.goto(step(cast, "inzicht"))
    page.locator("#insight").get_by_role("button", name="Deels").click()
    expect(page.locator("#insight [aria-pressed=true]")).to_have_count(1)
    page.locator(".foot .btn.main").click()
    expect(page.locator("#missing")).to_be_visible()


def test_the_readers_of_an_item_are_chosen_in_the_table_with_the_keyboard(cast: Cast, open_browser: Open) -> None:
    item = make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Lacht", source="seen"
    )
    page = open_browser(cast.teacher, width=390)
    page.goto(f"/besprekingen/{cast.meeting.pk}/wie-leest-wat/")
    row = page.locator(f"#item-{item.pk}")
    row.locator("[value=parents]").focus()
    page.keyboard.press("Space")
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(row.locator("[name=base_version]")).to_have_value("2")
    expect(row.get_by_role("button")).to_be_focused()
    assert "parents" in Observation.objects.get(pk=item.pk).visibility


def test_a_group_names_its_students_in_every_step(cast: Cast, open_browser: Open) -> None:
    others = [make_student(cast.school, cast.class_group, first_name=name) for name in ("Aya", "Mats")]
    meeting = make_meeting([cast.student, *others], by=cast.coordinator)
    page = open_browser(cast.coordinator)
    for slug in ("start", "overzicht", "inzicht", "doelen"):
        page.goto(f"/besprekingen/{meeting.pk}/stap/{slug}/")
        for name in ("Nore", "Aya", "Mats"):
            expect(page.locator("main :is(h2, h3)", has_text=name).first).to_be_visible()
    key = f"observation-strength-ll-{others[0].pk}"
    page.goto(f"/besprekingen/{meeting.pk}/stap/overzicht/")
    add(page, key, "Aya lacht")
    assert Observation.objects.get().subject == others[0]
