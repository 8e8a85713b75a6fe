"""P12: what it costs that every list goes through the one door (hgw/access.py). Computing time of this process alone."""

import datetime
import time
from typing import Any

from hgw.accounts.models import RoleAssignment, School, User
from students.models import Student
from tests.bench.measuring import Ratio, compare
from tests.bench.world import World

SHOWN = 50  # students in a list
ROLES = 12


def through(world: World) -> Ratio:
    """The first of a list of a thousand students as its coordinator gets them, roles asked anew, against the same rows raw."""
    user = world.large
    school = user.assignments.get().school_id
    raw = Student.objects.filter(school=school)
    return _compare(lambda: _listed(user), lambda: list(raw.all()[:SHOWN]))


def of_many_roles(world: World) -> Ratio:
    """The same list for somebody who has a role at twelve schools, against somebody who has one."""
    one = world.large
    school = one.assignments.get().school
    many = User.objects.create_user("overal@demo.example", "Overal Zorg")
    others = [School.objects.create(name=f"School {n}", institution_number=f"9992{n:02}") for n in range(1, ROLES)]
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=many, school=each, role="care_coordinator", valid_from=datetime.date(2020, 1, 1))
        for each in (school, *others)
    )
    return _compare(lambda: _listed(many), lambda: _listed(one))


def _listed(user: User) -> list[Student]:
    user.__dict__.pop("roles", None)  # as at the next request
    return list(Student.objects.visible_to(user)[:SHOWN])


def _compare(a: Any, b: Any) -> Ratio:
    return compare(a, b, time.process_time)
