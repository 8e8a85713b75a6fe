"""From a meeting to a case as plain values: everything somebody typed in it, in the order of the tables.

Defaults that the format names are written out, so that a file comes back whole whatever it left out. What was
removed stays behind in the history; only a goal that a need still stands on goes along.
"""

import datetime
import uuid
from collections import defaultdict
from typing import Any

from django.db.models import Model

from hgw.items.models import CONFIDENTIAL
from meetings.cases import schema
from meetings.cases.ids import Ids
from meetings.cases.models import CHOICES, KEPT, MEETING_KEYS, STEP_TEXTS, USED_IN, plain_keys, points_to
from meetings.cases.schema import FORMAT, Key, tables
from meetings.cases.tables_people import SECTIONS
from meetings.cases.tables_steps import GAS_LEVELS
from meetings.models import (
    AgreementActor,
    CircleMember,
    FactorObservation,
    FollowUpAttendee,
    Goal,
    Meeting,
    Person,
    PlanText,
    StepText,
)
from students.models import Guardian, Phase, Student

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
        self.named: dict[str, None] = {}  # every name that stands somewhere, in the order of the file
        self.rows = {name: self._rows(name) for name in KEPT if name != "review"}
        self._complete()
        self.circles = self._grouped(CircleMember.objects.filter(item__in=self._all()), "item")
        self.actors = self._grouped(AgreementActor.objects.filter(agreement__meeting=meeting), "agreement_id")
        self.attendees = self._grouped(FollowUpAttendee.objects.filter(follow_up__meeting=meeting), "follow_up_id")
        self.rests = self._grouped(FactorObservation.objects.filter(factor__meeting=meeting), "factor_id")
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
        return list(rows.order_by("position", "created_at", "pk"))

    def _complete(self) -> None:
        """What stands on a removed item goes with it; but no need is left without its goal."""
        needs = [need for name in ("need_student", "need_teacher", "need_parents") for need in self.rows[name]]
        missing = {need.goal_id for need in needs} - {goal.pk for goal in self.rows["goal"]}
        self.rows["goal"] += Goal._base_manager.filter(pk__in=missing).order_by("position", "created_at", "pk")
        goals, factors = ({item.pk for item in self.rows[name]} for name in ("goal", "factor"))
        self.rows["goal_score"] = [row for row in self.rows["goal_score"] if row.goal_id in goals]
        self.rows["link"] = [row for row in self.rows["link"] if {row.from_factor_id, row.to_factor_id} <= factors]
        self.reviews = self._grouped(self._rows("review"), "agreement_id")

    def _all(self) -> list[uuid.UUID]:
        return [item.pk for items in self.rows.values() for item in items]

    def _grouped(self, rows: Any, by: str) -> dict[uuid.UUID, list[Any]]:
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
        names = {person.name for person in self.people.values()}
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
                self.named[value] = None
            return value
        return None

    def person(self, pk: uuid.UUID | None) -> str | None:
        """The name somebody goes by in this meeting; noted, because it has to stand in the file."""
        if pk is None:
            return None
        name = self.people[pk].name
        self.named[name] = None
        return name

    def _apart(self, name: str, item: Any) -> Values:
        if name == "participant":
            return {"name": self.people[item.person_id].name, "student": self._whose(item)}
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
        children = [guardian.student_id for guardian in self.guardians if str(guardian) == person.name]
        return self.keys.get(seat.subject_id or person.student_id or next(iter(children), None))


def collect(collector: Collector) -> Values:
    """The whole case, ready to be written."""
    meeting, given = collector.meeting, {}
    given["format"] = FORMAT
    given |= _people(collector)
    given["meeting"] = _meeting(collector)
    given["participants"] = collector.list("participant")
    for name, table in (
        ("consents", "consent"),
        ("legal_reports", "legal_report"),
        ("reasonable_adjustments", "reasonable_adjustment"),
    ):
        given[name] = collector.list(table)
    given |= _steps(collector)
    given["gate_reasons"] = collector.list("gate_reason")
    given["plan_texts"] = _plan_texts(collector)
    given["statements"], given["addenda"] = collector.list("statement"), collector.list("addendum")
    given["participants"] += _named_elsewhere(collector, given["participants"], meeting)
    return {key.name: given[key.name] for key in tables()["case"].keys if given.get(key.name) is not None}


def _of(collector: Collector, name: str, row: Model, **more: Any) -> Values:
    """A row that is kept under the same names as in the file."""
    keys = [key.name for key in tables()[name].keys]
    return collector.written(name, {key: more.get(key, getattr(row, key, None)) for key in keys})


def _people(collector: Collector) -> Values:
    meeting = collector.meeting
    given: Values = {
        "school": _of(collector, "school", meeting.school),
        "class_group": _class_group(collector),
        "guardians": [
            _of(collector, "guardian", row, student=collector.keys.get(row.student_id)) for row in collector.guardians
        ],
    }
    if meeting.group is None:
        return given | {"student": _of(collector, "student", meeting.students[0])}
    group = {"members": list(collector.keys.values())}
    rows = {collector.keys[student.pk]: _of(collector, "student", student) for student in meeting.students}
    return given | {"group": _of(collector, "group", meeting.group, **group), "students": rows}


def _class_group(collector: Collector) -> Values:
    """The class of the file, else the one in which the first student with a class sat on the day."""
    meeting = collector.meeting
    found = (student.class_on(meeting.date) for student in meeting.students)
    row = meeting.class_group or next(filter(None, found), None)
    if row is not None:
        return _of(collector, "class_group", row)
    level = next(iter(meeting.school.levels), "lager")
    return collector.written("class_group", {"code": "-", "level": level})


