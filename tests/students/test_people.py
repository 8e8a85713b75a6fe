"""Students, guardians, classes and grants: names, copies, households, days that begin and end."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from students.models import ClassGroup, Enrollment, Guardian, SchoolYear, StudentAccessGrant
from students.models.people import COPY_RULE, Authority
from tests.factories import Cast, make_class, make_grant, make_guardian, make_school, make_student

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


def test_the_roepnaam_is_what_the_student_goes_by(cast: Cast) -> None:
    student = make_student(cast.school, first_name="Robrecht", preferred_name="Rob", last_name="Keteleer")
    assert (student.roepnaam, str(student)) == ("Rob", "Rob Keteleer")
    assert student.names() == {"Robrecht", "Rob", "Robrecht Keteleer", "Rob Keteleer"}
    assert cast.student.names() == {"Nore", "Nore Vandamme"}


@pytest.mark.parametrize(
    ("authority", "copy"),
    [
        ("joint", True), ("exclusive", True), ("none_but_informed", True), ("foster", True), ("guardian", True),
        ("deprived", False), ("step_parent", False),
    ],
)  # fmt: skip
def test_who_may_get_a_copy(cast: Cast, authority: str, copy: bool) -> None:
    student = make_student(cast.school)
    guardian = make_guardian(student, authority=authority, receives_plan=False)
    assert (guardian.gets_copy, student.guardians.with_copy().exists()) == (False, False)  # it is switched off
    guardian.receives_plan = True
    if copy:
        guardian.full_clean()
        guardian.save()
        assert guardian.gets_copy
        assert list(student.guardians.with_copy()) == [guardian]
        return
    with pytest.raises(ValidationError, match="geen exemplaar|no copy|krijgt geen"):
        guardian.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        guardian.save()
    assert not Guardian.objects.get(pk=guardian.pk).gets_copy


def test_every_position_has_its_rule_and_the_reason() -> None:
    assert set(COPY_RULE) == set(Authority.values)
    assert all(why for _may, why in COPY_RULE.values())


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {}, True),
        ({}, {"lives_with": False}, False),
        ({"lives_with": False}, {"lives_with": False}, False),
        ({}, {"authority": "step_parent", "receives_plan": False}, False),
        ({"authority": "exclusive"}, {}, False),
        ({"authority": "foster"}, {"authority": "foster"}, False),
    ],
)
def test_a_household(cast: Cast, one: dict[str, Any], other: dict[str, Any], together: bool) -> None:
    student = make_student(cast.school)
    a, b = make_guardian(student, **one), make_guardian(student, **other)
    assert a.shares_household_with(b) is together
    assert b.shares_household_with(a) is together


def test_parents_of_two_children_share_no_household_across_them(cast: Cast) -> None:
    """Each child has guardian rows of its own; what stands with one never shows with the other."""
    first, second = make_guardian(make_student(cast.school)), make_guardian(make_student(cast.school))
    assert not first.shares_household_with(second)


def test_the_class_of_a_day(cast: Cast) -> None:
    new = make_class(cast.school, "2C")
    Enrollment.objects.filter(student=cast.student).update(since=TODAY - 90 * DAY, until=TODAY - DAY)
    assert cast.student.class_on() is None
    Enrollment.objects.create(student=cast.student, class_group=new, since=TODAY)
    assert cast.student.class_on(TODAY - DAY) == cast.class_group
    assert cast.student.class_on() == new
    assert cast.student.class_on(TODAY - 91 * DAY) is None


def test_a_grant_ends_after_it_begins(cast: Cast) -> None:
    grant = make_grant(cast.users["clb_worker"], cast.student)
    grant.until = grant.since - DAY
    with pytest.raises(ValidationError):
        grant.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        grant.save()


def test_a_grant_holds_on_both_its_days(cast: Cast) -> None:
    StudentAccessGrant.objects.all().delete()
    make_grant(cast.users["clb_worker"], cast.student, since=TODAY, until=TODAY + DAY)
    counts = [StudentAccessGrant.objects.on(TODAY + n * DAY).count() for n in (-1, 0, 1, 2)]
    assert counts == [0, 1, 1, 0]


def test_a_school_year_is_made_once(cast: Cast) -> None:
    school = make_school()
    years = {SchoolYear.around(school, datetime.date(2026, month, 15)).pk for month in (9, 12)}
    assert len(years) == 1
    assert str(SchoolYear.around(school, datetime.date(2026, 7, 1))) == "2025-2026"


def test_a_class_code_is_text_and_stands_once_in_a_year(cast: Cast) -> None:
    assert make_class(cast.school, "007").code == "007"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_class(cast.school, "007")
    assert make_class(cast.other_school, "007").code == "007"
    assert cast.class_group in ClassGroup.objects.all().current()
    assert cast.class_group not in ClassGroup.objects.all().current(TODAY + 800 * DAY)


def test_there_is_no_column_for_what_nobody_needs() -> None:
    from students.models import Student

    columns = " ".join(field.name for model in (Student, Guardian) for field in model._meta.concrete_fields)
    for word in ("national", "gender", "religion", "origin", "income", "photo", "address", "health"):
        assert word not in columns
