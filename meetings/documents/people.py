"""Who a name in a meeting stands for, and how a document writes it.

`Names.write` is the one way in which the program itself puts somebody's name on a copy. What people typed prints as typed.
"""

from django.utils import translation

from meetings.documents.read import Read
from meetings.models import PROFESSIONALS, Participant, Person, Reader
from students.models import Guardian, Student

THE_OTHER_PARENT = "de andere ouder"


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


class Names:
    """The names of one meeting, as one copy may write them."""

    def __init__(self, read: Read, reader: str, student: Student | None, guardian: Guardian | None) -> None:
        self.reader, self.student, self.guardian = reader, student, guardian
        self.single = not read.meeting.is_group
        self.students, self.guardians = read.students, read.guardians
        seats = read.standing(Participant)
        self.seats: dict[str, Participant] = {_plain(seat.person.name): seat for seat in seats}
        named = [person for person in read.people.values() if person.student_id]
        self.named_students = {_plain(person.name): person.student_id for person in named}

    def write(self, who: Person | Guardian | str) -> str:
        """The name as this copy writes it; "" where it may not be there at all.

        In a document about one student of a group only the own people and the professionals have a name. On a
        guardian's copy another guardian has one only in the same household: both share authority and both live there.
        """
        name = str(who)
        if self.student is None:
            return name
        if any(guardian.student_id == self.student.pk for guardian in self.guardians_named(name)):
            return name if self._reads_guardian(name) else THE_OTHER_PARENT
        if self._is_professional(who) or self.is_student(name) or (self.single and not self._is_guardian_seat(name)):
            return name
        if self._is_guardian_seat(name) and self._is_own_seat(name):
            return THE_OTHER_PARENT if self.reader == Reader.PARENTS else name
        return "" if self._belongs_to_another(name) else name

    def write_all(self, people: "list[Person]") -> str:
        """Several names in one phrase, each once, without those that may not be there."""
        written = list(dict.fromkeys(name for name in map(self.write, people) if name))
        return " en ".join(filter(None, (", ".join(written[:-1]), *written[-1:])))

    def role(self, seat: Participant) -> str:
        """The role of a seat as this copy writes it: what was typed for a guardian of another student stays with that one.

        One name may be the guardian of two students, or two guardians of one name may sit on one seat.
        """
        if seat.role != "guardian" or self.single or self.student is None or seat.subject_id == self.student.pk:
            return seat.role_label
        own = [g for g in self.guardians_named(seat.person.name) if g.student_id == self.student.pk]
        with translation.override("nl"):
            return ", ".join(dict.fromkeys(str(guardian.get_relation_display()) for guardian in own))

    def guardians_named(self, name: str) -> list[Guardian]:
        """The guardians this name can stand for: the full name, or a first name that no professional at the table has."""
        full = [guardian for guardian in self.guardians if _plain(str(guardian)) == _plain(name)]
        if full or self._is_professional(name):
            return full
        return [guardian for guardian in self.guardians if _plain(guardian.first_name) == _plain(name)]

    def is_student(self, name: str) -> bool:
        """Whether the name is the student's of this document (of any student, in the report)."""
        seat = self.seats.get(_plain(name))
        if seat and seat.role == "student" and self.student and not self.single:
            return seat.subject_id == self.student.pk
        about = [self.student] if self.student else self.students
        if self.named_students.get(_plain(name)) in {student.pk for student in about}:
            return True  # also when the student goes by another name since
        return any(_plain(name) in map(_plain, student.names()) for student in about)

    def is_guardian(self, name: str) -> bool:
        return bool(self.guardians_named(name)) or self._is_guardian_seat(name)

    def is_this_guardian(self, name: str) -> bool:
        """Whether the name is that of the guardian for whom this copy is."""
        return self.guardian is not None and _plain(str(self.guardian)) == _plain(name)

    def reads(self, other: Guardian | None) -> bool:
        """Whether this copy may hold what that guardian told or wished."""
        if self.reader != Reader.PARENTS or self.guardian is None or other is None:
            return True
        return other.pk == self.guardian.pk or self.guardian.shares_household_with(other)

    def belongs_to_others(self, people: list[Person]) -> bool:
        """Whether all of these are people of another student of the group."""
        return bool(people) and not any(self.write(person) for person in people)

    def _reads_guardian(self, name: str) -> bool:
        own = [g for g in self.guardians_named(name) if self.student and g.student_id == self.student.pk]
        return any(self.reads(guardian) for guardian in own)

    def _is_professional(self, who: Person | Guardian | str) -> bool:
        if isinstance(who, Person) and who.user_id:
            return True
        seat = self.seats.get(_plain(str(who)))
        interpreter = bool(seat and seat.role == "interpreter" and seat.standing == "professional")
        return interpreter or bool(seat and seat.role in PROFESSIONALS)

    def _is_guardian_seat(self, name: str) -> bool:
        seat = self.seats.get(_plain(name))
        return bool(seat and seat.role == "guardian")

    def _is_own_seat(self, name: str) -> bool:
        seat = self.seats[_plain(name)]
        return self.single or bool(self.student and seat.subject_id == self.student.pk)

    def _belongs_to_another(self, name: str) -> bool:
        """Whether a name that is nobody we know still tells of another student of the group: "mama van Jonas"."""
        seat = self.seats.get(_plain(name))
        if self.guardians_named(name) or (seat and seat.role in {"guardian", "student"}):
            return True
        words = set(_plain(name).split())
        others = [student for student in self.students if self.student and student.pk != self.student.pk]
        return any(set(_plain(given).split()) <= words for other in others for given in other.names())
