"""The page for who asks to see everything: the own student's data whole, nobody else's, and who looked by role."""

import re
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import Role
from hgw.audit.models import Action, Entry
from hgw.items.saving import save_item
from hgw.text import LongTextField
from meetings.forgetting.facts import UNSAID
from meetings.forgetting.inspection import HEADINGS
from meetings.forgetting.tables import tables
from meetings.looks.reading import WORDS
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


# --- what a person decides: the program refuses a parent nothing by itself ---


def ask(cast: Cast, **fields: Any) -> InspectionRequest:
    given = {"school": cast.school, "student": cast.student, "guardian": cast.mother}
    return InspectionRequest.objects.create(**(given | fields))


def make_twelve(student: Student) -> None:
    Student.objects.filter(pk=student.pk).update(birth_date=timezone.localdate().replace(year=2010, day=1))


def release_url(asked: InspectionRequest) -> str:
    return reverse("inspection_request_release", args=(asked.student_id, asked.pk))


def left_out(cast: Cast, sign_in: Any, asked: InspectionRequest) -> Any:
    answer = shown_just_now(sign_in(cast.coordinator)).get(release_url(asked))
    assert answer.status_code == 200
    return answer


def box(row: Any) -> str:
    return f"{row.pk}:{row.version}"


def release(cast: Cast, sign_in: Any, asked: InspectionRequest, *rows: Any, **fields: Any) -> Any:
    form = left_out(cast, sign_in, asked).context["form"]
    data = {"key": str(form["key"].value()), "seen": form["seen"].value(), "goes": list(map(box, rows))}
    return shown_just_now(sign_in(cast.coordinator)).post(release_url(asked), data | fields)


def for_request(cast: Cast, sign_in: Any, asked: InspectionRequest) -> str:
    url = reverse("student_inspection", args=(cast.student.pk,))
    answer = shown_just_now(sign_in(cast.coordinator)).get(url, {"verzoek": asked.pk})
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_what_was_told_in_confidence_goes_along_when_somebody_decides_so(cast: Cast, sign_in: Any) -> None:
    asked, of_father = ask(cast), ask(cast, guardian=cast.father)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_row(Observation, cast.meeting, text="dit blijft van Nore", visibility=("confidential",))
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, asked)

    answer = release(cast, sign_in, asked, told)

    url = reverse("student_inspection", args=(cast.student.pk,))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url}?verzoek={asked.pk}")
    page = for_request(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in page
    assert "dit blijft van Nore" not in page
    # For that request of that guardian, and nothing else.
    assert "in vertrouwen gezegd" not in shown(cast, sign_in, cast.mother)
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, of_father)
    decided = left_out(cast, sign_in, asked).context["decided"]
    assert [(row.pk, one.created_by) for row, one in decided] == [(told.pk, cast.coordinator)]
    assert release(cast, sign_in, asked).status_code == 302  # the tick taken away
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, asked)


