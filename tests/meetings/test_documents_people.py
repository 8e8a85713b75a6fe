"""Whose name stands where: households, the other parent, and the students of a group."""

import datetime

import pytest

from meetings.documents import copies_of
from meetings.models import Agreement, AgreementReview, Communication, FollowUp, InfoRequest, Meeting, Statement, Wish
from meetings.models.closure import PhaseDecision
from students.models import Guardian, Phase, ReasonableAdjustment
from tests.factories import Cast, make_guardian, make_meeting, make_student, seat
from tests.meetings.paper import Writer, document, flags, read, section, text_of

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once

FAMILY = flags("parents", "student", "class_sheet")


def everywhere(cast: Cast) -> None:
    """Both guardians in every line that the program writes."""
    write, meeting = Writer(cast), cast.meeting
    for guardian in (cast.mother, cast.father):
        seat(meeting, str(guardian), "guardian", role_label=f"rol van {guardian.first_name}")
        person = write.person(str(guardian))
        write.row(Communication, audience="parents", to=str(guardian), by=write.person(str(cast.father)))
        write.row(InfoRequest, question="Wat nog?", who=person, visibility=FAMILY)
        write.row(
            Statement, student=cast.student, by=person, text=f"Woorden van {guardian.first_name}.", date=meeting.date
        )
        write.wish(f"Wens van {guardian.first_name}.", "parents", guardian=guardian, visibility=FAMILY)
        write.seen("Verteld.", source="told_by_parent", told_by=guardian, observer=person, visibility=FAMILY)
    done = write.agreement("Samen lezen.", str(cast.mother), str(cast.father), cast.teacher.name, visibility=FAMILY)
    write.row(
        AgreementReview,
        agreement=done,
        by=write.person(str(cast.father)),
        date=meeting.date,
        progress="done",
        effect="works",
    )
    again = write.row(FollowUp, date=datetime.date(2026, 1, 8))
    again.write_part("attendees", [write.person(str(g)) for g in (cast.mother, cast.father)])
    write.wording("", "compliment", "Ik waardeer.", by=str(cast.father))


def test_another_household_is_the_other_parent_in_every_line(cast: Cast) -> None:
    everywhere(cast)
    hers = read(cast.meeting, "parents", guardian=cast.mother)
    assert "Bart" not in hers
    assert "Hilde Claes" in hers
    made = document(cast.meeting, "parents", guardian=cast.mother)
    for code in ("strengths", "info_requests", "agreements", "communication", "followup", "participants"):
        assert "e andere ouder" in section(made, code), code
    assert f"Hilde Claes, de andere ouder en {cast.teacher.name}" in section(made, "agreements")
    assert "Woorden van Hilde." in section(made, "statements")
    assert "Hilde" not in read(cast.meeting, "parents", guardian=cast.father)


@pytest.mark.parametrize(
    ("hers", "his", "named"),
    [
        (("joint", True), ("joint", True), True),
        (("joint", True), ("joint", False), False),
        (("joint", False), ("joint", True), False),
        (("joint", True), ("none_but_informed", True), False),
        (("exclusive", True), ("joint", True), False),
        (("foster", True), ("foster", True), False),
    ],
)
def test_one_household_is_joint_authority_and_one_home(
    cast: Cast, hers: tuple[str, bool], his: tuple[str, bool], named: bool
) -> None:
    everywhere(cast)
    for guardian, (authority, lives_with) in ((cast.mother, hers), (cast.father, his)):
        Guardian.objects.filter(pk=guardian.pk).update(authority=authority, lives_with=lives_with)
    mother = Guardian.objects.get(pk=cast.mother.pk)
    printed = read(cast.meeting, "parents", guardian=mother)
    assert ("Bart Vandamme" in printed) == named
    assert ("Wens van Bart." in printed) == named
    assert ("de andere ouder" in printed) == (not named)


def test_a_step_parent_is_not_named_on_a_copy(cast: Cast) -> None:
    make_guardian(cast.student, first_name="Jelle", last_name="Braem", authority="step_parent", receives_plan=False)
    Writer(cast).agreement("Mee lezen.", "Jelle Braem", visibility=FAMILY)
    assert "Jelle" not in read(cast.meeting, "parents", guardian=cast.mother)
    assert "Jelle Braem" in read(cast.meeting, "team")


