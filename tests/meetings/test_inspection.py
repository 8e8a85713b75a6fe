"""The page for who asks to see everything: the own student's data whole, nobody else's, and who looked by role."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import Role
from hgw.audit.models import Entry
from hgw.text import LongTextField
from meetings.forgetting.facts import UNSAID
from meetings.forgetting.inspection import HEADINGS
from meetings.forgetting.tables import tables
from meetings.models import (
    Agreement,
    AgreementReview,
    ClbContribution,
    Communication,
    Factor,
    FactorCluster,
    Goal,
    GoalScore,
    Meeting,
    Need,
    Observation,
    Person,
    Statement,
    Wish,
)
from meetings.models.items import MeetingItem
from meetings.models.participants import ParticipantRole
from students.models import Consent, Guardian, InspectionRequest, Phase, Student
from students.models.people import Authority
from tests.access_case import make_row
from tests.factories import Cast, make_guardian, make_health_note, make_meeting, make_student, seat, shown_just_now

pytestmark = pytest.mark.once


def shown(cast: Cast, sign_in: Any, guardian: Guardian | None = None) -> str:
    query = {"voor": guardian.pk} if guardian else {}
    answer = shown_just_now(sign_in(cast.coordinator)).get(
        reverse("student_inspection", args=(cast.student.pk,)), query
    )
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page[page.index("<main") : page.index("</main")]


def test_others_have_no_name(cast: Cast, sign_in: Any) -> None:
    wout = make_student(cast.school, cast.class_group, first_name="Wout", last_name="Peeters")
    make_guardian(wout, first_name="Lies")
    meeting = make_meeting([cast.student, wout], by=cast.coordinator, title="Nore en Wout")
    seat(meeting, "Juf Veerle", "homeroom_teacher")
    make_row(Observation, meeting, text="Wout Peeters en Nore lezen samen, zegt Juf Veerle en Lies Peeters")
    make_row(Observation, meeting, text="alleen over hem", subject=wout)
    make_row(Observation, cast.meeting, text=f"gezien door {cast.teacher.name}")
    page = shown(cast, sign_in)
    role = ParticipantRole.HOMEROOM_TEACHER.label
    assert f"een andere leerling en Nore lezen samen, zegt {role} en een andere ouder" in page
    for name in ("Wout", "Peeters", "Veerle", cast.teacher.name, "alleen over hem"):
        assert name not in page
    assert "Nore" in page
    assert "Hilde Claes" in page


def test_what_was_told_in_confidence_is_for_the_student(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    assert "in vertrouwen gezegd" in shown(cast, sign_in)
    page = shown(cast, sign_in, cast.mother)
    assert "in vertrouwen gezegd" not in page
    assert "1× in vertrouwen verteld" in page
    fields = {"given_by": "Nore", "what": "dit", "form": "written", "date": timezone.localdate()}
    Consent.objects.create(
        school=cast.school, student=cast.student, kind_of_consent="student_confidence_share", granted=True,
        about=told.pk, **fields,
    )  # fmt: skip
    assert "in vertrouwen gezegd" in shown(cast, sign_in, cast.mother)


def test_what_the_clb_brought_in_follows_its_permission(cast: Cast, sign_in: Any) -> None:
    make_row(ClbContribution, cast.meeting, text="van het CLB")
    assert "van het CLB" not in shown(cast, sign_in)
    make_row(Consent, cast.meeting, kind_of_consent="clb_to_school", granted=True, form="written")
    assert "van het CLB" in shown(cast, sign_in)


def test_what_is_about_others_stays_out(cast: Cast, sign_in: Any) -> None:
    make_row(Need, cast.meeting, holder="teacher", text="de juf heeft tijd nodig")
    Guardian.objects.filter(pk=cast.father.pk).update(email="bart@elders.example", note_restriction="geen contact")
    Guardian.objects.filter(pk=cast.mother.pk).update(email="hilde@thuis.example")
    page = shown(cast, sign_in, cast.mother)
    assert "de juf heeft tijd nodig" not in page
    assert "hilde@thuis.example" in page
    assert "bart@elders.example" not in page
    assert "geen contact" not in page


def test_who_lost_the_right_to_information_is_not_offered(cast: Cast, sign_in: Any) -> None:
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    page = shown(cast, sign_in)
    assert f"?voor={cast.mother.pk}" in page
    assert f"?voor={cast.father.pk}" not in page


def test_who_looked_stands_there_by_role_and_this_look_is_in_the_trace(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.teacher).get(reverse("student", args=(cast.student.pk,)))
    page = shown(cast, sign_in)
    assert f"<p>{Role.HOMEROOM_TEACHER.label}<br>" in page
    assert cast.teacher.name not in page
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.student, last.detail) == ("student.inspected", cast.student.pk, "student")


def test_a_meeting_about_this_student_alone_goes_along_as_a_file(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school)
    group = make_meeting([cast.student, other], by=cast.coordinator)
    page = shown(cast, sign_in)
    assert reverse("case_export", args=(cast.meeting.pk,)) in page
    assert reverse("case_export", args=(group.pk,)) not in page
    assert page.count("zitten in geen enkel casusbestand") == 1, "what is not in it is said beside it"


# --- what a row points at ---


def ends(cast: Cast, meeting: Meeting, wout: Student, target: Any) -> dict[str, Any]:
    """Rows of this kind that are not for a guardian of Nore, each with a word of its own, by why."""
    text = next(column.name for column in target._meta.concrete_fields if isinstance(column, LongTextField))

    def row(word: str, **fields: Any) -> Any:
        return make_row(target, meeting, **{text: word}, **fields)

    names = {column.name for column in target._meta.concrete_fields}
    found = {"another": row("kanarie-ander", subject=wout)}
    if "visibility" in names:
        found["confidential"] = row("kanarie-geheim", visibility=("confidential",))
    if target is Need:
        found["teacher"] = row("kanarie-juf", holder="teacher")
    if "source" in names:
        found["clb"] = row("kanarie-clb", source="clb")
    if "told_by" in names:
        found["parent"] = row("kanarie-papa", told_by=cast.father)
    return found


def pointing() -> list[tuple[Any, Any]]:
    """Every column of an item of a meeting that points at an item of a meeting."""
    return [
        (model, column)
        for model, _path in tables()
        if issubclass(model, MeetingItem) and model in HEADINGS
        for column in model._meta.concrete_fields
        if column.is_relation and issubclass(column.related_model, MeetingItem)
    ]


@pytest.mark.parametrize(("model", "column"), pointing(), ids=lambda one: getattr(one, "__name__", None) or one.name)
def test_what_a_row_points_at_is_named_only_where_it_is_shown(
    cast: Cast, sign_in: Any, model: Any, column: Any
) -> None:
    wout = make_student(cast.school, cast.class_group, first_name="Wout", last_name="Peeters")
    meeting = make_meeting([cast.student, wout], by=cast.coordinator)
    own = make_row(column.related_model, meeting)
    text = next(one.name for one in own._meta.concrete_fields if isinstance(one, LongTextField))
    type(own)._base_manager.filter(pk=own.pk).update(**{text: "wel te zien"})
    hidden = ends(cast, meeting, wout, column.related_model)
    for end in [own, *hidden.values()]:
        make_row(model, meeting, **{column.name: end})
    page = shown(cast, sign_in, cast.mother)
    assert page.count("wel te zien") >= 2
    for why, end in hidden.items():
        assert str(end) not in page, why
    student = shown(cast, sign_in)
    assert "kanarie-ander" not in student
    assert ("kanarie-geheim" in student) == ("confidential" in hidden)


def test_what_may_be_pointed_at_is_known() -> None:
    """A new kind of thing to point at is thought about, not printed."""
    known = {Person, Guardian, Phase, Consent}
    for model in HEADINGS:
        for column in model._meta.concrete_fields:
            if column.is_relation and column.name not in UNSAID:
                assert column.related_model in known or issubclass(column.related_model, MeetingItem), column


def test_what_hangs_under_a_row_of_another_student_is_that_ones(cast: Cast, sign_in: Any) -> None:
    wout = make_student(cast.school, cast.class_group)
    meeting = make_meeting([cast.student, wout], by=cast.coordinator)
    goal, his = make_row(Goal, meeting, subject=wout), make_row(Agreement, meeting, subject=wout)
    make_row(GoalScore, meeting, goal=goal, note="zijn score")
    make_row(AgreementReview, meeting, agreement=his, note="zijn opvolging")
    make_row(Wish, meeting, owner="parents", guardian=make_guardian(wout), text="zijn ouders")
    page = shown(cast, sign_in)
    for words in ("zijn score", "zijn opvolging", "zijn ouders"):
        assert words not in page


# --- a guardian: not what is told in confidence, nor that it is, and nothing of the other parent ---


def test_that_something_was_told_in_confidence_stands_on_no_print_for_a_guardian(cast: Cast, sign_in: Any) -> None:
    told = make_row(Factor, cast.meeting, cluster="geheime groep", visibility=("confidential",))
    make_row(FactorCluster, cast.meeting, name=told.cluster, hypothesis="wat erachter zit")
    make_row(
        Consent, cast.meeting, kind_of_consent="student_confidence_share", about=told.pk, granted=False,
        what="dat thuis niet gezegd wordt",
    )  # fmt: skip
    make_row(Consent, cast.meeting, kind_of_consent="health_note", granted=False, what="een allergie")
    page = shown(cast, sign_in, cast.mother)
    for words in ("dat thuis niet gezegd wordt", "geheime groep", "wat erachter zit"):
        assert words not in page
        assert words in shown(cast, sign_in)
    assert re.search(r"nee<br>\s*.*een allergie", page)  # a refusal is told as one
    # Only the block for the screen says that something is left out.
    printed = re.sub(r'<div class="screen-only">.*?</div>', "", page, flags=re.DOTALL)
    assert "in vertrouwen" in page
    assert "vertrouw" not in printed
    assert "geheime" not in printed


def test_a_guardian_gets_nothing_of_the_other_parent(cast: Cast, sign_in: Any) -> None:
    Guardian.objects.filter(pk=cast.father.pk).update(authority="none_but_informed")
    bart = cast.meeting.person(str(cast.father))
    bart.guardians.add(cast.father)
    hilde = cast.meeting.person(str(cast.mother))
    hilde.guardians.add(cast.mother)
    make_row(Statement, cast.meeting, by=bart, text="mijn versie als vader")
    make_row(Statement, cast.meeting, by=hilde, text="mijn versie als moeder")
    make_row(Wish, cast.meeting, owner="parents", guardian=cast.father, text="wens van papa")
    make_row(Wish, cast.meeting, owner="parents", guardian=cast.mother, text="wens van mama")
    make_row(Wish, cast.meeting, owner="parents", text="wens van ons allebei")
    make_row(Observation, cast.meeting, told_by=cast.father, text="bij papa thuis")
    make_row(Observation, cast.meeting, source="told_by_parent", text="een ouder zei")
    make_row(Observation, cast.meeting, told_by=cast.mother, text="bij mama thuis, niet bij Bart Vandamme")
    make_row(Communication, cast.meeting, audience="parents", to="Bart Vandamme", note="rustig zeggen")
    page = shown(cast, sign_in, cast.mother)
    for words in (
        "mijn versie als vader", "wens van papa", "bij papa thuis", "een ouder zei", "rustig zeggen", "Bart",
        str(cast.father.authority), str(Authority.NONE_BUT_INFORMED.label),
    ):  # fmt: skip
        assert words not in page.replace('">Bart Vandamme</a>', ""), words  # the link to his own view, on the screen
    for words in ("mijn versie als moeder", "wens van mama", "wens van ons allebei", "niet bij de andere ouder"):
        assert words in page
    student = shown(cast, sign_in)
    for words in ("mijn versie als vader", "wens van papa", "bij papa thuis"):
        assert words in student


def test_the_password_is_asked_again_first(cast: Cast, sign_in: Any) -> None:
    url = reverse("student_inspection", args=(cast.student.pk,))
    asks = sign_in(cast.coordinator).get(url)
    assert asks.headers["Location"] == f"/aanmelden/reauthenticate/?{urlencode({'next': url})}"
    assert not Entry.objects.filter(action="student.inspected").exists()
    assert sign_in(cast.others["care_coordinator"]).get(url).status_code == 404  # nothing is asked of who finds nothing


# --- the inspectorate ---


def test_an_inspector_reads_along_and_gets_nothing_that_is_confidential(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_row(Observation, cast.meeting, text="iedereen zag het")
    make_row(ClbContribution, cast.meeting, text="van het CLB")
    make_row(Consent, cast.meeting, kind_of_consent="clb_to_school", granted=True, form="written")
    make_row(Consent, cast.meeting, kind_of_consent="student_confidence_share", granted=True, about=told.pk)
    InspectionRequest.objects.create(
        school=cast.school, student=cast.student, guardian=cast.mother, talk_when="dinsdag met mama"
    )
    url = reverse("student_inspection", args=(cast.student.pk,))
    answer = shown_just_now(sign_in(cast.coordinator)).get(url, {"voor": "inspectie"})
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "iedereen zag het" in main
    for words in ("in vertrouwen", "van het CLB", "dinsdag met mama", reverse("case_export", args=(cast.meeting.pk,))):
        assert words not in main
    # On paper there is a heading and nothing else.
    assert {found for found in re.findall(r'<section class="([^"]*)"', main)} == {"block screen-only"}
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.student, last.detail) == ("student.inspected", cast.student.pk, "inspectorate")
    assert "toonde het dossier aan de onderwijsinspectie" in shown(cast, sign_in)


def test_an_inspector_reads_nothing_of_health(cast: Cast, sign_in: Any) -> None:
    make_health_note(cast.student, text="een pen in de tas", necessity="als het misgaat")
    make_row(Consent, cast.meeting, kind_of_consent="health_note", granted=False, what="niets opschrijven")
    make_row(Consent, cast.meeting, kind_of_consent="external_share", granted=True, what="het revalidatiecentrum")
    url = reverse("student_inspection", args=(cast.student.pk,))
    answer = shown_just_now(sign_in(cast.coordinator)).get(url, {"voor": "inspectie"})
    page = answer.content.decode()
    assert "het revalidatiecentrum" in page
    for words in ("een pen in de tas", "als het misgaat", "niets opschrijven", "gezondheidsnotitie"):
        assert words not in page.casefold()
    grounds = [one.why for one in answer.context["found"].left_out]
    assert (
        grounds
        == ["over gezondheid: daarvoor is toestemming gegeven aan de coördinator en de directie, aan niemand anders"]
        * 3
    )
    student = shown(cast, sign_in)
    for words in ("een pen in de tas", "niets opschrijven"):
        assert words in student
