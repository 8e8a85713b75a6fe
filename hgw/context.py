"""What every page of the frame needs: where one can go, and how the page is set."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from hgw.access import grounds
from hgw.accounts.models import User
from hgw.request import Request

# Name of the page, its label, and with what the addresses of its section begin.
NAVIGATION = (
    ("today", _("Today"), ()),
    ("students", _("Students"), ("/leerlingen/",)),
    ("my_agreements", _("My agreements"), ("/mijn-afspraken/", "/afspraken/")),
    ("library", _("Sources"), ("/bronnen/",)),
)


@dataclass(frozen=True)
class OwnSchool:
    """A school of the visitor in the account menu, with what of it he or she may open. One school needs no name there."""

    pk: uuid.UUID
    name: str
    is_chosen: bool
    has_settings: bool
    has_users: bool
    has_classes: bool
    has_looks: bool
    has_statistics: bool


def _schools(user: User) -> list[OwnSchool]:
    """The schools where the visitor has a role today, by name."""
    held = list(dict.fromkeys(school for _role, school in user.roles))
    named = [(pk, "") for pk in held] if len(held) < 2 else list(user.schools().values_list("pk", "name"))
    settings_of, users_of = grounds(user, "read", "school"), grounds(user, "read", "users")
    looks_at = grounds(user, "read", "audit")
    lists_of = grounds(user, "manage", "student")
    numbers_of = grounds(user, "read", "statistics") | grounds(user, "total", "statistics")
    return [
        OwnSchool(
            pk,
            name,
            pk == user.listed_school,
            pk in settings_of,
            pk in users_of,
            pk in lists_of,
            pk in looks_at,
            pk in numbers_of,
        )  # fmt: skip
        for pk, name in named
    ]


def frame(request: Request) -> dict[str, Any]:
    """Navigation with the current page or its section marked, the demo banner and the chosen theme."""
    match = request.resolver_match
    page = match.url_name if match else ""

    def current(name: str, section: tuple[str, ...]) -> str:
        return "page" if name == page else "true" if request.path.startswith(section) else ""

    return {
        "schools": SimpleLazyObject(lambda: _schools(request.user)),  # asked for where the menu is, not in a fragment
        "nav": [(name, label, current(name, section)) for name, label, section in NAVIGATION],
        "demo_mode": settings.DEMO_MODE,
        "single_sign_on": settings.SINGLE_SIGN_ON,
        "clock_hidden": request.COOKIES.get("clock") == "hidden",
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
    }
