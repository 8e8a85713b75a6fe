"""Two people in one item at the same moment: what each chose and wrote stands in both, and where it cannot, one is asked."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from hgw.items.saving import save_item
from meetings.models import MeetingGoal
from tests.browser.test_lost_text import edited
from tests.browser.test_saving import SAVED, avoid, opened, saved_as, state
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def test_what_a_colleague_chose_is_in_the_form_and_is_not_put_back(cast: Cast, open_browser: Open) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    page = open_browser(cast.teacher)
    field = edited(page, cast, goal)
    voice = page.locator(f"#item-{goal.pk} [name=voice]")
    expect(voice).to_have_value("team")
    save_item(goal, {"voice": "parents"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    field.fill("Twee")
    expect(state(page)).to_have_text(SAVED)
    expect(voice).to_have_value("parents")
    field.fill("Drie")
    page.locator(f"#item-{goal.pk} .btn.main").click()
    expect(page.locator(f"#item-{goal.pk} .typed")).to_have_text("Drie")
    found = MeetingGoal.objects.get()
    assert (found.text, found.voice) == ("Drie", "parents")


def test_typed_on_where_the_colleague_wrote_one_is_asked_and_nothing_is_sent_for_ever(
    cast: Cast, open_browser: Open
) -> None:
    row = avoid(cast)
    save_item(row, {"text": "boven\nmidden\nonder"}, by=cast.teacher, base_version=row.version, key=uuid.uuid4())
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    now = avoid(cast)
    save_item(now, {"text": "BOVEN\nmidden\nonder"}, by=cast.coordinator, base_version=now.version, key=uuid.uuid4())
    held: list[Route] = []
    page.route("**/steptext/**", lambda route: held.append(route), times=1)
    field.fill("boven\nmidden\nonder!")
    page.locator(f"#item-{row.pk} .keep button").click()
    page.wait_for_timeout(100)
    field.fill("bovenaan\nmidden\nonder!")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    held[0].continue_()
    saved_as(cast, "BOVEN\nmidden\nonder!")
    expect(page.locator(f"#stale-{row.pk}")).to_contain_text("BOVEN")
    expect(field).to_have_value("bovenaan\nmidden\nonder!")
    page.wait_for_timeout(2000)  # longer than it takes to save by itself
    assert len([url for url in sent if "steptext" in url]) == 1
    assert avoid(cast).text == "BOVEN\nmidden\nonder!"


def test_what_waits_for_a_choice_is_not_sent_when_the_connection_comes_back(cast: Cast, open_browser: Open) -> None:
    """Not when the lock is opened either: both look at all that is under way."""
    row = avoid(cast)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    save_item(row, {"text": "Van een collega"}, by=cast.coordinator, base_version=row.version, key=uuid.uuid4())
    held: list[Route] = []
    page.route("**/steptext/**", lambda route: held.append(route), times=1)
    field.fill("Van mij")
    page.locator(f"#item-{row.pk} .keep button").click()
    page.wait_for_timeout(100)
    field.fill("Van mij, en nog wat")
    while not page.evaluate("() => [...window.hgw.queue.entries.values()].some((entry) => entry.wants)"):
        page.wait_for_timeout(100)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    held[0].continue_()
    expect(page.locator(f"#stale-{row.pk}")).to_contain_text("Van een collega")
    sent.clear()
    for again in ("window.dispatchEvent(new Event('online'))", "window.hgw.resume()"):
        page.evaluate(again)
        page.wait_for_timeout(700)
    assert [url for url in sent if "steptext" in url] == []
    expect(field).to_have_value("Van mij, en nog wat")
    expect(page.locator(f"#stale-{row.pk}")).to_contain_text("Van een collega")
    page.locator(f"#stale-{row.pk} [data-keep=both]").click()
    saved_as(cast, "Van een collega\nVan mij, en nog wat")
