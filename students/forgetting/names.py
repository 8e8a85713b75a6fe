"""Taking a name out of text that stays: what is about others is theirs, the name of who is gone is not."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hgw.accounts.models import RoleAssignment
from students.models.people import Guardian, Student

GONE = "[gewist]"  # in what people typed, and so in the language of the documents
BEGINS = ".!?:;\n•–-"  # after which a sentence begins
OPENS = " \t\"“”„'‘’(["  # what may stand between
# How somebody is addressed is no name: "Juf Veerle" is not called Juf, and the mama of another is a mama too.
ADDRESSES = {
    "juf", "juffrouw", "meester", "meneer", "mijnheer", "mevrouw", "mevr", "mevr.", "mvr.", "dhr", "dhr.", "mr.", "mw.",
    "de", "het", "een", "mama", "papa", "oma", "opa",
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """The names of one student and of who brings that student up, in so far as nobody else beside them bears them.

    A full name goes however it is typed. A first or last name alone goes where it has a capital, or stands as it was typed
    at that table: many are ordinary words, and what is written about others is not to be damaged. Where the text itself has
    the word without a capital too, a capital that only begins a sentence says nothing, and the word stays.
    """

    pattern: re.Pattern[str] | None
    typed: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, student: Student, guardians: Sequence[Guardian], *, beside: Iterable[str], also: Iterable[str] = ()
    ) -> "Names":
        """`also` are other names they go by in this text. `beside` are the full names of the others in it: a name that is
        part of one of theirs stays. A last name alone stays where anybody else at the school bears it."""
        others = {name.lower() for name in beside if name}
        typed = {name for name in also if not ADDRESSES.issuperset(name.lower().split())}
        given = {*student.names(), *map(str, guardians), *typed} - {""}
        last = {student.last_name, *(guardian.last_name for guardian in guardians)} - {""}
        wanted = [name for name in given | (last - _borne_at_school(student, last)) if not _is_part_of(name, others)]
        if not wanted:
            return cls(None)
        whole = [name for name in wanted if " " in name and name not in last]
        alone = [name for name in wanted if name not in whole]
        # The longest first, so that a full name goes whole. Letters only end a name where the word ends, or its genitive.
        return cls(
            re.compile(
                rf"(?<!\w)(?:(?P<whole>{_any_of(whole)})|(?P<alone>{_any_of(alone)}))(?:['’]?s)?(?!\w)", re.IGNORECASE
            ),
            frozenset(typed),
        )

    def out_of(self, value: Any) -> Any:
        """The value without these names: a text, or a list or mapping with texts in it."""
        if isinstance(value, str):
            plain: dict[str, bool] = {}
            return self.pattern.sub(lambda found: self._gone(found, plain), value) if self.pattern else value
        if isinstance(value, list):
            return [self.out_of(one) for one in value]
        if isinstance(value, dict):
            return {key: self.out_of(one) for key, one in value.items()}
        return value

    def _gone(self, found: re.Match[str], plain: dict[str, bool]) -> str:
        name = found["alone"]
        if name is None:
            return GONE
        if name == name.lower():
            return GONE if name in self.typed else found[0]
        return found[0] if not name.isupper() and self._is_ordinary(name, found, plain) else GONE

    def _is_ordinary(self, name: str, found: re.Match[str], plain: dict[str, bool]) -> bool:
        """Whether the capital may be that of a sentence, in a text that has the word without one too.

        `plain` remembers which words it has without one: a text of nothing but names would be read again at each of them.
        """
        word, text, at = name.lower(), found.string, found.start()
        while at and text[at - 1] in OPENS:
            at -= 1
        if (at and text[at - 1] not in BEGINS) or word in self.typed:
            return False
        if word not in plain:
            plain[word] = bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))
        return plain[word]


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)"


def _is_part_of(name: str, others: Iterable[str]) -> bool:
    part = re.compile(rf"(?<!\w){re.escape(name.lower())}(?!\w)")
    return any(part.search(other) for other in others)


def _borne_at_school(student: Student, last_names: set[str]) -> set[str]:
    """Those that somebody else at the school has: another student, the parents of one, or staff."""
    students = Student.objects.filter(school=student.school_id).exclude(pk=student.pk)
    found = set(students.filter(last_name__in=last_names).values_list("last_name", flat=True))
    parents = Guardian.objects.filter(school=student.school_id).exclude(student=student)
    found |= set(parents.filter(last_name__in=last_names).values_list("last_name", flat=True))
    staff = RoleAssignment.objects.filter(school=student.school_id).values_list("user__name", flat=True).distinct()
    working = {name.lower() for name in staff}
    return found | {name for name in last_names if _is_part_of(name, working)}
