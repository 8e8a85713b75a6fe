"""`new_school NAME --coordinator EMAIL`: a school of a real installation, and the link with which it begins."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandParser

from hgw import demo, environment
from hgw.accounts.invitations import invite, path_of
from hgw.accounts.models import Invitation, School, User
from hgw.accounts.roles import KEPT, begin_school
from hgw.commands import Refusal, RefusingCommand
from hgw.text import normal
from hgw.transaction import writing


class Command(RefusingCommand):
    help = (
        "Begin a school. The person with this e-mail address is its care coordinator and its school administrator. The last "
        "line on stdout is the link with which that person comes in; it works once, for two weeks. A name that is taken, "
        "an address that is none, or the database of the demonstration: one line on stderr, exit 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME", help="how the school is called")
        parser.add_argument("--coordinator", metavar="EMAIL", required=True, help="with which the person will sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        school = School(name=normal(options["name"]).strip())
        email = User.objects.normalize_email(options["coordinator"].strip()).lower()
        invitation = Invitation(school=school, email=email, roles=list(KEPT))
        database = str(settings.DATABASES["default"]["NAME"])
        if settings.DEMO_MODE or demo.made_in(settings.DATA_DIR) == database:
            raise Refusal(
                "This is the demonstration, where everybody is invented; choose another HGW_DATA for a school."
            )
        _check("NAME", school, exclude=["levels"])
        _check("--coordinator", invitation, exclude=["school", "roles"])
        with writing():
            if School.objects.filter(name=school.name).exists():
                raise Refusal("There is a school of this name already.")
            user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=email)
            begin_school(school, user)
            invite(invitation, by=None)
        self.stdout.write(environment.address() + path_of(invitation))


def _check(argument: str, row: Any, exclude: list[str]) -> None:
    try:
        row.clean_fields(exclude=[*exclude, "created_by", "updated_by"])
    except ValidationError as error:
        raise Refusal(f"{argument}: {' '.join(error.messages)}") from None