def test_from_twelve_on_the_student_is_asked_first(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    assert "student_said" not in left_out(cast, sign_in, asked).context["form"].fields
    make_twelve(cast.student)
    answer = release(cast, sign_in, asked, told, student_said="  ")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["student_said"]
    assert not asked.releases.exists()
    assert release(cast, sign_in, asked, told, student_said="Nore wil het zelf eerst zeggen").status_code == 302
    asked.refresh_from_db()
    assert (asked.student_said, asked.releases.get().item) == ("Nore wil het zelf eerst zeggen", told.pk)
    page = for_request(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in page
    assert "Nore wil het zelf" not in page  # said to the school


def test_what_is_of_others_is_never_for_somebody_to_decide(cast: Cast, sign_in: Any) -> None:
    asked, wout = ask(cast), make_student(cast.school, cast.class_group, first_name="Wout")
    group = make_meeting([cast.student, wout], by=cast.coordinator)
    secret = {"visibility": ("confidential",)}
    never = [
        make_row(Observation, cast.meeting, text="papa zei", told_by=cast.father, **secret),
        make_row(Observation, cast.meeting, text="het CLB zei", source="clb", **secret),
        make_row(Need, cast.meeting, text="de juf wil", holder="teacher", **secret),
        make_row(Observation, group, text="een van beiden vertelde", **secret),
        make_row(Wish, cast.meeting, owner="parents", guardian=cast.father, text="wens van papa"),
        make_row(ClbContribution, cast.meeting, text="inbreng van het CLB"),
        make_row(Observation, group, text="alleen over Wout", subject=wout, **secret),
    ]
    own = make_row(Observation, group, text="Nore vertelde", subject=cast.student, **secret)
    answer = left_out(cast, sign_in, asked)
    assert [value for value, _label in answer.context["form"].fields["goes"].choices] == [box(own)]
    page = answer.content.decode()
    for words in ("papa zei", "de juf wil", "een van beiden vertelde", "wens van papa"):
        assert words in page  # row by row, for the coordinator
    assert "wat het CLB inbracht" in page
    for words in ("het CLB zei", "inbreng van het CLB"):
        assert words not in page  # no permission stands: nobody here reads it
    assert "alleen over Wout" not in page  # that is not left out: it is not about Nore
    for row in never:
        assert release(cast, sign_in, asked, row).status_code == 422
    # Nor by a row in the table that no form makes.
    asked.decide({row.pk: row.version for row in never}, by=cast.coordinator)
    shows = for_request(cast, sign_in, asked)
    for row in never:
        assert row.text not in shows


def test_what_stands_under_something_hidden_goes_with_it_or_not_at_all(cast: Cast, sign_in: Any) -> None:
    asked, secret = ask(cast), {"visibility": ("confidential",)}
    goal = make_row(Goal, cast.meeting, then_can="geheim doel", **secret)
    need = make_row(Need, cast.meeting, goal=goal, text="geheime behoefte", **secret)
    answer = release(cast, sign_in, asked, need)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["goes"]
    assert release(cast, sign_in, asked, goal, need).status_code == 302
    page = for_request(cast, sign_in, asked)
    assert "geheim doel" in page
    assert "geheime behoefte" in page


def test_what_is_made_of_it_goes_along_with_it(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Factor, cast.meeting, text="wat Nore zei", cluster="stille zorg", visibility=("confidential",))
    cluster = make_row(FactorCluster, cast.meeting, name="stille zorg", hypothesis="wat erachter zit")
    score = make_row(
        GoalScore, cast.meeting, goal=make_row(Goal, cast.meeting, visibility=("confidential",)), note="zo ver"
    )
    context = left_out(cast, sign_in, asked).context
    assert {row.pk for row in context["hangs"]} == {cluster.pk, score.pk}
    assert context["stays"] == []
    assert release(cast, sign_in, asked, told).status_code == 302
    page = for_request(cast, sign_in, asked)
    assert "wat erachter zit" in page
    assert "zo ver" not in page


def test_what_is_added_after_the_decision_does_not_go_along(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="eerst gezegd", visibility=("confidential",))
    assert release(cast, sign_in, asked, told).status_code == 302
    save_item(told, {"text": "eerst gezegd, en later meer"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert "eerst gezegd" not in for_request(cast, sign_in, asked)
    form = left_out(cast, sign_in, asked).context["form"]
    assert form.fields["goes"].initial == []
    told.refresh_from_db()
    assert release(cast, sign_in, asked, told).status_code == 302
    assert left_out(cast, sign_in, asked).context["form"].fields["goes"].initial == [box(told)]
    assert "eerst gezegd, en later meer" in for_request(cast, sign_in, asked)


def test_what_a_colleague_changed_after_it_was_read_is_read_again_first(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    make_twelve(cast.student)
    told = make_row(Observation, cast.meeting, text="eerst gezegd", visibility=("confidential",))
    form = left_out(cast, sign_in, asked).context["form"]
    seen = {"key": str(form["key"].value()), "seen": form["seen"].value(), "student_said": "Nore vindt het goed"}
    as_read = box(told)
    save_item(told, {"text": "later heel wat meer"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    browser = shown_just_now(sign_in(cast.coordinator))

    answer = browser.post(release_url(asked), seen | {"goes": [as_read]})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["goes"]
    page = answer.content.decode()
    for words in ("Nore vindt het goed", "later heel wat meer", "Lees het zoals het nu is"):
        assert words in page
    assert "checked" not in page
    assert not asked.releases.exists()
    told.refresh_from_db()
    assert browser.post(release_url(asked), seen | {"goes": [box(told)]}).status_code == 302
    assert "later heel wat meer" in for_request(cast, sign_in, asked)


def test_once_it_is_answered_nothing_changes_in_what_went_along(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_twelve(cast.student)
    form = left_out(cast, sign_in, asked).context["form"]
    data = {
        "key": str(form["key"].value()),
        "seen": form["seen"].value(),
        "goes": [box(told)],
        "student_said": "goed zo",
    }
    InspectionRequest.objects.filter(pk=asked.pk).update(answer="given", answered_on=timezone.localdate())
    answer = shown_just_now(sign_in(cast.coordinator)).post(release_url(asked), data)
    assert answer.status_code == 422
    assert "goed zo" in answer.content.decode()
    assert not asked.releases.exists()
    answer = left_out(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in answer.content.decode()
    assert "<textarea" not in answer.content.decode()


def test_the_trace_says_for_which_request_the_file_was_shown(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    asked, other = ask(cast), ask(cast)
    release(cast, sign_in, asked, told)
    for one in (asked, other):
        for_request(cast, sign_in, one)
    shown(cast, sign_in, cast.mother)
    entries = Entry.objects.filter(action="student.inspected", student=cast.student.pk, detail="guardian")
    assert [entry.object for entry in entries] == [asked.pk, other.pk, cast.student.pk]
    assert f"{WORDS[Action.STUDENT_INSPECTED]} (3×)" in shown(cast, sign_in)  # who looked is told as before


def test_what_is_left_out_is_on_a_screen_and_never_on_paper(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    page = left_out(cast, sign_in, asked).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert re.match(r'<main[^>]*>\s*<header class="screen-only', main)
    rest = main[main.index("</header>") + len("</header>") :].strip()
    assert rest.startswith('<div class="screen-only')
    assert rest.endswith("</div>")
    assert rest.count("<div") == rest.count("</div>")


def test_the_password_is_asked_before_what_is_left_out(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    answer = sign_in(cast.coordinator).get(release_url(asked))
    assert answer.headers["Location"].startswith("/aanmelden/reauthenticate/")
    assert not Entry.objects.filter(action="student.opened").exists()
    left_out(cast, sign_in, asked)
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.student, last.detail) == ("student.opened", cast.student.pk, "left_out")


def test_a_request_of_who_lost_the_right_shows_nothing(cast: Cast, sign_in: Any) -> None:
    asked, elsewhere = ask(cast, guardian=cast.father), ask(cast, student=make_student(cast.school), guardian=None)
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    browser, url = shown_just_now(sign_in(cast.coordinator)), reverse("student_inspection", args=(cast.student.pk,))
    for wrong in (asked.pk, elsewhere.pk, "verzonnen"):
        assert browser.get(url, {"verzoek": wrong}).status_code == 404
    assert browser.get(release_url(asked)).status_code == 404


def test_own_requests_are_among_what_the_school_keeps(cast: Cast, sign_in: Any) -> None:
    refused = {"answer": "refused", "answered_on": timezone.localdate()}
    ask(cast, said="tegen mama gezegd", student_said="wat Nore zei", **refused)
    ask(cast, guardian=cast.father, said="tegen papa gezegd", **refused)
    page = shown(cast, sign_in, cast.mother)
    assert "tegen mama gezegd" in page
    for words in ("tegen papa gezegd", "wat Nore zei"):
        assert words not in page
        assert words in shown(cast, sign_in)


# --- the inspectorate ---


def test_an_inspector_reads_along_and_gets_nothing_that_is_confidential(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_row(Observation, cast.meeting, text="iedereen zag het")
    make_row(ClbContribution, cast.meeting, text="van het CLB")
    make_row(Consent, cast.meeting, kind_of_consent="clb_to_school", granted=True, form="written")
    make_row(Consent, cast.meeting, kind_of_consent="student_confidence_share", granted=True, about=told.pk)
    ask(cast, talk_when="dinsdag met mama")
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
