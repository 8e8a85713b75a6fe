"""How long a sign-in lasts on which device, and what counts as something done."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hgw.accounts.models import Session
from hgw.storage import queue
from tests.factories import Cast
from tests.hgw.devices import HERE, LOGIN, is_open, minutes, on_device

SignIn = Callable[..., Client]
START = datetime.datetime(2026, 11, 16, 9, tzinfo=datetime.UTC)

pytestmark = pytest.mark.usefixtures("counted")


def test_a_shared_computer_is_what_stands_there(db: None) -> None:
    page = Client().get(LOGIN).content.decode()
    assert 'value="shared"' in page
    assert page.count("checked") == 1
    assert page.index('value="shared"') < page.index("checked") < page.index('value="own"')


@pytest.mark.parametrize(("device", "locks", "ends"), [(None, 15, 240), ("shared", 15, 240), ("own", 60, 720)])
def test_the_device_decides_when_it_locks_and_ends(cast: Cast, device: str | None, locks: int, ends: int) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = on_device(cast.teacher, device)
        minutes(clock, locks - 1)
        assert is_open(browser)  # asked by itself: that does not count
        minutes(clock, 1)
        assert browser.get(HERE).json()["reason"] == "locked"
    with time_machine.travel(START, tick=False) as clock:
        browser = on_device(cast.teacher, device)
        for _n in range(ends // 10 - 1):
            minutes(clock, 10)
            assert browser.get("/").status_code == 200  # always busy
        minutes(clock, 9.9)
        assert is_open(browser)
        minutes(clock, 0.1)
        assert browser.get(HERE).json()["reason"] == "signed_out"
        assert browser.get("/").headers["Location"] == f"{LOGIN}?next=/"


def test_a_session_that_changes_lasts_no_longer(cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = on_device(cast.teacher)
        until = Session.objects.get(user=cast.teacher).expire_date
        minutes(clock, 10)
        browser.post(reverse("school_choose"), {"school": ""})
        assert Session.objects.get(user=cast.teacher).expire_date == until


def test_typing_counts_and_what_a_page_asks_by_itself_does_not(cast: Cast, sign_in: SignIn) -> None:
    step = reverse("room_changes", args=(cast.meeting.pk, "start"))
    with time_machine.travel(START, tick=False) as clock:
        browser = sign_in(cast.teacher)
        minutes(clock, 10)
        assert browser.get(step, headers={"X-By-Itself": "yes"}).status_code == 200
        minutes(clock, 4)
        assert browser.get(HERE, headers={"X-By-Itself": "yes"}).json()["locks_in"] == 60
        assert browser.get(HERE).json()["locks_in"] == 900  # somebody types where nothing is saved yet
        minutes(clock, 14)
        add = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
        sent = {"text": "x", "key": "0198d7a2-0000-7000-8000-000000000001", "base_version": 0, "voice": "team"}
        assert browser.post(add, sent, headers={"X-Save": "keep"}).status_code == 200
        minutes(clock, 14)
        assert is_open(browser)
        minutes(clock, 2)
        assert not is_open(browser)


def test_who_is_there_is_written_once_a_minute_and_nothing_of_the_session_with_it(cast: Cast, sign_in: SignIn) -> None:
    def written() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/leerlingen/").status_code == 200
        return [q["sql"] for q in asked if "accounts_session" in q["sql"] and not q["sql"].startswith("SELECT")]

    with time_machine.travel(START, tick=False) as clock:
        browser = sign_in(cast.teacher)
        assert written() == []
        minutes(clock, 0.9)
        assert written() == []
        minutes(clock, 0.1)
        (update,) = written()
        assert "seen_at" in update
        assert "session_data" not in update
        assert written() == []


@pytest.mark.django_db(transaction=True)
def test_a_page_is_not_held_up_by_who_writes_for_long(cast: Cast, sign_in: SignIn) -> None:
    """That somebody is there is left unwritten then; the page comes."""
    if connection.vendor != "sqlite":
        return  # there whoever reads waits for no writer
    with time_machine.travel(START, tick=False) as clock:
        browser = sign_in(cast.teacher)
        minutes(clock, 2)
        seen = Session.objects.get(user=cast.teacher).seen_at
        turn = queue.join(f"{connection.settings_dict['NAME']}-queue", 5)
        try:
            assert browser.get("/mijn-afspraken/").status_code == 200
        finally:
            queue.leave(turn)
        assert Session.objects.get(user=cast.teacher).seen_at == seen
        assert connection.patience is None
