"""`audit_verify`: whether the trace is what it was."""

import sys
from typing import Any

from hgw.audit.verifying import Broken, check
from hgw.commands import RefusingCommand
from hgw.storage.contents import snapshot


class Command(RefusingCommand):
    help = (
        "Print `ok TAB rows TAB head` when no entry of the trace was changed, taken away or put in between; else the first bad "
        "row and why, exit 1. Writes nothing."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--head", default="", help="a head that was noted before: it must still be in the chain")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with snapshot():
                rows, head = check(options["head"])
        except Broken as broken:
            self.stdout.write(str(broken))
            sys.exit(1)
        self.stdout.write(f"ok\t{rows}\t{head}")
