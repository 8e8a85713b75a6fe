"""`changepassword`: not here. Who chooses somebody's password can sign in as that person, past the trace."""

from typing import Any

from django.core.management.base import CommandParser

from hgw.commands import Refusal, RefusingCommand


class Command(RefusingCommand):
    help = (
        "Stands in the place of Django's command of this name and changes nothing: one line on stderr, exit 2. A person chooses "
        "a password with the link that “Forgot your password?” at the sign-in page sends."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", metavar="EMAIL", help="with which the person signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        raise Refusal("People choose their own password: “Forgot your password?” at the sign-in page sends a link.")
