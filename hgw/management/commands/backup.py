"""`backup --to FILE --recipient KEY`: an encrypted backup, made while people save."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError

from hgw.commands import Refusal, RefusingCommand
from hgw.storage import archive, backups, postgres, trouble
from hgw.storage.contents import lines
from students.forgetting import erased_list


class Command(RefusingCommand):
    help = (
        "Write database, history, trace, logos and the signing key into one file that only the holder of a key can read "
        "(age-keygen makes one; the server knows its public half). Web sessions are not in it. Prints the file and its sums, as "
        "verify does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", metavar="FILE", required=True, help="the file to make; one that is there stays as it is"
        )
        parser.add_argument("--recipient", metavar="KEY", required=True, help="whom it is for: age1…")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["to"]).absolute()
        try:
            recipient = archive.recipient_of(options["recipient"])
        except ValueError:
            raise Refusal("--recipient: is no public key; it begins with age1") from None
        if file.exists():
            raise Refusal(f"--to: {file} is there already")
        if not file.parent.is_dir():
            raise Refusal(f"--to: there is no folder {file.parent}")
        try:
            found = backups.make(file, recipient)
            erased_list.write(file.parent)  # codes and days only: who puts an older backup back has it beside it
        except (backups.NotWhole, postgres.Failed, OSError, DatabaseError, InterfaceError, sqlite3.Error) as error:
            self.stderr.write(f"No backup was made: {trouble.told(error)}", lambda text: text)
            sys.exit(1)
        self.stdout.write(f"backup\t{file}")
        for line in lines(found):
            self.stdout.write(line)
