"""The print table, cell by cell: which texts are in which document, with the flag and without it."""

import datetime
from collections.abc import Callable

import pytest

from meetings.documents.sections import TABLE
from meetings.models import Addendum, ClbContribution, Communication, FollowUp, MeetingGoal, Statement, StepText
from meetings.models.closure import PhaseDecision
from students.models import Consent, Phase
from tests.factories import Cast, seat
from tests.meetings.paper import Writer, document, flags, read, section

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once

READERS = ("report", "team", "class_sheet", "parents", "student")
# The table of the law as it stands on paper: code, then the five documents in the order of READERS.
LAW = """
header            P P P P P
strengths         P P P P P
compliment        P P — P P
wishes_student    P P — C P
wishes_parents    P P — P C
reason            P P — P —
difficulties      P P — C —
insight_ll        P P — C —
insight_ols       P P — C —
insight_opv       P P — C —
info_requests     P P — C —
goals             P P P P P
needs_student     P P P P P
needs_team        P P C — —
needs_parents     P P — P —
adjustments       P P P P P
agreements        P P P P P
communication     P P — P P
followup          P P P P P
evaluation        P P — P P
clb_contribution  P P — C C
phase             P P — C —
participants      P P — P —
ack               — P — P C
meeting           P — — — —
statements        P — — P P
addenda           P — — — —
"""
CELLS = {line.split()[0]: dict(zip(READERS, line.split()[1:], strict=True)) for line in LAW.strip().splitlines()}


def test_the_table_is_the_law() -> None:
    assert {row.code: {reader: row.cell(reader) for reader in READERS} for row in TABLE} == CELLS
    assert [row.code for row in TABLE] == list(CELLS)
    assert all(row.why for row in TABLE)


def _clb(write: Writer, text: str, readers: tuple[str, ...]) -> None:
    student = write.meeting.students[0]
    Consent.objects.create(
        school=student.school, student=student, kind_of_consent="clb_to_school", given_by="Hilde Claes", granted=True,
        what="iets", date=datetime.date(2025, 11, 1),
    )  # fmt: skip
    write.row(ClbContribution, text=text, visibility=readers)


def _evaluated(write: Writer, text: str, readers: tuple[str, ...]) -> None:
    write.goal(text, status="partly", visibility=readers)


ITEMS: dict[str, Callable[[Writer, str, tuple[str, ...]], object]] = {
    "strengths": lambda write, text, readers: write.seen(text, visibility=readers),
    "difficulties": lambda write, text, readers: write.seen(text, "difficulty", visibility=readers),
    "wishes_student": lambda write, text, readers: write.wish(text, "student", visibility=readers),
    "wishes_parents": lambda write, text, readers: write.wish(text, "parents", visibility=readers),
    "insight_ll": lambda write, text, readers: write.factor(text, visibility=readers),
    "insight_ols": lambda write, text, readers: write.factor(text, domain="ols", visibility=readers),
    "insight_opv": lambda write, text, readers: write.factor(text, domain="opv", visibility=readers),
    "info_requests": lambda write, text, readers: write("inforequest", question=text, visibility=readers),
    "goals": lambda write, text, readers: write.goal(text, visibility=readers),
    "needs_student": lambda write, text, readers: write.need(text, visibility=readers),
    "needs_team": lambda write, text, readers: write.need(text, "teacher", visibility=readers),
    "needs_parents": lambda write, text, readers: write.need(text, "parents", visibility=readers),
    "adjustments": lambda write, text, readers: write.adjustment(text, visibility=readers),
    "agreements": lambda write, text, readers: write.agreement(text, visibility=readers),
    "clb_contribution": _clb,
}
OWN = {("wishes_student", "student"), ("wishes_parents", "parents")}  # always on one's own copy


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("code", ITEMS)
def test_an_item_is_printed_where_cell_and_flag_say_so(cast: Cast, code: str, reader: str) -> None:
    write = Writer(cast)
    others = [other for other in ("class_sheet", "parents", "student", "clb") if other != reader]
    if code != "clb_contribution":  # of this there is one in a meeting
        ITEMS[code](write, "Zonder vlag.", flags())
        ITEMS[code](write, "Met de vlaggen van anderen.", flags(*others))
    ITEMS[code](write, "Met de eigen vlag.", flags(reader) if reader not in ("report", "team") else flags())
    printed = read(cast.meeting, reader)
    stands, team = CELLS[code][reader] != "—", reader in ("report", "team")
    assert ("Met de eigen vlag." in printed) == stands
    if code != "clb_contribution":
        without = stands and (team or (code, reader) in OWN)
        assert ("Zonder vlag." in printed) == without
        assert ("Met de vlaggen van anderen." in printed) == without


