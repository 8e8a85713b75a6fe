"""Adding and changing on the student's pages: who may, what is refused, and that no sentence is lost."""

import datetime
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from hgw.audit.models import Action, Entry
from meetings.forms.meeting import who_decides
from meetings.models import Meeting
from students.forms import GuardianForm, StudentForm
from students.models import Consent, Guardian, LegalReport, ReasonableAdjustment, Student, StudentAccessGrant
from tests.access_case import make_row
from tests.factories import Cast, make_class, make_grant

TODAY = timezone.localdate()
TOMORROW, YESTERDAY = TODAY + datetime.timedelta(1), TODAY - datetime.timedelta(1)


def address(cast: Cast, name: str) -> str:
    if name == "student_new":
        return reverse(name)
    if name == "guardian_edit":
        return reverse(name, args=[cast.student.pk, cast.mother.pk])
    if name == "grant_end":
        grant = StudentAccessGrant.objects.get(user=cast.users["clb_worker"])
        return reverse(name, args=[cast.student.pk, grant.pk])
    if name == "student_item_new":
        return reverse(name, args=[cast.student.pk, "consent"])
    if name == "student_item_edit":
        item = LegalReport.objects.create(
            school=cast.school, student=cast.student, kind_of_report="gc", issued_by="CLB", date=TODAY
        )
        return reverse(name, args=[cast.student.pk, "report", item.pk])
    return reverse(name, args=[cast.student.pk])


KEEPERS = {"student_edit": {"care_coordinator", "school_admin"}, "grant_new": {"care_coordinator", "principal"}}
KEEPERS["grant_end"] = KEEPERS["grant_new"]
STRANGERS = {"subject_teacher", "adviser"}


@pytest.mark.parametrize(
    "name",
    [
        "student_edit",
        "guardian_new",
        "guardian_edit",
        "grant_new",
        "grant_end",
        "student_item_new",
        "student_item_edit",
    ],
)
def test_who_may_change_what(cast: Cast, sign_in: Any, name: str) -> None:
    url, keepers = address(cast, name), KEEPERS.get(name, {"care_coordinator"})
    for role, user in cast.users.items():
        known = 404 if role in STRANGERS else 403
        if name != "grant_end":
            assert sign_in(user).get(url).status_code == (200 if role in keepers else known), role
        if role not in keepers:
            assert sign_in(user).post(url, {"first_name": "x"}).status_code == known, role
    for user in cast.others.values():
        assert sign_in(user).post(url).status_code == 404
        assert sign_in(user).get(url).status_code in {404, 405}
    assert sign_in().get(url).status_code == 302


def test_who_may_add_a_student(cast: Cast, sign_in: Any) -> None:
    for role, user in cast.users.items():
        expected = (200, 422) if role in {"care_coordinator", "school_admin"} else (403, 403)
        browser, url = sign_in(user), reverse("student_new")
        assert (browser.get(url).status_code, browser.post(url, {"first_name": "x"}).status_code) == expected, role


def test_no_form_asks_what_has_no_purpose(cast: Cast) -> None:
    """No national number, nationality, religion, origin, income, photo, gender, address; no diagnosis."""
    assert set(StudentForm.Meta.fields) == {
        "first_name", "last_name", "preferred_name", "birth_date", "external_ref", "competence", "competence_note",
    }  # fmt: skip
    assert set(GuardianForm.Meta.fields) == {
        "first_name", "last_name", "relation", "authority", "lives_with", "receives_plan", "language_support",
        "note_restriction", "email", "phone",
    }  # fmt: skip


