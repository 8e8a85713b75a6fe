"""How the rows of a meeting of the demonstration are written: as if somebody had typed them, on a school day."""

import datetime
from typing import Any

from django.utils import timezone

from hgw.accounts.models import User
from hgw.items.models import Item, Revision
from meetings.default_readers import default_readers
from meetings.demo.school import Made
from meetings.models import Meeting, Participant, StepText
from students.models import Student

OPENING, END = datetime.time(15, 45), datetime.time(16, 30)


class Writer:
    """Writes the rows of one meeting as if somebody had typed them: in order, with their first version kept."""

    def __init__(self, made: Made, meeting: Meeting, by: User) -> None:
        self.made, self.meeting, self.by = made, meeting, by
        self.at = moment(min(meeting.date, made.day), OPENING)
        self.revisions: list[Revision] = []

    def add(self, model: type[Any], /, **values: Any) -> Any:
        """One more row of this kind, with the readers that the form ticks."""
        parts = {name: values.pop(name) for name in model.PARTS if name in values}
        place: dict[str, str] = {
            name: values[name] for name in ("valence", "source", "owner", "holder") if name in values
        }
        fields = {field.name for field in model._meta.concrete_fields}
        if "visibility" in fields:
            values.setdefault("visibility", default_readers(model.kind(), place))
        if "meeting" in fields:
            values["meeting"] = self.meeting
        row = model(school_id=self.meeting.school_id, created_by=self.by, updated_by=self.by, **values)
        row.created_at = row.updated_at = self.at
        row.position = row.siblings().count()
        row.save(force_insert=True)
        for name, value in parts.items():
            row.write_part(name, value)
        self.keep(row, "added")
        return row

    def text(self, field: str, text: str | None) -> None:
        """A single text of a step; its empty row is there since the planning."""
        if text:
            row = StepText.objects.get(meeting=self.meeting, field=field)
            row.text, row.version, row.updated_at, row.updated_by = text, 2, self.at, self.by
            row.save()
            self.keep(row, "changed")

    def keep(self, row: Item, act: str) -> None:
        self.revisions.append(
            Revision(
                school_id=self.meeting.school_id, kind=row.kind(), item=row.pk, version=row.version, act=act,
                author=self.by, at=self.at, content=row.content(),
            )
        )  # fmt: skip

    def finish(self) -> None:
        Revision.objects.bulk_create(self.revisions)
        self.revisions = []


def seat(writer: Writer, user: User, role: str, label: str) -> Any:
    """Somebody takes part; the first one leads the meeting and writes."""
    person = writer.meeting.person(user.name)
    if writer.meeting.chair_id is None:
        Meeting.objects.filter(pk=writer.meeting.pk).update(chair=person, reporter=person)
        writer.meeting.chair = person
    return writer.add(
        Participant, person=person, role=role, role_label=label, standing="professional", present=True,
        secrecy="ambtsgeheim",
    )  # fmt: skip


def teacher_of(student: Student) -> User | None:
    """The class teacher of this student, where the demonstration has one."""
    class_group = student.class_on()
    found = class_group.staff.filter(role="homeroom_teacher").select_related("user").first() if class_group else None
    return found.user if found else None


def school_day(day: datetime.date) -> datetime.date:
    """This day, or the Friday before a weekend."""
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """This time of that day, where the school is."""
    return timezone.make_aware(datetime.datetime.combine(day, time))
