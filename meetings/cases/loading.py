"""Writing a checked case: a new meeting with everything in it, in the one transaction of who calls.

There is no signed-in user whose rights could be asked, so rows are written directly; each gets version 1 and its
first revision, so that the history of a loaded meeting begins as complete as that of one that was typed here.
"""

import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.models import Item, Revision
from meetings.cases import matching
from meetings.cases.case import Case, Row
from meetings.cases.checking import read_case
from meetings.cases.faults import Refused
from meetings.cases.kept import CHOICES, KEPT, MEETING_KEYS, STEP_TEXTS, USED_IN, plain_keys, points_to
from meetings.cases.matching import People
from meetings.cases.shifting import shift
from meetings.closing import finish_plans, write_phase_history
from meetings.models import (
    AgreementActor,
    CircleMember,
    FactorObservation,
    FollowUpAttendee,
    Meeting,
    MeetingGoal,
    MeetingGuardian,
    Person,
    Plan,
    PlanText,
    StepText,
)
from meetings.models.items import MeetingItem, VisibleMeetingItem
from meetings.planning import plan_meeting
from students.models import Guardian, Phase, StudentGroup, StudentGroupMember
from students.models.support import StudentItem


def load(data: bytes, *, by: User | None = None, shift_dates: bool = False) -> Meeting:
    """Load a case file as a new meeting. Raises `Refused` with every fault of the file; then nothing was written."""
    return load_case(read_case(data), by=by, shift_dates=shift_dates)


def load_case(case: Case, *, by: User | None = None, shift_dates: bool = False) -> Meeting:
    """Load a case that was read. Call it inside a transaction. Raises `Refused` like `load`."""
    if shift_dates:
        shift(case)
    matching.check(case)
    if case.faults:
        raise Refused(case.faults.in_order())
    return _Loader(case, by).load()


