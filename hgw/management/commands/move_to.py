"""`move_to URL`: everything into another database."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, InterfaceError, connection

from hgw import environment
from hgw.commands import Refusal, RefusingCommand
from hgw.storage import trouble
from hgw.storage.contents import Table, lines
from hgw.storage.moving import Different, move
from students.forgetting import erasing


class Command(RefusingCommand):
    help = (
        "Copy everything into another database, which is migrated and empty; nobody saves meanwhile. Prints the sums of both, "
        "as verify does, with `here` and `there` before them; exit 1 when they differ, and nothing stays there. Start the "
        "server with the new DATABASE_URL afterwards."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="as DATABASE_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entry = environment.database(options["url"], settings.DATA_DIR, "URL")
        except SystemExit as end:
            raise Refusal(end.code) from None
        own = connection.settings_dict
        if all(str(entry.get(key, "")) == str(own.get(key, "")) for key in ("NAME", "HOST", "PORT")):
            raise Refusal("URL: is the database that is to be moved")
        erasing.again()  # nobody who was erased moves along
        try:
            self._print(*move(entry))
        except Different as different:
            self._print(different.here, different.there)
            self.stderr.write("What arrived is not what left; nothing was moved.", lambda text: text)
            sys.exit(1)
        except (DatabaseError, InterfaceError) as error:
            raise Refusal(f"URL: {trouble.told(error)}") from None

    def _print(self, here: list[Table], there: list[Table]) -> None:
        for where, found in ("here", here), ("there", there):
            for line in lines(found):
                self.stdout.write(f"{where}\t{line}")
