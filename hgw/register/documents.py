"""The two documents, part by part: the register of processing, and the input for the data protection impact assessment.

Made of the classification, the access matrix and the words; for the page and for the command alike. Nobody's data is
in them: of the school only its name, and how many school years it keeps the file of a student who left.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hgw import matrix_words
from hgw.audit.models import Action
from hgw.register import words
from hgw.register.classification import ABOUT, CATEGORIES, Column, classified, in_many_tables

AS_SHIPPED = 1  # whole school years, where a school chose no other number (students/forgetting/retention.toml)


@dataclass(frozen=True)
class Table:
    """Rows under a head; as many cells in each."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Each row with the head of each cell beside it."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Part:
    """One part: what it says, facts by label, points of a list, a table. What is empty is not there."""

    code: str
    title: str
    says: tuple[str, ...] = ()
    facts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Document:
    title: str
    says: str
    parts: tuple[Part, ...]


def register_of_processing(school: str = "", years: int = AS_SHIPPED) -> Document:
    """Article 30: who is responsible, what is done with which data of whom, why, how long, who gets it, how it is secured."""
    personal = [column for column in classified() if column.is_personal]
    used = [code for code in words.read()["purpose"] if any(column.purpose == code for column in personal)]
    parts = (
        _responsible(school),
        *(_activity(code, [column for column in personal if column.purpose == code], years) for code in used),
        Part("recipients", _("Who gets data besides those who sign in"), points=words.points("recipients")),
        _never(),
        Part("measures", _("How the data is secured"), points=words.points("measures")),
        _columns(),
    )
    says = _(
        "Made from the tables of the program itself. The grounds are a proposal: the school board decides, with its data "
        "protection officer."
    )
    return Document(_("Register of processing"), says, parts)


def impact_input(school: str = "", years: int = AS_SHIPPED) -> Document:
    """Article 35: what the makers can say for the assessment that the school makes itself."""
    flows = Table((_("From and to"), _("What"), _("How it is protected")), _rows("flow"))
    risks = Table((_("Risk"), _("What the program does about it")), _rows("risk"))
    parts = (
        _responsible(school),
        Part("why", _("What it is for"), facts=_reasons()),
        Part("flows", _("Where data goes"), table=flows),
        _never(),
        Part("matrix", _("Who may do what"), says=(_("The program keeps to this table, word for word."),), facts=_matrix()),
        _logging(),
        Part("terms", _("How long data stays"), table=terms(years)),
        Part("risks", _("Risks for students and parents"), table=risks),
        Part("measures", _("How the data is secured"), points=words.points("measures")),
        Part("left", _("What only the school can answer"), points=words.points("left")),
    )  # fmt: skip
    says = _(
        "What the makers can say. The assessment itself is the school's: it knows its server, its people and its habits."
    )
    return Document(_("Input for the impact assessment (DPIA)"), says, parts)


def _responsible(school: str) -> Part:
    board = _("the school board of %(school)s") % {"school": school} if school else _("the school board")
    to_fill = "…" * 20
    facts = (
        (_("Controller"), (board, to_fill)),
        (_("Data protection officer"), (to_fill,)),
        (_("Processor: who runs the server, when that is not the school"), (to_fill,)),
    )
    return Part("responsible", _("Who is responsible"), facts=facts)


def _activity(code: str, columns: list[Column], years: int) -> Part:
    facts = (
        (_("Why"), (words.of("purpose", code, "why"),)),
        (_("Ground"), (words.of("purpose", code, "ground"),)),
        (_("About whom"), _named("about", ABOUT, {column.about for column in columns})),
        (_("Which data"), _named("category", CATEGORIES, {column.category for column in columns})),
        (_("Who reads it"), _readers(columns)),
        (_("How long"), _kept({column.term for column in columns}, years)),
    )
    return Part(code, words.of("purpose", code), facts=facts)


def _named(group: str, order: tuple[str, ...], found: set[str]) -> tuple[str, ...]:
    return tuple(words.of(group, code) for code in order if code in found)


def _kept(found: set[str], years: int) -> tuple[str, ...]:
    return tuple(words.term(code, years) for code in words.read()["term"] if code in found)


def _readers(columns: list[Column]) -> tuple[str, ...]:
    """Object by object of the matrix, the roles that may read it; under which conditions stands in the matrix."""
    objects = {name for column in columns for name in column.readers}
    found = [
        f"{row.what}: {', '.join(role for role, _acts in row.may)}"
        for row in matrix_words.rows()
        if row.name in objects
    ]  # fmt: skip
    return tuple(found) or (_("No page shows it."),)


def _never() -> Part:
    rows = tuple((words.in_language(table), words.in_language(table, "why")) for table in words.never().values())
    says = (
        _("The program has no field for these. A test of each version holds all tables, forms and case files to it."),
    )
    return Part("never", _("What is never kept"), says=says, table=Table((_("What"), _("Why not")), rows))


def _columns() -> Part:
    """Table by table, by the names in the database; what many tables have is said once."""
    found: dict[str, list[Column]] = {}
    for column in classified():
        if column.is_personal and column.name not in in_many_tables():
            found.setdefault(column.table, []).append(column)
    rows = tuple((table, _by_category(own), _short("about", own), _short("term", own)) for table, own in found.items())
    head = (_("Table"), _("Columns"), _("About whom"), _("Term"))
    says = (
        _("Each column with data about people, by its name in the database."),
        _(
            "In nearly every table also: created_by and updated_by (who wrote it), created_at and updated_at (when), and in "
            "a meeting subject (about which student)."
        ),
    )
    return Part("columns", _("Table by table"), says=says, table=Table(head, rows))


def _by_category(columns: list[Column]) -> str:
    found = [(code, [column.name for column in columns if column.category == code]) for code in CATEGORIES]
    return "; ".join(f"{_first(words.of('category', code))}: {', '.join(names)}" for code, names in found if names)


def _short(group: str, columns: list[Column]) -> str:
    codes = dict.fromkeys(getattr(column, group) for column in columns)
    return ", ".join(words.of(group, code, "name") for code in codes)


def _first(text: str) -> str:
    return text.partition(":")[0]


def _reasons() -> tuple[tuple[str, tuple[str, ...]], ...]:
    personal = {column.purpose for column in classified() if column.is_personal}
    return tuple(
        (words.of("purpose", code), (words.of("purpose", code, "why"), words.of("purpose", code, "ground")))
        for code in words.read()["purpose"]
        if code in personal
    )


def _matrix() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (row.what, (row.why, *(f"{role}: {'; '.join(acts)}" for role, acts in row.may))) for row in matrix_words.rows()
    )


def _logging() -> Part:
    """What can be in the trace, by the codes it uses: nothing else can."""
    says = (
        words.of("purpose", "trace", "why"),
        words.of("term", "trace"),
        _("Codes of what can be in it: %(codes)s.") % {"codes": ", ".join(Action.values)},
    )
    return Part("logging", _("The trace"), says=says)


def terms(years: int) -> Table:
    """Each term, with the kinds of data of people it is for."""
    rows = []
    for code in words.read()["term"]:
        own = [column for column in classified() if column.is_personal and column.term == code]
        if own:
            purposes = dict.fromkeys(words.of("purpose", column.purpose) for column in own)
            rows.append((words.of("term", code, "name"), ", ".join(purposes), words.term(code, years)))
    return Table((_("Term"), _("For"), _("How long")), tuple(rows))


def _rows(group: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in words.all_of(group))
