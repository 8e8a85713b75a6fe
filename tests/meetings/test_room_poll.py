"""Is there anything new? One cheap question, answered beside the cases: no session, no user, no lock, no main file."""

import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hgw.accounts import roles
from hgw.accounts.models import User
from hgw.items.saving import remove_item, save_item
from meetings.models import GoalOutcome, Meeting, Participant
from meetings.room import store, ticket
from tests.factories import Cast, make_item
from tests.meetings.room import InRoom, old_ticket

Captured = Callable[..., Any]


def observe(cast: Cast, text: str = "Vertelt boeiend", **more: Any) -> Any:
    return make_item(cast.meeting, "observation", cast.coordinator, valence="strength", domain="ll", text=text, **more)


@pytest.fixture
def quiet(cast: Cast, sign_in: Any) -> InRoom:
    """The teacher with a step open, where the room has settled."""
    found = InRoom(sign_in(cast.teacher), cast.meeting)
    found.hears()
    return found


def test_without_anything_new_the_database_is_not_asked(cast: Cast, quiet: InRoom) -> None:
    with CaptureQueriesContext(connection) as questions:
        assert not quiet.hears()
    assert list(questions) == []


def test_without_anything_new_the_main_file_is_not_touched(quiet: InRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even opened, and no transaction begun on it: every way to a cursor of the main connection is closed."""

    def refuse(*_args: Any, **_more: Any) -> Any:
        raise AssertionError("the database with the cases was used")

    with monkeypatch.context() as closed:
        for name in ("cursor", "ensure_connection", "set_autocommit", "savepoint"):
            closed.setattr(connections["default"], name, refuse)
        assert not quiet.hears()


def test_the_session_is_neither_read_nor_renewed(cast: Cast, quiet: InRoom) -> None:
    answer = quiet.poll()
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"
    assert not hasattr(answer.wsgi_request, "session")


def test_what_a_browser_hears_is_a_mark_and_nothing_else(cast: Cast, quiet: InRoom) -> None:
    assert set(quiet.poll().json()) == {"mark"}
    assert len(quiet.poll().json()["mark"]) == 20


def test_a_save_is_heard_once_it_is_committed(
    cast: Cast, quiet: InRoom, django_capture_on_commit_callbacks: Captured
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        observe(cast)
        assert not quiet.hears(), "nothing is announced that could still be undone"
    assert quiet.hears()
    quiet.ask()
    assert not quiet.hears()


def test_a_save_that_the_store_cannot_take_is_saved_all_the_same(
    cast: Cast, django_capture_on_commit_callbacks: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ROOM_FILE", tmp_path / "no" / "folder")
    monkeypatch.setattr(store._store, "_connection", _broken)
    with django_capture_on_commit_callbacks(execute=True):
        assert observe(cast).pk


def _broken() -> Any:
    raise OSError("gone")


def test_what_was_never_published_is_found_by_the_slow_look(
    cast: Cast, quiet: InRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe(cast)  # the callback after the commit is lost, as in a crash
    assert not quiet.hears()
    monkeypatch.setattr(store, "CHECK", 0)
    assert quiet.hears()


def test_a_number_that_comes_late_does_not_undo_a_higher_one(cast: Cast) -> None:
    store.publish(cast.meeting.pk, 5)
    store.publish(cast.meeting.pk, 4)
    assert store.look(cast.meeting.pk).number == 5
    store.correct(cast.meeting.pk, 4)  # a copy was put back
    assert store.look(cast.meeting.pk).number == 4


def test_a_lost_store_is_made_anew(cast: Cast, quiet: InRoom, on_postgres: bool) -> None:
    if not on_postgres:
        for name in ("", "-wal", "-shm"):
            Path(f"{settings.ROOM_FILE}{name}").unlink(missing_ok=True)
    else:
        store.close()
    assert not quiet.hears()
    assert [one.person for one in store.look(cast.meeting.pk).seen] == [str(cast.teacher.pk)]


def test_a_damaged_store_is_made_anew(cast: Cast, quiet: InRoom, on_postgres: bool) -> None:
    store.close()
    if not on_postgres:
        Path(settings.ROOM_FILE).write_bytes(b"this is no database" * 300)
    assert not quiet.hears()
    if not on_postgres:
        with sqlite3.connect(settings.ROOM_FILE) as made:
            assert made.execute("SELECT count(*) FROM room_seen").fetchone() == (1,)
        made.close()


def test_the_question_needs_a_ticket_of_ours(cast: Cast, quiet: InRoom) -> None:
    for text in ("", "x", quiet.known["ticket"][:-1] + "x"):
        answer = Client().get(reverse("room_poll"), {"tab": "a1"}, headers={"X-Room": text})
        assert (answer.status_code, answer.content) == (404, b"")


def test_an_old_ticket_is_renewed_by_an_ordinary_request(cast: Cast, quiet: InRoom) -> None:
    quiet.known["ticket"] = old_ticket(cast.teacher, cast.meeting)
    assert quiet.poll().status_code == 410
    quiet.ask()
    assert quiet.poll().status_code == 200


def test_a_ticket_says_for_which_meeting_it_is_and_whether_a_room_watches(cast: Cast) -> None:
    user = User(pk=cast.teacher.pk)
    user.is_projecting = True
    read = ticket.read(ticket.issue(user, cast.meeting.pk))
    assert read == ticket.Ticket(cast.teacher.pk, cast.meeting.pk, True)


@pytest.mark.parametrize("query", [{"tab": "x" * 40}, {"tab": "a1", "at": "elders"}, {"tab": "a1", "at": "x" * 90}, {}])
def test_nonsense_is_not_written_down(cast: Cast, quiet: InRoom, query: dict[str, str]) -> None:
    answer = Client().get(reverse("room_poll"), query, headers={"X-Room": quiet.known["ticket"]})
    assert answer.status_code == 404


def test_a_meeting_that_is_no_more_is_no_room(cast: Cast) -> None:
    text = ticket.issue(cast.teacher, cast.teacher.pk)
    assert Client().get(reverse("room_poll"), {"tab": "a1"}, headers={"X-Room": text}).status_code == 404


# --- what not everybody reads ---


def save(item: Any, by: Any, **values: Any) -> Any:
    return save_item(item, values, by=by, base_version=item.version, key=uuid.uuid4()).item


def test_what_one_may_not_read_changes_no_sign(
    cast: Cast, sign_in: Any, quiet: InRoom, django_capture_on_commit_callbacks: Captured
) -> None:
    """A sign that changes over nothing says that there is something."""
    goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="x", visibility=("confidential",))
    quiet.ask()
    with django_capture_on_commit_callbacks(execute=True):
        hidden = observe(cast, visibility=("confidential",))
        hidden = save(hidden, cast.coordinator, text="anders")
        make_item(cast.meeting, "need", cast.coordinator, goal=goal, text="onder het doel", holder="student")
        remove_item(hidden, by=cast.coordinator, base_version=hidden.version, key=uuid.uuid4())
        save(GoalOutcome.objects.get(pk=goal.pk), cast.coordinator, outcome_note="bereikt")
    assert not quiet.hears()
    before = quiet.known["state"]
    assert (quiet.ask()["state"], quiet.hears()) == (before, False)


@pytest.mark.parametrize("flags", [("care_team",), ("confidential",)])
def test_what_becomes_confidential_or_is_opened_is_heard(
    cast: Cast, quiet: InRoom, django_capture_on_commit_callbacks: Captured, flags: tuple[str, ...]
) -> None:
    item = observe(cast, visibility=("confidential",) if flags == ("care_team",) else ("care_team",))
    quiet.ask()
    with django_capture_on_commit_callbacks(execute=True):
        save(item, cast.coordinator, visibility=flags)
    assert quiet.hears()


# --- a right that is taken away ---


def take_role(cast: Cast, user: User) -> None:
    for assignment in user.assignments.all():
        roles.end(assignment, by=cast.coordinator)


def take_grant(cast: Cast, user: User) -> None:
    for grant in user.student_grants.all():
        grant.end(by=cast.coordinator)


def take_seat(cast: Cast, user: User) -> None:
    row = Participant.objects.get(meeting=cast.meeting, person__user=user)
    remove_item(row, by=cast.coordinator, base_version=row.version, key=uuid.uuid4())


def cancel(cast: Cast, user: User) -> None:
    client = Client()
    client.force_login(cast.coordinator, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.post(reverse("meeting_cancel", args=(cast.meeting.pk,))).status_code == 302


@pytest.mark.parametrize(
    ("role", "take"),
    [
        ("homeroom_teacher", take_role),
        ("clb_worker", take_grant),
        ("homeroom_teacher", take_seat),
        ("homeroom_teacher", cancel),
    ],
)
def test_a_ticket_ends_with_the_right_at_the_next_question(
    cast: Cast, sign_in: Any, django_capture_on_commit_callbacks: Captured, role: str, take: Any
) -> None:
    user = cast.users[role]
    leaves, stays = InRoom(sign_in(user), cast.meeting), InRoom(sign_in(cast.coordinator), cast.meeting)
    assert leaves.poll().status_code == stays.poll().status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        take(cast, user)
    assert leaves.poll().status_code == 410
    asked = {"state": leaves.known["state"], "since": "0"}
    asking = leaves.browser.get(reverse("room_changes", args=(cast.meeting.pk, "overzicht")), asked)
    assert asking.status_code == (302 if take is take_role else 404)  # the last role takes the sign-in along
    stays.ask()  # who still has the right gets a new ticket, and goes on
    with CaptureQueriesContext(connection) as questions:
        assert stays.poll().status_code == 200
    assert list(questions) == []


def test_a_ticket_ends_at_sign_out_and_with_the_day(
    cast: Cast, quiet: InRoom, django_capture_on_commit_callbacks: Captured
) -> None:
    """Roles and grants run until the end of a day."""
    with time_machine.travel("2026-03-02 22:59:30+00:00", tick=True):
        quiet.known["ticket"] = ticket.issue(cast.teacher, cast.meeting.pk)
        assert quiet.poll().status_code == 200
    with time_machine.travel("2026-03-02 23:00:30+00:00", tick=True):
        assert quiet.poll().status_code == 410
    quiet.ask()
    with django_capture_on_commit_callbacks(execute=True):
        quiet.browser.post(reverse("account_logout"))
    assert quiet.poll().status_code == 410


def test_without_the_store_no_ticket_counts(cast: Cast, quiet: InRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could not say that a right was taken away: the meeting itself is asked."""
    monkeypatch.setattr(store._store, "_connection", _broken)
    assert quiet.poll().status_code == 410


@pytest.mark.django_db(transaction=True)
def test_the_number_goes_out_with_every_way_of_saving(cast: Cast, sign_in: Any) -> None:
    quiet = InRoom(sign_in(cast.teacher), cast.meeting)
    quiet.hears()
    item, browser = observe(cast), sign_in(cast.coordinator)
    assert quiet.hears()
    for name, data in (
        ("item_edit", {"valence": "strength", "domain": "ll", "text": "anders", "source": "seen"}),
        ("item_remove", {}), ("item_restore", {}),
    ):  # fmt: skip
        quiet.ask()
        assert not quiet.hears()
        url = reverse(name, args=(cast.meeting.pk, "observation", item.pk))
        given = {"base_version": str(item.fresh().version), "key": str(item.new_key)}
        assert browser.post(url, data | given).status_code == 302, name
        assert quiet.hears(), name
    assert Meeting.objects.get(pk=cast.meeting.pk).change_no == store.look(cast.meeting.pk).number
