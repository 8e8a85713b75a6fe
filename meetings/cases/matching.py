"""Who and what in a case file is there already: school, class, students and guardians are recognised, never changed."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from hgw.accounts.models import School, User
from meetings.cases.case import NO_NUMBER, ONE_STUDENT, Case, Row, full_name
from students.models import ClassGroup, Enrollment, Guardian, SchoolYear, Student


@dataclass
class People:
    """School, class, students and guardians of a case, as rows. Guardians stand in the order of the file."""

    school: School
    class_group: ClassGroup
    students: dict[str, Student] = field(default_factory=dict)
    guardians: list[Guardian] = field(default_factory=list)

    def student(self, key: str | None) -> Student | None:
        return self.students.get(key or "") if key else None

    def guardian(self, name: str, student: Student | None) -> Guardian | None:
        """The guardian of this name; of the student first, where one name stands with several students."""
        named = [guardian for guardian in self.guardians if str(guardian) == name]
        own = [guardian for guardian in named if student and guardian.student_id == student.pk]
        return next(iter(own or named), None)


def school_of(case: Case) -> School | None:
    """The school of the case, when it is here: by its number; one that had none yet by its name and its place."""
    row = case.top["school"]
    if row["institution_number"] != NO_NUMBER:
        return School.objects.filter(institution_number=row["institution_number"]).first()
    same = School.objects.filter(name=row["name"], place=row["place"] or "")[:2]
    return same[0] if len(same) == 1 else None


def check(case: Case) -> None:
    """Note what the file says against what is here: a guardian in another legal position."""
    school = school_of(case) if case.top["school"] and case.has_people else None
    for key, row in case.students.items():
        student = _student(school, row) if school else None
        stored = {str(guardian): guardian for guardian in student.guardians.all()} if student else {}
        for guardian in case.guardians(key):
            here = stored.get(full_name(guardian))
            if here and guardian["authority"] and here.authority != guardian["authority"]:
                case.faults.add(
                    f"{guardian.path}.authority", f"this guardian stands here with authority {here.authority}"
                )


def find_people(case: Case, *, by: User | None) -> People:
    """Recognise the people of the case, and add those who are not here yet."""
    made = {"created_by": by, "updated_by": by}
    school = school_of(case) or _new_school(case, made)
    people = People(school, _class_group(case, school, made))
    for key, row in case.students.items():
        student = _student(school, row) or Student.objects.create(school=school, **_given(row), **made)
        _enrol(student, people.class_group, case.meeting["date"], made)
        people.students[key] = student
    stored = {
        (guardian.student_id, str(guardian)): guardian
        for guardian in Guardian.objects.filter(student__in=people.students.values())
    }
    for n, row in enumerate(case.guardians()):
        student = people.students[case.student_of(row) or ONE_STUDENT]
        guardian = stored.get((student.pk, full_name(row)))
        if guardian is None:
            guardian = Guardian.objects.create(
                school=school, student=student, position=n, **_given(row, "student"), **made
            )
        people.guardians.append(guardian)
    return people


def _new_school(case: Case, made: dict[str, Any]) -> School:
    given = _given(case.top["school"])
    if given["institution_number"] == NO_NUMBER:
        del given["institution_number"]
    return School.objects.create(**given, **made)


def _student(school: School, row: Row) -> Student | None:
    names = {key: row[key] for key in ("first_name", "last_name", "birth_date")}
    return Student.objects.filter(school=school, **names).order_by("created_at").first()


def _class_group(case: Case, school: School, made: dict[str, Any]) -> ClassGroup:
    row, year = case.top["class_group"], SchoolYear.around(school, case.meeting["date"])
    found = ClassGroup.objects.filter(school=school, school_year=year, code=row["code"]).first()
    return found or ClassGroup.objects.create(school=school, school_year=year, **_given(row), **made)


def _enrol(student: Student, class_group: ClassGroup, day: datetime.date, made: dict[str, Any]) -> None:
    """Put a student who sat in no class on that day in the class of the file, for that school year."""
    if student.class_on(day) is None:
        year = class_group.school_year
        Enrollment.objects.create(student=student, class_group=class_group, since=year.start, until=year.end, **made)


def _given(row: Row, *but: str) -> dict[str, Any]:
    """The keys that have a value, as columns."""
    return {name: value for name, value in row.items() if value is not None and name not in but}
