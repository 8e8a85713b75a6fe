"""`verify`: sums over what people typed, to be compared, and whether anything is wrong with it."""

import sys
from typing import Any

from django.db import DatabaseError

from hgw.commands import RefusingCommand
from hgw.storage.contents import lines, snapshot, tables
from hgw.storage.faults import faults


class Command(RefusingCommand):
    help = (
        "Print `table TAB rows TAB sha256` for each table of typed text and `total TAB rows TAB sha256`: the same for the same "
        "contents on SQLite and on PostgreSQL, and before and after an upgrade. What is wrong goes to stderr, exit 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with snapshot():
            found = list(faults())
            try:
                said = lines(tables())
            except (ValueError, DatabaseError):
                said = []
                found.append("a value in a table cannot be read")
        for line in said:
            self.stdout.write(line)
        for fault in found:
            self.stderr.write(fault, lambda text: text)
        if found:
            sys.exit(1)
