"""A text in both languages of the product, which shows itself in the language of the reader."""

from dataclasses import dataclass
from string import Formatter

from django.utils.translation import get_language

PLACEHOLDER = "roepnaam"


@dataclass(frozen=True, slots=True)
class Text:
    """One thought in Dutch and English. `str()` gives the words for the active language: English for `en`, else Dutch.

    The words may hold `{roepnaam}`, and nothing else in braces, so `str.format(roepnaam=…)` works on every text.
    """

    nl: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "nl").startswith("en") else self.nl

    def __post_init__(self) -> None:
        for language, words in (("nl", self.nl), ("en", self.en)):
            if not words or words != words.strip():
                raise ValueError(f"{language}: empty, or with a blank at its begin or end: {words!r}")
            if any(field not in (None, PLACEHOLDER) for _, field, _, _ in Formatter().parse(words)):
                raise ValueError(f"{language}: only {{{PLACEHOLDER}}} may stand in braces: {words!r}")

    def format(self, *, roepnaam: object) -> str:
        """Return the words about this student."""
        return str(self).format(roepnaam=roepnaam)

    @property
    def in_general(self) -> str:
        """The words where no student is at hand."""
        return self.format(roepnaam=ANY_STUDENT)

    @property
    def is_about_one_student(self) -> bool:
        """Whether a group is asked this once per student, by name."""
        return f"{{{PLACEHOLDER}}}" in self.nl


ANY_STUDENT = Text(nl="de leerling", en="the student")
