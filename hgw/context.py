"""What every page of the frame needs: where one can go, and how the page is set."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hgw.access import grounds
from hgw.accounts.models import School, User

# All of them on every page: small, cached once, and no page can forget one.
SHEETS = tuple(
    f"css/{name}.css"
    for name in (
        "tokens", "base", "parts", "items", "today", "planning", "insight", "needs", "agreements", "student", "students",
        "my_agreements", "library", "documents", "school",
    )
)  # fmt: skip
# Name of the page, its label, and with what the addresses of its section begin.
NAVIGATION = (
    ("today", _("Today"), ()),
    ("students", _("Students"), ("/leerlingen/",)),
    ("my_agreements", _("My agreements"), ("/mijn-afspraken/", "/afspraken/")),
    ("library", _("Sources"), ("/bronnen/",)),
)


@dataclass(frozen=True)
class OwnSchool:
    """A school of the visitor in the account menu, with what of it he or she may open."""

    school: School
    is_chosen: bool
    has_settings: bool
    has_users: bool


def _schools(request: HttpRequest) -> "list[OwnSchool]":
    """The schools where the visitor has a role, when there are several or when one of them has pages for the visitor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return []
    settings_of, users_of = grounds(user, "read", "school"), grounds(user, "read", "users")
    if len({school for _role, school in user.roles}) < 2 and not settings_of and not users_of:
        return []
    return [
        OwnSchool(school, school.pk == user.listed_school, school.pk in settings_of, school.pk in users_of)
        for school in user.schools()
    ]


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation with the current page or its section marked, the demo banner and the chosen theme."""
    match = request.resolver_match
    page = match.url_name if match else ""

    def current(name: str, section: tuple[str, ...]) -> str:
        return "page" if name == page else "true" if request.path.startswith(section) else ""

    return {
        "schools": _schools(request),
        "nav": [(name, label, current(name, section)) for name, label, section in NAVIGATION],
        "sheets": SHEETS,
        "demo_mode": settings.DEMO_MODE,
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
    }
