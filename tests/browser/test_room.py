"""Two people in one meeting, each in a browser: what one writes the other sees, and nobody is disturbed by it."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hgw.audit.models import Action, Entry
from meetings.models import Meeting, StepState, StepText
from meetings.room.store import rights_changed
from tests.browser.pages import violations
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def step(cast: Cast, slug: str) -> str:
    return f"/besprekingen/{cast.meeting.pk}/stap/{slug}/"


def observe(cast: Cast, text: str, **more: Any) -> Any:
    given = {"valence": "strength", "domain": "ll", "text": text} | more
    return make_item(cast.meeting, "observation", cast.coordinator, **given)


def stands_still(page: Page) -> dict[str, Any]:
    """What must not change while somebody types: the text, the caret, the place on the page, the focus."""
    found: dict[str, Any] = page.evaluate(
        "() => { const f = document.activeElement; return {id: f.id, text: f.value, from: f.selectionStart,"
        " to: f.selectionEnd, top: Math.round(f.getBoundingClientRect().top)}; }"
    )
    return found


def test_what_a_colleague_writes_comes_within_three_seconds_and_leaves_the_typist_alone(
    cast: Cast, open_browser: Open
) -> None:
    observe(cast, "Lacht vaak")
    teacher, coordinator = open_browser(cast.teacher), open_browser(cast.coordinator)
    for page in (teacher, coordinator):
        page.goto(step(cast, "overzicht"))
    typed = teacher.locator("#add-observation-difficulty-ll textarea")
    typed.press_sequentially("Begint laat aan een taak")
    for _ in range(4):
        teacher.keyboard.press("ArrowLeft")
    before = stands_still(teacher)
    other = coordinator.locator("#add-observation-strength-ols textarea")
    other.fill("Werkt vlot met een maatje")
    other.press("Enter")
    expect(coordinator.locator("#list-observation-strength-ols .text")).to_contain_text("maatje")
    saved = time.monotonic()
    expect(teacher.locator("#list-observation-strength-ols")).to_contain_text("Werkt vlot met een maatje", timeout=3000)
    assert time.monotonic() - saved < 3
    after = stands_still(teacher)
    assert {k: v for k, v in after.items() if k != "top"} == {k: v for k, v in before.items() if k != "top"}
    assert after["text"] == "Begint laat aan een taak"
    teacher.keyboard.type("!")
    expect(typed).to_have_value("Begint laat aan een !taak")
    expect(teacher.locator("#stepper [aria-current=step] .count")).to_contain_text("2")
    teacher.keyboard.press("Enter")
    expect(coordinator.locator("#list-observation-difficulty-ll")).to_contain_text("een !taak", timeout=4000)


def test_an_item_goes_and_comes_and_changes_on_the_other_screen(cast: Cast, open_browser: Open) -> None:
    first, second = observe(cast, "Eerste zin"), observe(cast, "Tweede zin")
    page, other = open_browser(cast.teacher), open_browser(cast.coordinator)
    for one in (page, other):
        one.goto(step(cast, "overzicht"))
    other.locator(f"#item-{first.pk} .dots").click()
    other.locator(f"#menu-{first.pk} a").first.click()
    other.locator(f"#id-observation-{first.pk}-text").fill("Eerste zin, anders")
    other.locator(f"#item-{first.pk} .btn.main").click()
    expect(page.locator(f"#item-{first.pk}")).to_contain_text("Eerste zin, anders", timeout=4000)
    other.locator(f"#item-{second.pk} .dots").click()
    other.locator(f"#menu-{second.pk} form[action$='/weg/'] button").click()
    expect(page.locator(f"#item-{second.pk}")).to_have_count(0, timeout=4000)
    other.locator(f"#item-{second.pk} button").click()
    expect(page.locator(f"#item-{second.pk}")).to_contain_text("Tweede zin", timeout=4000)
    assert page.locator("#list-observation-strength-ll > li .text").all_inner_texts()[0].startswith("Eerste zin")


def test_a_place_with_unsaved_text_gets_a_hint_and_the_new_text_once_it_is_left_clean(
    cast: Cast, open_browser: Open
) -> None:
    row = StepText.objects.get(meeting=cast.meeting, field="avoid")
    page, other = open_browser(cast.teacher), open_browser(cast.coordinator)
    for one in (page, other):
        one.goto(step(cast, "start"))
    mine = page.locator(f"#id-steptext-{row.pk}-text")
    mine.press_sequentially("Geen")
    other.locator(f"#id-steptext-{row.pk}-text").fill("Geen verwijten")
    other.locator(f"#item-{row.pk} button").click()
    expect(page.locator(f"#item-{row.pk} .changed-line")).to_be_visible(timeout=4000)
    expect(mine).to_have_value("Geen")
    expect(mine).to_be_focused()
    mine.fill("")
    page.locator("h1").click()
    expect(page.locator(f"#id-steptext-{row.pk}-text")).to_have_value("Geen verwijten")


def test_who_is_there_and_where_somebody_writes_is_seen_by_the_other(cast: Cast, open_browser: Open) -> None:
    item = observe(cast, "Lacht vaak")
    page, other = open_browser(cast.teacher), open_browser(cast.coordinator)
    page.goto(step(cast, "overzicht"))
    other.goto(step(cast, "overzicht"))
    own = other.locator(f".people li[title^='{cast.teacher.name}']")
    expect(own).to_have_class("seat here", timeout=5000)
    page.locator(f"#item-{item.pk} .dots").click()
    page.locator(f"#menu-{item.pk} a").first.click()
    page.locator(f"#id-observation-{item.pk}-text").press_sequentially("En")
    expect(other.locator(f"#item-{item.pk} .busy-line")).to_contain_text(cast.teacher.name.split()[0], timeout=5000)
    expect(own).to_have_class("seat here typing", timeout=5000)
    page.close()
    expect(other.locator(f"#item-{item.pk} .busy-line")).to_have_count(0, timeout=5000)
    expect(own).to_have_class("seat")


def test_the_group_goes_on_and_nobody_is_moved(cast: Cast, open_browser: Open) -> None:
    StepState.objects.create(meeting=cast.meeting, step="overzicht", started_at=timezone.now())
    Meeting.objects.filter(pk=cast.meeting.pk).update(current_step="overzicht")
    observe(cast, "Lacht vaak"), observe(cast, "Zit graag vooraan", domain="ols"), observe(cast, "Leest", domain="opv")
    page, chair = open_browser(cast.teacher), open_browser(cast.coordinator)
    for one in (page, chair):
        one.goto(step(cast, "overzicht"))
    expect(page.locator("#step-clock")).to_contain_text("± 8 min.")
    page.locator("#room-ready button").click()
    expect(page.locator("#room-ready button")).to_have_attribute("aria-pressed", "true")
    expect(chair.locator("#room-ready")).to_contain_text(cast.teacher.name, timeout=4000)
    chair.locator(".foot .btn.main").click()
    chair.wait_for_url(f"**{step(cast, 'inzicht')}*")
    expect(page.locator("#room-pointer a")).to_have_attribute("href", step(cast, "inzicht"), timeout=4000)
    assert page.url.endswith(step(cast, "overzicht"))
    page.locator("#room-pointer a").click()
    page.wait_for_url(f"**{step(cast, 'inzicht')}*")


def test_ready_is_said_once_the_connection_is_back(cast: Cast, open_browser: Open) -> None:
    StepState.objects.create(meeting=cast.meeting, step="start")
    Meeting.objects.filter(pk=cast.meeting.pk).update(current_step="start")
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    page.context.set_offline(True)
    page.locator("#room-ready button").click()
    expect(page.locator("#room-ready .changed-line")).to_have_text("Wacht op verbinding – laat deze pagina open")
    page.context.set_offline(False)
    expect(page.locator("#room-ready button")).to_have_attribute("aria-pressed", "true", timeout=15000)
    expect(page.locator("#room-ready .changed-line")).to_have_count(0)


def test_a_page_of_a_meeting_that_closed_says_so_and_asks_no_more(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(step(cast, "start"))
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    rights_changed(cast.meeting.pk)
    expect(page.locator("#meeting > .changed-line")).to_contain_text("afgesloten", timeout=5000)
    page.wait_for_timeout(3000)
    assert Entry.objects.filter(action=Action.REFUSED, who=cast.teacher.pk).count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_room_is_there_for_everybody(cast: Cast, open_browser: Open, width: int) -> None:
    StepState.objects.create(meeting=cast.meeting, step="start")
    page, other = open_browser(cast.coordinator, width=width), open_browser(cast.teacher)
    other.goto(step(cast, "overzicht"))
    expect(other.locator("#room-pointer")).to_contain_text("1 Start")
    page.goto(step(cast, "start"))
    page.locator("#room-ready button").click()
    expect(page.locator("#room-ready .src")).to_contain_text(cast.coordinator.name)
    page.locator("[popovertarget=view-menu]").click()
    for one in (page, other):
        assert violations(one) == ""
        assert one.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#view-menu button").first.click()
    expect(page.locator("#step-clock .minute")).to_have_count(0)
    page.locator("form[action$='/projecteren/'] button").click()
    page.locator(".join summary").click()
    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_without_script_one_says_ready_and_finds_the_group(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher, javascript=False)
    page.goto(step(cast, "start"))
    page.locator("#room-ready button").click()
    expect(page.locator("#room-ready button")).to_have_attribute("aria-pressed", "true")
    page.goto(step(cast, "inzicht"))
    page.locator("#room-pointer a").click()
    page.wait_for_url(f"**{step(cast, 'start')}*")
