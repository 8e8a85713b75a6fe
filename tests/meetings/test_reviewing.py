"""What comes of an agreement: each act of the table gives its status, once, by who may, before and after the closing."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Entry
from hgw.items.models import Revision
from hgw.items.saving import KeyReused, StaleVersion, save_item
from meetings.models import Agreement, AgreementReview, Meeting
from meetings.reviewing import AlreadyReviewed, NotAnswered, acts_for, answer, can_stop, own_agreements, review
from tests.factories import Cast, make_item, make_meeting, make_user

ACTS = [
    # act -> review value -> status after it
    ("seen", "acknowledged", "acknowledged"),
    ("busy", "in_progress", "in_progress"),
    ("done", "done", "done"),
    ("partly", "partly_done", "partly_done"),
    ("does not work", "not_done", "not_done"),
    ("stopped", "stopped", "stopped"),
]


def make_agreement(cast: Cast, *names: str, meeting: Meeting | None = None, **values: Any) -> Agreement:
    """An agreement of these people (the homeroom teacher when nobody is named)."""
    meeting = meeting or cast.meeting
    who = [(meeting.person(name), n == 0) for n, name in enumerate(names or (cast.teacher.name,))]
    given = {"what": "Een kaartje op de bank leggen", "status": "agreed", "why": "Zodat Nore kan beginnen", "who": who}
    return make_item(meeting, "agreement", cast.coordinator, **(given | values))


def close(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status="closed")


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize(("act", "progress", "status"), ACTS)
def test_each_act_gives_its_status(cast: Cast, act: str, progress: str, status: str, closed: bool) -> None:
    agreement = make_agreement(cast)
    if closed:
        close(cast.meeting)
    row = review(agreement, progress, "works", "Het lukt.", by=cast.teacher, key=uuid.uuid4())
    assert (row.progress, row.effect, row.note) == (progress, "works", "Het lukt.")
    assert (row.by.user, row.agreement) == (cast.teacher, agreement)
    assert agreement.fresh().status == status


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("before", ["proposed", "put_forward", "declined"])
@pytest.mark.parametrize(("yes", "status"), [(True, "agreed"), (False, "declined")])
def test_yes_and_no(cast: Cast, before: str, yes: bool, status: str, closed: bool) -> None:
    agreement = make_agreement(cast, status=before)
    if closed:
        close(cast.meeting)
    assert answer(agreement, yes, by=cast.teacher).status == status
    assert not AgreementReview.objects.exists()


@pytest.mark.parametrize("before", ["proposed", "put_forward", "declined"])
def test_seen_asks_for_a_yes_first(cast: Cast, before: str) -> None:
    agreement = make_agreement(cast, status=before)
    with pytest.raises(NotAnswered):
        review(agreement, "acknowledged", "", "", by=cast.teacher, key=uuid.uuid4())
    assert (agreement.fresh().status, AgreementReview.objects.count()) == (before, 0)
    answer(agreement, True, by=cast.teacher)
    review(agreement, "acknowledged", "", "", by=cast.teacher, key=uuid.uuid4())
    assert agreement.fresh().status == "acknowledged"


def test_an_answer_comes_too_late_after_a_report(cast: Cast) -> None:
    agreement = make_agreement(cast)
    review(agreement, "done", "", "", by=cast.teacher, key=uuid.uuid4())
    with pytest.raises(AlreadyReviewed):
        answer(agreement, False, by=cast.teacher)
    assert agreement.fresh().status == "done"


def test_the_status_is_that_of_the_newest_review(cast: Cast) -> None:
    agreement = make_agreement(cast)
    for progress in ("done", "partly_done", "in_progress"):
        review(agreement, progress, "", "", by=cast.teacher, key=uuid.uuid4())
    assert agreement.fresh().status == "in_progress"
    assert agreement.reviews.count() == 3


def test_a_double_tap_is_stored_once(cast: Cast) -> None:
    agreement, key = make_agreement(cast), uuid.uuid4()
    first = review(agreement, "partly_done", "a_bit", "Soms", by=cast.teacher, key=key)
    review(agreement, "done", "works", "Nu altijd", by=cast.teacher, key=uuid.uuid4())
    again = review(agreement, "partly_done", "a_bit", "Soms", by=cast.teacher, key=key)
    assert (again.pk, agreement.reviews.count(), agreement.fresh().status) == (first.pk, 2, "done")
    assert Entry.objects.filter(action="agreement.reviewed", object=agreement.pk).count() == 2


def test_a_double_tap_over_midnight_is_stored_once(cast: Cast) -> None:
    agreement, key = make_agreement(cast), uuid.uuid4()
    for moment in ("2026-11-24T22:59:59+00:00", "2026-11-24T23:00:01+00:00"):
        with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
            review(agreement, "done", "", "", by=cast.teacher, key=key)
    assert [row.date.isoformat() for row in agreement.reviews.all()] == ["2026-11-24"]


def test_a_key_is_for_one_agreement_and_one_text(cast: Cast) -> None:
    agreement, other, key = make_agreement(cast), make_agreement(cast), uuid.uuid4()
    review(agreement, "done", "", "een", by=cast.teacher, key=key)
    for target, note in ((other, "een"), (agreement, "twee")):
        with pytest.raises(KeyReused):
            review(target, "done", "", note, by=cast.teacher, key=key)
    assert (agreement.reviews.count(), other.reviews.count(), other.fresh().status) == (1, 0, "agreed")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-24T22:59:00+00:00", "2026-11-24"),  # a minute before midnight in Brussels
        ("2026-11-24T23:00:00+00:00", "2026-11-25"),
        ("2026-10-24T22:30:00+00:00", "2026-10-25"),  # the night in which summer time ends
        ("2026-10-25T22:59:00+00:00", "2026-10-25"),
        ("2026-10-25T23:00:00+00:00", "2026-10-26"),
        ("2026-03-28T22:59:00+00:00", "2026-03-28"),  # the night in which it begins
        ("2026-03-29T22:00:00+00:00", "2026-03-30"),
    ],
)
def test_the_day_is_that_of_brussels(cast: Cast, moment: str, day: str) -> None:
    agreement = make_agreement(cast)
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
        row = review(agreement, "done", "", "", by=cast.teacher, key=uuid.uuid4())
    assert row.date.isoformat() == day


def test_in_a_closed_meeting_the_agreement_stays_as_it_was(cast: Cast) -> None:
    agreement = make_agreement(cast)
    close(cast.meeting)
    review(agreement, "done", "works", "", by=cast.teacher, key=uuid.uuid4())
    fresh = agreement.fresh()
    assert (fresh.version, fresh.updated_at) == (agreement.version, agreement.updated_at)
    assert fresh.content() == agreement.content() | {"status": "done"}


def test_in_an_open_meeting_an_older_form_cannot_put_the_status_back(cast: Cast) -> None:
    agreement = make_agreement(cast)
    review(agreement, "done", "works", "", by=cast.teacher, key=uuid.uuid4())
    with pytest.raises(StaleVersion):
        save_item(
            agreement, {"what": "Een kaart", "status": "agreed"}, by=cast.coordinator, base_version=agreement.version,
            key=uuid.uuid4(),
        )  # fmt: skip
    kept = Revision.objects.get(item=agreement.pk, version=2)
    assert (kept.content["status"], kept.author) == ("done", cast.teacher)


def test_the_trace_holds_the_act_and_no_text(cast: Cast) -> None:
    agreement = make_agreement(cast)
    review(agreement, "not_done", "not_yet", "kanarie", by=cast.teacher, key=uuid.uuid4())
    entry = Entry.objects.get(action="agreement.reviewed")
    assert (entry.who, entry.object, entry.detail) == (cast.teacher.pk, agreement.pk, "not_done")
    assert entry.student == cast.student.pk
    assert not Entry.objects.filter(detail__contains="kanarie").exists()


@pytest.mark.parametrize(
    "role",
    [
        "care_coordinator", "principal", "care_teacher", "homeroom_teacher", "subject_teacher", "clb_worker",
        "learning_supporter", "school_admin", "adviser",
    ],
)  # fmt: skip
def test_only_who_does_it_reports_on_it(cast: Cast, role: str) -> None:
    theirs = make_agreement(cast, make_user(cast.school, "subject_teacher", name="Els Iemand").name)
    for user in (cast.users[role], cast.others[role]):
        with pytest.raises(PermissionDenied):
            review(theirs, "done", "", "", by=user, key=uuid.uuid4())
        with pytest.raises(PermissionDenied):
            answer(theirs, True, by=user)
    assert (theirs.fresh().status, AgreementReview.objects.count()) == ("agreed", 0)


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize(
    "role",
    [
        "care_coordinator", "care_teacher", "homeroom_teacher", "subject_teacher", "clb_worker", "learning_supporter",
    ],
)  # fmt: skip
def test_who_does_it_reports_before_and_after_the_closing(cast: Cast, role: str, closed: bool) -> None:
    agreement = make_agreement(cast, cast.users[role].name, status="proposed")
    if closed:
        close(cast.meeting)
    answer(agreement, True, by=cast.users[role])
    row = review(agreement, "acknowledged", "", "", by=cast.users[role], key=uuid.uuid4())
    assert row.by.name == cast.users[role].name


@pytest.mark.parametrize("name", ["Hilde Claes", "Nore", "Tante Lies"], ids=["guardian", "student", "from outside"])
def test_the_coordinator_answers_for_who_cannot_sign_in(cast: Cast, name: str) -> None:
    agreement = make_agreement(cast, name, status="put_forward")
    for role in ("principal", "care_teacher", "homeroom_teacher"):
        with pytest.raises(PermissionDenied):
            answer(agreement, True, by=cast.users[role])
    assert answer(agreement, True, by=cast.coordinator).status == "agreed"
    row = review(agreement, "done", "works", "Mama belde.", by=cast.coordinator, key=uuid.uuid4())
    assert row.by.name == cast.coordinator.name


def test_the_coordinator_stops_any_agreement(cast: Cast) -> None:
    agreement = make_agreement(cast)
    review(agreement, "stopped", "", "", by=cast.coordinator, key=uuid.uuid4())
    assert agreement.fresh().status == "stopped"


def test_a_role_that_ended_ends_it(cast: Cast) -> None:
    agreement = make_agreement(cast)
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    cast.teacher.assignments.update(valid_until=yesterday)
    cast.teacher.__dict__.pop("roles", None)
    with pytest.raises(PermissionDenied):
        review(agreement, "done", "", "", by=cast.teacher, key=uuid.uuid4())


def test_a_confidential_one_takes_a_place_in_its_circle(cast: Cast) -> None:
    hidden = make_agreement(cast, visibility=("confidential",))
    with pytest.raises(PermissionDenied):
        review(hidden, "done", "", "", by=cast.teacher, key=uuid.uuid4())
    named = make_agreement(cast, visibility=("confidential",), circle=[cast.meeting.person(cast.teacher.name)])
    close(cast.meeting)
    review(named, "done", "", "", by=cast.teacher, key=uuid.uuid4())
    assert named.fresh().status == "done"


def test_nothing_is_reported_on_a_cancelled_meeting(cast: Cast) -> None:
    meeting = make_meeting([cast.student], by=cast.coordinator)
    agreement = make_agreement(cast, meeting=meeting)
    Meeting.objects.filter(pk=meeting.pk).update(status="cancelled")
    with pytest.raises(PermissionDenied):
        review(agreement, "done", "", "", by=cast.teacher, key=uuid.uuid4())


def test_overdue_is_derived_from_the_day(cast: Cast) -> None:
    due = datetime.date(2026, 11, 24)
    agreement = make_agreement(cast, due=due)
    with time_machine.travel(datetime.datetime(2026, 11, 24, 22, 59, tzinfo=datetime.UTC), tick=False):
        assert (agreement.is_overdue, Agreement.objects.overdue().count()) == (False, 0)
    with time_machine.travel(datetime.datetime(2026, 11, 24, 23, 0, tzinfo=datetime.UTC), tick=False):
        assert (agreement.is_overdue, Agreement.objects.overdue().count()) == (True, 1)
        review(agreement, "not_done", "", "", by=cast.teacher, key=uuid.uuid4())
        assert Agreement.objects.overdue().count() == 1
        review(agreement, "done", "", "", by=cast.teacher, key=uuid.uuid4())
        assert (agreement.fresh().is_overdue, Agreement.objects.overdue().count()) == (False, 0)


def test_a_flag_on_the_agreement_does_not_show_its_notes(cast: Cast) -> None:
    agreement = make_agreement(cast, visibility=("care_team", "clb", "class_sheet", "parents", "student"))
    review(agreement, "done", "", "kanarie", by=cast.teacher, key=uuid.uuid4())
    clb = cast.users["clb_worker"]
    assert AgreementReview.objects.visible_to(clb).count() == 1  # at the table: the care team of this meeting
    close(cast.meeting)
    assert Agreement.objects.visible_to(clb).count() == 1
    readers = {role for role, user in cast.users.items() if AgreementReview.objects.visible_to(user).exists()}
    assert readers == {"care_coordinator", "principal", "care_teacher", "homeroom_teacher"}
    assert not any(AgreementReview.objects.visible_to(user).exists() for user in cast.others.values())


def test_the_notes_on_a_confidential_agreement_are_for_its_circle(cast: Cast) -> None:
    circle = [cast.meeting.person(cast.users["care_teacher"].name)]
    agreement = make_agreement(cast, cast.users["care_teacher"].name, visibility=("confidential",), circle=circle)
    review(agreement, "done", "", "kanarie", by=cast.users["care_teacher"], key=uuid.uuid4())
    readers = {role for role, user in cast.users.items() if AgreementReview.objects.visible_to(user).exists()}
    assert readers == {"care_coordinator", "principal", "care_teacher"}


def test_what_somebody_promised_goes_with_the_role(cast: Cast) -> None:
    agreement = make_agreement(cast)
    close(cast.meeting)
    assert acts_for(cast.teacher, agreement)
    cast.teacher.assignments.update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    left = User.objects.get(pk=cast.teacher.pk)
    assert not acts_for(left, agreement)
    assert [*own_agreements(left)] == []


def test_a_coordinator_of_the_school_stops_what_others_promised_and_nobody_else_does(cast: Cast) -> None:
    agreement = make_agreement(cast, cast.users["subject_teacher"].name)
    close(cast.meeting)
    everybody = cast.users | {f"other {role}": user for role, user in cast.others.items()}
    assert {role for role, user in everybody.items() if can_stop(user, agreement)} == {"care_coordinator"}
    for user in everybody.values():
        if user not in (cast.coordinator, cast.users["subject_teacher"]):
            with pytest.raises(PermissionDenied):
                review(agreement, "stopped", "", "", by=user, key=uuid.uuid4())
    Agreement.objects.filter(pk=agreement.pk).update(visibility=("confidential",))
    at_the_wall = User.objects.get(pk=cast.coordinator.pk)
    at_the_wall.is_projecting = True
    assert (can_stop(cast.coordinator, agreement), can_stop(at_the_wall, agreement)) == (True, False)
    Agreement.objects.filter(pk=agreement.pk).update(removed_at=timezone.now())
    assert not acts_for(cast.users["subject_teacher"], agreement)
