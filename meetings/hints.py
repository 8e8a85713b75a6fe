"""Kind hints while writing: a thought worth a second look, under the text that gave it. Their words: library/data/hints.toml.

A hint is worked out anew each time a page shows a text to who may change it. It stops nothing and is kept nowhere: not
with the item, in its history or the trace, on a document, or in a case file. It rests only on what that user may see.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Value, When
from django.db.models.functions import Cast

from hgw.accounts.models import User
from hgw.items.models import CARE_TEAM, CONFIDENTIAL
from hgw.text import LongTextField
from meetings import library
from meetings.models import Agreement, AgreementActor, Factor, Meeting, Need, Person, SchoolWord
from meetings.readable import readable
from students.models import Enrollment, Student

MANY_FOR_A_FAMILY = 2  # so much may be asked of the parents before somebody asks whether they can carry it
POSSESSIVE_FROM = 5  # a name of so many letters may end in an s that says whose; a shorter one becomes another word
FEW_FACTORS = 1  # so many traits may all be about the student: the first one has to be about somebody


@dataclass(frozen=True)
class Hint:
    """A line under a text. `words` are the words in it that gave the hint, as they were typed."""

    rule: str
    text: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Around:
    """What the rules look at beside the text itself: only what the writer may see, but for `adults`, which a hint passes over."""

    meeting: Meeting
    words: dict[str, frozenset[str]]  # by rule: what the school looks for
    classmates: frozenset[str] = frozenset()  # first names of those who share a class with a student of the meeting
    adults: frozenset[str] = frozenset()  # full names of the people of the meeting
    of_parents: dict[uuid.UUID, int] = field(
        default_factory=dict
    )  # agreements that parents carry out, with their place
    needs_of_parents: tuple[uuid.UUID, ...] = ()
    factors: tuple[Factor, ...] = ()


def hang_hints(items: Iterable[Any], meeting: Meeting, user: User) -> None:
    """Hang on each item, all of one kind, the hints on what stands in it. At most one question of the database per page.

    On a screen that is projected there are none: they are for whoever writes, and may name a classmate.
    """
    if user.is_projecting:
        return
    rows = [item for item in items if _fields(type(item)) and not hasattr(item, "hints")]
    if rows:
        around = look_around(meeting, user, type(rows[0]))
        for item in rows:
            item.hints = hints_for(item, around)


def hang_hints_on_one(item: Any, meeting: Meeting, user: User) -> None:
    """The same for an item that is shown alone, as after a save: asks only for what the rules read of such an item."""
    if user.is_projecting:
        return
    if _fields(type(item)) and not hasattr(item, "hints"):
        parts = (
            {"words"} | ({"names"} if _is_printed(item) else set()) | ({"asked"} if type(item) is Agreement else set())
        )
        item.hints = hints_for(item, look_around(meeting, user, type(item), frozenset(parts)))


def hints_for(item: Any, around: Around) -> list[Hint]:
    """The hints on one item, at most one of each rule."""
    return [hint for rule in RULES for hint in rule(item, around)]


def _hint(code: str, around: Around, words: Iterable[str] = ()) -> Hint:
    return Hint(code, library.hint_rules()[code].text.format(roepnaam=around.meeting.names), tuple(words))


# --- the rules ---


def by_word(item: Any, around: Around) -> Iterator[Hint]:
    """A label where a goal is asked, blame where an observation would help, a state of mind: rules that look for words."""
    for code, words in around.words.items():
        rule, kind = library.hint_rules()[code], item.kind()
        if not words or kind in rule.never:
            continue
        texts = [text for name, text in _texts(item) if not rule.only or f"{kind}.{name}" in rule.only]
        found = list(dict.fromkeys(word for text in texts for word in found_in(text, words)))
        if found:
            yield _hint(code, around, [word for word in found if _spelling(word) not in _unshown()])


def all_about_the_student(item: Any, around: Around) -> Iterator[Hint]:
    """Nothing that may explain the situation lies around the student yet (as gate G7 asks at the end of the step)."""
    one_sided = all(factor.domain == "ll" for factor in around.factors)
    if one_sided and len(around.factors) > FEW_FACTORS and item.pk == around.factors[-1].pk:
        yield _hint("around", around)


def much_for_the_family(item: Any, around: Around) -> Iterator[Hint]:
    """More is asked of the parents than a family may be able to carry; said once, at the last of it."""
    needs, agreements = around.needs_of_parents, around.of_parents
    last_need = len(needs) > MANY_FOR_A_FAMILY and item.pk == needs[-1]
    last_agreement = len(agreements) > MANY_FOR_A_FAMILY and item.pk == max(agreements, key=agreements.__getitem__)
    if last_need or last_agreement:
        yield _hint("family", around)


def other_student(item: Any, around: Around) -> Iterator[Hint]:
    """The name of another student in what is printed for readers beside the care team."""
    if not _is_printed(item):
        return
    about = [s for s in around.meeting.students if s.pk == _about(item) or not around.meeting.is_group]
    own = {_spelling(name) for student in about for name in _first_names(student)}
    group = {_spelling(name) for student in around.meeting.students for name in _first_names(student)}
    names = (around.classmates | group) - own
    names |= {f"{name}s" for name in names if len(name) >= POSSESSIVE_FROM}
    found = [name for _field, text in _texts(item) for name in names_in(text, names, around.adults)]
    if found:
        yield _hint("other_student", around, dict.fromkeys(found))


RULES: tuple[Callable[[Any, Around], Iterator[Hint]], ...] = (
    by_word,
    all_about_the_student,
    much_for_the_family,
    other_student,
)


def _is_printed(item: Any) -> bool:
    """Whether somebody beside the care team gets this on paper."""
    flags = getattr(item, "visibility", ())
    return hasattr(item, "plan_id") or (CONFIDENTIAL not in flags and any(flag != CARE_TEAM for flag in flags))


def _about(item: Any) -> Any:
    """The student whose paper it stands on; None when it stands on that of each student of a group."""
    if hasattr(item, "plan_id"):
        return item.plan.student_id
    return getattr(item, "subject_id", None) or getattr(item, "student_id", None)


def _first_names(student: Student) -> set[str]:
    return {student.first_name, student.preferred_name} - {""}


# --- finding words ---


def found_in(text: str, words: frozenset[str]) -> list[str]:
    """Which of these words stand in the text, as they were typed: whole words, whatever the capitals and the blanks."""
    return [match.group() for match in _pattern(words).finditer(text)]


NEAR = 60  # letters before a name that say what it is: looking further back at each name would take minutes


def names_in(text: str, names: frozenset[str], adults: frozenset[str]) -> list[str]:
    """Which of these first names stand in the text, but for those of an adult: after a title, or with that last name.

    A name that is a common word too counts with a capital only, and not where a sentence begins.
    """
    if not names:
        return []
    if adults:
        text = _pattern(adults).sub("…", text)
    found = []
    for match in _pattern(names).finditer(text):
        line = text[max(0, match.start() - NEAR) : match.start()]
        before = line.rstrip()
        title = re.search(r"(\w+)\.?$", before)
        if title and _spelling(title.group(1)) in library.titles():
            continue
        begins = not before or before[-1] in ".!?:…\n" or "\n" in line[len(before) :]
        if _spelling(match.group()) in library.names_that_are_words() and (begins or not match.group()[0].isupper()):
            continue
        found.append(match.group())
    return found


@lru_cache(maxsize=256)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    either = "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _spelling(word: str) -> str:
    """A word as words are compared."""
    return " ".join(word.split()).casefold()


@cache
def _unshown() -> frozenset[str]:
    return frozenset(_spelling(form) for word in library.hint_words() if not word.shown for form in word.spellings)


def _fields(model: Any) -> tuple[str, ...]:
    """The fields of this kind that hold a text."""
    return tuple(f.name for f in model._meta.concrete_fields if isinstance(f, LongTextField))


def _texts(item: Any) -> list[tuple[str, str]]:
    return [(name, text) for name in _fields(type(item)) if (text := getattr(item, name))]


# --- what stands around ---


PARTS = frozenset({"words", "names", "asked"})


def look_around(meeting: Meeting, user: User, model: Any, parts: frozenset[str] = PARTS) -> Around:
    """What the rules need of the school and the meeting: asked once for a page; of a part that is not named, nothing."""
    key = ("around", user.pk, parts)
    if key not in meeting.read:
        meeting.read[key] = list(_ask(meeting, user, parts))
    rows = meeting.read[key]
    names = [name for kind, *pair in rows if kind == "student" for name in pair if len(name) > 1]
    needs = readable(Need, meeting, user) if model is Need else []
    return Around(
        meeting,
        words=_words(frozenset((kind == "own", rule, word) for kind, rule, word in rows if kind in {"own", "off"})),
        classmates=frozenset(map(_spelling, names)),
        adults=frozenset(_spelling(name) for kind, name, _ in rows if kind == "person" and " " in name.strip()),
        of_parents={uuid.UUID(pk): int(n) for kind, pk, n in rows if kind == "asked"} if model is Agreement else {},
        needs_of_parents=tuple(need.pk for need in needs if need.holder == Need.Holder.PARENTS),
        factors=tuple(readable(Factor, meeting, user)) if model is Factor else (),
    )


def _ask(meeting: Meeting, user: User, parts: frozenset[str]) -> Any:
    """In one question, as rows of three texts: the school's words, classmates and people, what parents are to do."""
    words = SchoolWord.objects.filter(school=meeting.school_id)
    kind = Case(When(is_own=True, then=Value("own")), default=Value("off"), output_field=CharField())
    found = [words.values_list(kind, F("rule"), F("word"))]
    if "names" in parts:
        found += [_classmates(meeting, user), _people(meeting)]
    if "asked" in parts:
        found.append(_asked_of_parents(meeting, user))
    first, *others = [part.order_by() for part in found]
    return first.union(*others, all=True).order_by() if others else first


