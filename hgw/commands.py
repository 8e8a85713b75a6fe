"""How a command says no: what it refuses is plain lines on stderr and exit 2, and nothing was changed."""

import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand


class Refusal(Exception):
    """What a command does not do, and why; one line each."""

    def __init__(self, *lines: object) -> None:
        super().__init__("; ".join(map(str, lines)))
        self.lines: Iterable[object] = lines


class RefusingCommand(BaseCommand):
    """A command whose `handle` may raise `Refusal`; inside a transaction, so that nothing stays of what was begun."""

    requires_system_checks = ()  # the checks are for who starts the server

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            for line in refusal.lines:
                self.stderr.write(str(line), lambda text: text)
            sys.exit(2)
