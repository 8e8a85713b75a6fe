"""The page of one student: what opens it, and what of it each reader gets."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from hgw.audit.models import Action, Entry
from meetings.models import Agreement, Goal, Meeting, Observation, Plan, PlanText
from meetings.student_page import ladder
from students.models import (
    Consent,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
    StudentAccessGrant,
)
from students.timeline import timeline
from tests.access_case import make_row
from tests.factories import Cast, make_grant, make_meeting, make_student

TODAY = timezone.localdate()


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def url(cast: Cast) -> str:
    return reverse("student", args=[cast.student.pk])


def record(
    cast: Cast, code: str, since: datetime.date, until: datetime.date | None = None, **fields: Any
) -> PhaseRecord:
    given: dict[str, Any] = {"guidance_domain": "learning", "direction": "up", "reason": f"reden {code}"}
    phase = Phase.objects.get(code=code)
    return PhaseRecord.objects.create(
        school=cast.school, student=cast.student, phase=phase, since=since, until=until, **(given | fields)
    )


FILE = "care_coordinator principal care_teacher"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        *((role, 200) for role in f"{FILE} homeroom_teacher clb_worker learning_supporter school_admin".split()),
        ("subject_teacher", 404),
        ("adviser", 404),
    ],
)
def test_who_may_open_it(cast: Cast, sign_in: Any, role: str, status: int) -> None:
    assert sign_in(cast.users[role]).get(url(cast)).status_code == status


def test_the_page_leads_each_to_what_is_theirs_to_do(cast: Cast, sign_in: Any) -> None:
    asked = {"may_change", "may_plan", "may_grant", "may_review_looks", "may_unlock"}

    def may(role: str) -> set[str]:
        page = sign_in(cast.users[role]).get(reverse("student", args=(cast.student.pk,)))
        return {name for name in asked if page.context[name]}

    assert may("care_coordinator") == asked - {"may_unlock"}
    assert may("principal") == {"may_grant", "may_review_looks"}
    assert may("school_admin") == {"may_change"}
    assert may("homeroom_teacher") == {"may_unlock"}
    assert may("care_teacher") == may("clb_worker") == may("learning_supporter") == set()


def test_at_another_school_the_student_does_not_exist(cast: Cast, sign_in: Any) -> None:
    for user in cast.others.values():
        assert sign_in(user).get(url(cast)).status_code == 404
    assert sign_in().get(url(cast)).status_code == 302


def test_that_somebody_looked_is_in_the_trace(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.teacher).get(url(cast))

    entry = Entry.objects.get(action=Action.STUDENT_OPENED)
    assert (entry.who, entry.object, entry.student) == (cast.teacher.pk, cast.student.pk, cast.student.pk)


# --- what opens the page ---


def test_strengths_of_the_newest_meeting_open_the_page(cast: Cast, sign_in: Any) -> None:
    older = make_meeting([cast.student], by=cast.coordinator, date=ago(100))
    make_row(Observation, older, text="een oude sterkte")
    make_row(Observation, cast.meeting, text="begint vlot")
    make_row(Observation, cast.meeting, text="kanariemoeilijk", valence="difficulty")

    answer = sign_in(cast.coordinator).get(url(cast))

    assertContains(answer, "begint vlot")
    assertNotContains(answer, "een oude sterkte")
    assertNotContains(answer, "kanariemoeilijk")
    body = answer.content.decode()
    assert body.index("begint vlot") < body.index('id="h-goals"')


def test_a_meeting_without_strengths_leaves_those_of_the_one_before(cast: Cast, sign_in: Any) -> None:
    make_row(Observation, cast.meeting, text="begint vlot")
    make_meeting([cast.student], by=cast.coordinator, date=TODAY + datetime.timedelta(20), status="planned")

    assertContains(sign_in(cast.coordinator).get(url(cast)), "begint vlot")


def test_what_is_confidential_stays_on_the_pages_of_the_meeting(cast: Cast, sign_in: Any) -> None:
    for model, field in ((Observation, "text"), (Goal, "then_can")):
        make_row(model, cast.meeting, visibility=("confidential",), **{field: "kanariegeheim"})

    assertNotContains(sign_in(cast.coordinator).get(url(cast)), "kanariegeheim")


def test_the_newest_compliment_stands_there_in_the_words_it_was_given_in(cast: Cast, sign_in: Any) -> None:
    plan = Plan.objects.get(meeting=cast.meeting)
    PlanText.objects.create(
        school=cast.school, meeting=cast.meeting, plan=plan, reader="", section="compliment",
        text="Ik waardeer dat je volhoudt.", by=cast.meeting.person("Katrijn"),
    )  # fmt: skip

    for role, seen in (("care_coordinator", True), ("school_admin", False)):
        answer = sign_in(cast.users[role]).get(url(cast))
        assert ("Ik waardeer dat je volhoudt." in answer.content.decode()) is seen
    Meeting.objects.update(status="closed")
    assertNotContains(sign_in(cast.teacher).get(url(cast)), "Ik waardeer")


def test_a_strength_of_another_student_of_the_group_is_not_here(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    group = make_meeting([cast.student, other], by=cast.coordinator, date=TODAY + datetime.timedelta(1))
    make_row(Observation, group, text="kanarieander", subject=other)
    make_row(Observation, group, text="van allebei")
    make_row(Agreement, group, what="kanarieander", subject=other)

    answer = sign_in(cast.coordinator).get(url(cast))

    assertContains(answer, "van allebei")
    assertNotContains(answer, "kanarieander")


# --- the ladder ---


def test_the_ladder_goes_from_the_long_goal_down_to_what_was_reached(cast: Cast) -> None:
    def goal(horizon: str, target: datetime.date | None, status: str = "open") -> Goal:
        made: Goal = make_row(Goal, cast.meeting, horizon=horizon, target_date=target, status=status)
        return made

    reached, soon = goal("quick", ago(9), "reached"), goal("quick", TODAY + datetime.timedelta(9))
    later, far = goal("quick", TODAY + datetime.timedelta(50)), goal("long", TODAY + datetime.timedelta(200))

    rungs = [(rung.goal, rung.place) for rung in ladder([reached, soon, later, far])]

    assert rungs == [(far, "top"), (later, "later"), (soon, "now"), (reached, "reached")]


def test_a_goal_that_was_reached_before_stays_on_the_ladder_and_a_dropped_one_does_not(
    cast: Cast, sign_in: Any
) -> None:
    older = make_meeting([cast.student], by=cast.coordinator, date=ago(100), status="closed")
    make_row(Goal, older, then_can="vertelt de eerste stap", status="reached")
    make_row(Goal, older, then_can="van toen, nog niet", status="not_yet")
    make_row(Goal, cast.meeting, then_can="begint binnen twee minuten")
    make_row(Goal, cast.meeting, then_can="niet meer nodig", status="dropped")

    answer = sign_in(cast.coordinator).get(url(cast))

    assert [rung.goal.then_can for rung in answer.context["rungs"]] == [
        "begint binnen twee minuten",
        "vertelt de eerste stap",
    ]


# --- phases ---


def test_a_homeroom_teacher_reads_the_phase_of_today_and_no_way_to_it(cast: Cast, sign_in: Any) -> None:
    record(cast, "extended", ago(200), ago(50), reason="kanariereden")
    record(cast, "increased", ago(50), direction="down", reason="kanariereden")

    answer = sign_in(cast.teacher).get(url(cast))

    assertContains(answer, str(Phase.objects.get(code="increased")))
    assertNotContains(answer, str(Phase.objects.get(code="extended")))
    assertNotContains(answer, "kanariereden")
    assertNotContains(answer, "<svg")


@pytest.mark.parametrize("role", FILE.split())
def test_the_way_up_and_down_is_drawn_and_stands_in_a_table_with_reasons(cast: Cast, sign_in: Any, role: str) -> None:
    record(cast, "extended", ago(200), ago(50), reason="meer nodig")
    record(cast, "increased", ago(50), direction="down", reason="school kan verder")

    answer = sign_in(cast.users[role]).get(url(cast))

    assertContains(answer, "<svg", count=1)
    for words in ("meer nodig", "school kan verder"):
        assertContains(answer, words)


def test_the_drawing_stacks_what_runs_and_goes_down_too(cast: Cast) -> None:
    phases = list(Phase.objects.all())
    rows = [record(cast, "extended", ago(200), ago(50)), record(cast, "increased", ago(50))]

    drawn = timeline(rows, phases, TODAY)

    assert [band.number for band in drawn.bands] == [0, 1, 2, 0, 1]
    first, second = drawn.dots
    assert first.y < second.y  # less support lies lower
    assert drawn.path.startswith(f"M{first.x} {first.y}H{second.x}V{second.y}H")
    assert not [x for x in (*(d.x for d in drawn.dots), *(b.x for b in drawn.bands)) if "," in x]
    assert {band.x for band in drawn.bands if band.number == 2} == {first.x}


def test_a_drawing_of_one_day_does_not_break(cast: Cast) -> None:
    drawn = timeline([record(cast, "iac_ov4", TODAY)], list(Phase.objects.all()), TODAY)

    assert {band.width for band in drawn.bands} == {"0.0"}


# --- the file ---


@pytest.fixture
def file(cast: Cast) -> Cast:
    """Something of everything in the file, that came with no meeting."""
    for model, words in (
        (ReasonableAdjustment, {"description": "woordaanpassing"}),
        (LegalReport, {"issued_by": "woordverslag"}),
        (Consent, {"what": "woordtoestemming"}),
    ):
        make_row(model, cast.meeting, **words)
    type(cast.father).objects.filter(pk=cast.father.pk).update(note_restriction="woordbeperking", email="v@h.example")
    type(cast.student).objects.filter(pk=cast.student.pk).update(competence_note="woordbekwaam")
    StudentAccessGrant.objects.filter(user=cast.users["clb_worker"]).update(reason="woordtoegang")
    return cast


GUARDIANS = ("Hilde Claes", "woordbeperking", "woordbekwaam")
FILED = ("woordaanpassing", "woordverslag", "woordtoestemming")
WORDS = (*GUARDIANS, *FILED, "woordtoegang")


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("care_coordinator", set(WORDS)),
        ("principal", set(WORDS)),
        ("care_teacher", set(WORDS) - {"woordtoegang"}),
        ("homeroom_teacher", {"woordaanpassing"}),
        ("clb_worker", {"woordaanpassing", "woordverslag", "woordtoestemming", "woordtoegang"}),
        ("learning_supporter", {"woordaanpassing", "woordverslag", "woordtoestemming"}),
        ("school_admin", set()),
    ],
)
def test_each_reads_what_the_matrix_says(file: Cast, sign_in: Any, role: str, seen: set[str]) -> None:
    body = sign_in(file.users[role]).get(url(file)).content.decode()

    assert {word for word in WORDS if word in body} == seen


def test_who_was_granted_the_file_reads_guardians_but_no_restriction(file: Cast, sign_in: Any) -> None:
    StudentAccessGrant.objects.filter(user=file.users["clb_worker"]).update(scope="file")

    answer = sign_in(file.users["clb_worker"]).get(url(file))

    assertContains(answer, "Hilde Claes")
    assertNotContains(answer, "woordbeperking")
    assertNotContains(answer, "v@h.example")
    assertNotContains(answer, "woordbekwaam")


def test_a_grant_of_the_plan_opens_no_file(cast: Cast, sign_in: Any) -> None:
    StudentAccessGrant.objects.all().delete()
    make_grant(cast.users["clb_worker"], cast.student, scope="plan")
    make_row(Consent, cast.meeting, what="woordtoestemming")
    make_row(Observation, cast.meeting, text="woordsterk")
    record(cast, "increased", ago(5), reason="woordreden")

    body = sign_in(cast.users["clb_worker"]).get(url(cast)).content.decode()

    assert not [word for word in ("woordtoestemming", "woordsterk", "woordreden", "Hilde Claes") if word in body]


def test_the_page_says_who_gets_a_copy_and_why(cast: Cast, sign_in: Any) -> None:
    type(cast.mother).objects.filter(pk=cast.mother.pk).update(receives_plan=False)
    type(cast.father).objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)

    answer = sign_in(cast.coordinator).get(url(cast))

    copies = {str(guardian): words for guardian, words in answer.context["guardians"]}
    assert copies["Hilde Claes"] != copies["Bart Vandamme"]
    for words in copies.values():
        assertContains(answer, words, html=False)


# --- agreements, meetings, documents ---


def test_agreements_stand_there_until_they_are_finished_or_called_off(cast: Cast, sign_in: Any) -> None:
    make_row(Agreement, cast.meeting, what="legt stap 1 op een kaartje", why="om te beginnen")
    make_row(Agreement, cast.meeting, what="is al gedaan", status="done")
    off = make_meeting([cast.student], by=cast.coordinator, status="cancelled")
    make_row(Agreement, off, what="van een afgelaste bespreking")

    answer = sign_in(cast.coordinator).get(url(cast))

    assertContains(answer, "legt stap 1 op een kaartje")
    assertContains(answer, "om te beginnen")
    assertNotContains(answer, "is al gedaan")
    assertNotContains(answer, "van een afgelaste")


def test_meetings_one_does_not_read_are_not_listed(cast: Cast, sign_in: Any) -> None:
    make_meeting([cast.student], by=cast.coordinator, title="kanarietitel")

    assertContains(sign_in(cast.coordinator).get(url(cast)), "kanarietitel")
    answer = sign_in(cast.teacher).get(url(cast))
    assertNotContains(answer, "kanarietitel")
    assertContains(answer, reverse("meeting", args=[cast.meeting.pk]))


def test_a_teacher_finds_the_class_sheet_after_the_closing(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.update(status="closed")
    Plan.objects.update(status="final")
    plan = Plan.objects.get()

    answer = sign_in(cast.teacher).get(url(cast))

    sheet = reverse("document_preview", args=[plan.pk, "class_sheet"])
    assertContains(answer, sheet)
    assert sign_in(cast.teacher).get(sheet).status_code == 200
    assertNotContains(sign_in(cast.users["school_admin"]).get(url(cast)), "/plannen/")
