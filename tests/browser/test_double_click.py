"""Impatient fingers: a double click, Enter and a click, a form sent twice. It is done once."""

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from hgw.items import saving
from hgw.items.models import Revision
from meetings.models import Meeting, MeetingGoal
from tests.browser.test_saving import SAVED, avoid, opened, start, state, texts
from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def enter_and_click(page: Page, button: str) -> None:
    page.keyboard.press("Enter")
    with contextlib.suppress(Error):  # on a quick machine the page is gone by now
        page.locator(button).click(timeout=500)


# Both before the first answer, as impatient people do it.
TWICE: dict[str, Callable[[Page, str], Any]] = {
    "double click": lambda page, button: page.locator(button).dblclick(),
    "Enter and click": lambda page, button: enter_and_click(page, button),
    "sent twice": lambda page, button: page.locator(button).evaluate(
        "button => { button.form.requestSubmit(button); button.form.requestSubmit(button); }"
    ),
}


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every save takes a while, so that the second one is sent, if it is, before the first is answered."""
    saved = saving._save

    def later(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.4)
        return saved(*args, **kwargs)

    monkeypatch.setattr(saving, "_save", later)


@pytest.mark.parametrize("twice", TWICE)
def test_a_line_is_added_once(cast: Cast, open_browser: Open, twice: str) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    page.locator("#add-meetinggoal [data-line]").press_sequentially("Nore leest mee")
    TWICE[twice](page, "#add-meetinggoal .line button")
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(["Nore leest mee"])
    expect(state(page)).to_have_text(SAVED)
    page.wait_for_timeout(600)  # a second one would be there by now
    assert MeetingGoal.objects.count() == 1
    assert Revision.objects.filter(kind="meetinggoal").count() == 1


@pytest.mark.parametrize("twice", ["double click", "sent twice"])
def test_a_text_is_saved_once(cast: Cast, open_browser: Open, twice: str) -> None:
    page = open_browser(cast.teacher)
    opened(page, cast).fill("Geen verwijten")
    TWICE[twice](page, f"#item-{avoid(cast).pk} .keep button")
    expect(state(page)).to_have_text(SAVED)
    page.wait_for_timeout(600)
    assert texts(avoid(cast)) == ["Geen verwijten"]


@pytest.mark.parametrize(
    ("twice", "javascript"), [*((twice, True) for twice in TWICE), ("double click", False)]
)  # fmt: skip
def test_a_plain_form_is_sent_once(cast: Cast, open_browser: Open, twice: str, javascript: bool) -> None:
    """Planning a meeting: a form of a page of its own, of which each sending would make another meeting."""
    page = open_browser(cast.coordinator, javascript=javascript)
    page.goto(f"/besprekingen/nieuw/?student={cast.student.pk}")
    for name, value in {"date": "2027-02-11", "start": "15:45", "end": "16:30", "title": "Twee keer geklikt"}.items():
        page.locator(f"[name={name}]").fill(value)
    TWICE[twice](page, ".planning .btn.main")
    expect(page).to_have_url(
        re.compile(r"/besprekingen/[0-9a-f-]{36}/$")
    )  # the first way there is broken off by the second
    page.wait_for_timeout(300)
    assert Meeting.objects.filter(title="Twee keer geklikt").count() == 1
