"""A case file holds the permissions its rows rest on, also when people, permissions and rights changed since."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.items.saving import remove_item
from meetings.cases.loading import load
from meetings.documents import Copy, copies_of
from meetings.gates import closing_gates
from meetings.models import Agreement, ClbContribution, Goal, Meeting, Need, PhaseDecision, Reader
from students.models import Consent, Guardian, PhaseRecord, Student
from tests.factories import Cast, make_guardian, make_item
from tests.meetings.case_files import Data, case, parsed, written
from tests.meetings.paper import Writer, flags, read
from tests.meetings.test_lost_text import comes_back, exported, type_everything, typed_words

pytestmark = pytest.mark.django_db


def permission(cast: Cast, kind: str, by: Any, **values: Any) -> Consent:
    given = {"granted": True, "form": "written", "date": cast.meeting.date, "what": f"wat {by} zei over {kind}"}
    found: Consent = Consent.objects.create(
        school=cast.school, student=cast.student, kind_of_consent=kind, given_by=str(by), **given | values
    )
    return found


def decide(cast: Cast, **phases: str) -> PhaseDecision:
    codes = {f"{name}_id": code for name, code in phases.items()}
    made: PhaseDecision = make_item(
        cast.meeting,
        "phasedecision",
        cast.coordinator,
        student=cast.student,
        guidance_domain="learning",
        reason="omdat",
        **codes,
    )
    return made


def notes(text: str) -> dict[str, str]:
    return {row["name"]: row.get("note", "") for row in parsed(text)["participants"]}


def reloaded(text: str) -> str:
    return exported(load(text.encode()))


# --- who may answer ---


def test_the_answer_of_a_parent_who_lost_authority_stands_beside_the_parent(cast: Cast, sign_in: Any) -> None:
    type_everything(cast, sign_in)
    answers = Consent.objects.filter(came_with=cast.meeting.pk)
    what = set(answers.filter(given_by=str(cast.mother)).values_list("what", flat=True))
    assert what
    Guardian.objects.filter(pk=cast.mother.pk).update(authority="deprived", receives_plan=False)
    text = comes_back(cast)
    given = {consent["given_by"] for consent in parsed(text).get("consents") or ()}
    assert str(cast.mother) not in given
    assert all(words in notes(text)[str(cast.mother)] for words in what)


@pytest.mark.parametrize(("born", "competence"), [("2018-05-01", "under_12"), ("2010-05-01", "assessed_not_competent")])
def test_parents_answered_before_the_student_was_able_to(cast: Cast, sign_in: Any, born: str, competence: str) -> None:
    type_everything(cast, sign_in)
    Student.objects.filter(pk=cast.student.pk).update(birth_date=born, competence="presumed_by_age")
    assert parsed(comes_back(cast))["student"]["competence"] == competence


def test_a_student_answered_before_an_assessment_said_otherwise(cast: Cast) -> None:
    Student.objects.filter(pk=cast.student.pk).update(competence="presumed_by_age")
    permission(cast, "external_share", cast.student, came_with=cast.meeting.pk)
    Student.objects.filter(pk=cast.student.pk).update(competence="assessed_not_competent", competence_note="door wie")
    data = parsed(comes_back(cast))
    assert (data["student"]["competence"], data["student"]["competence_note"]) == ("presumed_by_age", "door wie")
    assert len(data["consents"]) == 1


def test_of_answers_by_both_those_of_now_stay_permissions(cast: Cast) -> None:
    Student.objects.filter(pk=cast.student.pk).update(competence="presumed_by_age")
    for by in (cast.student, cast.mother):
        permission(
            cast, "school_to_clb", by, came_with=cast.meeting.pk, with_whom="de arts", recorded_by=cast.coordinator.name,
            withdrawn_on=cast.meeting.date,
        )  # fmt: skip
    text = comes_back(cast)
    assert [consent["given_by"] for consent in parsed(text)["consents"]] == [str(cast.student)]
    for words in (f"wat {cast.mother} zei over", "de arts", cast.coordinator.name, "Ingetrokken op"):
        assert words in notes(text)[str(cast.mother)]


# --- what rests on a permission ---


def test_a_permission_of_an_earlier_day_goes_along(cast: Cast) -> None:
    for kind in ("clb_involve", "clb_to_school"):
        permission(cast, kind, cast.mother)
    decide(cast, before="increased", after="extended")
    by = cast.meeting.person(cast.users["clb_worker"].name)
    ClbContribution.objects.create(meeting=cast.meeting, school=cast.school, text="Dit helpt.", by=by)
    data = parsed(comes_back(cast))
    assert [row["kind"] for row in data["consents"]] == ["clb_involve", "clb_to_school"]
    assert data["meeting"]["phase"]["after"] == "extended"
    assert data["meeting"]["clb_contribution"]["text"] == "Dit helpt."


def test_a_permission_on_which_nothing_rests_stays_where_it_is(cast: Cast) -> None:
    permission(cast, "clb_involve", cast.mother)
    decide(cast, before="extended", after="increased")
    assert "consents" not in parsed(comes_back(cast)) or not parsed(comes_back(cast))["consents"]


def test_a_phase_whose_permission_was_taken_away_is_not_decided_yet(cast: Cast) -> None:
    given = permission(cast, "clb_involve", cast.mother, came_with=cast.meeting.pk)
    decide(cast, before="increased", after="extended", requested="iac_ov4")
    remove_item(given, by=cast.coordinator, base_version=given.version, key=uuid.uuid4())
    phase = parsed(comes_back(cast))["meeting"]["phase"]
    assert phase == {"domain": "learning", "before": "increased", "reason": "omdat"}
    assert {found.gate.id for found in closing_gates(cast.meeting.fresh())} >= {"C7"}


def test_a_permission_on_which_a_phase_was_decided_can_only_be_taken_back(cast: Cast, sign_in: Any) -> None:
    given = permission(cast, "clb_involve", cast.mother)
    PhaseRecord.decide(
        cast.student,
        "learning",
        PhaseDecision(after_id="extended").after,
        on=cast.meeting.date,
        reason="x",
        by=None,
        consent=given,
    )
    browser, where = (
        sign_in(cast.coordinator),
        reverse("student_item_edit", args=(cast.student.pk, "consent", given.pk)),
    )
    form = browser.get(where).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert (
        "granted"
        in browser.post(where, {name: sent[name] for name in sent if name != "granted"}).context["form"].errors
    )
    assert browser.post(where, sent | {"withdrawn_on": str(given.date)}).status_code == 302


# --- what a meeting does not close with, because its file would not load ---


def stops(cast: Cast) -> set[str]:
    return {found.gate.id for found in closing_gates(cast.meeting.fresh())}


def test_an_agreement_out_of_what_was_removed_is_not_complete(cast: Cast) -> None:
    goals = [
        make_item(cast.meeting, "goal", cast.teacher, then_can=text, indicator="x", horizon="quick") for text in "ab"
    ]
    need = make_item(
        cast.meeting, "need", cast.teacher, goal=goals[0], holder="student", help_sentence="tasks", text="taken"
    )
    row = make_item(
        cast.meeting, "agreement", cast.teacher, what="a", how="b", why="c", when_text="d", need=need, goal=goals[0],
    )  # fmt: skip
    row.actors.create(person=cast.meeting.person(cast.teacher.name), is_lead=True)
    assert "G12" not in stops(cast)
    for item in (need, goals[0]):
        remove_item(item, by=cast.teacher, base_version=1, key=uuid.uuid4())
    assert "G12" in stops(cast)
    assert Agreement.objects.get().pk == row.pk
    assert (Need.objects.standing().count(), Goal.objects.standing().count()) == (0, 1)


def test_each_phase_that_is_asked_for_is_decided_too(cast: Cast) -> None:
    decide(cast, before="increased", after="increased")
    assert "C3" not in stops(cast)
    row = make_item(
        cast.meeting, "phasedecision", cast.coordinator, student=cast.student, guidance_domain="health",
        before_id="broad_basic", requested_id="increased", reason="omdat",
    )  # fmt: skip
    assert "C3" in stops(cast)
    PhaseDecision.objects.filter(pk=row.pk).update(after="broad_basic")
    assert "C3" not in stops(cast)


# --- who and what is here already, otherwise than in the file ---


def test_who_gets_a_copy_since_the_meeting_closed_was_not_told_in_it(db: None) -> None:
    meeting = load(written(case("hafsa")))
    Guardian.objects.filter(student=meeting.students[0]).update(receives_plan=True)
    first = exported(meeting)
    assert [row["receives_plan"] for row in parsed(first)["guardians"]] == [True, True]
    typed = Meeting.objects.get(pk=meeting.pk)
    typed.listed_guardians.all().delete()
    Meeting.objects.filter(pk=meeting.pk).update(
        class_group=None
    )  # as if it had been typed here: all guardians go along
    make_guardian(meeting.students[0], first_name="Samir", last_name="Bouchrit", receives_plan=True)
    text = exported(meeting)
    assert {row["first_name"]: row["receives_plan"] for row in parsed(text)["guardians"]}["Samir"] is False
    assert reloaded(text) == text


def test_a_student_who_goes_by_another_name_here_is_one_student(db: None) -> None:
    """Documents and a new file know who is meant: nobody becomes somebody else."""
    earlier = case("werkstuk")
    earlier["student"] |= {"preferred_name": "Derre"}
    here: Data = case("gepland") | {name: earlier[name] for name in ("school", "class_group", "student")}
    load(written(here))
    meeting = load(written(case("werkstuk")))
    people = {person.name: person.student for person in meeting.people.all() if person.student}
    assert set(people) == {"Desi", "Desi Van Hoornaert"}
    text = exported(meeting)
    data = parsed(text)
    assert data["student"]["preferred_name"] == "Derre"
    assert data["participants"][5]["name"] == "Derre Van Hoornaert"
    assert [row["to"] for row in data["step_6_agreements"]["communication"] if row["audience"] == "student"] == [
        "Derre"
    ]
    assert reloaded(text) == text
    assert "Desi troostte" not in typed_words(text)


def test_a_student_on_whom_others_decide_here_still_answered_in_the_file(db: None) -> None:
    here: Data = case("gepland") | {name: case("werkstuk")[name] for name in ("school", "class_group", "student")}
    here["student"] |= {"competence": "presumed_by_age"}
    load(written(here))
    text = exported(load(written(case("werkstuk"))))
    assert parsed(text)["student"]["competence"] == "assessed_not_competent"
    assert reloaded(text) == text


def test_a_day_is_written_as_people_write_it(cast: Cast) -> None:
    permission(cast, "school_to_clb", "oma", came_with=cast.meeting.pk, date=datetime.date(2025, 3, 9))
    assert "09/03/2025" in notes(comes_back(cast))["oma"]


@pytest.mark.parametrize("how", ["taken back", "given by who decides no longer"])
def test_what_the_clb_told_prints_nowhere_once_the_file_without_its_permission_is_loaded(cast: Cast, how: str) -> None:
    given = permission(cast, "clb_to_school", cast.mother, came_with=cast.meeting.pk)
    readers = flags("class_sheet", "parents", "student", "clb")
    write = Writer(cast)
    write.seen("Een sterkte van het CLB.", source="clb", visibility=readers)
    write.row(ClbContribution, text="Van het CLB.", by=write.person(cast.users["clb_worker"].name), visibility=readers)
    if how == "taken back":
        Consent.objects.filter(pk=given.pk).update(withdrawn_on=cast.meeting.date)
    else:  # it stands in the school, and a file cannot say so
        Guardian.objects.filter(pk=cast.mother.pk).update(authority="deprived", receives_plan=False)
    text = comes_back(cast)
    for words in ("Een sterkte van het CLB.", "Van het CLB."):
        assert (words in text) == (how != "taken back")
    again = load(text.encode(), by=cast.coordinator)
    for copy in [*copies_of(again), Copy(Reader.REPORT, None)]:
        printed = read(again, copy.reader, copy.student, copy.guardian)
        assert "van het clb." not in printed.casefold(), copy.reader
