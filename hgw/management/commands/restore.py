"""`restore FILE --identity KEYFILE`: puts a backup back."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError

from hgw import environment
from hgw.commands import Refusal, RefusingCommand
from hgw.storage import archive, backups, postgres, trouble
from hgw.storage.contents import lines


class Command(RefusingCommand):
    help = (
        "Put a backup in the place of an empty database of the same kind; with --replace, of any. Not while a server runs. "
        "Prints the sums of what is there then, as verify does; exit 1 when they are not those of the backup."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="what backup made")
        parser.add_argument(
            "--identity",
            metavar="KEYFILE",
            required=True,
            help="file with the secret key; - reads it from standard input",
        )
        parser.add_argument("--replace", action="store_true", help="also when there is a school: it is gone then")

    def handle(self, *args: Any, **options: Any) -> None:
        file, keys = Path(options["file"]), Path(options["identity"])
        try:
            identity = archive.identity_of(keys)
        except (ValueError, OSError):
            raise Refusal(f"--identity: {keys} holds no secret key") from None
        if not file.is_file():
            raise Refusal(f"{file}: there is no such file")
        try:
            manifest, found = backups.put_back(file, identity, replace=options["replace"])
        except archive.Unreadable:
            raise Refusal(f"{file} is no whole backup for this key") from None
        except (backups.NotWhole, postgres.Failed, OSError, DatabaseError, InterfaceError, sqlite3.Error) as error:
            self.stderr.write(f"The backup was not put back: {trouble.told(error)}", lambda text: text)
            sys.exit(1)
        self.stdout.write(f"restored\t{manifest.made_at}\t{manifest.version}")
        for line in lines(found):
            self.stdout.write(line)
        if environment.text("HGW_SECRET_KEY"):
            self.stderr.write("HGW_SECRET_KEY: is set, so the key of the backup was not taken over.", lambda text: text)
