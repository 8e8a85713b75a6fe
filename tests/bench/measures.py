"""What is measured, under the ids of the list of measures. A measure returns its ratio; its target stands beside it."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from hgw.accounts.models import RoleAssignment, School, User
from meetings.demo.build import build
from meetings.models import Meeting, MeetingGoal
from students.models import ClassGroup, Enrollment, SchoolYear, Student
from tests.bench.measuring import Ratio, compare

TODAY = datetime.date.today


def browser(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


class World:
    """The demonstration, and beside it a school with a thousand students."""

    def __init__(self) -> None:
        call_command("migrate", verbosity=0)
        build(TODAY())
        self.coordinator = User.objects.get(email="zorg@demo.example")
        self.meeting = Meeting.objects.filter(status="in_progress").order_by("title")[0]
        self.browser = browser(self.coordinator)

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


def get(client: Client, address: str) -> Callable[[], object]:
    """Ask for a page; anything but the page itself ends the measuring."""

    def act() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return act


def null(world: World) -> Ratio:
    """The same page against itself: what the machine adds."""
    page = get(world.browser, reverse("library"))
    return compare(lambda: page(), lambda: page())


def save(world: World) -> Ratio:
    """P1: saving a typed goal of the meeting, against one bare INSERT."""
    goal = MeetingGoal.objects.filter(meeting=world.meeting)[0]
    address = reverse("item_edit", args=[world.meeting.pk, "meetinggoal", goal.pk])
    client = Client(headers={"HX-Request": "true"})
    client.force_login(world.coordinator, backend=settings.AUTHENTICATION_BACKENDS[0])
    version = goal.version

    def saving() -> None:
        nonlocal version
        sent = {"voice": goal.voice, "text": f"Versie {version}", "base_version": version, "key": str(uuid.uuid4())}
        response = client.post(address, sent)
        if response.status_code != 200:
            raise RuntimeError(f"save: {response.status_code}")
        version += 1

    with override_settings(MIDDLEWARE=[]):
        bare = Client()
        bare.handler.load_middleware()
    return compare(saving, lambda: bare.post("/bare/"))


def students(world: World) -> Ratio:
    """P6s: the list of students of a school with 1,000 of them, against the one of the demonstration."""
    address = reverse("students")
    return compare(get(browser(world.large), address), get(world.browser, address))


def step(world: World) -> Ratio:
    """S1: a step of a meeting in progress, against the page of sources, which reads no case."""
    address = reverse("meeting_step", args=[world.meeting.pk, "overzicht"])
    return compare(get(world.browser, address), get(world.browser, reverse("library")))


@dataclass(frozen=True)
class Measure:
    run: Callable[[World], Ratio]
    target: float


MEASURES = {"P1": Measure(save, 3.0), "P6s": Measure(students, 1.5), "S1": Measure(step, 3.0)}
# Of the list of measures, not made yet: they need several server processes, a browser or far more rows.
NOT_YET = ("P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12", "P13", "P14", "P15")
