"""The two texts for the school rules, one for parents and one for students: what is kept, why, how long, who reads it, what
they can ask (art. 12 to 14 GDPR: in plain words, for a child in words of its own).

What stands there follows from the classification and the access matrix, as in the register of processing; how it is said
stands in school_rules.toml.
"""

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _

from hgw.access import matrix
from hgw.accounts.models import Role
from hgw.register import words
from hgw.register.classification import CATEGORIES, Column, classified
from hgw.register.documents import AS_SHIPPED, Document, Part, Table

PARENTS, STUDENTS = "parents", "students"
ABOUT = {PARENTS: {"student", "guardian"}, STUDENTS: {"student"}}


def text_for_parents(school: str = "", years: int = AS_SHIPPED) -> Document:
    """For whoever answers for a student: grounds and terms as the register says them, all else in plain words."""
    head = (_("What for"), _("Why"), _("Ground"))
    rows = tuple(
        (words.of("purpose", code), _said(PARENTS, "purpose", code), words.of("purpose", code, "ground"))
        for code in codes(PARENTS, "purpose")
    )
    never = tuple(words.in_language(table) for table in words.never().values())
    terms = tuple(
        (words.of("term", code, "name"), words.term(code, years)) for code in codes(PARENTS, "term")
    )  # fmt: skip
    parts = (
        _opening(_("We talk with you about what your child needs, and write down what we agree. For that we use a program, HGW.")),
        Part("what", _("What do we keep?"), points=_all(PARENTS, "category")),
        Part("why", _("Why?"), table=Table(head, rows)),
        Part("never", _("What do we never keep?"), points=never),
        Part("terms", _("How long?"), table=Table((_("What"), _("How long")), terms)),
        _readers(PARENTS),
        Part("recipients", _("Who else gets something?"), points=words.points("recipients")),
        Part("ask", _("What can you ask?"), points=_listed(PARENTS, "ask")),
        _contact(school),
    )  # fmt: skip
    return Document(_("Text for parents"), _says(), parts)


def text_for_students(school: str = "", years: int = AS_SHIPPED) -> Document:
    """For the students themselves, from about twelve on without help; promises nobody that something stays secret."""
    terms = tuple(text.format(until=words.until(years)) for text in _all(STUDENTS, "term"))
    never = tuple(words.in_language(table, STUDENTS) for table in words.never().values())
    parts = (
        _opening(_("At school we sometimes talk about what helps you. We write that down in a program, HGW.")),
        Part("what", _("What do we keep?"), points=_all(STUDENTS, "category")),
        Part("why", _("Why?"), points=_all(STUDENTS, "purpose")),
        Part("never", _("What do we never keep?"), points=never),
        Part("terms", _("How long?"), points=terms),
        _readers(STUDENTS),
        Part("recipients", _("Who else gets something?"), points=_listed(STUDENTS, "recipients")),
        Part("ask", _("What can you ask?"), points=_listed(STUDENTS, "ask")),
        _contact(school),
    )
    return Document(_("Text for students"), _says(), parts)


def codes(reader: str, group: str) -> list[str]:
    """The codes of this group (`purpose`, `term`, `category`) that some column about this reader has, in their order."""
    order: Iterable[str] = CATEGORIES if group == "category" else words.read()[group]
    found = {getattr(column, group) for column in _columns(reader)}
    return [code for code in order if code in found]


def roles(reader: str) -> list[Role]:
    """The roles to which the matrix gives anything of what is kept about this reader."""
    objects = _objects(reader)
    return [role for role in Role if any(role in matrix()[name].cells for name in objects)]


def fingerprint(role: Role) -> str:
    """What the matrix gives this role of students and parents, in eight characters: other rights have others."""
    entries = [
        f"{name}: {entry.act} if {' and '.join(entry.conditions)}"
        for name in sorted(_objects(PARENTS))
        for entry in matrix()[name].cells.get(role, ())
    ]
    return hashlib.sha256("\n".join(entries).encode()).hexdigest()[:8]


def _columns(reader: str) -> list[Column]:
    return [column for column in classified() if column.about in ABOUT[reader]]


def _objects(reader: str) -> set[str]:
    return {name for column in _columns(reader) for name in column.readers}


def _said(reader: str, group: str, code: str) -> str:
    text: str = words.in_language(words.school_rules()[group][code], reader)
    return text


def _all(reader: str, group: str) -> tuple[str, ...]:
    return tuple(_said(reader, group, code) for code in codes(reader, group))


def _listed(reader: str, group: str) -> tuple[str, ...]:
    return tuple(words.in_language(words.school_rules()[group], reader))


def _says() -> str:
    return _(
        "For the school rules, made from what the program keeps. Fill in the dots, and let the school board and its data "
        "protection officer read it first."
    )


def _opening(says: str) -> Part:
    here = _("Here you read what we keep, why, how long, who reads it, and what you can ask.")
    return Part("opening", _("What is this about?"), says=(says, here))


def _readers(reader: str) -> Part:
    facts = tuple((str(role.label), (_said(reader, "reader", role),)) for role in roles(reader))
    return Part("readers", _("Who reads it?"), facts=facts)


def _contact(school: str) -> Part:
    board = _("the school board of %(school)s") % {"school": school} if school else _("the school board")
    to_fill = "…" * 20
    facts = (
        (_("Who decides about the data"), (board, to_fill)),
        (_("Data protection officer"), (to_fill,)),
        (_("At school"), (to_fill,)),
    )
    return Part("contact", _("Whom can you ask?"), facts=facts)
