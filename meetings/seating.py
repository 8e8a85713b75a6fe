"""Who sits at the table: the people of the school, the teachers of the class, the family, each with a usual seat."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation

from hgw.accounts.models import Level, Role, RoleAssignment, School, User
from hgw.items.saving import save_item
from meetings.models import Meeting, Participant, ParticipantRole
from students.models import Guardian, Student
from students.models.people import Authority

# Who is offered a seat at any meeting of the school. Teachers come with their class.
STAFF = (Role.CARE_COORDINATOR, Role.PRINCIPAL, Role.CARE_TEACHER, Role.CLB_WORKER)
# What follows from the role, where nobody chose otherwise.
STANDING = {"guardian": "experience_expert", "student": "co_director"}  # others: professional
SECRECY = {
    "clb_worker": "beroepsgeheim", "external": "beroepsgeheim", "guardian": "none", "student": "none", "interpreter": "none",
}  # fmt: skip  # others: ambtsgeheim


@dataclass(frozen=True)
class Seat:
    """A place at the table. `user` is who signs in for it, `subject` the student it belongs to (family only)."""

    name: str
    role: str
    role_label: str  # as printed: documents are Dutch
    participation: str
    user: User | None = None
    subject: Student | None = None
    note: str = ""


def standing(role: str) -> str:
    """In which quality somebody of this role sits at the table."""
    return STANDING.get(role, "professional")


def secrecy(role: str) -> str:
    """Which duty of secrecy binds somebody of this role."""
    return SECRECY.get(role, "ambtsgeheim")


def as_printed(role: str, school: School) -> str:
    """The Dutch word for a role; the coordinator is called as the school calls its own."""
    if role == ParticipantRole.CARE_COORDINATOR:
        return school.care_title
    with translation.override("nl"):
        return str(ParticipantRole(role).label)


def staff(school: School) -> list[tuple[User, str]]:
    """Who of the school can sit at any meeting, with the role; each person once, coordinators first."""
    rows = RoleAssignment.objects.on().filter(school=school, role__in=STAFF, user__is_active=True)
    order = {role.value: n for n, role in enumerate(STAFF)}
    found: dict[uuid.UUID, tuple[User, str]] = {}
    for row in sorted(rows.select_related("user"), key=lambda row: (order[row.role], row.user.name)):
        found.setdefault(row.user_id, (row.user, row.role))
    return list(found.values())


def of_class_teachers(meeting: Meeting, participation: str) -> list[Seat]:
    """Seats for the homeroom teachers of the classes in which the students sit on the day of the meeting."""
    seats: dict[uuid.UUID, Seat] = {}
    for student in meeting.students:
        group = student.class_on(meeting.date)
        if group is None:
            continue
        rows = RoleAssignment.objects.on(meeting.date).filter(class_groups=group, role=Role.HOMEROOM_TEACHER)
        for row in rows.filter(user__is_active=True).select_related("user"):
            label = f"{as_printed(ParticipantRole.HOMEROOM_TEACHER, meeting.school)} {group}"
            seat = Seat(row.user.name, ParticipantRole.HOMEROOM_TEACHER, label, participation, row.user)
            seats.setdefault(row.user_id, seat)
    return list(seats.values())


def of_guardians(meeting: Meeting, participation: str) -> list[Seat]:
    """Seats for those who bring the students up; not for whom a judge took the right to information from."""
    students = {student.pk: student for student in meeting.students}
    with translation.override("nl"):
        return [
            _of_guardian(guardian, students[guardian.student_id], participation)
            for guardian in meeting.guardians
            if guardian.authority != Authority.DEPRIVED
        ]


def _of_guardian(guardian: Guardian, student: Student, participation: str) -> Seat:
    label = str(guardian.get_relation_display())
    return Seat(str(guardian), ParticipantRole.GUARDIAN, label, participation, subject=student)


def of_students(meeting: Meeting, participation: str) -> list[Seat]:
    """Seats for the students themselves."""
    seats = []
    for student in meeting.students:
        group = student.class_on(meeting.date)
        label = "kleuter" if group and group.level == Level.KLEUTER else "leerling"
        seats.append(Seat(student.roepnaam, ParticipantRole.STUDENT, label, participation, subject=student))
    return seats


def take_seats(meeting: Meeting, seats: Iterable[Seat], *, by: User) -> None:
    """Give each a place at the table, unless somebody of that name sits there already.

    A meeting knows each name once. Somebody of the school who shares it with another one here has the role beside it.
    """
    taken = set(meeting.participants.filter(removed_at=None).values_list("person__name", flat=True))
    family = {name for student in meeting.students for name in student.names()} | set(map(str, meeting.guardians))
    sits: set[uuid.UUID] = set()
    for seat in seats:
        if seat.user and seat.user.pk in sits:
            continue
        shares = seat.user and (seat.name in taken or seat.name in family)
        name = f"{seat.name} ({seat.role_label})" if shares else seat.name
        if name in taken:
            continue
        taken.add(name)
        sits |= {seat.user.pk} if seat.user else set()
        person = meeting.person(name)
        if person.user_id != (seat.user and seat.user.pk) and not person.student_id and not person.guardians.exists():
            person.user = seat.user  # chosen by who they are: the seat opens nothing to another of the same name
            person.save(update_fields=["user"])
        values = {
            "person": person, "role": seat.role, "role_label": seat.role_label, "standing": standing(seat.role),
            "participation": seat.participation, "secrecy": secrecy(seat.role), "note": seat.note,
            "present": seat.participation in {"full", "part"},
            "subject": seat.subject if meeting.is_group else None,
        }  # fmt: skip
        place = Participant(meeting=meeting, school=meeting.school, person=person)
        save_item(place, values, by=by, base_version=0, key=uuid.uuid4())
