"""The classes of a school: added and corrected by hand, each code once in a school year."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import School
from students.models import ClassGroup, SchoolYear
from tests.factories import Cast, make_class, make_school, make_user


def url(school: School, group: ClassGroup | None = None, *, new: bool = False) -> str:
    if group:
        return reverse("class_edit", args=(school.pk, group.pk))
    return reverse("class_new" if new else "classes", args=(school.pk,))


def typed(school: School, **more: Any) -> dict[str, Any]:
    year = school.school_years.first()
    given = {"code": "4 MWW", "name": "", "level": "lager", "year_no": "4", "key": str(uuid.uuid4())}
    return given | ({"school_year": str(year.pk)} if year else {}) | more


def test_a_class_is_added_and_stands_in_its_year(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    assert browser.post(url(cast.school, new=True), typed(cast.school)).headers["Location"] == url(cast.school)
    group = ClassGroup.objects.get(code="4 MWW")
    assert (group.school, group.level, group.year_no, str(group)) == (cast.school, "lager", 4, "4 MWW")
    page = browser.get(url(cast.school)).content.decode()
    assert "4 MWW" in page
    assert cast.teacher.name in page, "who teaches a class stands beside it"


def test_sent_twice_it_is_one_class(cast: Cast, sign_in: Any) -> None:
    browser, sent = sign_in(cast.coordinator), typed(cast.school)
    assert [browser.post(url(cast.school, new=True), sent).status_code for _ in range(2)] == [302, 302]
    assert ClassGroup.objects.filter(code="4 MWW").count() == 1


def test_the_first_class_brings_its_school_year_along(sign_in: Any, db: None) -> None:
    school = make_school()
    browser = sign_in(make_user(school, "school_admin"))
    assert browser.get(url(school, new=True)).status_code == 200
    assert browser.post(url(school, new=True), typed(school)).status_code == 302
    assert ClassGroup.objects.get(school=school).school_year == SchoolYear.objects.get(school=school)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"code": "2B"}, "code"),
        ({"year_no": "7"}, "year_no"),
        ({"level": "secundair"}, "level"),
        ({"code": " "}, "code"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast: Cast, sign_in: Any, sent: dict[str, str], field: str) -> None:
    answer = sign_in(cast.coordinator).post(url(cast.school, new=True), typed(cast.school, name="De Bijen", **sent))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["name"].value() == "De Bijen"


def test_a_class_is_corrected_and_nobody_writes_over_a_colleague(cast: Cast, sign_in: Any) -> None:
    browser, page = sign_in(cast.coordinator), url(cast.school, cast.class_group)
    seen = browser.get(page).context["form"]["seen"].value()
    year = {"school_year": str(cast.class_group.school_year_id)}
    sent = typed(cast.school, code="2B", name="De Bijen", year_no="2", seen=seen, **year)
    assert browser.post(page, sent).status_code == 302
    assert ClassGroup.objects.get(pk=cast.class_group.pk).name == "De Bijen"
    late = browser.post(page, sent | {"name": "De Mieren"})
    assert late.status_code == 409
    assert late.context["form"]["name"].value() == "De Mieren"
    assert ClassGroup.objects.get(pk=cast.class_group.pk).name == "De Bijen"


def test_a_class_of_another_school_is_unknown(cast: Cast, sign_in: Any) -> None:
    there = make_class(cast.other_school, "9Z")
    browser = sign_in(cast.coordinator)
    assert browser.get(url(cast.school, there)).status_code == 404
    assert browser.get(url(cast.other_school)).status_code == 404
    assert "9Z" not in browser.get(url(cast.school)).content.decode()


def test_the_list_asks_the_same_for_one_class_and_for_many(cast: Cast, sign_in: Any) -> None:

    browser = sign_in(cast.coordinator)
    browser.get(url(cast.school))
    with CaptureQueriesContext(connection) as few:
        browser.get(url(cast.school))
    for n in range(10):
        make_class(cast.school, f"5{n}")
    with CaptureQueriesContext(connection) as many:
        browser.get(url(cast.school))
    assert len(few) == len(many)


def test_a_class_of_last_year_counts_nobody_today(cast: Cast, sign_in: Any) -> None:
    def counted() -> list[int]:
        page = sign_in(cast.coordinator).get(reverse("classes", args=(cast.school.pk,)))
        groups = [group for year in page.context["years"] for group in year.class_groups.all()]
        return [group.students for group in groups if group == cast.class_group]

    assert counted() == [1]
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    SchoolYear.objects.filter(pk=cast.class_group.school_year_id).update(end=yesterday)
    assert counted() == [0]
