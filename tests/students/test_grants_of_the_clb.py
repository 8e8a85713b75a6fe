"""That the school may tell the CLB nothing: then no student is opened to it, and what was open closes."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.access import matrix
from hgw.accounts.models import Role
from hgw.items.saving import remove_item
from meetings.cases.loading import load
from students.models import StudentAccessGrant
from students.opening import may_be_open
from tests.factories import Cast, make_consent, make_grant, make_student, make_user
from tests.meetings.case_files import case, written
from tests.students.test_grants import LONG_AGO, give, open_today, withdraw
from tests.students.test_student_edit import TODAY, typed

KIND = "school_to_clb"


@pytest.mark.parametrize("no", [{"granted": False}, {"withdrawn_on": TODAY}, {"granted": False, "withdrawn_on": TODAY}])
def test_where_the_school_may_tell_nothing_the_clb_does_not_come_in(
    cast: Cast, sign_in: Any, no: dict[str, Any]
) -> None:
    StudentAccessGrant.objects.all().delete()
    browser = sign_in(cast.coordinator)
    make_consent(cast.student, "clb_involve")
    make_consent(make_student(cast.school), KIND, granted=False)
    make_consent(cast.student, KIND, granted=False, removed_at=LONG_AGO)
    assert may_be_open(cast.users["clb_worker"], cast.student), "nobody was asked, as far as is noted"
    make_consent(cast.student, KIND, **no)

    refused = give(cast, browser, "clb_worker")

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["user"])
    assert "mag het CLB niets" in str(refused.context["form"].errors["user"])
    assert "traject lezen" in refused.content.decode()
    make_consent(cast.student, KIND)
    assert give(cast, browser, "clb_worker").status_code == 302


def test_without_the_permission_to_bring_it_in_that_is_what_is_said(cast: Cast, sign_in: Any) -> None:
    make_consent(cast.student, KIND, granted=False)
    said = give(cast, sign_in(cast.coordinator), "clb_worker").context["form"].errors["user"]
    assert "komt erbij met toestemming" in str(said)


def test_why_is_said_to_who_reads_permissions_alone() -> None:
    reads = matrix()["consent"].cells
    gives = [role for role, cells in matrix()["grant"].cells.items() if any(one.act == "manage" for one in cells)]
    assert gives
    assert all(any(not one.conditions for one in reads[role]) for role in gives)


def test_a_no_to_tell_the_clb_closes_the_student_to_it(cast: Cast, sign_in: Any) -> None:
    make_consent(cast.student, "clb_involve")
    browser, at = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, "consent"])
    no = {"kind_of_consent": KIND, "given_by": "Hilde Claes", "what": "liever niet", "date": str(TODAY)}

    assert browser.post(at, typed(browser, at, **no)).status_code == 302

    assert not open_today(cast, "clb_worker")
    assert open_today(cast, "learning_supporter")
    page = reverse("student", args=[cast.student.pk])
    assert sign_in(cast.users["clb_worker"]).get(page).status_code == 404


def test_a_yes_to_tell_the_clb_closes_it_when_it_is_taken_back(cast: Cast) -> None:
    make_consent(cast.student, "clb_involve")
    first, second = make_consent(cast.student, KIND), make_consent(cast.student, KIND)
    withdraw(cast, first)
    assert open_today(cast, "clb_worker")
    withdraw(cast, second)
    assert not open_today(cast, "clb_worker")


def test_a_yes_that_was_noted_by_mistake_and_goes_leaves_nothing_said(cast: Cast) -> None:
    make_consent(cast.student, "clb_involve")
    remove_item(make_consent(cast.student, KIND), by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert open_today(cast, "clb_worker")


def test_a_no_to_tell_the_clb_does_not_stand_beside_a_yes(cast: Cast, sign_in: Any) -> None:
    browser, at = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, "consent"])
    make_consent(cast.student, KIND)
    no = {"kind_of_consent": KIND, "given_by": "Hilde Claes", "what": "toch niet", "date": str(TODAY)}
    refused = browser.post(at, typed(browser, at, **no))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["granted"])


@pytest.mark.parametrize("by_command", [False, True])
@pytest.mark.parametrize(("granted", "is_open"), [(True, True), (False, False)])
def test_a_no_in_a_case_file_closes_too(cast: Cast, *, by_command: bool, granted: bool, is_open: bool) -> None:
    data = case("gepland")
    student = load(written(data)).students[0]
    make_consent(student, "clb_involve")
    worker = make_user(student.school, Role.CLB_WORKER)
    make_grant(worker, student)
    data["consents"] = [
        {
            "kind": KIND,
            "given_by": str(student),
            "granted": granted,
            "what": "alles",
            "form": "written",
            "date": "2026-03-04",
        }
    ]
    load(written(data), by=None if by_command else cast.coordinator)
    assert StudentAccessGrant.objects.on().filter(user=worker).exists() is is_open
