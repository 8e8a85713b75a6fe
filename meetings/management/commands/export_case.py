"""`export_case ID`: a meeting as a case file on stdout."""

import sys
import uuid
from typing import Any

from django.core.management.base import CommandParser

from hgw.audit.models import record
from hgw.commands import Refusal, RefusingCommand
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing
from meetings.cases.exporting import export
from meetings.models import Meeting


class Command(RefusingCommand):
    help = "Print a meeting as a case file (format hgw-case/1, UTF-8), confidential items included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="the id of the meeting, as load_case prints it")

    def handle(self, *args: Any, **options: Any) -> None:
        with writing(WHOLE):
            meeting = _meeting(options["id"])
            exported = export(meeting)
            for student in meeting.students:
                record(exported.action, school=meeting.school_id, who=None, object=meeting.pk, student=student.pk)
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        self.stdout.write(exported.text, ending="")


def _meeting(text: str) -> Meeting:
    try:
        return Meeting.objects.select_related("school", "group", "class_group").get(pk=uuid.UUID(text))
    except (ValueError, Meeting.DoesNotExist):
        raise Refusal(f"no meeting with the id {text!r}") from None
