"""The strings of tests/injections.toml, and the harmless words that stand for them in a page to compare with."""

import re
import tomllib
from functools import cache
from pathlib import Path

from hgw.text import normal

FILE = Path(__file__).with_name("injections.toml")
# Behind the string where a place shows one text only: the ends of a value and of an element, a template, an entity.
PROBE = """ "'><i hx-get=/ onclick=x>{{ 7|add:7 }}&amp;"""
WORD = re.compile(r"W(\d{4})L(\d+)")


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Every group of strings that a field takes, by its name."""
    read = tomllib.loads(FILE.read_text())["groups"]
    return {name: tuple(group["strings"]) for name, group in read.items() if not group.get("refused")}


@cache
def refused() -> tuple[str, ...]:
    """What no field takes."""
    return tuple(tomllib.loads(FILE.read_text())["groups"]["refused"]["strings"])


@cache
def injections() -> tuple[str, ...]:
    """Every string that a field takes, as it is stored."""
    return tuple(normal(text) for strings in groups().values() for text in strings)


@cache
def one_line() -> tuple[str, ...]:
    """Those that fit in a short field."""
    return tuple(text for text in injections() if "\n" not in text)


def harmless(number: int, text: str) -> str:
    """As many lines as the text has, with one word in each that is not empty."""
    return "\n".join(f"W{number:04}L{n}" if line else "" for n, line in enumerate(text.split("\n")))


class Texts:
    """What is written into one field after the other: the strings in turn, or a harmless word for each."""

    def __init__(self, *, are_harmless: bool, begin: int = 0, at_once: int = 1) -> None:
        """`begin` is the first string; a text of several lines holds as many of them as `at_once` says."""
        self.are_harmless, self.at_once = are_harmless, at_once
        self.written: list[str] = []  # the strings, by their number, also where a word stands for them
        self.strings: set[str] = set()  # without what stands behind them
        self.is_alone = False  # whether what is written now is the only text of its place
        self.turns = {"long": begin, "short": begin}

    def _next(self, sort: str, strings: tuple[str, ...], number: int = 1) -> str:
        taken = [strings[turn % len(strings)] for turn in range(self.turns[sort], self.turns[sort] + number)]
        self.turns[sort] += number
        self.strings |= set(taken)
        text = "\n".join(taken)
        text += PROBE if self.is_alone else ""
        self.written.append(text)
        return harmless(len(self.written) - 1, text) if self.are_harmless else text

    def long(self) -> str:
        """For a field with room for several lines."""
        return self._next("long", injections(), self.at_once)

    def short(self) -> str:
        """For a field of one line."""
        return self._next("short", one_line())

    def put_in(self, page: str) -> str:
        """A page with the harmless words, as it has to be with the strings."""
        return WORD.sub(lambda found: self.written[int(found[1])].split("\n")[int(found[2])], page)
