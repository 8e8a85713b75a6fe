"""The words of the register (words.toml, never.toml, school_rules.toml, annex.toml), in the language that is active: Dutch, or English."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

HERE = Path(__file__).parent


@cache
def read() -> dict[str, Any]:
    """Everything in words.toml, as it stands there."""
    return tomllib.loads((HERE / "words.toml").read_text())


@cache
def never() -> dict[str, dict[str, Any]]:
    """What is never kept, by its code: how it is called, why, and the names that a field for it would have."""
    return tomllib.loads((HERE / "never.toml").read_text())


@cache
def school_rules() -> dict[str, Any]:
    """The words of the two texts for the school rules, as they stand in school_rules.toml."""
    return tomllib.loads((HERE / "school_rules.toml").read_text())


@cache
def annex() -> dict[str, Any]:
    """The words of the model annex that only the annex needs, as they stand in annex.toml."""
    return tomllib.loads((HERE / "annex.toml").read_text())


def of(group: str, code: str, what: str = "") -> str:
    """One text: `of("purpose", "guidance")` is its name, `of("purpose", "guidance", "why")` why it is there."""
    text: str = in_language(read()[group][code], what)
    return text


def term(code: str, years: int) -> str:
    """How long, where the file of a student who left is kept this many whole school years."""
    return of("term", code).format(until=until(years))


def until(years: int) -> str:
    """Which 31 August that is, in words."""
    return of("until", str(years) if str(years) in read()["until"] else "more").format(years=years)


def all_of(group: str) -> list[list[str]]:
    """Each row of a group that holds rows: the flows, the risks."""
    return [in_language(row) for row in read()[group].values()]


def points(group: str) -> tuple[str, ...]:
    """A list that stands in the file as one."""
    return tuple(in_language(read()[group]))


def in_language(table: dict[str, Any], what: str = "") -> Any:
    language = "nl" if (get_language() or "nl").startswith("nl") else "en"
    return table[f"{what}_{language}" if what else language]
