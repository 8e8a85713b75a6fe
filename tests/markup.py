"""A page or a fragment as an HTML parser takes it apart: its elements with their attributes, and its texts."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from lxml import html

from tests.injections import Texts

UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
OF_HTML = {"html", "items", "parts"}  # of an answer in JSON: what scripts put on the page as elements
NUMBER = re.compile(r"(?<=circle)_\d+$")  # by the order of names
# Differ by request, also where nothing was written anew.
OF_THE_REQUEST = re.compile(r'("X-CSRFToken": ")[^"]*')
DIFFER = {"data-ticket", "data-mark", "data-state", "data-since", "data-now", "datetime"}


@dataclass
class Markup:
    """What stands in one document or more, counted."""

    elements: Counter[str] = field(default_factory=Counter)
    shapes: set[str] = field(default_factory=set)  # the elements, each with the names of its attributes
    texts: Counter[str] = field(default_factory=Counter)

    def read(self, page: str) -> "Markup":
        """Add what stands in one more document."""
        if page.strip():
            parsed = html.fromstring(f"<!doctype html>{page}".encode(), parser=html.HTMLParser(encoding="utf-8"))
            for element in parsed.iter():
                self._read_one(element)
        return self

    def _read_one(self, element: Any) -> None:
        tag = element.tag if isinstance(element.tag, str) else "(comment)"
        token = element.get("name") == "csrfmiddlewaretoken"
        attributes = [
            f"{name}={'' if name in DIFFER or (token and name == 'value') else bare(said(name, value))}"
            for name, value in sorted(element.attrib.items())
        ]
        self.elements[" ".join([tag, *attributes])] += 1
        self.shapes.add(" ".join([tag, *sorted(element.attrib)]))
        is_drawn = element.get("aria-hidden") == "true"  # the first letters of a name: no text of its own
        for text in (None if is_drawn else element.text, element.tail):
            if text and text.strip():
                self.texts[text] += 1


def said(name: str, value: str) -> str:
    """An attribute; of an address with a question in it, what the server would read there."""
    address, mark, question = value.partition("?")
    asked = " ".join(f"{key}: {text}" for key, text in parse_qsl(question, keep_blank_values=True))
    return f"{address}?{asked}" if mark and name == "href" else value


def bare(value: str) -> str:
    """The value of an attribute without what differs by row and by request."""
    return NUMBER.sub("_#", UUID.sub("#", OF_THE_REQUEST.sub(r"\1", value)))


def documents(answer: Any) -> list[str]:
    """The pages and fragments in an answer: its body, or those in its JSON."""
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return [answer.content.decode()]
    told = answer.json()
    return [page for name in sorted(OF_HTML & set(told)) for page in texts_of(told[name])]


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part)]
    return [value] if isinstance(value, str) else []


def put_in(counted: Counter[str], texts: Texts) -> Counter[str]:
    """What was counted with harmless words, as it has to be with the strings."""
    found: Counter[str] = Counter()
    for text, number in counted.items():
        found[texts.put_in(text)] += number
    return found


def with_capitals(counted: Counter[str]) -> Counter[str]:
    """Each text with a capital: on paper a line begins with one."""
    found: Counter[str] = Counter()
    for text, number in counted.items():
        found[text[:1].upper() + text[1:]] += number
    return found


def differences(expected: Counter[str], found: Counter[str]) -> list[str]:
    """What is missing and what is too much.

    Of a text that was cut with “…” only its beginning is compared. Where a page has room for some words, they stand
    one space apart, as on the screen.
    """
    missing, more = expected - found, found - expected
    for few in list(more):
        whole = next((text for text in missing if " ".join(text.split()) == few.strip()), None)
        if whole:
            count = min(missing[whole], more[few])
            missing -= Counter({whole: count})
            more -= Counter({few: count})
    for cut in [text for text in more if text.endswith("…")]:
        whole = next((text for text in missing if beginning(text) == beginning(cut)), None)
        if whole:
            del missing[whole], more[cut]
    return [f"- {text}" for text in missing] + [f"+ {text}" for text in more]


def beginning(text: str) -> str:
    return " ".join(text.split())[:12]
