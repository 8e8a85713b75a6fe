"""What is only clicked (move, take away, put back, ticks, yes or no) is done once, also when the connection was away."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hgw.audit.models import Action, Entry
from hgw.items.models import Revision
from hgw.items.saving import restore_item, save_item
from meetings.models import Meeting, MeetingGoal, Need, Observation
from tests.browser.test_saving import SAVED, start, state
from tests.factories import Cast, make_item
from tests.meetings.test_reviewing import make_agreement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
WAITS = "Wacht op verbinding – laat deze pagina open"


@pytest.fixture
def goals(cast: Cast) -> list[MeetingGoal]:
    return [make_item(cast.meeting, "meetinggoal", cast.teacher, text=text, voice="team") for text in ("Een", "Twee")]


def goal_texts() -> list[str]:
    return list(MeetingGoal.objects.filter(removed_at=None).order_by("position").values_list("text", flat=True))


def menu(page: Page, item: Any, name: str) -> Locator:
    """A button in the menu of an item, opened."""
    page.locator(f"#item-{item.pk} .dots").click()
    return page.locator(f"#menu-{item.pk}").get_by_role("button", name=name)


def offline(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)


def online(page: Page) -> None:
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator(".save-mark")).to_have_count(0)


def acts(item: Any) -> list[str]:
    return list(Revision.objects.filter(item=item.pk).order_by("version").values_list("act", flat=True))


def test_moved_without_a_connection(cast: Cast, open_browser: Open, goals: list[MeetingGoal]) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    offline(page)
    menu(page, goals[1], "Omhoog").click()
    expect(page.locator(f"#item-{goals[1].pk} > .save-mark")).to_have_text(WAITS)
    expect(state(page)).to_have_text(WAITS)
    online(page)
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(["Twee", "Een"])
    assert goal_texts() == ["Twee", "Een"]
    assert Entry.objects.filter(action=Action.ITEM_MOVED).count() == 1


def test_taken_away_and_put_back_without_a_connection(cast: Cast, open_browser: Open, goals: list[MeetingGoal]) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    offline(page)
    menu(page, goals[0], "Haal weg").click()
    expect(page.locator(f"#item-{goals[0].pk} > .save-mark")).to_have_text(WAITS)
    online(page)
    expect(page.locator(f"#item-{goals[0].pk}")).to_contain_text("Weggehaald.")
    assert goal_texts() == ["Twee"]
    offline(page)
    page.get_by_role("button", name="Zet terug").click()
    expect(page.locator(f"#restore-{goals[0].pk} .save-mark")).to_have_text(WAITS)
    online(page)
    expect(page.locator(f"#item-{goals[0].pk} .typed")).to_have_text("Een")
    assert acts(goals[0]) == ["added", "removed", "restored"]


def test_a_need_put_in_another_band_without_a_connection(cast: Cast, open_browser: Open) -> None:
    aim = make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick")
    need = make_item(
        cast.meeting,
        "need",
        cast.teacher,
        holder="student",
        goal=aim,
        help_sentence="tasks",
        text="taken",
        band="max_desirable",
    )
    page = open_browser(cast.teacher)
    page.goto(f"/besprekingen/{cast.meeting.pk}/stap/behoeften/")
    offline(page)
    page.locator(f"#band-{need.pk}").get_by_role("button", name="haalbaar").click()
    expect(page.locator(f"#band-{need.pk} .save-mark")).to_have_text(WAITS)
    online(page)
    expect(page.locator(f"#band-{need.pk}").get_by_role("button", name="noodzakelijk")).to_be_visible()
    assert Need.objects.get().band == "feasible"
    assert acts(need) == ["added", "changed"]


def test_readers_ticked_without_a_connection(cast: Cast, open_browser: Open) -> None:
    seen = make_item(
        cast.meeting, "observation", cast.teacher, text="Leest graag", valence="strength", domain="ll", source="seen"
    )
    page = open_browser(cast.teacher)
    page.goto(f"/besprekingen/{cast.meeting.pk}/wie-leest-wat/")
    line = page.locator(f"#item-{seen.pk}")
    offline(page)
    line.locator("[value=parents]").check()
    expect(state(page)).to_have_text("Nog niet bewaard")
    line.get_by_role("button", name=re.compile("Bewaar")).click()
    expect(line.locator(".save-mark")).to_have_text(WAITS)
    expect(line.locator("[value=parents]")).to_be_checked()
    online(page)
    expect(line.locator("[value=parents]")).to_be_checked()
    assert "parents" in Observation.objects.get().visibility
    assert acts(seen) == ["added", "changed"]


@pytest.mark.parametrize(("name", "status"), [("Ja", "agreed"), ("Nee, nu niet", "declined")])
def test_yes_or_no_without_a_connection(cast: Cast, open_browser: Open, name: str, status: str) -> None:
    asked = make_agreement(cast, status="proposed")
    page = open_browser(cast.teacher)
    page.goto("/mijn-afspraken/")
    card = page.locator(f"#agreement-{asked.pk}")
    offline(page)
    card.get_by_role("button", name=name, exact=True).click()
    expect(card.locator(".save-mark")).to_have_text(WAITS)
    online(page)
    expect(card.locator(".saved")).to_be_visible()
    assert asked.fresh().status == status
    assert acts(asked) == ["added", "changed"]


@pytest.mark.parametrize("lost", [True, False], ids=["done, and nobody heard it", "not done"])
def test_an_answer_that_got_lost_does_it_once(
    cast: Cast, open_browser: Open, goals: list[MeetingGoal], lost: bool
) -> None:
    third = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Drie", voice="team")
    page = open_browser(cast.teacher)
    page.goto(start(cast))

    def lose(route: Route) -> None:
        if lost:
            route.fetch()
        route.abort()

    page.route("**/plaats/", lose, times=1)
    menu(page, third, "Omhoog").click()
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(["Een", "Drie", "Twee"])
    expect(state(page)).to_have_text(SAVED)
    assert goal_texts() == ["Een", "Drie", "Twee"]
    menu(page, third, "Omhoog").click()  # another click is another move
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(["Drie", "Een", "Twee"])


def test_a_click_that_came_too_late_says_so_beside_it(cast: Cast, open_browser: Open, goals: list[MeetingGoal]) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    offline(page)
    menu(page, goals[0], "Haal weg").click()
    save_item(goals[0], {"text": "Anders"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    page.context.set_offline(False)
    expect(page.locator(f"#stale-{goals[0].pk}")).to_contain_text("Een collega")
    assert goal_texts() == ["Anders", "Twee"]
    page.get_by_role("link", name="Kijk opnieuw").click()
    expect(page.locator(f"#item-{goals[0].pk} .typed")).to_have_text("Anders")
    expect(page.locator(f"#stale-{goals[0].pk}")).to_be_empty()
    expect(state(page)).not_to_contain_text("collega")
    menu(page, goals[0], "Haal weg").click()
    expect(page.locator(f"#item-{goals[0].pk}")).to_contain_text("Weggehaald.")


def test_put_back_by_a_colleague_meanwhile_is_said_beside_it(
    cast: Cast, open_browser: Open, goals: list[MeetingGoal]
) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    page.route("**/kamer/**", lambda route: route.abort())  # the page does not hear of it
    menu(page, goals[0], "Haal weg").click()
    line = page.locator(f"#item-{goals[0].pk}")
    expect(line).to_contain_text("Weggehaald.")
    restore_item(goals[0].fresh(), by=cast.coordinator, base_version=2, key=uuid.uuid4())
    line.get_by_role("button", name="Zet terug").click()
    expect(line).to_contain_text("Een collega")
    expect(state(page)).not_to_have_text("Bewaren …")
    line.get_by_role("link", name="Kijk opnieuw").click()
    expect(line.locator(".typed")).to_have_text("Een")


@pytest.mark.parametrize(("who", "said"), [("teacher", "Niet gebeurd."), ("coordinator", "afgesloten")])
def test_a_click_that_is_not_possible_any_more_says_so_beside_it(
    cast: Cast, open_browser: Open, goals: list[MeetingGoal], who: str, said: str
) -> None:
    page = open_browser(getattr(cast, who))
    page.goto(start(cast))
    page.route("**/kamer/**", lambda route: route.abort())  # the page does not hear that the meeting closed
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    menu(page, goals[0], "Haal weg").click()
    expect(page.locator(f"#item-{goals[0].pk}")).to_contain_text(said)
    assert goal_texts() == ["Een", "Twee"]