def _classmates(meeting: Meeting, user: User) -> Any:
    sat_in = Enrollment.objects.on(meeting.date)
    classes = sat_in.filter(student__meeting_subjects__meeting=meeting).values("class_group")
    classmates = Student.objects.visible_to(user).filter(
        pk__in=sat_in.filter(class_group__in=classes).values("student")
    )
    return classmates.values_list(_text("student"), F("first_name"), F("preferred_name"))


def _people(meeting: Meeting) -> Any:
    return Person.objects.filter(meeting=meeting).values_list(_text("person"), F("name"), _text(""))


def _asked_of_parents(meeting: Meeting, user: User) -> Any:
    parents = AgreementActor.objects.filter(agreement=OuterRef("pk"), person__guardians__isnull=False)
    asked = Agreement.objects.visible_to(user).filter(Exists(parents), meeting=meeting)
    return asked.values_list(_text("asked"), Cast("pk", CharField()), Cast("position", CharField()))


def _text(text: str) -> Value:
    return Value(text, CharField())


@lru_cache(maxsize=256)
def _words(changes: frozenset[tuple[bool, str, str]]) -> dict[str, frozenset[str]]:
    """By rule: our words without those that the school switched off, and its own."""
    off = {(rule, word) for is_own, rule, word in changes if not is_own}
    found: dict[str, set[str]] = {word.rule: set() for word in library.hint_words()}
    for shipped in library.hint_words():
        if (shipped.rule, shipped.code) not in off or not shipped.shown:
            found[shipped.rule] |= {_spelling(form) for form in shipped.spellings}
    for is_own, rule, word in changes:
        if is_own and rule in found:
            found[rule].add(_spelling(word))
    return {rule: frozenset(words) for rule, words in found.items()}
