"""`restore FILE --identity KEYFILE`: puts a backup back."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError, connection

from hgw import environment
from hgw.commands import Refusal, RefusingCommand
from hgw.storage import archive, backups, postgres, trouble
from hgw.storage.archive import Manifest
from hgw.storage.contents import lines
from students.forgetting import erased_list, erasing
from students.models import Erasure


class Command(RefusingCommand):
    help = (
        "Put a backup in the place of an empty database of the same kind; with --replace, of any. Not while a server runs. "
        "Prints the sums of what was put back, as verify does; exit 1 when they are not those of the backup. Then erases once "
        "more who was erased since: as the database here says, and erased.tsv in the data folder and beside the backup."
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
        self._keep_list(file)
        try:
            manifest, found = backups.put_back(file, identity, replace=options["replace"], then=self._erase_again)
        except archive.Unreadable:
            raise Refusal(f"{file} is no whole backup for this key") from None
        except (backups.NotWhole, postgres.Failed, OSError, DatabaseError, InterfaceError, sqlite3.Error) as error:
            self.stderr.write(f"The backup was not put back: {trouble.told(error)}", lambda text: text)
            sys.exit(1)
        self.stdout.write(f"restored\t{manifest.made_at}\t{manifest.version}")
        for line in lines(found):
            self.stdout.write(line)
        if self.erased:
            self.stdout.write(f"erased again\t{self.erased}")
        if environment.text("HGW_SECRET_KEY"):
            self.stderr.write("HGW_SECRET_KEY: is set, so the key of the backup was not taken over.", lambda text: text)

    erased = 0

    def _keep_list(self, file: Path) -> None:
        """Bring together who was erased, before the database that knows it is gone; be it so broken that it says nothing."""
        beside = file.parent / erased_list.NAME
        try:
            if Erasure._meta.db_table in connection.introspection.table_names():
                erased_list.write(more=(beside,))
                return
        except (DatabaseError, InterfaceError):
            connection.close()
        erased_list.write_lines(erased_list.read(beside))

    def _erase_again(self, manifest: Manifest) -> None:
        """At once; in a backup of an older version at the start of the server, when its tables were brought up to date."""
        if not erased_list.read():
            return
        pending = settings.DATA_DIR / erased_list.PENDING
        pending.touch()  # whatever happens to us: no server starts before it is done
        if backups.is_of_this_version(manifest):
            self.erased = erasing.again().students
            pending.unlink()
