"""`second_factor_away EMAIL`: for who lost the second step at sign-in, where nobody in the school can take it away."""

from typing import Any

from django.core.management.base import CommandParser

from hgw.accounts import second_factor
from hgw.accounts.models import User
from hgw.commands import Refusal, RefusingCommand
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing


class Command(RefusingCommand):
    help = (
        "Take the second step at sign-in of the person with this e-mail address away: app, passkeys and codes on paper. "
        "Sessions of that person end, and the next sign-in asks for a new second step. It is in the trace. An address that "
        "nobody signs in with, or who has none: one line on stderr, exit 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="with which the person signs in")

    def handle(self, *args: Any, **options: Any) -> None:
        with writing(WHOLE):
            user = User.objects.filter(email=options["email"].strip().lower()).first()
            if user is None:
                raise Refusal("Nobody signs in with this address.")
            if not second_factor.take_away(user, school=None, by=None):
                raise Refusal("This person has no second step.")