def _meeting(collector: Collector) -> Values:
    meeting = collector.meeting
    given: Values = {key: getattr(meeting, key) for key in MEETING_KEYS}
    given |= _texts(collector, "meeting") | {"kind": meeting.kind_of_meeting}
    given["chair"], given["reporter"] = collector.person(meeting.chair_id), collector.person(meeting.reporter_id)
    if meeting.is_closed:
        given["status"] = "amended" if collector.rows["addendum"] else "closed"
    if meeting.status != Meeting.Status.CANCELLED:
        given.pop("cancel_reason")
    phases = collector.list("phase")
    given["phase"] = phases[0] if len(phases) == 1 and not meeting.is_group else phases
    given["clb_contribution"] = next(iter(collector.list("clb_contribution")), None)
    return collector.written("meeting", given)


def _texts(collector: Collector, table: str) -> Values:
    return {key: collector.texts.get(name, "") for (of, key), name in STEP_TEXTS.items() if of == table}


def _choices(collector: Collector, table: str) -> Values:
    return {key: getattr(collector.meeting, column) for (of, key), column in CHOICES.items() if of == table}


def _steps(collector: Collector) -> Values:
    lists = collector.list
    parts: Values = {
        "step_1_start": {
            "meeting_goals": lists("meeting_goal"),
            "wish_student": lists("wish_student"),
            "wish_parents": lists("wish_parents"),
        },
        "step_2_overview": {
            "strengths": lists("strength"),
            "difficulties": lists("difficulty"),
            "exceptions": lists("exception"),
        },
        "step_3_insight": {
            "factors": lists("factor"),
            "clusters": lists("cluster"),
            "links": lists("link"),
            "info_requests": lists("info_request"),
        },
        "step_4_goals": {"goals": lists("goal"), "goal_scores": lists("goal_score")},
        "step_5_needs": {
            "student": lists("need_student"),
            "teacher": lists("need_teacher"),
            "parents": lists("need_parents"),
        },
        "step_6_agreements": {
            "agreements": lists("agreement"),
            "communication": lists("communication"),
            "follow_up": next(iter(lists("follow_up")), None),
        },
        "step_7_evaluation": {
            "goal_ratings": _ratings(collector),
            "satisfied": collector.written("satisfied", _choices(collector, "satisfied")),
        },
    }
    for name, part in parts.items():
        part |= _texts(collector, name) | _choices(collector, name)
    written = {name: collector.written(name, part) for name, part in parts.items()}
    for name in ("step_4_goals", "step_5_needs"):
        more = {key: value for key, value in written[name].items() if key != "skip_reason"}
        if "skip_reason" in written[name] and not any(more.values()):
            written[name] = {"skip_reason": written[name]["skip_reason"]}
    return written


def _ratings(collector: Collector) -> list[Values]:
    """The ratings in the order of the file they came in; those that were given here follow."""
    rated = [goal for goal in collector.rows["meeting_goal"] if goal.rating or goal.rating_note]
    rated.sort(key=lambda goal: (goal.rating_position is None, goal.rating_position or 0))
    return [
        collector.written(
            "goal_rating", {"goal": collector.ids.of(goal.pk), "rating": goal.rating, "note": goal.rating_note}
        )
        for goal in rated
    ]


def _plan_texts(collector: Collector) -> Values | None:
    rows = PlanText.objects.filter(meeting=collector.meeting, removed_at=None).exclude(text="")
    by_student = collector._grouped(rows.select_related("plan").order_by("position", "created_at", "pk"), "plan")
    by_key = {collector.keys[plan.student_id]: texts for plan, texts in by_student.items()}  # type: ignore[attr-defined]  # grouped by plan
    found = {key: _plan_text(collector, by_key[key]) for key in collector.keys.values() if key in by_key}
    if not collector.meeting.is_group:
        return next(iter(found.values()), None)
    return found or None


def _plan_text(collector: Collector, rows: list[PlanText]) -> Values:
    own = {row.section: row.text for row in rows if row.reader == "student"}
    reason = next((row.text for row in rows if (row.reader, row.section) == ("parents", "reason")), None)
    said = next((row for row in rows if row.section == "compliment" and not row.reader), None)
    compliment = {"text": said.text, "by": collector.person(said.by_id)} if said else None
    sections = [
        collector.written("plan_section", {"reader": row.reader, "section": row.section, "text": row.text})
        for row in rows
        if row.reader in {"team", "class_sheet", "parents"} and row.section in SECTIONS
    ]
    return collector.written("plan_text", {
        "compliment": collector.written("compliment", compliment) if compliment else None,
        "parents_reason": reason,
        "student": collector.written("student_text", own) if own else None,
        "sections": sections,
    })  # fmt: skip


def _named_elsewhere(collector: Collector, participants: list[Values], meeting: Meeting) -> list[Values]:
    """Who is named in the meeting and is nobody of this file yet: a file lists everybody it names."""
    known = {str(row["name"]) for row in participants} | {str(row) for row in collector.guardians}
    known |= {name for student in Student.objects.filter(pk__in=collector.keys) for name in student.names()}
    clb = {row.by_id for row in collector.rows["clb_contribution"]}
    workers = {collector.people[pk].name for pk in clb if pk}
    return [
        collector.written("participant", {
            "name": name, "role": "clb_worker" if name in workers else "external", "role_label": "genoemd in de bespreking",
            "standing": "professional", "participation": "not_this_time", "present": False,
            "note": "Staat niet in de lijst van deelnemers; de naam komt voor in deze bespreking.",
        })
        for name in collector.named
        if name not in known
    ]  # fmt: skip