@pytest.mark.parametrize("reader", READERS)
def test_the_clb_contribution_needs_its_flag(cast: Cast, reader: str) -> None:
    _clb(Writer(cast), "Wat het CLB weet.", flags())
    assert ("Wat het CLB weet." in read(cast.meeting, reader)) == (reader in ("report", "team"))


@pytest.mark.parametrize("reader", READERS)
def test_an_outcome_follows_the_flags_of_its_goal(cast: Cast, reader: str) -> None:
    _evaluated(Writer(cast), "Doel voor het team.", flags())
    _evaluated(Writer(cast), "Doel voor iedereen.", flags("class_sheet", "parents", "student"))
    outcome = section(document(cast.meeting, reader), "evaluation")
    assert ("Doel voor iedereen." in outcome) == (CELLS["evaluation"][reader] != "—")
    assert ("Doel voor het team." in outcome) == (reader in ("report", "team"))


def test_items_without_flags_follow_the_cell_alone(cast: Cast) -> None:
    write, meeting = Writer(cast), cast.meeting
    seat(meeting, "Hilde Claes", "guardian", role_label="mama-rol", standing="experience_expert")
    write.wording("", "compliment", "Ik waardeer dat het lukt.", by=cast.teacher.name)
    StepText.objects.filter(meeting=meeting, field="reason_now").update(text="Aanleiding in vaktaal.")
    write.wording("parents", "reason", "Waarom in eenvoudige woorden.")
    mother = {"audience": "parents", "to": "Hilde Claes", "by": write.person(cast.teacher.name)}
    write.row(Communication, **mother, channel="telefoon met mama")
    write.row(Communication, **mother | {"audience": "student", "to": "Nore"}, channel="gesprek met Nore zelf")
    write.row(FollowUp, date=datetime.date(2026, 1, 8), purpose="Samen terugkijken.")
    phases = Phase.objects.in_bulk()
    write.row(
        PhaseDecision, student=cast.student, guidance_domain="all", before=phases["broad_basic"],
        after=phases["increased"], reason="Reden van de fase.",
    )  # fmt: skip
    write.row(MeetingGoal, text="Doel van de vergadering.")
    write.row(
        Statement, student=cast.student, by=write.person("Hilde Claes"), text="Woorden van mama.", date=meeting.date
    )
    write.row(Statement, student=cast.student, by=write.person("Nore"), text="Woorden van Nore.", date=meeting.date)
    write.row(Addendum, by=write.person(cast.teacher.name), text="Verbetering.", date=meeting.date)
    where = {
        "Ik waardeer dat het lukt.": {"report", "team", "parents", "student"},
        "Aanleiding in vaktaal.": {"report", "team"},
        "Waarom in eenvoudige woorden.": {"parents"},
        "telefoon met mama": {"report", "team", "parents"},
        "gesprek met Nore zelf": {"report", "team", "student"},
        "8 januari 2026": {"report", "team", "class_sheet", "parents", "student"},
        "Samen terugkijken.": {"report", "team", "parents", "student"},
        "Reden van de fase.": {"report", "team"},
        "mama-rol": {"report", "team", "parents"},
        "Gelezen en besproken op": {"team", "parents"},
        "Doel van de vergadering.": {"report"},
        "Woorden van mama.": {"report", "parents"},
        "Woorden van Nore.": {"report", "student"},
        "Verbetering.": {"report"},
    }
    printed = {reader: read(meeting, reader) for reader in READERS}
    assert {text: {reader for reader in READERS if text in printed[reader]} for text in where} == where


def test_what_is_off_until_somebody_ticks_it(cast: Cast) -> None:
    plan, phases = cast.meeting.plans.get(), Phase.objects.in_bulk()
    Writer(cast).row(
        PhaseDecision, student=cast.student, guidance_domain="learning", before=phases["broad_basic"], after=phases["increased"],
    )  # fmt: skip
    assert section(document(cast.meeting, "parents"), "phase") == ""
    assert section(document(cast.meeting, "student"), "ack") == ""
    plan.phase_for_parents = plan.ack_for_student = True
    plan.save()
    told = section(document(cast.meeting, "parents"), "phase")
    assert "Nore krijgt extra hulp van de school" in told
    assert "verhoogde zorg" not in told.lower()
    assert "praatte erover met" in section(document(cast.meeting, "student"), "ack")


def test_sections_stand_in_the_order_of_the_table(cast: Cast) -> None:
    write = Writer(cast)
    write.agreement("Een afspraak.", visibility=flags("parents"))
    write.goal("Een doel.", visibility=flags("parents"))
    write.seen("Iets moeilijks.", "difficulty", visibility=flags("parents"))
    write.seen("Een sterkte.", visibility=flags("parents"))
    codes = [part.code for part in document(cast.meeting, "parents").sections]
    assert codes == ["strengths", "difficulties", "goals", "agreements", "participants"]
