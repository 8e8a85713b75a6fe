"""The rows of one meeting, each kind read once for a copy: what a query costs is mostly asking it."""

import uuid
from functools import cached_property
from typing import Any

from meetings.models import Agreement, Factor, Goal, InfoRequest, Meeting, Need, Observation, Person
from students.models import Guardian, Student

POINTED_AT = (Agreement, Factor, Goal, InfoRequest, Need, Observation)


class Read:
    """What was read of a meeting. It says nothing of who may read it: that is asked of the sheet (`Sheet.printed`)."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting, self.students = meeting, meeting.students
        self._standing: dict[Any, list[Any]] = {}

    @cached_property
    def guardians(self) -> list[Guardian]:
        return list(Guardian.objects.filter(student__in=self.students))

    @cached_property
    def people(self) -> dict[uuid.UUID, Person]:
        return {person.pk: person for person in Person.objects.filter(meeting=self.meeting)}

    def standing(self, model: Any) -> list[Any]:
        """The rows of this kind that were not removed, in their order."""
        if model not in self._standing:
            rows = model.objects.standing().filter(meeting=self.meeting)
            if model is Agreement:
                rows = rows.prefetch_related("actors")
            self._standing[model] = list(rows)
            self.link(self._standing[model])
            if model is Agreement:
                self.link([actor for row in rows for actor in row.actors.all()])
        return self._standing[model]

    def link(self, rows: list[Any]) -> None:
        """Lay beside each row what it points to, where that is read here; Django asks for the rest when it is used."""
        for field in rows[0]._meta.concrete_fields if rows else ():
            pointing = [row for row in rows if getattr(row, field.attname) is not None] if field.is_relation else []
            known = self._known(field.related_model) if pointing else {}
            for row in pointing:
                if found := known.get(getattr(row, field.attname)):
                    field.set_cached_value(row, found)

    def _known(self, model: Any) -> dict[Any, Any]:
        if model is Person:
            return self.people
        if model is Meeting:
            return {self.meeting.pk: self.meeting}
        if model is Student or model is Guardian:
            return {row.pk: row for row in (self.students if model is Student else self.guardians)}
        return {row.pk: row for row in self.standing(model)} if model in POINTED_AT else {}
