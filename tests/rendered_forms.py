"""The forms of a page as a browser reads them: where they go, and which fields they bring along."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urlencode

from django.test import Client
from django.urls import resolve


@dataclass
class Field:
    """One name in a form: what kind of control it is, what it holds, and what may be chosen."""

    kind: str
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    required: bool = False

    @property
    def is_text(self) -> bool:
        return self.kind in {"textarea", "text", "search", "email", "tel", "url", "password"}


@dataclass
class RenderedForm:
    """A form that is sent by post."""

    address: str
    is_multipart: bool = False
    is_htmx: bool = False
    fields: dict[str, Field] = field(default_factory=dict)
    browser: Any = None

    @property
    def name(self) -> str:
        """The name of the URL it is sent to, with the kind of item where there is one."""
        found = resolve(self.address.partition("?")[0])
        return f"{found.url_name} {found.kwargs.get('kind_name', '')}".strip()

    @property
    def shape(self) -> tuple[str, ...]:
        """Equal for two forms that differ only in the row they are about."""
        return (self.name, *sorted("".join(c for c in name if not c.isdigit())[:20] for name in self.fields))

    def post(self, pairs: list[tuple[str, Any]], **headers: str) -> Any:
        """Send these pairs, in this order, as a browser would; a name may stand in them twice."""
        if self.is_multipart:
            data: dict[str, Any] = {}
            for name, value in pairs:
                raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
                data.setdefault(name, []).append(raw)
            return self.browser.post(self.address, data, headers=headers)
        body = urlencode(pairs, encoding="utf-8", errors="surrogatepass")
        sort = "application/x-www-form-urlencoded"
        return self.browser.post(self.address, body, content_type=sort, headers=headers)


class Reader(HTMLParser):
    """Collects the forms of a page, and everything that stands on it to be read."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.texts = address, [RenderedForm("")], []
        self.by_id: dict[str, RenderedForm] = {}
        self.is_said = False  # whether the page says that something is wrong
        self._textarea: Field | None = None
        self._select: Field | None = None
        self._first = False

    texts: list[str]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.is_said |= given.get("role") in {"alert", "status"} or "errorlist" in given.get("class", "").split()
        form = self.by_id.setdefault(given["form"], RenderedForm("")) if "form" in given else self.forms[-1]
        name = given.get("name", "")
        if tag == "form":
            form = self.by_id.setdefault(given.get("id", f"form {len(self.forms)}"), RenderedForm(""))
            form.address = urldefrag(given.get("action") or self.address).url
            form.is_multipart = "multipart" in given.get("enctype", "")
            form.is_htmx = "data-save" in given  # the script of a page sends it
            if given.get("method") != "post":
                form.address = ""
            self.forms.append(form)
        elif tag == "input":
            self._input(form, name, given)
        elif tag == "textarea":
            self._textarea = form.fields.setdefault(name, Field("textarea", required="required" in given))
            self._textarea.values.append("")
            self._first = True
        elif tag == "select":
            self._select = form.fields.setdefault(name, Field("choice", required="required" in given))
        elif tag == "option" and self._select:
            self._choice(self._select, given, "selected" in given)
        elif tag == "button":
            if "formaction" in given:
                beside = RenderedForm(given["formaction"], fields=dict(form.fields))
                beside.fields[name] = Field("choice", [], [given.get("value", "")])
                self.forms.insert(-1, beside)
            elif name:
                self._choice(form.fields.setdefault(name, Field("button")), given, False)

    def _input(self, form: RenderedForm, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if not name or name == "csrfmiddlewaretoken" or "disabled" in given:
            return
        found = form.fields.setdefault(name, Field(kind, required="required" in given))
        if kind in {"checkbox", "radio"}:
            self._choice(found, {"value": "on", **given}, "checked" in given)
        elif kind != "file":
            found.values.append(given.get("value", ""))
            self.texts.append(given.get("value", ""))

    def _choice(self, found: Field, given: dict[str, str], is_chosen: bool) -> None:
        found.options.append(given.get("value", ""))
        if is_chosen:
            found.values.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea:
            self.texts.append(self._textarea.values[-1])
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self.forms.append(RenderedForm(""))  # what follows belongs to no form

    def handle_data(self, data: str) -> None:
        if self._textarea is None:
            self.texts.append(data)
            return
        if self._first:  # a line end right after the tag is none of the text
            data = data.removeprefix("\r").removeprefix("\n")
        self._first = False
        self._textarea.values[-1] += data


def read(address: str, page: str) -> Reader:
    reader = Reader(address)
    reader.feed(page)
    reader.close()
    return reader


def forms_on(browser: Client, address: str) -> Iterator[RenderedForm]:
    """The forms on one page that are sent by post, as this browser gets them."""
    answer = browser.get(address)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"] or answer.streaming:
        return
    found = {id(form): form for form in read(address, answer.content.decode()).forms}
    for form in found.values():
        if form.address:
            form.browser = browser
            yield form


def pressed_by_enter(answer: Any) -> dict[str, str]:
    """Name and value of the button that Enter presses, in a browser without scripts: the first one of the form."""
    form = answer.content.decode().partition("<main")[2].partition('method="post"')[2].partition("</form>")[0]
    name, value = (re.search(f'{word}="([^"]*)"', re.findall("<button[^>]*>", form)[0]) for word in ("name", "value"))
    return {name[1]: value[1]} if name and value else {}
