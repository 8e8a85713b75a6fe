"""Opening a student to somebody from outside: on which ground, until when, and that the ground takes it along."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.accounts.models import Role, RoleAssignment
from hgw.audit.models import Action, Entry
from hgw.items.saving import remove_item, save_item
from students.forms import GrantForm
from students.models import Consent, LegalReport, StudentAccessGrant
from students.opening import may_be_open
from tests.factories import Cast, make_consent, make_grant, make_item, make_role, make_student
from tests.students.test_student_edit import TODAY, TOMORROW, YESTERDAY, address, typed

LONG_AGO = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
MONTH = datetime.timedelta(30)
ASKED = {
    "kind_of_consent": "clb_involve",
    "given_by": "Hilde Claes",
    "what": "meekijken",
    "date": TODAY,
    "form": "written",
}


def give(cast: Cast, browser: Any, role: str, **changes: Any) -> Any:
    url = address(cast, "grant_new")
    given = {"user": cast.users[role].pk, "until": str(TODAY + datetime.timedelta(60)), "reason": "traject lezen"}
    return browser.post(url, typed(browser, url, **given | changes))


def test_access_is_given_with_an_end_and_a_reason_and_ends_at_once(cast: Cast, sign_in: Any) -> None:
    StudentAccessGrant.objects.all().delete()
    make_consent(cast.student, "clb_involve")
    clb, page = cast.users["clb_worker"], reverse("student", args=[cast.student.pk])
    assert sign_in(clb).get(page).status_code == 404

    assert give(cast, sign_in(cast.users["principal"]), "clb_worker").status_code == 302

    grant = StudentAccessGrant.objects.get()
    assert (grant.granted_by, grant.scope, grant.school) == (cast.users["principal"], "meeting", cast.school)
    assert sign_in(clb).get(page).status_code == 200
    for _click in range(2):
        assert sign_in(cast.coordinator).post(address(cast, "grant_end")).status_code == 302
    assert sign_in(clb).get(page).status_code == 404
    trace = Entry.objects.filter(action__in=(Action.GRANT_GIVEN, Action.GRANT_ENDED))
    assert [(e.action, e.object, e.student) for e in trace] == [
        ("grant.given", clb.pk, cast.student.pk),
        ("grant.ended", clb.pk, cast.student.pk),
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"until": None}, {"until": str(YESTERDAY)}, {"reason": None}, {"since": str(TODAY + datetime.timedelta(90))}],
)
def test_access_without_end_or_reason_is_refused(cast: Cast, sign_in: Any, wrong: dict[str, Any]) -> None:
    make_consent(cast.student, "clb_involve")
    before = StudentAccessGrant.objects.count()

    assert give(cast, sign_in(cast.coordinator), "clb_worker", **wrong).status_code == 422

    assert StudentAccessGrant.objects.count() == before


def test_a_learning_supporter_gets_access_once_a_report_is_noted(cast: Cast, sign_in: Any) -> None:
    browser, report = sign_in(cast.coordinator), {"school": cast.school, "student": cast.student, "issued_by": "CLB"}
    LegalReport.objects.create(kind_of_report="hgd", date=YESTERDAY, **report)

    assert list(give(cast, browser, "learning_supporter").context["form"].errors) == ["user"]

    LegalReport.objects.create(kind_of_report="gc", date=YESTERDAY, **report)
    assert give(cast, browser, "learning_supporter").status_code == 302


def test_learning_support_ends_with_its_report(cast: Cast, sign_in: Any) -> None:
    given = {"school": cast.school, "student": cast.student, "issued_by": "CLB", "kind_of_report": "gc"}
    browser, last = sign_in(cast.coordinator), TODAY + datetime.timedelta(days=10)
    make_consent(cast.student, "clb_involve")
    LegalReport.objects.create(date=YESTERDAY, valid_until=last, **given)

    later = give(cast, browser, "learning_supporter", until=str(last + datetime.timedelta(days=1)))
    assert list(later.context["form"].errors) == ["until"]
    assert give(cast, browser, "clb_worker", until=str(last + datetime.timedelta(days=1))).status_code == 302
    assert give(cast, browser, "learning_supporter", until=str(last)).status_code == 302
    LegalReport.objects.create(date=YESTERDAY, **given)
    assert give(cast, browser, "learning_supporter", until=str(last + datetime.timedelta(days=1))).status_code == 302


def test_only_who_comes_from_outside_to_this_school_can_be_chosen(cast: Cast, sign_in: Any) -> None:
    form = sign_in(cast.coordinator).get(address(cast, "grant_new")).context["form"]

    assert isinstance(form, GrantForm)
    assert set(form.fields["user"].queryset) == {cast.users["clb_worker"], cast.users["learning_supporter"]}


def test_two_clicks_give_access_once(cast: Cast, sign_in: Any) -> None:
    StudentAccessGrant.objects.all().delete()
    make_consent(cast.student, "clb_involve")
    for _click in range(2):
        assert give(cast, sign_in(cast.coordinator), "clb_worker", key=str(uuid.UUID(int=7))).status_code == 302

    assert StudentAccessGrant.objects.count() == 1


# --- the ground it rests on ---


@pytest.mark.parametrize(
    "instead",
    [{"granted": False}, {"withdrawn_on": TODAY}, {"removed_at": LONG_AGO}, {"kind_of_consent": "clb_to_school"}],
)
def test_the_clb_comes_in_with_a_permission_that_stands(cast: Cast, sign_in: Any, instead: dict[str, Any]) -> None:
    StudentAccessGrant.objects.all().delete()
    browser = sign_in(cast.coordinator)
    make_consent(make_student(cast.school, cast.class_group), "clb_involve")
    make_consent(cast.student, "clb_involve", **instead)

    refused = give(cast, browser, "clb_worker")

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["user"])
    assert "traject lezen" in refused.content.decode()
    make_consent(cast.student, "clb_involve")
    assert give(cast, browser, "clb_worker").status_code == 302


def withdraw(cast: Cast, row: Any, **changes: Any) -> None:
    save_item(row, changes or {"withdrawn_on": TODAY}, by=cast.coordinator, base_version=1, key=uuid.uuid4())


def open_today(cast: Cast, role: str) -> bool:
    return StudentAccessGrant.objects.on().filter(user=cast.users[role], student=cast.student).exists()


def test_a_permission_that_is_taken_back_closes_the_student_to_the_clb(cast: Cast, sign_in: Any) -> None:
    sister = make_student(cast.school, cast.class_group)
    make_grant(cast.users["clb_worker"], sister)
    first, second = make_consent(cast.student, "clb_involve"), make_consent(cast.student, "clb_involve")

    withdraw(cast, first)
    assert open_today(cast, "clb_worker")
    withdraw(cast, second)

    assert not open_today(cast, "clb_worker")
    page = reverse("student", args=[cast.student.pk])
    assert sign_in(cast.users["clb_worker"]).get(page).status_code == 404
    assert open_today(cast, "learning_supporter"), "rests on a report, not on this permission"
    assert StudentAccessGrant.objects.on().filter(student=sister).exists()
    ended = Entry.objects.filter(action=Action.GRANT_ENDED)
    assert [(entry.who, entry.object) for entry in ended] == [(cast.coordinator.pk, cast.users["clb_worker"].pk)]


def test_another_kind_of_permission_closes_nothing_that_rests_on_this_one(cast: Cast) -> None:
    withdraw(cast, make_consent(cast.student, "clb_to_school"))
    assert open_today(cast, "clb_worker")


def test_a_permission_that_turns_out_to_be_another_one_closes(cast: Cast) -> None:
    given = make_item(cast.meeting, "consent", cast.coordinator, granted=True, **ASKED)
    assert open_today(cast, "clb_worker")
    withdraw(cast, given, kind_of_consent="clb_to_school")
    assert not open_today(cast, "clb_worker")


def test_a_report_opens_nothing_to_the_clb_nor_a_permission_to_learning_support(cast: Cast, sign_in: Any) -> None:
    report(cast)
    said = give(cast, sign_in(cast.coordinator), "clb_worker").context["form"].errors["user"]
    assert "toestemming" in str(said)
    LegalReport.objects.all().delete()
    make_consent(cast.student, "clb_involve")
    said = give(cast, sign_in(cast.coordinator), "learning_supporter").context["form"].errors["user"]
    assert "verslag" in str(said)


def report(cast: Cast, **values: Any) -> LegalReport:
    given = {"kind_of_report": "gc", "issued_by": "CLB", "date": YESTERDAY}
    return LegalReport.objects.create(school=cast.school, student=cast.student, **given | values)


def test_a_report_that_goes_closes_the_student_to_learning_support(cast: Cast) -> None:
    only = report(cast)
    make_consent(cast.student, "clb_involve")

    remove_item(only, by=cast.coordinator, base_version=1, key=uuid.uuid4())

    assert not open_today(cast, "learning_supporter")
    assert open_today(cast, "clb_worker")


@pytest.mark.parametrize("changes", [{"kind_of_report": "hgd"}, {"valid_until": YESTERDAY}])
def test_a_report_that_no_longer_opens_closes(cast: Cast, changes: dict[str, Any]) -> None:
    withdraw(cast, report(cast, date=YESTERDAY - MONTH), **changes)
    assert not open_today(cast, "learning_supporter")


def test_a_report_that_ends_earlier_takes_the_access_along(cast: Cast) -> None:
    withdraw(cast, report(cast), valid_until=TOMORROW)

    grant = StudentAccessGrant.objects.get(user=cast.users["learning_supporter"])
    assert (grant.until, grant.since <= TODAY) == (TOMORROW, True)
    assert Entry.objects.filter(action=Action.GRANT_ENDED, object=grant.user_id).count() == 1


def test_who_comes_in_both_roles_comes_on_the_ground_that_holds_longest(cast: Cast) -> None:
    worker = cast.users["clb_worker"]
    make_role(worker, cast.school, Role.LEARNING_SUPPORTER)
    assert may_be_open(worker, cast.student) is None
    report(cast, valid_until=TOMORROW)
    assert may_be_open(worker, cast.student) == (TOMORROW, Role.LEARNING_SUPPORTER)
    given = make_consent(cast.student, "clb_involve")
    assert may_be_open(worker, cast.student) == (datetime.date.max, Role.CLB_WORKER)

    withdraw(cast, given)

    assert not open_today(cast, "clb_worker"), "the report opens nothing that was opened on the permission"


def test_a_grant_of_who_has_no_role_today_does_not_wait_for_the_role(cast: Cast) -> None:
    """Roles end in summer and are given again in September: what was opened on a ground that went meanwhile stays closed."""
    worker, teachers = cast.users["clb_worker"], make_grant(cast.teacher, cast.student)
    RoleAssignment.objects.filter(user=worker).update(valid_until=YESTERDAY)
    withdraw(cast, make_consent(cast.student, "clb_involve"))
    RoleAssignment.objects.filter(user=worker).update(valid_until=None)
    assert not open_today(cast, "clb_worker")
    assert open_today(cast, "learning_supporter")
    teachers.refresh_from_db()
    assert teachers.until < TODAY  # a teacher from outside opens nothing with it either


def test_a_no_does_not_stand_beside_a_yes(cast: Cast, sign_in: Any) -> None:
    browser, at = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, "consent"])
    yes = make_consent(cast.student, "clb_involve")
    make_consent(make_student(cast.school), "clb_involve")
    no = {"kind_of_consent": "clb_involve", "given_by": "Hilde Claes", "what": "toch niet", "date": str(TODAY)}
    refused = browser.post(at, typed(browser, at, **no))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["granted"])
    assert "toch niet" in refused.content.decode()
    assert browser.post(at, typed(browser, at, **no | {"kind_of_consent": "external_share"})).status_code == 302
    withdraw(cast, yes)
    assert browser.post(at, typed(browser, at, **no)).status_code == 302
    row = Consent.objects.get(what="toch niet", kind_of_consent="clb_involve")
    make_consent(cast.student, "clb_involve")
    edit = reverse("student_item_edit", args=[cast.student.pk, "consent", row.pk])
    assert browser.post(edit, typed(browser, edit, what="toch niet, zei ze")).status_code == 302


def test_a_permission_is_not_taken_back_on_a_day_to_come(cast: Cast, sign_in: Any) -> None:
    browser, yes = sign_in(cast.coordinator), make_consent(cast.student, "clb_involve")
    edit = reverse("student_item_edit", args=[cast.student.pk, "consent", yes.pk])
    refused = browser.post(edit, typed(browser, edit, withdrawn_on=str(TOMORROW)))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["withdrawn_on"])
    assert open_today(cast, "clb_worker")
