"""Today: what lies before somebody, and nothing that is not theirs to read; counts of phases without judgement."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import FollowUp, InfoRequest, Meeting, StepText
from students.models import Phase, PhaseRecord
from tests.factories import Cast, make_grant, make_item, make_meeting, make_role, make_school, make_student, seat
from tests.meetings.test_reviewing import close, make_agreement

DAYS = datetime.timedelta(days=1)
CARE = ("care_coordinator", "principal", "care_teacher")


def today() -> datetime.date:
    return timezone.localdate()


def planned(cast: Cast, days: int, **fields: Any) -> Meeting:
    student = make_student(cast.school, cast.class_group)
    return make_meeting([student], by=cast.coordinator, status="planned", date=today() + days * DAYS, **fields)


def ask(meeting: Meeting, question: str) -> None:
    StepText.objects.filter(meeting=meeting, field="help_question").update(text=question)


def found(answer: Any, section: str) -> list[Any]:
    return [one.pk for one in answer.context["meetings"][section]]


def test_a_coordinator_sees_the_meetings_with_their_questions(cast: Cast, sign_in) -> None:
    ask(cast.meeting, "Hoe helpen we Nore beginnen?")
    early, late = (
        planned(cast, 0, start=datetime.time(9)),
        planned(cast, 0, start=datetime.time(10, 40), end=datetime.time(11, 25)),
    )
    older = make_meeting([cast.student], by=cast.coordinator, date=today() - 9 * DAYS)
    soon, far = planned(cast, 20), planned(cast, 29)
    planned(cast, -1)
    Meeting.objects.filter(pk=planned(cast, 2).pk).update(status="cancelled")
    answer = sign_in(cast.coordinator).get("/")
    page = answer.content.decode()
    assert found(answer, "today") == [cast.meeting.pk, early.pk, late.pk]
    assert (found(answer, "begun"), found(answer, "upcoming")) == ([older.pk], [soon.pk])
    assert str(far.pk) not in page
    assert "Hoe helpen we Nore beginnen?" in page
    assert "45 min." in page
    assert "/besprekingen/nieuw/" in page


def test_a_closed_meeting_of_today_stays_in_the_list(cast: Cast, sign_in) -> None:
    close(cast.meeting)
    assert found(sign_in(cast.coordinator).get("/"), "today") == [cast.meeting.pk]
    assert found(sign_in(cast.teacher).get("/"), "today") == []


def test_everybody_sees_own_meetings_only(cast: Cast, sign_in) -> None:
    ask(cast.meeting, "kanarie-hulpvraag")
    other = planned(cast, 3)
    Meeting.objects.filter(pk=other.pk).update(title="kanarie-titel")
    ask(other, "kanarie-andere-vraag")
    at_the_table = {"homeroom_teacher", "clb_worker", "learning_supporter"}
    for role, user in cast.users.items():
        answer = sign_in(user).get("/")
        page = answer.content.decode()
        assert (found(answer, "today") == [cast.meeting.pk]) == (role in at_the_table or role in CARE), role
        assert ("kanarie-hulpvraag" in page) == (role in at_the_table or role in CARE), role
        assert ("kanarie-andere-vraag" in page) == (role in CARE), role
        assert "kanarie-titel" not in page
        assert ("/besprekingen/nieuw/" in page) == (role == "care_coordinator"), role
    for user in cast.others.values():
        assert "kanarie" not in sign_in(user).get("/").content.decode()


def test_a_question_is_shown_only_to_who_may_read_the_text(cast: Cast, sign_in) -> None:
    """The CLB still reads a closed meeting that was opened to it, but of its items only what is flagged."""
    ask(cast.meeting, "kanarie-hulpvraag")
    close(cast.meeting)
    answer = sign_in(cast.users["clb_worker"]).get("/")
    assert found(answer, "today") == [cast.meeting.pk]
    assert "kanarie" not in answer.content.decode()


def test_agreements_come_due_this_week_the_oldest_first(cast: Cast, sign_in) -> None:
    expected = [make_agreement(cast, what=f"over {n}", due=today() + n * DAYS) for n in (-3, 0, 7)]
    make_agreement(cast, what="kanarie later", due=today() + 8 * DAYS)
    make_agreement(cast, what="kanarie gedaan", due=today(), status="done")
    make_agreement(cast, what="kanarie zonder dag")
    for role in (*CARE, "homeroom_teacher"):
        answer = sign_in(cast.users[role]).get("/")
        assert [task.pk for task in answer.context["agreements"]] == [row.pk for row in expected], role
        assert [task.is_urgent for task in answer.context["agreements"]] == [True, True, False]
        assert answer.context["counts"]["running"] == 5
        assert "kanarie" not in answer.content.decode()


def test_a_teacher_sees_own_agreements_only(cast: Cast, sign_in) -> None:
    mine = make_agreement(cast, due=today())
    make_agreement(cast, cast.coordinator.name, what="kanarie van een ander", due=today())
    make_agreement(cast, what="kanarie vertrouwelijk", due=today(), visibility=("confidential",))
    answer = sign_in(cast.teacher).get("/")
    assert [task.pk for task in answer.context["agreements"]] == [mine.pk]
    assert "kanarie" not in answer.content.decode()


def test_only_who_may_report_gets_the_link(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast, due=today())
    link = f"/afspraken/{agreement.pk}/nazicht/"
    linked = {
        role for role in (*CARE, "homeroom_teacher") if link in sign_in(cast.users[role]).get("/").content.decode()
    }
    assert linked == {"care_coordinator", "homeroom_teacher"}


@pytest.mark.parametrize(
    ("moment", "urgent"), [("2026-11-24T22:59:00+00:00", False), ("2026-11-24T23:00:00+00:00", True)]
)
def test_the_day_turns_at_midnight_in_brussels(cast: Cast, sign_in, moment: str, urgent: bool) -> None:
    make_agreement(cast, due=datetime.date(2026, 11, 25))
    meeting = make_meeting([cast.student], by=cast.coordinator, status="planned", date=datetime.date(2026, 11, 25))
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
        answer = sign_in(cast.coordinator).get("/")
    assert [task.is_urgent for task in answer.context["agreements"]] == [urgent]
    assert meeting.pk in found(answer, "today" if urgent else "upcoming")


def test_questions_to_find_out(cast: Cast, sign_in) -> None:
    person = cast.meeting.person(cast.teacher.name)
    mine = make_item(cast.meeting, "inforequest", cast.coordinator, question="Wat helpt?", who=person, due=today())
    other = make_item(cast.meeting, "inforequest", cast.coordinator, question="kanarie", due=today() - DAYS)
    make_item(cast.meeting, "inforequest", cast.coordinator, question="later", due=today() + 8 * DAYS)
    done = make_item(cast.meeting, "inforequest", cast.coordinator, question="klaar", due=today())
    InfoRequest.objects.filter(pk=done.pk).update(status="done")
    by_role = {
        role: [task.pk for task in sign_in(cast.users[role]).get("/").context["questions"]]
        for role in (*CARE, "homeroom_teacher", "subject_teacher")
    }
    assert by_role == {role: [other.pk, mine.pk] for role in CARE} | {
        "homeroom_teacher": [mine.pk],
        "subject_teacher": [],
    }


def test_a_question_to_find_out_goes_with_the_right_to_read_it_and_with_the_question(cast: Cast, sign_in) -> None:
    person = cast.meeting.person(cast.teacher.name)
    row = make_item(cast.meeting, "inforequest", cast.coordinator, question="Wat helpt?", who=person, due=today())
    removed = make_item(cast.meeting, "inforequest", cast.coordinator, question="Toch niet", who=person, due=today())
    InfoRequest.objects.filter(pk=removed.pk).update(removed_at=timezone.now())

    def asked(user: Any) -> list[Any]:
        return [task.pk for task in sign_in(user).get("/").context["questions"]]

    assert asked(cast.teacher) == asked(cast.coordinator) == [row.pk]
    close(cast.meeting)  # with it goes the place at the table, and what somebody was asked there
    assert (asked(cast.teacher), asked(cast.coordinator)) == ([], [row.pk])


def test_a_follow_up_that_was_taken_away_is_not_planned(cast: Cast, sign_in) -> None:
    make_item(cast.meeting, "followup", cast.coordinator, date=today() + 5 * DAYS, purpose="Kijken wat hielp")
    close(cast.meeting)
    browser = sign_in(cast.coordinator)
    assert [one.meeting for one in browser.get("/").context["to_plan"]] == [cast.meeting.pk]
    FollowUp.objects.update(removed_at=timezone.now())
    assert browser.get("/").context["to_plan"] == []


def test_follow_ups_to_plan(cast: Cast, sign_in) -> None:
    def follow_up(days: int) -> FollowUp:
        student = make_student(cast.school, cast.class_group)
        meeting = make_meeting([student], by=cast.coordinator, date=today() - 30 * DAYS)
        make_item(meeting, "followup", cast.coordinator, date=today() + days * DAYS, purpose="Kijken wat hielp")
        close(meeting)
        return FollowUp.objects.get(meeting=meeting)

    wanted, passed, planned_already, _far = follow_up(10), follow_up(-2), follow_up(11), follow_up(29)
    cancelled = follow_up(12)
    for row, status in ((planned_already, "planned"), (cancelled, "cancelled")):
        make_meeting(row.meeting.students, by=cast.coordinator, status=status, date=today() + 9 * DAYS)
    make_item(cast.meeting, "followup", cast.coordinator, date=today() + 5 * DAYS)  # of a meeting that still runs
    for role in (*CARE, "homeroom_teacher", "clb_worker"):
        answer = sign_in(cast.users[role]).get("/")
        expected = [passed, wanted, cancelled] if role in CARE else []
        assert [one.meeting for one in answer.context["to_plan"]] == [row.meeting_id for row in expected], role
        link = f"/besprekingen/nieuw/?after={wanted.meeting_id}"
        assert (link in answer.content.decode()) == (role == "care_coordinator")


def in_phase(student: Any, number: int, domain: str = "learning", **more: Any) -> None:
    PhaseRecord.decide(
        student, domain, Phase.objects.get(number=number), on=more.pop("on", today()), reason="kanarie", by=None
    )


def test_the_continuum_counts_each_student_once_at_the_widest_support(cast: Cast, sign_in) -> None:
    students = [make_student(cast.school, cast.class_group) for _n in range(7)]
    in_phase(students[0], 1)
    in_phase(students[0], 2, "wellbeing")
    in_phase(students[1], 1)
    in_phase(students[2], 1, on=today() - 40 * DAYS)
    in_phase(students[2], 0)
    answer = sign_in(cast.coordinator).get("/")
    (continuum,) = answer.context["continuums"]
    assert continuum.students == 8
    assert [share.students for share in continuum.shares] == [6, 1, 1, 0]
    assert [share.percent for share in continuum.shares] == ["75,0", "12,5", "12,5", "0,0"]
    assert [share.guide for share in continuum.shares] == ["80–85 %", "10–15 %", "5–10 %", ""]
    assert (continuum.shares[0].bar, continuum.shares[0].guide_x, continuum.shares[0].guide_width) == (
        "300.0",
        "320.0",
        "20.0",
    )
    assert (continuum.less, continuum.more) == (1, 2)
    assert "kanarie" not in answer.content.decode()


def test_fewer_than_five_students_give_no_continuum(cast: Cast, sign_in) -> None:
    for _n in range(3):
        make_student(cast.school, cast.class_group)
    assert sign_in(cast.coordinator).get("/").context["continuums"] == []
    make_student(cast.school, cast.class_group)
    assert len(sign_in(cast.coordinator).get("/").context["continuums"]) == 1


def test_the_continuum_is_for_who_answers_for_the_support_of_the_school(cast: Cast, sign_in) -> None:
    for _n in range(5):
        student = make_student(cast.school, cast.class_group)
        in_phase(student, 1)
        for role in ("clb_worker", "learning_supporter"):
            make_grant(cast.users[role], student, scope="file")
    shown = {role for role, user in cast.users.items() if sign_in(user).get("/").context["continuums"]}
    assert shown == {"care_coordinator", "principal"}
    assert not any(sign_in(user).get("/").context["continuums"] for user in cast.others.values())


def test_a_role_at_one_school_opens_nothing_at_another(cast: Cast, sign_in) -> None:
    """A coordinator elsewhere who teaches here sees here as a teacher."""
    elsewhere = make_school()
    make_role(cast.teacher, elsewhere, "care_coordinator")
    for _n in range(5):
        make_student(cast.school, cast.class_group)
    make_agreement(cast, cast.coordinator.name, what="kanarie", due=today())
    answer = sign_in(cast.teacher).get("/")
    assert (answer.context["continuums"], answer.context["agreements"]) == ([], [])


def test_what_somebody_typed_is_text_and_no_markup(cast: Cast, sign_in) -> None:
    evil = '<b hx-get="/">{{ 1 }}</b>'
    ask(cast.meeting, evil)
    make_agreement(cast, what=evil, due=today())
    make_item(cast.meeting, "inforequest", cast.coordinator, question=evil, due=today())
    page = sign_in(cast.coordinator).get("/").content.decode()
    assert page.count("&lt;b hx-get=") == 3
    assert "<b hx-get" not in page


@pytest.mark.parametrize("role", ["care_coordinator", "homeroom_teacher"])
def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in, role: str) -> None:
    user = cast.users[role]

    def one_more(n: int) -> None:
        student = make_student(cast.school, cast.class_group)
        in_phase(student, n % 3)
        meeting = make_meeting([student], by=cast.coordinator, date=today() + n * DAYS)
        seat(meeting, user, role)
        ask(meeting, "Hoe?")
        person = meeting.person(user.name)
        make_agreement(cast, user.name, meeting=meeting, due=today())
        make_item(meeting, "inforequest", cast.coordinator, question="Wat?", who=person, due=today())
        past = make_meeting(
            [make_student(cast.school, cast.class_group)], by=cast.coordinator, date=today() - 30 * DAYS
        )
        make_item(past, "followup", cast.coordinator, date=today() + n * DAYS)
        close(past)

    def queries() -> int:
        browser = sign_in(user)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/").status_code == 200
        return len(seen)

    for n in range(3):
        one_more(n)
    few = queries()
    for n in range(3, 13):
        one_more(n)
    assert queries() == few
