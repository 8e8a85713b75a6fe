"""The rows of a meeting, as the tables of a case file have them.

Defaults that the format names are written out, so that a file comes back whole whatever it left out. What was
removed stays behind in the history; only a goal that a need or the words of a score still stand on goes along.
"""

import datetime
import uuid
from collections import defaultdict
from typing import Any

from hgw.items.models import CONFIDENTIAL
from meetings.cases import schema
from meetings.cases.ids import Ids
from meetings.cases.kept import KEPT, USED_IN, plain_keys, points_to
from meetings.cases.permissions import resting_on
from meetings.cases.schema import Key, tables
from meetings.cases.tables_steps import GAS_LEVELS
from meetings.models import (
    AgreementActor,
    CircleMember,
    ClbContribution,
    FactorObservation,
    FollowUpAttendee,
    Goal,
    Meeting,
    Observation,
    Person,
    StepText,
)
from students.models import Guardian, Phase

FROM_CLB = (ClbContribution, Observation)  # of which some hold what the CLB told

Values = dict[str, Any]


class Words(str):
    """Text that somebody typed: always in quotes, or as a block."""


class Line(list[Any]):
    """A short list that stands on one line."""


class Collector:
    """Reads one meeting once and hands it over table by table."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.keys = {subject.student_id: subject.key for subject in meeting.subjects.all()}
        self.people = {person.pk: person for person in Person.objects.filter(meeting=meeting)}
        self.now_called = self._now_called()
        self.named: dict[str, None] = {}  # every name that stands somewhere, in the order of the file
        self.rows = {name: self._rows(name) for name in KEPT if name != "review"}
        self._complete()
        self.circles = self.grouped(CircleMember.objects.filter(item__in=self._all()), "item")
        self.actors = self.grouped(AgreementActor.objects.filter(agreement__meeting=meeting), "agreement_id")
        self.attendees = self.grouped(FollowUpAttendee.objects.filter(follow_up__meeting=meeting), "follow_up_id")
        self.rests = self.grouped(FactorObservation.objects.filter(factor__meeting=meeting), "factor_id")
        self.texts = dict(StepText.objects.filter(meeting=meeting).values_list("field", "text"))
        self.guardians = self._guardians()
        self.ids = Ids(self.rows, self._referred())

    @property
    def has_confidential(self) -> bool:
        """Whether anything in here is for a named few."""
        return any(CONFIDENTIAL in getattr(item, "visibility", ()) for items in self.rows.values() for item in items)

    # --- rows ---

    def _rows(self, name: str) -> list[Any]:
        kept = KEPT[name]
        container = "came_with" if hasattr(kept.model, "came_with") else "meeting_id"
        rows = kept.model._base_manager.filter(**{container: self.meeting.pk}, **kept.place, removed_at=None)
        if issubclass(kept.model, FROM_CLB):  # a file is read by whoever gets it: what nobody reads here is in none
            rows = rows.filter(kept.model._default_manager.all().may_be_told())  # type: ignore[attr-defined]  # of these two
        return list(rows.order_by("position", "created_at", "pk"))

    def _complete(self) -> None:
        """What stands on a removed item goes with it; but no need is left without its goal."""
        needs = [need for name in ("need_student", "need_teacher", "need_parents") for need in self.rows[name]]
        missing = {row.goal_id for row in [*needs, *self._noted_scores()]} - {goal.pk for goal in self.rows["goal"]}
        self.rows["goal"] += Goal._base_manager.filter(pk__in=missing).order_by("position", "created_at", "pk")
        goals, factors = ({item.pk for item in self.rows[name]} for name in ("goal", "factor"))
        self.rows["goal_score"] = [row for row in self.rows["goal_score"] if row.goal_id in goals]
        self.rows["link"] = [row for row in self.rows["link"] if {row.from_factor_id, row.to_factor_id} <= factors]
        self.reviews = self.grouped(self._rows("review"), "agreement_id")
        self.rows["consent"] += resting_on(self.meeting, self.rows)

    def _noted_scores(self) -> list[Any]:
        """The scores with a sentence beside them: it goes along, and so does the goal it is about."""
        return [score for score in self.rows["goal_score"] if score.note]

    def _now_called(self) -> dict[str, str]:
        """Names of parents and students as typed in the meeting, to what they are called since that was corrected."""
        found: dict[str, str] = {}
        people = Person.objects.filter(meeting=self.meeting).select_related("student").prefetch_related("guardians")
        taken = {person.name for person in self.people.values()}
        for person in people.order_by("name"):
            names = [str(guardian) for guardian in person.guardians.all()]
            if person.student and not names:
                full, short = str(person.student), person.student.roepnaam
                known = sorted(person.student.names())
                names = [*([full, short] if " " in person.name else [short, full]), *known]
            if names and person.name not in names:
                free = [name for name in names if name not in taken]
                found |= {person.name: free[0]} if free else {}
                taken |= set(free[:1])
        return found

    def _all(self) -> list[uuid.UUID]:
        return [item.pk for items in self.rows.values() for item in items]

    def grouped(self, rows: Any, by: str) -> dict[uuid.UUID, list[Any]]:
        found = defaultdict(list)
        for row in rows:
            found[getattr(row, by)].append(row)
        return found

    def _guardians(self) -> list[Guardian]:
        """Those the file listed, in its order; all of the students' where the meeting was planned here. Whoever is
        named in an item goes along in any case."""
        listed = [row.guardian for row in self.meeting.listed_guardians.select_related("guardian")]
        from_file = bool(listed) or self.meeting.class_group_id is not None
        students = [subject.student_id for subject in self.meeting.subjects.all()]
        order = {student: n for n, student in enumerate(students)}
        rows = sorted(Guardian.objects.filter(student__in=students), key=lambda g: order[g.student_id])
        named = {item.guardian_id for item in self.rows["wish_parents"]}
        named |= {item.told_by_id for name in schema.OBSERVATION for item in self.rows[name]}
        names = {person.name for person in self.people.values()} | set(self.now_called.values())
        names |= {consent.given_by for consent in self.rows["consent"]}
        more = [row for row in rows if not from_file or row.pk in named or str(row) in names]
        return listed + [row for row in more if row not in listed]

    def _referred(self) -> set[uuid.UUID]:
        """The keys of everything that something refers to."""
        found: set[Any] = {row.observation_id for rows in self.rests.values() for row in rows}
        for name, items in self.rows.items():
            columns = [KEPT[name].column(key).attname for key in plain_keys(name) if key.type == schema.REF]
            columns += [f"{column}_id" for column in USED_IN.values()] if name == "strength" else []
            found |= {getattr(item, column) for item in items for column in columns}
        return found

    # --- values ---

    def row(self, name: str, item: Any) -> Values:
        """One item as a row of its table."""
        given: Values = {"id": self.ids.of(item.pk)}
        for key in plain_keys(name):
            given[key.name] = self._value(key, item, KEPT[name].column(key))
        given |= self._apart(name, item)
        if CONFIDENTIAL in getattr(item, "visibility", ()):
            given["circle"] = [self.person(row.person_id) for row in self.circles.get(item.pk, [])]
        return self.written(name, given)

    def list(self, name: str) -> list[Values]:
        return [self.row(name, item) for item in self.rows[name]]

    def written(self, name: str, given: Values) -> Values:
        """The values of a row as the file has them: keys in order, defaults written out, nothing that is empty."""
        found: Values = {}
        for key in tables()[name].keys:
            value = given.get(key.name)
            if key.type == schema.MEMBER and not self.meeting.is_group:
                continue
            if value is None or value == "" or (value in ([], (), {}) and key.default is None):
                value = list(key.default) if isinstance(key.default, tuple) else key.default
            if value is not None:
                found[key.name] = self._typed(key, value)
        return found

    def _typed(self, key: Key, value: Any) -> Any:
        if isinstance(value, datetime.time):
            return Words(value.strftime("%H:%M"))
        if key.type == schema.GAS:
            return {Words(level): Words(value[level]) for level in GAS_LEVELS if level in value}
        if key.many and key.type != schema.TABLE:
            return Line(Words(item) if key.is_text else item for item in value)
        if key.is_text:
            return Words(value)
        return str(value) if isinstance(value, str) else value  # a choice is more than its word

    def _value(self, key: Key, item: Any, column: Any) -> Any:
        value = getattr(item, column.attname)
        target = points_to(column)
        if key.type == schema.MEMBER:
            return self.keys.get(value)
        if key.type == schema.REF:
            return self.ids.of(value)
        if target is Person:
            return self.person(value)
        if target is Guardian:
            return next((str(guardian) for guardian in self.guardians if guardian.pk == value), None)
        if target is Phase or target is None:
            if key.type == schema.PERSON and value:
                value = self.now_called.get(value, value)
                self.named[value] = None
            return self.now_called.get(value, value) if (key.name, key.type) == ("to", schema.SHORT) else value
        return None

    def person(self, pk: uuid.UUID | None) -> str | None:
        """The name somebody goes by in this meeting; noted, because it has to stand in the file."""
        if pk is None:
            return None
        name = self.now_called.get(self.people[pk].name, self.people[pk].name)
        self.named[name] = None
        return name

    def _apart(self, name: str, item: Any) -> Values:
        if name == "participant":
            return {"name": self.person(item.person_id), "student": self._whose(item)}
        if name == "strength":
            used = [self.ids.of(getattr(item, f"{column}_id")) for column in USED_IN.values()]
            return {"used_in": next(filter(None, used), None), "holder": item.whose}
        if name == "factor":
            rests = [self.ids.of(row.observation_id) for row in self.rests.get(item.pk, [])]
            return {"from_observations": [name for name in rests if name]}
        if name == "goal":
            return {"curriculum_links": [self.written("curriculum_link", link) for link in item.curriculum_links]}
        if name == "follow_up":
            return {"attendees": [self.person(row.person_id) for row in self.attendees.get(item.pk, [])]}
        if name == "agreement":
            who = [
                self.written("actor", {"name": self.person(row.person_id), "lead": row.is_lead})
                for row in self.actors.get(item.pk, [])
            ]
            return {"who": who, "reviews": [self.row("review", row) for row in self.reviews.get(item.pk, [])]}
        return {}

    def _whose(self, seat: Any) -> str | None:
        """In a group: the student whose guardian sits here, or who sits here."""
        if seat.role not in {"guardian", "student"}:
            return None
        person = self.people[seat.person_id]
        called = self.now_called.get(person.name, person.name)
        children = [guardian.student_id for guardian in self.guardians if str(guardian) == called]
        whose = next(filter(None, [seat.subject_id, person.student_id, *children]), None)
        return self.keys.get(whose) if whose else None
