"""What every page of the frame needs: where one can go, and how the page is set."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# All of them on every page: small, cached once, and no page can forget one.
SHEETS = tuple(
    f"css/{name}.css"
    for name in (
        "tokens", "base", "parts", "items", "today", "planning", "insight", "needs", "agreements", "student", "students",
        "my_agreements", "library", "documents",
    )
)  # fmt: skip
# Name of the page, its label, and with what the addresses of its section begin.
NAVIGATION = (
    ("today", _("Today"), ()),
    ("students", _("Students"), ("/leerlingen/",)),
    ("my_agreements", _("My agreements"), ("/mijn-afspraken/", "/afspraken/")),
    ("library", _("Sources"), ("/bronnen/",)),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation with the current page or its section marked, the demo banner and the chosen theme."""
    match = request.resolver_match
    page = match.url_name if match else ""

    def current(name: str, section: tuple[str, ...]) -> str:
        return "page" if name == page else "true" if request.path.startswith(section) else ""

    return {
        "nav": [(name, label, current(name, section)) for name, label, section in NAVIGATION],
        "sheets": SHEETS,
        "demo_mode": settings.DEMO_MODE,
        "theme": request.COOKIES.get("theme") if request.COOKIES.get("theme") in {"light", "dark"} else "",
    }
