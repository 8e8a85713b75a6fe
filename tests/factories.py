"""Rows for tests: one function per thing, with what is needed and nothing else. `make_cast` makes a whole school twice."""

import datetime
import itertools
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from hgw.accounts.models import Role, RoleAssignment, School, User
from hgw.items.saving import save_item
from meetings.item_lists import new_item
from meetings.kinds import kinds
from meetings.models import Meeting, Participant
from meetings.planning import plan_meeting
from students.models import (
    ClassGroup,
    Consent,
    EmergencyAccess,
    Enrollment,
    Guardian,
    HealthNote,
    SchoolYear,
    Student,
    StudentAccessGrant,
    StudentGroup,
    StudentGroupMember,
)
from students.models.emergencies import LASTS
from students.opening import OUTSIDE

counter = itertools.count(1)
PASSWORD = "een lang wachtwoord van hier"


def make_school(**fields: Any) -> School:
    number = next(counter)
    given = {"name": f"School {number}", "place": "Gent", "levels": ["lager"], "institution_number": f"{number:06d}"}
    return School.objects.create(**(given | fields))


def make_user(school: School | None = None, role: str | None = None, *, name: str = "", **fields: Any) -> User:
    """A user, with a role at a school when both are given."""
    number = next(counter)
    user = User.objects.create_user(f"user{number}@school.example", name or f"Persoon {number}", PASSWORD, **fields)
    if school and role:
        make_role(user, school, role)
    return user


def make_role(
    user: User, school: School, role: str, *, classes: tuple[ClassGroup, ...] = (), **fields: Any
) -> RoleAssignment:
    given = {"valid_from": datetime.date(2020, 9, 1)}
    assignment = RoleAssignment.objects.create(user=user, school=school, role=role, **(given | fields))
    for class_group in classes:
        class_group.staff.add(assignment)
    user.__dict__.pop("roles", None)
    return assignment


def make_class(school: School, code: str = "2B", *, day: datetime.date | None = None, **fields: Any) -> ClassGroup:
    year = SchoolYear.around(school, day or timezone.localdate())
    return ClassGroup.objects.create(
        school=school, school_year=year, code=code, **({"level": "lager", "year_no": 2} | fields)
    )


def make_student(school: School, class_group: ClassGroup | None = None, **fields: Any) -> Student:
    number = next(counter)
    given = {"first_name": f"Kind{number}", "last_name": f"Naam{number}", "birth_date": datetime.date(2017, 3, 4)}
    student = Student.objects.create(school=school, **(given | fields))
    if class_group:
        Enrollment.objects.create(student=student, class_group=class_group, since=class_group.school_year.start)
    return student


def make_guardian(student: Student, **fields: Any) -> Guardian:
    number = next(counter)
    given: dict[str, Any] = {
        "first_name": f"Ouder{number}", "last_name": student.last_name, "relation": "moeder", "authority": "joint",
        "lives_with": True, "receives_plan": True, "position": student.guardians.count(),
    }  # fmt: skip
    return Guardian.objects.create(school=student.school, student=student, **(given | fields))


def make_consent(student: Student, kind: str, **fields: Any) -> Consent:
    """A permission of this kind that stands."""
    given = {"granted": True, "given_by": "Hilde Claes", "what": "wat gevraagd werd", "form": "written"}
    given |= {"kind_of_consent": kind, "date": timezone.localdate()}
    return Consent.objects.create(school=student.school, student=student, **(given | fields))


def make_grant(user: User, student: Student, **fields: Any) -> StudentAccessGrant:
    """This student opened to this user, in the role from outside that he or she has; of a CLB worker where there is none."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(user=user, role__in=OUTSIDE).values_list("role", flat=True).first()
    given = {"since": today, "until": today + datetime.timedelta(days=90), "reason": "traject"}
    given["role"] = held or Role.CLB_WORKER
    return StudentAccessGrant.objects.create(school=student.school, user=user, student=student, **(given | fields))


def make_emergency(user: User, student: Student, **fields: Any) -> EmergencyAccess:
    """This student opened in need by this user, from now on."""
    now = timezone.now()
    given = {"since": now, "until": now + LASTS, "reason": "een ongeval"}
    return EmergencyAccess.objects.create(school=student.school, user=user, student=student, **(given | fields))


def permit_health_note(student: Student, **fields: Any) -> Consent:
    """The school keeps notes on health, and who decides for this student permits one."""
    School.objects.filter(pk=student.school_id).update(keeps_health_notes=True)
    given: dict[str, Any] = {
        "kind_of_consent": "health_note", "given_by": "Hilde Claes", "granted": True, "form": "written",
        "what": "een notitie", "date": timezone.localdate(),
    }  # fmt: skip
    return Consent.objects.create(school=student.school, student=student, **(given | fields))


def make_health_note(student: Student, **fields: Any) -> HealthNote:
    """A note on health with all that it needs."""
    permit_health_note(student)
    given = {"text": "wat te doen", "necessity": "waarom"}
    return HealthNote.objects.create(school=student.school, student=student, **(given | fields))


def shown_just_now(browser: Client, *, ago: float = 0) -> Client:
    """Who is signed in in this browser gave the password so many seconds ago."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - ago}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


