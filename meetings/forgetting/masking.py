"""Other people's names out of what one student or guardian may see: staff by their role, other students by none."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hgw.accounts.models import Role, RoleAssignment
from meetings.models import Participant, Person
from meetings.models.participants import PROFESSIONALS, ParticipantRole
from students.forgetting.names import ADDRESSES
from students.models import Guardian, Student

SHORTEST = 3  # letters of a last name that is looked for alone


class Mask:
    """Masks names in text, in capitals or not, with the s of possession too. What is one of the student's own names, or of
    the own guardians, is never masked, but for those whose name is not for who reads (`unnamed`, called `parent` then).

    Known are: everybody who works or worked at the school and every student of the school by full name and by last name,
    those of the own classes and meetings by first name too, and whoever has a seat in a meeting of the student. A last name
    written without any capital stays: many are ordinary words.
    """

    def __init__(
        self, student: Student, meetings: Iterable[Any], *, unnamed: Iterable[Guardian] = (), parent: str = ""
    ) -> None:
        self.student, self.unnamed, meetings = student, list(unnamed), list(meetings)
        self.parent = parent or _("the other parent")
        named = [one for one in student.guardians.all() if one not in self.unnamed]
        own = {*student.names(), student.last_name, *map(str, named), *(one.last_name for one in named)}
        own |= {name.split(" ")[0] for name in own}
        at_table = Person.objects.filter(meeting__in=meetings)  # where they may go by another name
        own |= set(at_table.filter(Q(student=student) | Q(guardians__in=named)).values_list("name", flat=True))
        self.own = {name.lower() for name in own if name}
        self.words: dict[str, str] = {}
        self.last_names: dict[str, str] = {}
        self._other_parents(meetings)
        self._students(meetings)
        self._staff()
        self._seats(meetings)
        each = {*self.words, *self.last_names, *self.own}
        self.pattern = pattern_of(each)

    def _add(self, name: str, words: str) -> None:
        name = name.lower().strip()
        if name and name not in self.own and name not in ADDRESSES:
            self.words.setdefault(name, words)

    def _add_last(self, name: str, words: str) -> None:
        """Where several bear it, nothing says which of them it is."""
        name = name.lower().strip()
        if len(name) < SHORTEST or name in self.own or name in ADDRESSES:
            return
        if self.last_names.setdefault(name, words) != words:
            self.last_names[name] = _("somebody else")

    def _other_parents(self, meetings: list[Any]) -> None:
        for one in self.unnamed:
            typed = Person.objects.filter(meeting__in=meetings, guardians=one).values_list("name", flat=True)
            for name in (str(one), one.first_name, *typed):
                self._add(name, self.parent)
            self._add_last(one.last_name, self.parent)

    def _students(self, meetings: list[Any]) -> None:
        another, another_parent = _("another student"), _("another parent")
        others = Student.objects.filter(school=self.student.school_id).exclude(pk=self.student.pk)
        for other in others:
            self._add_last(other.last_name, another)
            for name in other.names():
                if " " in name:
                    self._add(name, another)
        classes = self.student.enrollments.values("class_group")
        near = others.filter(enrollments__class_group__in=classes) | others.filter(
            meeting_subjects__meeting__in=meetings
        )
        for other in near.distinct():
            for name in other.names():
                self._add(name, another)
        for guardian in Guardian.objects.filter(student__in=others):
            self._add(str(guardian), another_parent)
        for guardian in Guardian.objects.filter(student__in=near):
            self._add_last(guardian.last_name, another_parent)

    def _staff(self) -> None:
        rows = RoleAssignment.objects.filter(school=self.student.school_id).select_related("user")
        for row in rows.order_by("-valid_from"):
            words = str(Role(row.role).label)
            self._add(row.user.name, words)
            self._add_last(row.user.name.partition(" ")[2], words)

    def _seats(self, meetings: list[Any]) -> None:
        """By name as typed in the meeting, the first name alone too; whoever has no seat and is nobody's is masked as well."""
        seats = Participant.objects.filter(meeting__in=meetings).select_related("person")
        for seat in seats:
            is_staff = seat.role in PROFESSIONALS
            words = str(ParticipantRole(seat.role).label) if is_staff else _("somebody else")
            self._add(seat.person.name, words)
            if is_staff:
                first, _space, rest = seat.person.name.partition(" ")
                self._add(first, words)
                self._add_last(rest, words)
        for person in Person.objects.filter(meeting__in=meetings):
            self._add(person.name, _("somebody else"))

    def __call__(self, text: str) -> str:
        """The text without the names of others."""
        return self.pattern.sub(self._masked, text)

    def _masked(self, found: re.Match[str]) -> str:
        whole, name = found[0], found[1].lower()
        if whole.lower() in self.own or name in self.own:
            return whole
        if name not in self.words and whole == whole.lower():
            return whole
        return (
            self.words.get(name) or self.last_names.get(name) or _("somebody else")
        )  # letters that have no other case


def pattern_of(names: Iterable[str]) -> re.Pattern[str]:
    """Finds each of these names as a word, with its s of possession."""
    return re.compile(rf"(?<!\w)({_any_of(names)})(?:['’]?s)?(?!\w)", re.IGNORECASE)


def _any_of(names: Iterable[str]) -> str:
    """A pattern for the names, the longest first: sorted by how they begin, because a school has thousands."""
    by_letter: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda one: (-len(one), one)):
        by_letter.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
