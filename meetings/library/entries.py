"""What the library consists of: one frozen class per table of the data files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format

from meetings.library.text import Text

LEVELS = ("kleuter", "lager", "secundair")
SOURCE_KINDS = ("website", "video", "book", "aid")
AUDIENCES = ("parents", "students")

# From this average effect on, itself included, the source calls an approach worth a closer look.
EFFECT_THRESHOLD = Decimal("0.40")


def _one_of(allowed: tuple[str, ...], *values: str) -> None:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")


@dataclass(frozen=True, slots=True)
class Guidance:
    """A word of help for one of the seven steps."""

    step: str
    intro: Text
    points: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question of the method. K1 to K5 are captions, the one question of a stage; the others guide within it."""

    id: str
    stage: str
    steps: tuple[str, ...]
    text: Text

    @property
    def is_caption(self) -> bool:
        return self.id.startswith("K")


@dataclass(frozen=True, slots=True)
class Starter:
    """An idea that continues a help sentence; `levels` is empty when it suits every level."""

    text: Text
    levels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _one_of(LEVELS, *self.levels)


@dataclass(frozen=True, slots=True)
class HelpSentence:
    """The opener of a need. `lead_in` stands above it and above the ones that follow."""

    code: str
    stem: Text
    lead_in: Text | None = None
    starters: tuple[Starter, ...] = ()

    def __post_init__(self) -> None:
        if not (self.stem.nl.endswith(" …") and self.stem.en.endswith(" …")):
            raise ValueError(
                f"{self.code}: a stem ends with a blank and three dots: {self.stem.nl!r}, {self.stem.en!r}"
            )

    @property
    def opening(self) -> str:
        """What the sentence begins with, ready to type on; the free one begins with nothing."""
        return "" if self.code == "other" else str(self.stem).removesuffix("…")

    def starters_for(self, level: str) -> tuple[Starter, ...]:
        """Return the ideas that make sense at this level."""
        return tuple(starter for starter in self.starters if not starter.levels or level in starter.levels)


@dataclass(frozen=True, slots=True)
class Talent:
    """Something to think of under "what goes well?"; `parent_safe` says whether texts for parents may offer it."""

    code: str
    label: Text
    student_label: Text
    parent_safe: bool = True


@dataclass(frozen=True, slots=True)
class EffectSize:
    """An average effect from research. For reading: never shown beside a student, and nothing is ranked by it."""

    label: Text
    d: Decimal
    note: Text | None = None

    @property
    def shown(self) -> str:
        """The number as the reader writes it: a comma in Dutch, and a real minus sign."""
        return number_format(self.d, decimal_pos=2).replace("-", "\N{MINUS SIGN}")

    @property
    def is_worth_a_look(self) -> bool:
        """Whether it reaches the threshold; the threshold itself does."""
        return self.d >= EFFECT_THRESHOLD


@dataclass(frozen=True, slots=True)
class Card:
    """A card for the professional: a few thoughts to read before starting."""

    code: str
    title: Text
    intro: Text
    points: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ConversationCard:
    """A "what if" to prepare a conversation; the advice is in the book. Who opens which card is never kept."""

    code: str
    audience: str
    title: Text
    prepare: Text
    book_ref: Text

    def __post_init__(self) -> None:
        _one_of(AUDIENCES, self.audience)


@dataclass(frozen=True, slots=True)
class ObservationTool:
    """A way to find something out. `needs_agreement`: first talked over with whoever is watched."""

    code: str
    label: Text
    explanation: Text
    printable: bool = False
    needs_agreement: bool = False


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the seven principles."""

    number: int
    title: Text
    explanation: Text
    points: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read or watch elsewhere; without `url` there is no public page."""

    title: str
    kind: str
    by: str = ""
    detail: str = ""
    url: str = ""
    about: Text | None = None
    last_checked: date | None = None

    def __post_init__(self) -> None:
        _one_of(SOURCE_KINDS, self.kind)
        if self.url and not self.url.startswith("https://"):
            raise ValueError(f"{self.title}: an address begins with https://: {self.url!r}")


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence to keep, and whose thought it is."""

    text: Text
    by: Text


@dataclass(frozen=True, slots=True)
class RoleHelp:
    """What somebody with this role can do here, in a few lines."""

    role: str
    picture: str
    points: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TourStop:
    """What a group does in one of the seven steps, and where to click, for who never saw it."""

    step: str
    picture: str
    what: tuple[Text, ...]
    where: Text


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page of the demonstration; `alt` says what is to be seen on it."""

    code: str
    alt: Text

    @property
    def file(self) -> str:
        """Where it lies among the static files."""
        return f"help/{self.code}.png"


@dataclass(frozen=True, slots=True)
class HintRule:
    """A thought worth a second look while writing, in the words of the hint. `only` and `never` say where it looks."""

    code: str
    text: Text
    why: Text
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HintWord:
    """A word that gives the hint of its rule. One that is not `shown` is found all the same, but written on no page."""

    code: str
    rule: str
    text: Text
    why: Text
    forms: tuple[str, ...] = ()
    shown: bool = True

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that is this word: in both languages, whatever the language of the page."""
        return (self.text.nl, self.text.en, *self.forms)
