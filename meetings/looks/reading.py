"""Entries of the trace in words: who, about which student, what was done."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import Role, User
from hgw.audit.models import Action, Key
from meetings.models import Reader
from students.models import Student

OPENED = (
    Action.MEETING_OPENED, Action.STUDENT_OPENED, Action.STUDENT_INSPECTED, Action.PLAN_OPENED, Action.AGREEMENT_OPENED,
    Action.TRANSFER_OPENED,
)  # fmt: skip
EARLIEST = datetime.date(2000, 1, 1)  # before it there was no trace to look in
TAKEN_ALONG = (
    Action.PLAN_PRINTED, Action.CASE_EXPORTED, Action.CASE_EXPORTED_WITH_CONFIDENTIAL, Action.TRANSFER_MADE,
)  # fmt: skip
# What the page says of an act. Whether something confidential was with it is not for a list.
WORDS: dict[str, Any] = {
    Action.MEETING_OPENED: gettext_lazy("looked at a meeting"),
    Action.STUDENT_OPENED: gettext_lazy("looked at the student's page"),
    Action.PLAN_OPENED: gettext_lazy("looked at a document"),
    Action.AGREEMENT_OPENED: gettext_lazy("looked at an agreement"),
    Action.PLAN_PRINTED: gettext_lazy("printed"),
    Action.CASE_EXPORTED: gettext_lazy("took the case along as a file"),
    Action.CASE_EXPORTED_WITH_CONFIDENTIAL: gettext_lazy("took the case along as a file"),
    Action.PROJECTION_STARTED: gettext_lazy("showed a meeting to the room"),
    Action.STUDENT_INSPECTED: gettext_lazy("made a copy of everything for who asked to see it"),
    Action.TRANSFER_OPENED: gettext_lazy("looked at what goes along to another school"),
    Action.TRANSFER_MADE: gettext_lazy("passed on to another school"),
    Action.TRACE_OPENED: gettext_lazy("looked up who looked"),
    Action.REFUSED: gettext_lazy("was refused"),
    Action.EMERGENCY_OPENED: gettext_lazy("opened the file in need"),
    Action.EMERGENCY_REVIEWED: gettext_lazy("reviewed why the file was opened in need"),
    Action.FILE_SHARED: gettext_lazy("gave a seat at the table to a colleague beyond the care team"),
}
DOCUMENTS: dict[str, Any] = {
    Reader.REPORT: gettext_lazy("the report"),
    Reader.TEAM: gettext_lazy("the plan for the team"),
    Reader.CLASS_SHEET: gettext_lazy("the class sheet"),
    Reader.PARENTS: gettext_lazy("the plan for the parents"),
    Reader.STUDENT: gettext_lazy("the plan for the student"),
}


def in_words(action: str, detail: str) -> str:
    """What was done, with which document where it is one."""
    document = DOCUMENTS.get(detail.split(" ")[0]) if action in {Action.PLAN_OPENED, Action.PLAN_PRINTED} else None
    if (action, detail) == (Action.STUDENT_INSPECTED, "inspectorate"):
        return _("showed the file to the inspectorate")
    if action == Action.FILE_SHARED and detail in Role.values:
        return f"{WORDS[action]}: {Role(detail).label}"
    return f"{WORDS[action]}: {document}" if document else str(WORDS[action])


def month_of(text: str | None, today: datetime.date) -> datetime.date:
    """The first day of a month written as 2026-11; of this month when it is none, or has not come yet."""
    try:
        found = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today
    return max(EARLIEST, min(found, today)).replace(day=1)


def before(month: datetime.date) -> datetime.date:
    """The first day of the month before."""
    return (month - datetime.timedelta(days=1)).replace(day=1)


def after(month: datetime.date) -> datetime.date:
    """The first day of the month that follows."""
    return (month + datetime.timedelta(days=32)).replace(day=1)


def bounds(month: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """When the month begins and ends in the time of the school."""

    def midnight(day: datetime.date) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))

    return midnight(month), midnight(after(month))


class Names:
    """What ids stand for: as the keys of the trace say, else the row itself. What was erased has no name any more."""

    def __init__(self, people: Iterable[uuid.UUID | None], students: Iterable[uuid.UUID | None]) -> None:
        who, whom = {pk for pk in people if pk}, {pk for pk in students if pk}
        known = {key.pk: key.label for key in Key.objects.filter(pk__in=who | whom)}
        rows: list[Any] = [*User.objects.filter(pk__in=who), *Student.objects.filter(pk__in=whom)]
        self._names = {row.pk: str(row) for row in rows} | known

    def of(self, pk: uuid.UUID | None) -> str:
        return self._names.get(pk, _("erased")) if pk else _("a command on the server")
