"""The model annex to the processing agreement (art. 28.3 GDPR): what the supplier who runs the server does for the school board.

Purposes, people, data, terms and measures are those of the register; sub-processors are what this installation is set up
with, so none unless somebody named one. What only the two parties know is left open, as dots.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from hgw.accounts.providers import Provider
from hgw.register import words
from hgw.register.classification import ABOUT, CATEGORIES, classified
from hgw.register.documents import AS_SHIPPED, Document, Part, Table, terms

TO_FILL = "…" * 20


def model_annex(school: str = "", years: int = AS_SHIPPED, providers: Iterable[Provider] | None = None) -> Document:
    """For a school board and its supplier. `providers`: where the people of this school sign in; all that are set up, if not given."""
    if providers is None:
        providers = settings.SINGLE_SIGN_ON.values()
    parts = (
        _parties(school),
        Part("duties", _("What the processor does, and does not do"), points=_listed("duty")),
        Part("purposes", _("What the data is for"), points=_purposes()),
        Part("people", _("Whose data, and which"), table=_people()),
        Part("terms", _("How long data stays"), table=terms(years)),
        _others(providers),
        Part("measures", _("How the data is secured"), points=words.points("measures")),
        Part(
            "end", _("What happens at the end"), points=_listed("end"),
            facts=((_("Not before this many days after the end"), (TO_FILL,)),),
        ),
        Part(
            "breach", _("When something went wrong with the data"), points=_listed("breach"),
            facts=(
                (_("Within how many hours (a proposal: 24)"), (TO_FILL,)),
                (_("To whom at the school board, by day and by night"), (TO_FILL,)),
            ),
        ),
        _signatures(),
    )  # fmt: skip
    says = _(
        "A model, for when the school does not run the server itself. School board and supplier fill in the dots, and let their "
        "data protection officers read it."
    )
    return Document(_("Annex to the processing agreement"), says, parts)


def _parties(school: str) -> Part:
    board = _("the school board of %(school)s") % {"school": school} if school else _("the school board")
    facts = (
        (_("Controller"), (board, TO_FILL)),
        (_("Processor"), (TO_FILL,)),
        (_("Data protection officer of each"), (TO_FILL, TO_FILL)),
        (_("Annex to the agreement of (date)"), (TO_FILL,)),
        (_("Where the server stands, and the backups"), (TO_FILL,)),
    )
    return Part("parties", _("Who agrees on this"), facts=facts)


def _purposes() -> tuple[str, ...]:
    found = {column.purpose for column in classified() if column.is_personal}
    return tuple(
        f"{words.of('purpose', code)}: {words.of('purpose', code, 'why')}"
        for code in words.read()["purpose"]
        if code in found
    )


def _people() -> Table:
    """Whose data, kind by kind. Of the school itself there is no row: that is nobody."""
    rows = []
    for who in ABOUT:
        own = {column.category for column in classified() if column.about == who and column.is_personal}
        if own:
            kinds = "; ".join(words.of("category", code) for code in CATEGORIES if code in own)
            rows.append((words.of("about", who), kinds))
    return Table((_("About whom"), _("Which data")), tuple(rows))


def _others(providers: Iterable[Provider]) -> Part:
    """What is set up, row by row; the last row is for what the program cannot know, as who lets the server."""
    rows = []
    if settings.MAIL_IS_SET_UP:
        rows.append((_host_of_mail(), _("Sends mail"), _what("mail")))
    rows += [(f"{one.label} ({_host_of(one)})", _("Signs staff in"), _what("sign_in")) for one in providers]
    says = () if rows else (_("The program is set up with none: no mail server, no sign-in service."),)
    rows.append((TO_FILL, TO_FILL, TO_FILL))
    table = Table((_("Who"), _("What for"), _("Which data")), tuple(rows))
    return Part("others", _("Sub-processors"), says=says, points=_listed("others"), table=table)


def _host_of_mail() -> str:
    options: Any = settings.MAILERS["default"]["OPTIONS"]
    return str(options["host"])


def _host_of(provider: Provider) -> str:
    return urlsplit(provider.issuer or provider.server).hostname or provider.realm


def _what(flow: str) -> str:
    """What goes there, as the flows of the input for the impact assessment say it."""
    what: str = words.in_language(words.read()["flow"][flow])[1]
    return what


def _listed(group: str) -> tuple[str, ...]:
    return tuple(words.in_language(words.annex()[group]))


def _signatures() -> Part:
    facts = tuple(
        (who, (TO_FILL,)) for who in (_("For the school board: name, date"), _("For the processor: name, date"))
    )
    return Part("signatures", _("Signed"), facts=facts)
