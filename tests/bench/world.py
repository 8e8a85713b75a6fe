"""What is measured on: the demonstration, and beside it a school with a thousand students."""

import datetime
import subprocess
import sys
from functools import cached_property

from django.core.management import call_command
from django.urls import reverse

from hgw.accounts.models import RoleAssignment, School, User
from meetings.demo.build import build
from meetings.models import Meeting
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

    def compare(self, a: Act, b: Act, *, blocks: int = 9) -> Ratio:
        return compare(a, b, self.server.cpu, blocks=blocks)

    def step(self, slug: str) -> str:
        """The address of a step of the meeting."""
        return reverse("meeting_step", args=[self.meeting.pk, slug])

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
    """Fill the database and collect the static files, before the server opens them."""
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)  # by who owns the tables
    call_command("collectstatic", interactive=False, verbosity=0)
    build(TODAY())