def typed(browser: Any, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser would send back of the form at this address, with some of it changed."""
    form = browser.get(url).context["form"]
    data = {}
    for field in form:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value not in (None, False):
            data[field.html_name] = value
    return {name: value for name, value in (data | changes).items() if value is not None}


# --- a student ---

NEW = {"first_name": "Lotte", "last_name": "Peeters", "birth_date": "2016-05-06"}


def test_a_student_is_added_to_the_list_and_to_a_class(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.users["school_admin"]), reverse("student_new")

    answer = browser.post(url, typed(browser, url, **NEW, class_group=cast.class_group.pk))

    student = Student.objects.get(first_name="Lotte")
    assert answer.headers["Location"] == reverse("student", args=[student.pk])
    assert (student.school, student.class_on(), student.competence) == (cast.school, cast.class_group, "under_12")
    assert Entry.objects.filter(action=Action.ITEM_ADDED, student=student.pk, detail="student").count() == 1


def test_a_class_is_typed_one_student_after_the_other(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")

    answer = browser.post(url, typed(browser, url, **NEW, class_group=cast.class_group.pk) | {"another": "1"})

    assert answer.headers["Location"] == f"{url}?class={cast.class_group.pk}"
    following = browser.get(answer.headers["Location"])
    assertContains(following, "Lotte Peeters staat in de lijst.")
    assert str(following.context["form"]["class_group"].value()) == str(cast.class_group.pk)
    assert following.context["form"]["first_name"].value() in {None, ""}
    refused = browser.post(url, typed(browser, url, **NEW | {"birth_date": "3000-01-01"}) | {"another": "1"})
    assertContains(refused, "Lotte", status_code=422)


def test_from_twelve_a_student_is_presumed_able_to_decide(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")

    browser.post(url, typed(browser, url, **NEW | {"birth_date": f"{TODAY.year - 13}-01-01"}))

    assert Student.objects.get(first_name="Lotte").competence == "presumed_by_age"


@pytest.mark.parametrize(("days", "decides"), [(-1, False), (0, True), (400, True)])
def test_who_turned_twelve_decides_without_anybody_writing_it_down(
    cast: Cast, sign_in: Any, days: int, decides: bool
) -> None:
    Student.objects.filter(pk=cast.student.pk).update(birth_date="2017-03-04", competence="under_12")
    birthday = datetime.datetime(2029, 3, 4, 12, tzinfo=datetime.UTC)
    with time_machine.travel(birthday + datetime.timedelta(days=days), tick=False):
        browser, url = sign_in(cast.coordinator), address(cast, "student_edit")
        shown = browser.get(url).context["form"]["competence"].value()
        answer = browser.post(url, typed(browser, url, competence="under_12", preferred_name="Noortje"))
        student = Student.objects.get(pk=cast.student.pk)
        assert who_decides(student) == ([str(student)] if decides else ["Hilde Claes", "Bart Vandamme"])
    assert (shown, answer.status_code) == (("presumed_by_age", 422) if decides else ("under_12", 302))
    assert student.competence == "under_12"


def test_two_clicks_add_one_student(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")
    data = typed(browser, url, **NEW)

    answers = [browser.post(url, data) for _n in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Student.objects.filter(first_name="Lotte").count() == 1
    other = browser.post(url, data | {"last_name": "Janssens"})
    assertContains(other, "Janssens", status_code=422)
    assert browser.post(url, typed_again(other)).status_code == 302
    assert Student.objects.filter(last_name="Janssens").count() == 1


def typed_again(answer: Any) -> dict[str, Any]:
    """The form that came back, sent again as it stands."""
    body = answer.content.decode()
    form = answer.context["form"]
    assert all(str(form[name].value()) in body for name in ("key", "seen"))
    return {field.html_name: field.value() for field in form if field.value() not in (None, False, "")}


def test_a_namesake_born_on_the_same_day_is_added_only_when_that_is_meant(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")
    born = str(cast.student.birth_date)
    sent = {"first_name": "NORE", "last_name": "vandamme ", "birth_date": born, "external_ref": "0815"}
    sent["key"] = str(uuid.uuid4())
    assert "is_another" not in {field.name for field in browser.get(url).context["form"].visible_fields()}
    asked = browser.post(url, sent)
    assertContains(asked, reverse("student", args=[cast.student.pk]), status_code=422)
    assertContains(asked, 'type="checkbox" name="is_another"', status_code=422)
    for typed in ("NORE", "vandamme ", "0815"):
        assertContains(asked, f'value="{typed}"', status_code=422)
    for _click in range(2):
        assert browser.post(url, sent | {"is_another": "on"}).status_code == 302
    assert Student.objects.filter(birth_date=born, school=cast.school).count() == 2


def test_a_namesake_of_another_day_or_school_is_no_question(cast: Cast, sign_in: Any) -> None:
    url, born = reverse("student_new"), str(cast.student.birth_date)
    same = {"first_name": "Nore", "last_name": "Vandamme", "birth_date": born}
    for user, sent in (
        (cast.coordinator, same | {"birth_date": "2016-01-01"}),
        (cast.coordinator, same | {"first_name": "Mats"}),
        (cast.others["care_coordinator"], same),
    ):
        assert sign_in(user).post(url, sent | {"key": str(uuid.uuid4())}).status_code == 302


def test_a_class_of_another_school_is_no_choice(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")
    elsewhere = make_class(cast.other_school, "9Z")

    answer = browser.post(url, typed(browser, url, **NEW, class_group=elsewhere.pk))

    assert answer.status_code == 422
    assert not Student.objects.filter(first_name="Lotte").exists()


def test_what_is_refused_comes_back_as_it_was_typed(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("student_new")

    answer = browser.post(url, typed(browser, url, **NEW | {"birth_date": str(TOMORROW)}))

    assertContains(answer, "Lotte", status_code=422)
    assert "birth_date" in answer.context["form"].errors


def test_another_class_ends_the_one_before_and_keeps_it(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "student_edit")
    other = make_class(cast.school, "2C")

    browser.post(url, typed(browser, url, class_group=other.pk))

    assert cast.student.class_on() == other
    assert cast.student.class_on(YESTERDAY) == cast.class_group
    browser.post(url, typed(browser, url, class_group=cast.class_group.pk))
    assert cast.student.class_on() == cast.class_group
    browser.post(url, typed(browser, url, class_group=""))
    assert cast.student.class_on() is None


def test_the_administrator_changes_the_name_and_leaves_who_decides(cast: Cast, sign_in: Any) -> None:
    Student.objects.filter(pk=cast.student.pk).update(competence_note="kanariedossier")
    browser, url = sign_in(cast.users["school_admin"]), address(cast, "student_edit")
    assertNotContains(browser.get(url), "kanariedossier")

    browser.post(url, typed(browser, url, preferred_name="Noortje", competence_note="weg"))

    cast.student.refresh_from_db()
    assert (cast.student.roepnaam, cast.student.competence_note) == ("Noortje", "kanariedossier")


def test_two_who_change_one_student_both_keep_their_sentence(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "student_edit")
    mine = typed(browser, url, competence_note="mijn zin")
    browser.post(url, typed(browser, url, competence_note="de zin van een collega"))

    answer = browser.post(url, mine)

    assertContains(answer, "mijn zin", status_code=409)
    assertContains(answer, "de zin van een collega", status_code=409)
    cast.student.refresh_from_db()
    assert cast.student.competence_note == "de zin van een collega"
    assert browser.post(url, typed_again(answer)).status_code == 302
    cast.student.refresh_from_db()
    assert cast.student.competence_note == "mijn zin"


# --- guardians ---


def test_a_guardian_is_added(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "guardian_new")
    data = {"first_name": "Tom", "last_name": "Peeters", "relation": "plusouder", "authority": "step_parent"}

    for _click in range(2):
        shown = typed(browser, url)
        del shown["receives_plan"]  # ticked for who is added
        assert browser.post(url, shown | data | {"key": "6f0e9b1c-8a3e-4f7e-9b57-0a4f5f3c2d11"}).status_code == 302

    tom = Guardian.objects.get(first_name="Tom")
    assert (tom.student, tom.school, tom.gets_copy) == (cast.student, cast.school, False)
    assert [g.first_name for g in cast.student.guardians.all()] == ["Hilde", "Bart", "Tom"]


def test_a_parent_who_is_added_gets_a_copy_without_anybody_thinking_of_it(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "guardian_new")
    data = {"first_name": "Tom", "last_name": "P", "relation": "vader", "authority": "joint"}

    assert browser.post(url, typed(browser, url, **data)).status_code == 302

    assert Guardian.objects.get(first_name="Tom").gets_copy


@pytest.mark.parametrize("authority", ["deprived", "step_parent"])
@pytest.mark.parametrize("name", ["guardian_new", "guardian_edit"])
def test_a_copy_for_who_may_have_none_is_refused_with_the_reason(
    cast: Cast, sign_in: Any, name: str, authority: str
) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, name)
    data = {"first_name": "Tom", "last_name": "P", "relation": "andere", "authority": authority, "receives_plan": "on"}

    answer = browser.post(url, typed(browser, url, **data))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["receives_plan"]
    assertContains(answer, "Tom", status_code=422)
    assert set(Guardian.objects.values_list("authority", flat=True)) == {"joint"}


def test_a_guardian_of_another_student_is_not_found(cast: Cast, sign_in: Any) -> None:
    other = Student.objects.create(
        school=cast.school, first_name="A", last_name="B", birth_date=datetime.date(2016, 1, 1)
    )
    url = reverse("guardian_edit", args=[other.pk, cast.mother.pk])

    assert sign_in(cast.coordinator).get(url).status_code == 404


def test_two_who_change_one_guardian_both_keep_their_sentence(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "guardian_edit")
    mine = typed(browser, url, note_restriction="mijn zin")
    browser.post(url, typed(browser, url, note_restriction="de zin van een collega"))

    answer = browser.post(url, mine)

    assertContains(answer, "mijn zin", status_code=409)
    assertContains(answer, "de zin van een collega", status_code=409)


# --- what came with no meeting ---

ADJUSTMENT = {"kind_of_measure": "compensate", "description": "tafelkaart", "since": str(TODAY)}
CONSENT = {"kind_of_consent": "clb_involve", "given_by": "Hilde Claes", "what": "CLB mag meekijken", "form": "written"}
ITEMS: dict[str, tuple[Any, dict[str, str]]] = {
    "adjustment": (ReasonableAdjustment, ADJUSTMENT | {"school_subjects": "rekenen, WO"}),
    "report": (LegalReport, {"kind_of_report": "gc", "issued_by": "CLB De Brug", "date": str(TODAY)}),
    "consent": (Consent, CONSENT | {"granted": "on", "date": str(TODAY)}),
}


@pytest.mark.parametrize("kind", ITEMS)
def test_something_is_noted_outside_a_meeting_and_changed(cast: Cast, sign_in: Any, kind: str) -> None:
    model, given = ITEMS[kind]
    browser, url = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, kind])
    data = typed(browser, url, **given)

    for _click in range(2):
        assert browser.post(url, data).status_code == 302

    item = model.objects.get()
    assert (item.student, item.came_with, item.version) == (cast.student, None, 1)
    edit = reverse("student_item_edit", args=[cast.student.pk, kind, item.pk])
    assertContains(browser.get(reverse("student", args=[cast.student.pk])), edit)
    last = "withdrawn_on" if kind == "consent" else "valid_until" if kind == "report" else "until"
    day = TODAY if kind == "consent" else TOMORROW
    assert browser.post(edit, typed(browser, edit, **{last: str(day)})).status_code == 302
    item.refresh_from_db()
    assert (getattr(item, last), item.version) == (day, 2)
    assert browser.post(edit, typed(browser, edit, **{last: "2000-01-01"})).status_code == 422


def test_lessons_are_kept_as_a_list_and_a_permission_knows_who_wrote_it_down(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    for kind in ("adjustment", "consent"):
        url = reverse("student_item_new", args=[cast.student.pk, kind])
        browser.post(url, typed(browser, url, **ITEMS[kind][1]))

    adjustment = ReasonableAdjustment.objects.get()
    assert adjustment.school_subjects == ["rekenen", "WO"]
    assert set(adjustment.visibility) == {"care_team", "class_sheet", "parents", "student"}
    assert Consent.objects.get().recorded_by == cast.coordinator.name


def test_two_who_change_one_item_both_keep_their_sentence(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "student_item_edit")
    mine = typed(browser, url, location_note="mijn zin")
    browser.post(url, typed(browser, url, location_note="zin van een collega"))

    answer = browser.post(url, mine)

    assertContains(answer, "mijn zin", status_code=409)
    assertContains(answer, "zin van een collega", status_code=409)
    again = {f.html_name: f.value() for f in answer.context["form"] if f.value()}
    assert browser.post(url, again).status_code == 302
    assert LegalReport.objects.get().location_note == "mijn zin"


@pytest.mark.parametrize("given_by", ["Elders Iemand", "Bart Vandamme"])
def test_only_who_decides_answers_for_the_student(cast: Cast, sign_in: Any, given_by: str) -> None:
    Guardian.objects.filter(pk=cast.father.pk).update(authority="none_but_informed")
    browser, url = sign_in(cast.coordinator), address(cast, "student_item_new")

    answer = browser.post(url, typed(browser, url, **ITEMS["consent"][1] | {"given_by": given_by}))

    assert list(answer.context["form"].errors) == ["given_by"]


def test_of_a_permission_from_a_closed_meeting_only_taking_back_is_noted(cast: Cast, sign_in: Any) -> None:
    consent = make_row(Consent, cast.meeting, what="zoals toen gezegd", granted=True, date=YESTERDAY)
    report = make_row(LegalReport, cast.meeting)
    browser = sign_in(cast.coordinator)
    url = reverse("student_item_edit", args=[cast.student.pk, "consent", consent.pk])
    assert browser.get(url).status_code == 404  # the meeting is open: it is changed there
    Meeting.objects.update(status="closed")

    assert browser.post(url, typed(browser, url, withdrawn_on=str(TODAY), what="anders")).status_code == 302

    consent.refresh_from_db()
    assert (consent.withdrawn_on, consent.what) == (TODAY, "zoals toen gezegd")
    assert browser.get(reverse("student_item_edit", args=[cast.student.pk, "report", report.pk])).status_code == 404


def test_a_kind_or_an_item_that_is_not_of_this_student_is_not_found(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), address(cast, "student_item_edit")
    other = Student.objects.create(
        school=cast.school, first_name="A", last_name="B", birth_date=datetime.date(2016, 1, 1)
    )

    assert browser.get(re.sub("/report/", "/phase/", url)).status_code == 404
    assert browser.get(re.sub("/report/", "/consent/", url)).status_code == 404
    assert browser.get(url.replace(str(cast.student.pk), str(other.pk))).status_code == 404


def test_a_grant_of_another_student_is_not_ended_here(cast: Cast, sign_in: Any) -> None:
    other = Student.objects.create(
        school=cast.school, first_name="A", last_name="B", birth_date=datetime.date(2016, 1, 1)
    )
    grant = make_grant(cast.users["clb_worker"], other)

    assert sign_in(cast.coordinator).post(reverse("grant_end", args=[cast.student.pk, grant.pk])).status_code == 404


def test_the_list_of_pages_that_a_shared_computer_keeps_names_nobody(cast: Cast, sign_in: Any) -> None:
    """A browser remembers the titles of pages after whoever looked at them signed out."""
    student = cast.student.pk
    pages = (
        ("student", [student]), ("student_edit", [student]), ("guardian_edit", [student, cast.mother.pk]),
        ("student_item_new", [student, "consent"]),
    )  # fmt: skip
    for name, args in pages:
        page = sign_in(cast.coordinator).get(reverse(name, args=args)).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert title.endswith(" · HGW"), name
        assert not [word for word in ("Nore", "Vandamme", "Hilde", "Claes") if word in title], name
