"""How the program stands towards OWASP ASVS 5.0: level 2 whole, and what was chosen of level 3.

`security_posture.toml` names for each requirement what it is about in our own words, and then one or more of: the tests
that show it, the file it stands in, why it does not apply, what is not done yet. A test holds the names of the tests to the
tests, so that the table is never greener than they are. The text of the standard itself is OWASP's, by the same number.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NUMBER = re.compile(r"(V\d+\.\d+)\.(\d+)(?:-(\d+))?")


@dataclass(frozen=True)
class Requirement:
    """One row. `number` may stand for several that are alike: "V10.4.1-11"."""

    number: str
    what: str
    tests: tuple[str, ...] = ()
    stands_in: str = ""
    not_applicable: str = ""
    not_yet: str = ""

    @property
    def state(self) -> str:
        if self.not_applicable:
            return "does not apply"
        shown = self.tests or self.stands_in
        return "partly" if shown and self.not_yet else "shown" if shown else "not yet"

    @property
    def numbers(self) -> list[str]:
        """Each number this row stands for."""
        return expanded(self.number)


@dataclass(frozen=True)
class Chapter:
    number: str
    title: str
    requirements: tuple[Requirement, ...]


def expanded(number: str) -> list[str]:
    """ "V1.2.6-8" as three numbers. Raises `ValueError` for what is none."""
    found = NUMBER.fullmatch(number)
    if not found:
        raise ValueError(f"{number} is no number of a requirement")
    section, first, last = found.groups()
    return [f"{section}.{one}" for one in range(int(first), int(last or first) + 1)]


@cache
def chapters() -> tuple[Chapter, ...]:
    """The table as it stands in the file. Raises `TypeError` or `ValueError` when a row says something else."""
    tables = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    return tuple(_chapter(number, table) for number, table in tables.items())


def _chapter(number: str, table: dict[str, object]) -> Chapter:
    rows = tuple(_row(key, row) for key, row in table.items() if isinstance(row, dict))
    return Chapter(number, str(table["title"]), rows)


def _row(number: str, row: dict[str, object]) -> Requirement:
    tests = row.get("tests", [])
    assert isinstance(tests, list)
    found = Requirement(number, **{**row, "tests": tuple(tests)})  # type: ignore[arg-type]  # a word that is none raises
    if bool(found.not_applicable) == bool(found.tests or found.stands_in or found.not_yet):
        raise ValueError(f"{number}: either it does not apply, or something shows it or is not done yet")
    return found


def requirements() -> Iterator[Requirement]:
    for chapter in chapters():
        yield from chapter.requirements


def counts() -> dict[str, int]:
    """How many requirements are in each state."""
    found = dict.fromkeys(("shown", "partly", "not yet", "does not apply"), 0)
    for row in requirements():
        found[row.state] += len(row.numbers)
    return found


def written() -> str:
    """The whole table as Markdown; ends with a line break."""
    total = ", ".join(f"{state} {number}" for state, number in counts().items())
    lines = ["# Security posture: OWASP ASVS 5.0", "", f"Level 2 whole, and what was chosen of level 3: {total}."]
    for chapter in chapters():
        lines += [
            "",
            f"## {chapter.number} {chapter.title}",
            "",
            "| | What | State | Shown by, or why |",
            "| --- | --- | --- | --- |",
        ]
        lines += [f"| {row.number} | {row.what} | {row.state} | {_why(row)} |" for row in chapter.requirements]
    return "\n".join(lines) + "\n"


def _why(row: Requirement) -> str:
    said = [*(f"`{test}`" for test in row.tests), *([row.stands_in] if row.stands_in else [])]
    said += [row.not_applicable] if row.not_applicable else []
    if row.not_yet:
        said.append(f"not yet: {row.not_yet}" if said else row.not_yet)
    return "<br>".join(said)