def open_in_need(browser: Client, emergency: EmergencyAccess) -> None:
    """Have it open in the session of this browser."""
    session = browser.session
    session["emergency"] = str(emergency.pk)
    session.save()


def make_meeting(
    students: list[Student], *, by: User | None = None, status: str = "in_progress", **fields: Any
) -> Meeting:
    """A meeting about one student, or about a group."""
    school, group = students[0].school, None
    if len(students) > 1:
        group = StudentGroup.objects.create(school=school, name="Groepje")
        for n, student in enumerate(students):
            StudentGroupMember.objects.create(group=group, student=student, position=n)
    given = {"title": "Bespreking", "date": timezone.localdate()}
    return plan_meeting(school, students, by=by, group=group, status=status, **(given | fields))


def seat(meeting: Meeting, user: User | str, role: str = "homeroom_teacher", **fields: Any) -> Participant:
    """Give somebody a place at the table: a user, or a name."""
    person = meeting.person(user if isinstance(user, str) else user.name)
    if isinstance(user, User) and person.user_id != user.pk:
        person.user = user
        person.save(update_fields=["user"])
    given = {"role_label": role, "standing": "professional", "present": True}
    return Participant.objects.create(
        meeting=meeting, school=meeting.school, person=person, role=role, **(given | fields)
    )


def make_item(meeting: Meeting, kind: str, by: User, **values: Any) -> Any:
    """Save a new item the way the application does."""
    item = new_item(kinds()[kind], meeting)
    return save_item(item, values, by=by, base_version=0, key=uuid.uuid4()).item


@dataclass
class Cast:
    """The people of two schools. `users` holds one user per role here, `others` the same at the other school."""

    school: School
    other_school: School
    class_group: ClassGroup
    student: Student
    mother: Guardian
    father: Guardian
    meeting: Meeting
    users: dict[str, User] = field(default_factory=dict)
    others: dict[str, User] = field(default_factory=dict)

    @property
    def coordinator(self) -> User:
        return self.users["care_coordinator"]

    @property
    def teacher(self) -> User:
        return self.users["homeroom_teacher"]


def make_cast() -> Cast:
    """A school with somebody in every role around one student with two guardians and an open meeting, and a second school.

    The homeroom teacher has the student in class; the CLB worker and the learning supporter were granted the student;
    all three and the care teacher sit at the table. The subject teacher teaches another class.
    """
    school, other_school = make_school(name="De Wilg"), make_school(name="Het Anker")
    class_group, other_class = make_class(school), make_class(school, "3A")
    student = make_student(school, class_group, first_name="Nore", last_name="Vandamme")
    mother = make_guardian(student, first_name="Hilde", last_name="Claes")
    father = make_guardian(student, first_name="Bart", relation="vader", lives_with=False)
    cast = Cast(school, other_school, class_group, student, mother, father, meeting=None)  # type: ignore[arg-type]  # made below
    own = {Role.HOMEROOM_TEACHER: (class_group,), Role.SUBJECT_TEACHER: (other_class,)}
    for role in Role:
        user = cast.users[role] = make_user(name=f"Hier {role}")
        make_role(user, school, role, classes=own.get(role, ()))
        elsewhere = cast.others[role] = make_user(name=f"Elders {role}")
        make_role(elsewhere, other_school, role)
    for role in ("clb_worker", "learning_supporter"):
        make_grant(cast.users[role], student)
    cast.meeting = make_meeting([student], by=cast.coordinator)
    for role in ("care_coordinator", "homeroom_teacher", "care_teacher", "clb_worker", "learning_supporter"):
        seat(cast.meeting, cast.users[role], role)
    cast.meeting.chair = cast.meeting.person(cast.coordinator.name)
    cast.meeting.save(update_fields=["chair"])
    return cast
