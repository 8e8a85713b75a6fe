"""What is measured, under the ids of the list of measures. A measure returns its ratio; its target stands beside it."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.core.management import call_command
from django.urls import reverse

from hgw.accounts.models import RoleAssignment, School, User
from meetings.demo.build import build
from meetings.models import Meeting, MeetingGoal
from students.models import ClassGroup, Enrollment, SchoolYear, Student
from tests.bench.measuring import Act, Ratio, compare
from tests.bench.server import Server

TODAY = datetime.date.today


class World:
    """The demonstration, and beside it a school with a thousand students; a server that shows both."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.coordinator = User.objects.get(email="zorg@demo.example")
        self.meeting = Meeting.objects.filter(status="in_progress").order_by("title")[0]
        self.browser = server.browser(self.coordinator)

    def compare(self, a: Act, b: Act) -> Ratio:
        return compare(a, b, self.server.cpu)

    @cached_property
    def large(self) -> User:
        """The coordinator of a school with a thousand students."""
        school = School.objects.create(name="Groot", institution_number="999199", levels=["lager"])
        user = User.objects.create_user("groot@demo.example", "Grote Zorg")
        RoleAssignment.objects.create(user=user, school=school, role="care_coordinator")
        year = SchoolYear.around(school, TODAY())
        classes = [
            ClassGroup.objects.create(school=school, school_year=year, code=f"{n}A", level="lager") for n in range(50)
        ]
        students = Student.objects.bulk_create(
            Student(
                school=school, first_name=f"Kind{n}", last_name=f"Naam{n % 97}", birth_date=datetime.date(2017, 1, 1)
            )
            for n in range(1000)
        )
        Enrollment.objects.bulk_create(
            Enrollment(student=student, class_group=classes[n % 50], since=year.start)
            for n, student in enumerate(students)
        )
        return user


def prepare() -> None:
    """Fill the database, before the server opens it."""
    call_command("migrate", verbosity=0)
    build(TODAY())


def null(world: World) -> Ratio:
    """The same page against itself: what the machine adds."""
    page = reverse("library")
    return world.compare(lambda: world.browser.get(page), lambda: world.browser.get(page))


def save(world: World) -> Ratio:
    """P1: saving a typed goal of the meeting, against a view with one INSERT behind the same server and sign-in."""
    goal = MeetingGoal.objects.filter(meeting=world.meeting)[0]
    address = reverse("item_edit", args=[world.meeting.pk, "meetinggoal", goal.pk])
    version = goal.version

    def saving() -> None:
        nonlocal version
        sent = {"voice": goal.voice, "text": f"Versie {version}", "base_version": version, "key": uuid.uuid4()}
        if f"Versie {version}".encode() not in world.browser.post(address, sent):
            raise RuntimeError("the answer to a save does not hold what was saved")
        version += 1

    return world.compare(saving, lambda: world.browser.post("/bare/", {"key": uuid.uuid4()}))


def students(world: World) -> Ratio:
    """P6s: the list of students of a school with 1,000 of them, against the one of the demonstration."""
    address, large = reverse("students"), world.server.browser(world.large)
    return world.compare(lambda: large.get(address), lambda: world.browser.get(address))


def fragment(world: World) -> Ratio:
    """P9c: the foot of a step, asked for anew after each save, against the whole page of the step."""
    address = reverse("meeting_step", args=[world.meeting.pk, "overzicht"])
    foot = world.server.browser(world.coordinator)
    foot.headers |= {"HX-Request": "true", "HX-Target": "gates"}
    return world.compare(lambda: foot.get(address), lambda: world.browser.get(address))


def step(world: World) -> Ratio:
    """S1: a step of a meeting in progress, against the page of sources, which reads no case.

    Nothing says what this should be: a page full of forms beside a page of text. It is here to be watched.
    """
    address, sources = reverse("meeting_step", args=[world.meeting.pk, "overzicht"]), reverse("library")
    return world.compare(lambda: world.browser.get(address), lambda: world.browser.get(sources))


@dataclass(frozen=True)
class Measure:
    run: Callable[[World], Ratio]
    target: float | None  # None: measured, but nothing to hold it against


MEASURES = {
    "P1": Measure(save, 3.0),
    "P6s": Measure(students, 1.5),
    "P9c": Measure(fragment, 0.4),
    "S1": Measure(step, None),
}
# Of the list of measures, not made yet: they need several server processes, a browser or far more rows.
NOT_YET = ("P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P13", "P14", "P15")
