"""The one door: which rows a user may read, write, print or manage, read off the matrix in access.toml.

`Model.objects.visible_to(user)` is how every list, search and single object is found; `allowed(user, act)` answers
the stronger questions. A model says under which object of the matrix it stands and how each condition reads in a query.
"""

import datetime
import tomllib
import uuid
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hgw.accounts.models import Role, User

# What an act allows beside itself.
HOLDS = {
    "manage": {"manage", "write", "print", "read", "review"},
    "write": {"write", "read"},
    "print": {"print", "read"},
    "review": {"review", "read"},
    "read": {"read"},
    "unlock": {"unlock"},
    "total": {"total"},
}
# Holds only while the user has the student open in need (`User.opened_in_need`), and never on a screen that is projected.
IN_NEED = "emergency"


@dataclass(frozen=True)
class Permission:
    """One entry of a cell: an act, and the conditions under which the role may do it."""

    act: str
    conditions: tuple[str, ...]


# What no screen shows before a room, whoever stands at it: with what is told in confidence, what the CLB brings in and what
# is known of somebody's health, which not everybody at the table may read.
UNPROJECTED = {"confidential", "clb_contribution", "health_note"}

Ground = tuple[Role | None, tuple[str, ...]]  # who may, under which conditions
ALWAYS: Ground = (None, ())


@dataclass(frozen=True)
class Object:
    """One table of the matrix."""

    name: str
    what: str
    why: str
    cells: dict[Role, tuple[Permission, ...]]


@cache
def matrix() -> dict[str, Object]:
    """The access matrix by object name. Raises `ValueError` when the file names an unknown role or act."""
    tables = tomllib.loads((Path(__file__).parent / "access.toml").read_text())
    return {name: _object(name, table) for name, table in tables.items()}


def _object(name: str, table: dict[str, Any]) -> Object:
    cells = {Role(role): tuple(map(_permission, cell)) for role, cell in table.items() if role not in {"what", "why"}}
    return Object(name, table["what"], table["why"], cells)


def _permission(text: str) -> Permission:
    act, _, conditions = text.partition(" if ")
    if act not in HOLDS:
        raise ValueError(f"unknown act {act!r} in the access matrix")
    return Permission(act, tuple(conditions.split(" and ")) if conditions else ())


M = TypeVar("M", bound=models.Model)


def grounds(user: User, act: str, what: str) -> dict[uuid.UUID, tuple[Ground, ...]]:
    """On what the user may do `act` with object `what`, school by school; no ground at all: nothing is asked there.

    A role that may do it without conditions says everything: then its ground `ALWAYS` stands alone. On a screen that is
    projected there is no ground for anything confidential, whoever signed in there.
    """
    if user.is_projecting and what in UNPROJECTED:
        return {}
    found: dict[uuid.UUID, tuple[Ground, ...]] = {}
    in_need = bool(user.opened_in_need) and not user.is_projecting
    for role, school in user.roles:
        for permission in matrix()[what].cells.get(role, ()):
            if act in HOLDS[permission.act] and (in_need or IN_NEED not in permission.conditions):
                found[school] = (*found.get(school, ()), (role, permission.conditions))
    return {
        school: (ALWAYS,) if any(not conditions for _role, conditions in own) else own for school, own in found.items()
    }


class AccessQuerySet(models.QuerySet[M]):
    """Rows behind the door. Subclasses name their object and write a `when_…` for each condition it uses."""

    access_object: ClassVar[str]
    school_path: ClassVar[str] = "school"

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query, using, hints)
        self._is_first = query is None  # any other is made of the query of one before

    def _is_whole_table(self) -> bool:
        """Whether nothing was asked yet. The rows of a related manager are first ones too, filtered in their place."""
        return self._is_first and not (self.query.where or self._db)  # type: ignore[attr-defined]  # Django's own

    def visible_to(self, user: User) -> Self:
        """The rows this user may read. What is not in here does not exist for the user."""
        return self.allowed(user, "read")

    def listed_for(self, user: User) -> Self:
        """Of these rows, those of the one school that this user chose for lists. Opens nothing: find the rows first."""
        return self.filter(**{f"{self.school_path}_id": user.listed_school}) if user.listed_school else self

    def allowed(self, user: User, act: str, what: str = "") -> Self:
        """The rows on which the user may do `act`, as object `what` of the matrix (the model's own, when not given)."""
        rule = _rule(type(self), self.model, user, act, what or self.access_object)
        if self._is_whole_table() and rule.rows is not None:
            return rule.rows.all()  # type: ignore[return-value]  # worded by this very class
        return self.filter(rule.condition)

    def access_rule(self, user: User, act: str, what: str) -> Q:
        """The matrix as a condition on this table, for the roles that the user has today.

        Schools where the ground is the same are asked together: who works at twelve asks one question, not twelve.
        """
        schools: dict[Ground, list[uuid.UUID]] = {}
        for school, own in grounds(user, act, what).items():
            for ground in dict.fromkeys(own):
                schools.setdefault(ground, []).append(school)
        rules = [
            self._at(places) & self.all_of(conditions, user, role) for (role, conditions), places in schools.items()
        ]
        return reduce(or_, rules) if rules else Q(pk__in=[])

    def _at(self, schools: list[uuid.UUID]) -> Q:
        path = f"{self.school_path}_id"
        return Q(**{f"{path}__in": schools}) if len(schools) > 1 else Q(**{path: schools[0]})

    def all_of(self, conditions: tuple[str, ...], user: User, role: Role | None) -> Q:
        """All of these conditions of the matrix, for the user in this role."""
        rule = Q()
        for condition in conditions:
            rule &= getattr(self, f"when_{condition}")(user, role)
        return rule

    def known(self, user: User, act: str, what: str, row: M) -> bool | None:
        """The answer for this row where the roles alone give it; None where the table must be asked.

        Only where nothing is added to the rule of the matrix.
        """
        if type(self).access_rule is not AccessQuerySet.access_rule or self.school_path != "school":
            return None
        return self.by_role(user, act, what, row)

    def by_role(self, user: User, act: str, what: str, row: M) -> bool | None:
        """What the matrix alone says of this row."""
        own = grounds(user, act, what).get(row.school_id, ())  # type: ignore[attr-defined]  # the path says so
        return not row._state.adding if ALWAYS in own else None if own else False