def test_a_guardian_who_came_later_or_goes_by_the_first_name_is_known_too(cast: Cast) -> None:
    write = Writer(cast)
    write.agreement("Eerst.", "Later Gekomen", visibility=FAMILY)
    write.agreement("Dan.", "Bart", visibility=FAMILY)
    make_guardian(cast.student, first_name="Later", last_name="Gekomen", lives_with=False)
    printed = read(cast.meeting, "parents", guardian=cast.mother)
    assert "Gekomen" not in printed
    assert "Bart" not in printed


def test_team_and_student_read_everybody_by_name(cast: Cast) -> None:
    everywhere(cast)
    for reader in ("report", "team", "student"):
        printed = read(cast.meeting, reader)
        assert "Bart Vandamme" in printed
        assert "Hilde Claes" in printed
        assert "de andere ouder" not in printed


def test_a_copy_has_the_own_line_of_who_tells_whom(cast: Cast) -> None:
    write, teacher = Writer(cast), Writer(cast).person(cast.teacher.name)
    for to in ("Hilde Claes", "Bart Vandamme"):
        write.row(Communication, audience="parents", to=to, by=teacher, channel=f"lijn voor {to}")
    write.row(Communication, audience="teachers", to="het team", by=teacher, channel="lijn voor het team")
    hers = section(document(cast.meeting, "parents", guardian=cast.mother), "communication")
    assert "lijn voor Hilde Claes" in hers
    assert "lijn voor Bart" not in hers
    assert "lijn voor het team" not in hers
    assert section(document(cast.meeting, "student"), "communication") == ""


# --- which copies ---


def test_copies_go_to_whom_the_law_names_in_order(cast: Cast) -> None:
    make_guardian(cast.student, first_name="Nooit", authority="deprived", receives_plan=False)
    make_guardian(cast.student, first_name="Liever", authority="joint", receives_plan=False)
    copies = copies_of(cast.meeting, with_report=True)
    assert [(copy.reader.value, copy.student, copy.guardian) for copy in copies] == [
        ("team", cast.student, None),
        ("class_sheet", cast.student, None),
        ("parents", cast.student, cast.mother),
        ("parents", cast.student, cast.father),
        ("student", cast.student, None),
        ("report", None, None),
    ]
    assert [copy.reader.value for copy in copies_of(cast.meeting)][-1] == "student"


# --- a group ---

NAMES = ("Aya Zaroumi", "Jonas Deprettere", "Lotta Keyngaert")
PARENTS = ("Samira", "Evelien", "Pieter")


@pytest.fixture
def group(cast: Cast) -> Meeting:
    """A group of three with a row of each kind about each of them, and rows about all."""
    students = [
        make_student(cast.school, cast.class_group, first_name=name.split()[0], last_name=name.split()[1])
        for name in NAMES
    ]
    meeting = make_meeting(students, by=cast.coordinator, status="closed", title="Groepje van Aya, Jonas en Lotta")
    meeting.status = "in_progress"
    meeting.save()
    meeting.group.name = "Aya, Jonas en Lotta"
    meeting.group.save()
    write = Writer(cast, meeting)
    seat(meeting, cast.teacher, role_label="juf")
    phases = Phase.objects.in_bulk()
    people = []
    for student, parent in zip(students, PARENTS, strict=True):
        guardian = make_guardian(student, first_name=parent)
        name = student.roepnaam
        seat(meeting, str(guardian), "guardian", role_label=f"ouder van {name}", subject=student)
        seat(meeting, str(student), "student", role_label=f"kleuter {name}", subject=student)
        people += [write.person(str(guardian)), write.person(str(student))]
        write.seen(f"Sterkte van {name}.", subject=student, visibility=FAMILY)
        write.seen(f"Moeilijk voor {name}.", "difficulty", subject=student, visibility=FAMILY)
        write.seen(f"Verteld over {name}.", told_by=guardian, source="told_by_parent", visibility=FAMILY)
        write.wish(f"Wens van {name}.", "student", subject=student, visibility=FAMILY)
        write.wish(f"Wens thuis van {name}.", "parents", subject=student, guardian=guardian, visibility=FAMILY)
        write.factor(f"Kenmerk van {name}.", subject=student, cluster=f"Cluster van {name}", visibility=FAMILY)
        goal = write.goal(f"Doel van {name}.", subject=student, visibility=FAMILY, status="partly")
        write.need(f"Behoefte van {name}.", goal=goal, subject=student, visibility=FAMILY)
        write.agreement(f"Afspraak voor {name}.", cast.teacher.name, subject=student, visibility=FAMILY)
        write.agreement("Samen doen, allemaal.", cast.teacher.name, *(str(p) for p in people), visibility=FAMILY)
        write.agreement(f"Thuis bij {name}.", str(guardian), visibility=FAMILY)
        write.agreement("Nog iets thuis.", f"mama van {name}", visibility=FAMILY)
        write.adjustment(f"Aanpassing voor {name}.", student, visibility=FAMILY)
        write.row(
            Communication,
            subject=student,
            audience="parents",
            to=str(guardian),
            by=people[0],
            channel=f"bericht aan {parent}",
        )
        write.row(Communication, audience="student", to=str(student), by=write.person(cast.teacher.name))
        write.row(
            PhaseDecision, student=student, guidance_domain="all", before=phases["broad_basic"], after=phases["increased"],
            reason=f"Fase van {name}.",
        )  # fmt: skip
        write.row(
            Statement, student=student, by=write.person(str(guardian)), text=f"Woorden over {name}.", date=meeting.date
        )
        write.wording("", "compliment", f"Ik waardeer {name}.", student, by=str(guardian))
        write.wording("parents", "reason", f"Waarom voor {name}.", student)
    write.seen("Allemaal samen lukt het.", domain="ols", visibility=FAMILY)
    again = write.row(FollowUp, date=datetime.date(2026, 1, 8))
    again.write_part("attendees", [*people, write.person(cast.teacher.name)])
    return meeting