class _Loader:
    """Makes the rows of one case. Items are made first and written together, because they refer to one another."""

    def __init__(self, case: Case, by: User | None) -> None:
        self.case, self.by = case, by
        self.people: People
        self.meeting: Meeting
        self.named: dict[str, Person] = {}
        self.items: list[tuple[Row | None, Item]] = []
        self.by_id: dict[str, Item] = {}
        self.phases = {phase.pk: phase for phase in Phase.objects.all()}

    def load(self) -> Meeting:
        self.people = matching.find_people(self.case, by=self.by)
        self.meeting = self._plan()
        self._name_people()
        self._make_items()
        self._make_plan_texts()
        for row, item in self.items:
            if row is not None:
                self._fill(row, item)
        self._rate_goals()
        self._write()
        self._write_parts()
        self._write_step_texts()
        self._finish()
        return self.meeting

    # --- the meeting ---

    def _plan(self) -> Meeting:
        case, row = self.case, self.case.meeting
        fields = {key: row[key] for key in MEETING_KEYS if row[key] is not None}
        for (table, key), column in CHOICES.items():
            part = case.step("step_7_evaluation")["satisfied"] if table == "satisfied" else case.step(table)
            if part and part[key] is not None:
                fields[column] = part[key]
        if case.is_closed:
            fields |= {"closed_at": self._closed_at(), "current_step": "evaluatie"}
        meeting = plan_meeting(
            self.people.school,
            list(self.people.students.values()),
            by=self.by,
            group=self._group(),
            keys=list(self.people.students),
            class_group=self.people.class_group,
            **fields,
        )
        MeetingGuardian.objects.bulk_create(
            MeetingGuardian(meeting=meeting, guardian=guardian, position=n)
            for n, guardian in enumerate(self.people.guardians)
        )
        return meeting

    def _group(self) -> StudentGroup | None:
        if not self.case.is_group:
            return None
        row, made = self.case.top["group"], {"created_by": self.by, "updated_by": self.by}
        group = StudentGroup.objects.create(
            school=self.people.school, name=row["name"], purpose=row["purpose"] or "", **made
        )
        StudentGroupMember.objects.bulk_create(
            StudentGroupMember(group=group, student=student, position=n)
            for n, student in enumerate(self.people.students.values())
        )
        return group

    def _closed_at(self) -> datetime.datetime:
        """The end of the meeting; it cannot have closed later than now."""
        row = self.case.meeting
        end = datetime.datetime.combine(row["date"], row["end"] or datetime.time(12))
        return min(timezone.make_aware(end), timezone.now())

    def _name_people(self) -> None:
        names = {row["name"] for row in self.case.rows("participant")}
        for row in [self.case.meeting, *(row for name in KEPT for row in self.case.rows(name))]:
            for key in row.table.keys:
                if key.type == "person" and row[key.name]:
                    names |= set(row[key.name]) if key.many else {row[key.name]}
        names |= {row["name"] for row in self.case.rows("actor")}
        names |= {row["by"] for row in self.case.rows("compliment")}
        self.named = {name: self.meeting.person(name) for name in sorted(names)}
        self.meeting.chair = self.named.get(self.case.meeting["chair"] or "")
        self.meeting.reporter = self.named.get(self.case.meeting["reporter"] or "")
        self.meeting.save(update_fields=["chair", "reporter"])

    # --- items ---

    def _make_items(self) -> None:
        for name, kept in KEPT.items():
            for n, row in enumerate(self.case.rows(name)):
                item = kept.model(
                    school=self.people.school, position=n, created_by=self.by, updated_by=self.by,
                    file_id=row.get("id") or "", **kept.place,
                )  # fmt: skip
                if isinstance(item, StudentItem):
                    item.came_with = self.meeting.pk
                elif isinstance(item, MeetingItem):
                    item.meeting = self.meeting
                self.items.append((row, item))
                if item.file_id:
                    self.by_id[item.file_id] = item
        self._hang_reviews()

    def _hang_reviews(self) -> None:
        """Give each review its agreement, and its place there."""
        reviews: dict[int, Any] = {id(row): item for row, item in self.items if row and row.table.name == "review"}
        for row, item in self.items:
            if row and row.table.name == "agreement":
                for n, review in enumerate(row["reviews"]):
                    reviews[id(review)].agreement, reviews[id(review)].position = item, n

    def _fill(self, row: Row, item: Any) -> None:
        kept, student = KEPT[row.table.name], self.people.student(self.case.student_of(row))
        for key in plain_keys(row.table.name):
            column, value = kept.column(key), row[key.name]
            if key.type == "member":
                value = self.people.student(value)
            elif value is not None:
                value = self._stored(column, value, student)
            elif column.name == "gas":
                value = {}
            elif isinstance(column, models.CharField | models.TextField):
                value = ""
            setattr(item, column.name, value)
        if self.case.is_group and hasattr(item, "subject_id") and item.subject_id is None:
            item.subject = self.people.student(self._subject(row, item))
        self._fill_apart(row, item, student)

    def _stored(self, column: Any, value: Any, student: Any) -> Any:
        """A value of the file as its column keeps it: names and ids become rows."""
        target = points_to(column)
        if target is Person:
            return self.named[value]
        if target is Guardian:
            return self.people.guardian(value, student)
        if target is Phase:
            return self.phases[value]
        if target is not None and value in self.by_id:
            return self.by_id[value]
        if column.name == "about":
            return self.by_id[value].pk
        return tuple(value) if column.name == "visibility" else value

    def _subject(self, row: Row, item: Any) -> str | None:
        """In a group, whose row it is where the table says so in another way."""
        if row.table.name in {"statement", "phase"}:
            return self.case.student_of(row)
        return None

    def _fill_apart(self, row: Row, item: Any, student: Any) -> None:
        table = row.table.name
        if hasattr(item, "student_id") and item.student_id is None:
            item.student = student
        if table == "participant":
            item.person, item.subject = self.named[row["name"]], self.people.student(row["student"])
            if row["present"] is None:
                item.present = row["participation"] in {"full", "part"}
        elif table == "strength" and row["used_in"]:
            used = self.case.by_id[row["used_in"]]
            setattr(item, USED_IN[used.table.word], self.by_id[row["used_in"]])
        elif table == "goal":
            links = [{name: value for name, value in link.items() if value} for link in row["curriculum_links"]]
            item.curriculum_links = links
        elif table == "agreement" and row["reviews"] and row["status"] == "proposed":
            item.status = max(row["reviews"], key=lambda review: review["date"])["progress"]
        elif table == "review" and self.case.is_group:
            item.subject = item.agreement.subject
        elif table == "goal_score" and self.case.is_group:
            item.subject = item.goal.subject

    def _make_plan_texts(self) -> None:
        plans = {plan.student_id: plan for plan in Plan.objects.filter(meeting=self.meeting)}
        for key, row in self.case.top["plan_texts"].items():
            student = self.people.students[key]
            for n, (reader, section, text, by) in enumerate(_wordings(row)):
                item = PlanText(
                    meeting=self.meeting, school=self.people.school, plan=plans[student.pk], reader=reader,
                    section=section, text=text, by=self.named.get(by or ""), position=n,
                    subject=student if self.case.is_group else None, created_by=self.by, updated_by=self.by,
                )  # fmt: skip
                self.items.append((None, item))

    def _rate_goals(self) -> None:
        for n, row in enumerate(self.case.rows("goal_rating")):
            goal = self.by_id[row["goal"]]
            assert isinstance(goal, MeetingGoal)
            goal.rating, goal.rating_note, goal.rating_position = row["rating"], row["note"] or "", n

    # --- writing ---

    def _write(self) -> None:
        by_model: dict[type[Any], list[Item]] = {}
        for _row, item in self.items:
            by_model.setdefault(type(item), []).append(item)
        for model, items in by_model.items():
            model._base_manager.bulk_create(items)

    def _write_parts(self) -> None:
        circle: list[CircleMember] = []
        actors: list[AgreementActor] = []
        attendees: list[FollowUpAttendee] = []
        rests: list[FactorObservation] = []
        item: Any
        for row, item in self.items:
            if row is None:
                continue
            if isinstance(item, VisibleMeetingItem):
                circle += [
                    CircleMember(item=item.pk, person=self.named[name], position=n)
                    for n, name in enumerate(row.get("circle") or [])
                ]
            if row.table.name == "agreement":
                actors += _actors(row, item, self.named)
            if row.table.name == "follow_up":
                attendees += [
                    FollowUpAttendee(follow_up=item, person=self.named[name], position=n)
                    for n, name in enumerate(row["attendees"])
                ]
            if row.table.name == "factor":
                rests += [
                    FactorObservation(factor=item, observation_id=self.by_id[name].pk, position=n)
                    for n, name in enumerate(row["from_observations"])
                ]
        CircleMember.objects.bulk_create(circle)
        AgreementActor.objects.bulk_create(actors)
        FollowUpAttendee.objects.bulk_create(attendees)
        FactorObservation.objects.bulk_create(rests)

    def _write_step_texts(self) -> None:
        texts = {text.field: text for text in StepText.objects.filter(meeting=self.meeting)}
        for (table, key), name in STEP_TEXTS.items():
            value = self.case.step(table)[key]
            if value:
                texts[name].text = value
                self.items.append((None, texts[name]))
        StepText.objects.bulk_update([text for text in texts.values() if text.text], ["text"])

    def _finish(self) -> None:
        """Plans and history of a closed meeting, the first revision of everything, and the trace."""
        if self.case.is_closed:
            finish_plans(self.meeting)
            write_phase_history(self.meeting, by=self.by)
        Revision.objects.bulk_create(
            Revision(
                school_id=item.school_id, kind=item.kind(), item=item.pk, version=1, act="added", author=self.by,
                content=item.content(),
            )
            for item in [self.meeting, *(item for _row, item in self.items)]
        )  # fmt: skip
        record(
            Action.CASE_LOADED, school=self.people.school.pk, who=self.by, object=self.meeting.pk,
            student=self.meeting.student_id_for_trace(),
        )  # fmt: skip


def _wordings(row: Row) -> list[tuple[str, str, str, str | None]]:
    """The plan texts of one student: reader, section, text, and who says it."""
    found: list[tuple[str, str, str, str | None]] = []
    if row["compliment"]:
        found.append(("", "compliment", row["compliment"]["text"], row["compliment"]["by"]))
    if row["parents_reason"]:
        found.append(("parents", "reason", row["parents_reason"], None))
    if row["student"]:
        found += [("student", section, text, None) for section, text in row["student"].items() if text]
    return found + [(section["reader"], section["section"], section["text"], None) for section in row["sections"]]


def _actors(row: Row, item: Any, named: dict[str, Person]) -> list[AgreementActor]:
    """Who does it. Where nobody is marked, the first one leads; whoever is marked not to lead does not."""
    nobody = not any(actor["lead"] for actor in row["who"])
    first = next((actor for actor in row["who"] if actor["lead"] is None), None) if nobody else None
    return [
        AgreementActor(
            agreement=item, person=named[actor["name"]], is_lead=bool(actor["lead"]) or actor is first, position=n
        )
        for n, actor in enumerate(row["who"])
    ]
