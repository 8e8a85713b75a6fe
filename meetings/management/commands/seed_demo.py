"""`seed_demo`: the demonstration school, into a database without a school."""

from typing import Any

from django.utils import timezone

from hgw.commands import Refusal, RefusingCommand
from meetings.demo.build import SchoolExists, build


class Command(RefusingCommand):
    help = (
        "Fill an empty database with the demonstration: two invented schools, the same rows on the same day. Prints one "
        "line per user: role, e-mail address, password. Exit 2 when there is a school already."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = build(timezone.localdate())
        except SchoolExists:
            raise Refusal("There is a school in this database already; the demonstration wants an empty one.") from None
        self.stdout.write("\n".join(lines))