def test_a_document_about_one_student_names_no_other(group: Meeting, cast: Cast) -> None:
    for n, student in enumerate(group.students):
        others = {part for i, name in enumerate(NAMES) if i != n for part in (*name.split(), PARENTS[i])}
        for copy in (copy for copy in copies_of(group) if copy.student == student):
            printed = read(group, copy.reader, student, copy.guardian)
            assert [name for name in others if name in printed] == [], copy.reader
            assert student.roepnaam in printed
            assert "Allemaal samen lukt het." in printed


def test_a_document_about_one_student_holds_the_own_rows(group: Meeting, cast: Cast) -> None:
    team = read(group, "team", group.students[1])
    for text in (
        "Sterkte van Jonas.", "Moeilijk voor Jonas.", "Verteld over Jonas.", "Wens van Jonas.", "Wens thuis van Jonas.",
        "Kenmerk van Jonas.", "Doel van Jonas.", "Behoefte van Jonas.", "Afspraak voor Jonas.", "Thuis bij Jonas.",
        "Aanpassing voor Jonas.", "bericht aan Evelien", "Fase van Jonas.", "Ik waardeer Jonas.", "ouder van Jonas",
        f"{cast.teacher.name}, Evelien Deprettere en Jonas Deprettere",
    ):  # fmt: skip
        assert text in team, text


def test_the_report_of_a_group_is_the_whole_and_says_about_whom(group: Meeting) -> None:
    report = read(group, "report")
    for name in NAMES:
        assert f"Sterkte van {name.split()[0]}." in report
        assert name in report
    made = text_of(document(group, "report"))
    assert "Jonas:" in made
    assert "Aya, Jonas en Lotta" in made


def test_every_kind_of_row_was_there_to_leak(group: Meeting) -> None:
    kinds = (Agreement, Communication, PhaseDecision, Statement, Wish)
    assert all(model.objects.filter(meeting=group).count() >= 3 for model in kinds)
    assert ReasonableAdjustment.objects.filter(came_with=group.pk).count() == 3


def test_the_seat_of_a_namesake_keeps_its_own_words_to_itself(cast: Cast) -> None:
    lotte, other = (make_student(cast.school, cast.class_group, first_name=name) for name in ("Lotte", "Charlotte"))
    mother = make_guardian(lotte, first_name="An", last_name="Peeters", relation="moeder")
    foster = make_guardian(other, first_name="An", last_name="Peeters", relation="pleegouder")
    meeting = make_meeting([lotte, other], by=cast.coordinator)
    seat(meeting, "An Peeters", "guardian", role_label="pleegmama van Charlotte", subject=other)
    hers = section(document(meeting, "parents", lotte, mother), "participants")
    assert "An Peeters" in hers
    assert "moeder" in hers
    assert "pleegmama" not in read(meeting, "parents", lotte, mother) + read(meeting, "team", lotte)
    assert "pleegmama van Charlotte" in read(meeting, "parents", other, foster)
    assert "pleegmama van Charlotte" in read(meeting, "report")