@dataclass(frozen=True)
class Rule:
    """What `allowed` asks. `rows` are those of the whole table, never asked themselves: `.all()` of them is. Only where the
    condition holds no question of its own, for such a one is worded anew at each asking, and two threads would word it at once."""

    condition: Q
    rows: "AccessQuerySet[Any] | None"


def _holds_a_question(condition: Q) -> bool:
    return any(
        _holds_a_question(child) if isinstance(child, Q) else not isinstance(child, tuple) or hasattr(child[1], "query")
        for child in condition.children
    )


@dataclass
class _Worded:
    """The rule that was worded last for somebody, and the roles it was worded for."""

    roles: list[tuple[Role, uuid.UUID]]
    rule: Rule


@lru_cache(maxsize=1024)  # of 20 kB each, where a rule asks another table
def last_worded(
    rows: type[AccessQuerySet[Any]], model: type[models.Model], user: uuid.UUID, is_projecting: bool,
    opened_in_need: frozenset[uuid.UUID], day: datetime.date, act: str, what: str,
) -> list[_Worded]:  # fmt: skip
    """The place where `_rule` keeps what it worded for this person, whatever the roles: an empty list at first, then one."""
    return []


def _rule(rows: type[AccessQuerySet[Any]], model: type[models.Model], user: User, act: str, what: str) -> Rule:
    """The rule for whoever has these roles today, on a screen that is projected or not, with these students open.

    It is a question, never an answer: the table is asked each time.

    Wording it takes longer than asking it, and a page asks it of twenty tables. All that a rule may depend on is compared
    before it is used again: the user it is worded for has an id, roles, that screen and those students, and nothing else.
    Until when they are open is not asked here: who asks says which are open now (students/emergency.py).
    """
    last = last_worded(
        rows, model, user.pk, user.is_projecting, user.opened_in_need, timezone.localdate(), act, what
    )  # fmt: skip
    for worded in last:
        if worded.roles == user.roles:  # comparing a dozen of them costs less than the sum of a dozen
            return worded.rule
    asker = User(pk=user.pk)
    asker.roles, asker.is_projecting, asker.opened_in_need = list(user.roles), user.is_projecting, user.opened_in_need
    every = rows(model)
    condition = every.access_rule(asker, act, what)
    rule = Rule(condition, None if _holds_a_question(condition) else every.filter(condition))
    last[:] = [_Worded(asker.roles, rule)]
    return rule


def reasons(user: User, act: str, row: models.Model, what: str = "") -> list[tuple[Role, Permission]]:
    """The entries of the matrix by which the user may do `act` on this row; none when the user may not.

    For a model whose rule is that of the matrix alone, with its school on the row itself. One query for each condition
    that has to be asked.
    """
    rows: AccessQuerySet[Any] = type(row)._default_manager.filter(pk=row.pk)  # type: ignore[assignment]  # each model behind the door has this queryset
    found = []
    for role, school in user.roles:
        for permission in matrix()[what or rows.access_object].cells.get(role, ()):
            if school != row.school_id or act not in HOLDS[permission.act]:  # type: ignore[attr-defined]  # the path says so
                continue
            if not permission.conditions or rows.filter(rows.all_of(permission.conditions, user, role)).exists():
                found.append((role, permission))
    return found


def may(user: User, act: str, row: models.Model, what: str = "") -> bool:
    """Whether the user may do `act` on this row: the same rule as the list it stands in. One query at most.

    A row that is not saved yet stands in no list: nobody may do anything with it. Ask its container.
    """
    rows: AccessQuerySet[Any] = type(row)._default_manager.all()  # type: ignore[assignment]  # each model behind the door has this queryset
    answer = rows.known(user, act, what or rows.access_object, row)
    return rows.filter(pk=row.pk).allowed(user, act, what).exists() if answer is None else answer
