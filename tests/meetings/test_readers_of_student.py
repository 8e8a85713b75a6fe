"""Who can read a student today and why: said by the matrix, and the same as what the door lets through."""

import datetime
from typing import Any

from django.utils import timezone, translation

from hgw.access import may, reasons
from hgw.accounts.models import RoleAssignment, User
from meetings.readers_of_student import readers_of_student
from students.models import Student
from tests.factories import Cast


def names(student: Student) -> dict[str, dict[str, tuple[str, ...]]]:
    with translation.override("nl"):
        return {
            reader.name: dict(reader.reads)
            for reader in readers_of_student(student, asked_by=User.objects.get(name="Hier principal"))
        }


def test_the_reasons_are_those_of_the_door(cast: Cast) -> None:
    for row, what in ((cast.student, "student"), (cast.student, "student_file"), (cast.meeting, "meeting")):
        for user in User.objects.all():
            for act in ("read", "write", "manage"):
                assert bool(reasons(user, act, row, what)) == may(user, act, row, what), (user, act, what)


def test_each_reader_stands_with_the_role_and_the_condition(cast: Cast) -> None:
    found = names(cast.student)
    who = cast.users
    assert found[cast.coordinator.name]["De pagina van de leerling"] == ("Zorgcoördinator: beheert",)
    teacher = found[cast.teacher.name]
    assert teacher["De pagina van de leerling"] == ("Klasleerkracht: leest, voor de klassen waar ze nu lesgeven",)
    assert "Het dossier: ouders, besprekingen, plannen, de steun tot nu" not in teacher
    clb = found[who["clb_worker"].name]
    assert clb["De pagina van de leerling"] == (
        "CLB-medewerker: leest, voor een leerling die bij naam voor hen is opengezet",
    )
    assert who["adviser"].name not in found


def test_a_role_that_ended_reads_nothing(cast: Cast) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    RoleAssignment.objects.filter(user=cast.teacher).update(valid_until=yesterday)
    assert cast.teacher.name not in names(cast.student)


def test_what_somebody_reads_elsewhere_is_nobodys_news_here(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.coordinator).get(f"/leerlingen/{cast.student.pk}/lezers/").content.decode()
    assert cast.teacher.name in page
    there = RoleAssignment.objects.exclude(school=cast.school).exclude(user__assignments__school=cast.school)
    assert there.exists()
    assert not [row.user.name for row in there if f">{row.user.name}<" in page]
