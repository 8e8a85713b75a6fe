"""The items of a case on their way into the database: made first, filled in, and written together.

They refer to one another in every direction, so each gets its key before any of them is written.
"""

from typing import Any

from django.db import models

from hgw.accounts.models import User
from hgw.items.models import Item
from meetings.cases.case import Case, Row
from meetings.cases.kept import KEPT, USED_IN, plain_keys, points_to
from meetings.cases.matching import People
from meetings.models import (
    AgreementActor,
    CircleMember,
    FactorObservation,
    FollowUpAttendee,
    Meeting,
    MeetingGoal,
    Person,
)
from meetings.models.items import MeetingItem, VisibleMeetingItem
from students.models import Guardian, Phase
from students.models.support import StudentItem


class CaseItems:
    """All items of one case. `items` pairs each with its row; what has no row of its own table comes with None."""

    def __init__(self, case: Case, meeting: Meeting, people: People, named: dict[str, Person], by: User | None) -> None:
        self.case, self.meeting, self.people, self.named, self.by = case, meeting, people, named, by
        self.items: list[tuple[Row | None, Item]] = []
        self.by_id: dict[str, Item] = {}
        self.phases = {phase.pk: phase for phase in Phase.objects.all()}
        self._make_items()
        for row, item in self.items:
            if row is not None:
                self._fill(row, item)
        self._rate_goals()

    def write(self) -> None:
        """Write them, with the lists that belong to them."""
        self._write()
        self._write_parts()

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
        elif table == "agreement" and not row["status"]:
            newest = max(row["reviews"], key=lambda review: review["date"], default=None)
            item.status = newest["progress"] if newest else "proposed"
        elif table == "review" and self.case.is_group:
            item.subject = item.agreement.subject
        elif table == "goal_score" and self.case.is_group:
            item.subject = item.goal.subject

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
