"""`load_case FILE`: a case file becomes a new meeting."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from hgw.commands import Refusal, RefusingCommand
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing
from meetings.cases.faults import Refused
from meetings.cases.loading import load
from meetings.cases.reading import LARGEST_SEALED


class Command(RefusingCommand):
    help = (
        "Load a case file (format hgw-case/1) as a new meeting, all of it or nothing. The last line on stdout is "
        "“meeting ID”. Every fault of the file is one line “path: message” on stderr, exit 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="the case file, YAML in UTF-8, at most 5 MB unless export_case wrote it"
        )
        parser.add_argument(
            "--shift-dates", action="store_true",
            help="move all dates except days of birth by whole weeks, so that the meeting falls in last week",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file:
                data = file.read(LARGEST_SEALED + 1)
        except OSError as error:
            raise Refusal(f"file: cannot be read: {error.strerror or error}") from None
        try:
            with writing(WHOLE):
                meeting = load(data, shift_dates=options["shift_dates"])
        except Refused as refused:
            raise Refusal(*refused.faults) from None
        self.stdout.write(f"meeting {meeting.pk}")
