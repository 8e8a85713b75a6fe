"""What a document holds, as plain values: nothing here can be asked for more than was put in."""

from dataclasses import dataclass
from typing import ClassVar

from meetings.models import Reader


@dataclass(frozen=True)
class Block:
    """A part of a section. Each kind is laid out by the template of its name."""

    kind: ClassVar[str]

    @property
    def template(self) -> str:
        return f"documents/blocks/{self.kind}.html"


@dataclass(frozen=True)
class Prose(Block):
    """A running text, as typed or written by the program."""

    text: str
    faint: bool = False
    strong: str = ""  # words in front of it
    kind: ClassVar[str] = "prose"


@dataclass(frozen=True)
class Line:
    """A line of a list: a text, and smaller words beneath it."""

    text: str
    notes: tuple[str, ...] = ()
    strong: str = ""  # words in front of it


@dataclass(frozen=True)
class Lines(Block):
    """A list, with a small heading where it has one."""

    lines: tuple[Line, ...]
    title: str = ""
    kind: ClassVar[str] = "lines"


@dataclass(frozen=True)
class Columns(Block):
    """Lists beside each other."""

    columns: tuple[Lines, ...]
    kind: ClassVar[str] = "columns"


@dataclass(frozen=True)
class Quote(Block):
    """Somebody's own words, and whose they are."""

    text: str
    by: str = ""
    praise: bool = False
    kind: ClassVar[str] = "quote"


@dataclass(frozen=True)
class GoalBox(Block):
    """A goal in its frame; the smaller ones are steps towards a longer one."""

    text: str
    notes: tuple[str, ...] = ()
    strong: str = ""
    small: bool = False
    scale: tuple[tuple[str, str], ...] = ()  # of the goal scale: level and description
    kind: ClassVar[str] = "goal"


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    lines: tuple[Line, ...] = ()


def cell(text: str, *notes: str, strong: str = "") -> Cell:
    """A cell with one line in it; empty remarks fall away."""
    return Cell((Line(text, tuple(filter(None, notes)), strong),))


@dataclass(frozen=True)
class Table(Block):
    """A table; the first cell of a row says whom or what the row is about."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    look: str = ""  # class for its widths
    kind: ClassVar[str] = "table"

    @property
    def labelled(self) -> list[list[tuple[str, Cell]]]:
        """The rows with the head of its column beside each cell: on a narrow screen they stand under each other."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Stairs(Block):
    """Goals as a staircase, the first step first."""

    steps: tuple[Line, ...]
    kind: ClassVar[str] = "stairs"


@dataclass(frozen=True)
class Section:
    """A section of a document: its code, its heading in Dutch, what stands in it."""

    code: str
    heading: str
    blocks: tuple[Block, ...]
    picture: str = ""  # which drawing stands with it, for the youngest

    @property
    def drawing(self) -> str:
        return f"documents/pictures/{self.picture}.html"


@dataclass(frozen=True)
class Document:
    """One copy, ready to be laid out."""

    reader: Reader
    title: str  # of the file: neutral, without anybody's name
    heading: str
    school: str  # its name and the school year
    about: str  # class and date of the meeting, for whom
    footer: str  # on each page: for whom, version, date, issued by
    sections: tuple[Section, ...] = ()
    status: str = ""  # "voorlopig", on each page
    notices: tuple[str, ...] = ()  # what must be known before reading
    closing: str = ""  # under the last section
    level: str = ""  # form of the student's document
    logo: str = ""  # of the school, as an address that holds the picture itself
    contact: str = ""  # how to reach the school
