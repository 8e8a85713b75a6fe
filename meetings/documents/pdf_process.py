"""The one process that lays out PDFs: started by meetings/documents/pdf.py, fed over a pipe, ended with its parent.

It runs by itself (`python -I -B pdf_process.py`), without Django, without the database and without the settings of its
parent: whatever a document could do to the program that lays it out, there is nothing here to take. It opens no
address but `data:`, has no network where the system lets it give that up, and a limit on memory and on time.

A message is its length in four bytes and then its bytes. In comes the HTML of one document, out go what there is to
say about it (JSON) and its PDF.
"""

import copy
import gc
import json
import logging
import os
import queue
import re
import resource
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

STYLES = Path(__file__).resolve().parents[2] / "static" / "css"
READY = b"ready"
UNAVAILABLE = b"unavailable"  # WeasyPrint or a library beneath it is not installed
START = 60  # seconds of computing to read libraries, style sheets and fonts, on a slow machine too
LENGTH = struct.Struct(">I")

# On screen the reader's machine chooses a typeface; on paper we know which one is there.
FACES = ':root { --font-work: "DejaVu Sans", sans-serif; --font-ask: "DejaVu Serif", serif; }'
DOCTYPE = "<!doctype html>"
VARIABLE = re.compile(r"var\(([^()]*)\)")
KEPT_METADATA = {"{http://purl.org/dc/elements/1.1/}title", "{http://www.aiim.org/pdfua/ns/id/}part"}


def write_message(stream: BinaryIO, message: bytes) -> None:
    """Write one message. Raises `BrokenPipeError` when nobody reads any more."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def read_message(stream: BinaryIO) -> bytes:
    """Read one message. Raises `EOFError` when the other side ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    message = stream.read(LENGTH.unpack(head)[0])
    if len(message) < LENGTH.unpack(head)[0]:
        raise EOFError
    return message


def paper_style() -> str:
    """The style sheet of paper with the values of `tokens.css` in it. Raises `KeyError` for a name that has no value.

    Paper has one set of colours, so nothing is left to look up: WeasyPrint would carry some seventy names along to each
    element and solve them there anew.
    """
    import tinycss2

    values: dict[str, str] = {}
    for text in ((STYLES / "tokens.css").read_text("utf-8"), FACES):
        values |= dict(_tokens(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)))
    return VARIABLE.sub(lambda found: values[found[1]], (STYLES / "plan.css").read_text("utf-8"))


def _tokens(rules: Any) -> Iterator[tuple[str, str]]:
    """The names and values that hold on paper, the later ones over the earlier ones."""
    import tinycss2

    for rule in rules:
        where = tinycss2.serialize(rule.prelude).strip()
        if rule.type == "at-rule" and (rule.at_keyword == "layer" or where == "print"):
            yield from _tokens(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif rule.type == "qualified-rule" and where.split(",")[0] == ":root":
            for line in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                yield line.name, tinycss2.serialize(line.value).strip()


class MissingGlyphs(logging.Handler):
    """Collects the characters for which no font had a glyph; WeasyPrint only logs them."""

    def __init__(self) -> None:
        super().__init__()
        self.characters = ""

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            character = str(record.args[0])
            if character not in self.characters:
                self.characters += character


class Printer:
    """WeasyPrint with our style sheets and fonts, read once."""

    def __init__(self) -> None:
        import weasyprint
        from cssselect2 import ElementWrapper
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher

        self.missing = MissingGlyphs()
        logger = logging.getLogger("weasyprint")
        logger.handlers, logger.propagate = [self.missing], False  # what it says may quote the document
        self.html, self.wrapped = weasyprint.HTML, ElementWrapper.from_html_root
        self.fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)
        self.fonts = FontConfiguration()
        self.style = weasyprint.CSS(string=paper_style(), font_config=self.fonts, url_fetcher=self.fetcher)
        self.blank = weasyprint.HTML(string="<title>-</title>", url_fetcher=self.fetcher)
        self.make("<html lang=nl><title>-</title><p>a</p></html>")  # loads the fonts

    def make(self, html: str) -> bytes:
        """Return the PDF of one document; `missing` says afterwards what it could not draw."""
        self.missing.characters = ""
        made: bytes = self._read(html).write_pdf(
            stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1", finisher=finish
        )
        return made

    def _read(self, html: str) -> Any:
        """The document as WeasyPrint takes it. Our templates write well-formed XML too, and reading that costs a tenth.

        What is not (it holds a control character that somebody pasted) is read as HTML, and comes out the same. So is what
        declares anything: then there is nothing that the reader of XML could be told to expand or to fetch.
        """
        body = html.removeprefix(DOCTYPE)
        try:
            root = ElementTree.fromstring(body) if "<!" not in body else None
        except ElementTree.ParseError:
            root = None
        if root is None:
            return self.html(string=html, url_fetcher=self.fetcher)
        page = copy.copy(self.blank)
        page.wrapper_element, page.etree_element = self.wrapped(root), root
        return page


def finish(_document: Any, pdf: Any) -> None:
    """Put into the PDF what WeasyPrint leaves out (which way a heading cell heads, what is repeated on each page), and take
    out what it adds about us, before it is written. The same document gives the same bytes.
    """
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("S") == "/TH":
            heads_columns = _at(pdf, _at(pdf, thing["P"])["P"]).get("S") == "/THead"
            thing["A"]["Scope"] = "/Column" if heads_columns else "/Row"  # down a column in the head of a table
    if pdf.pages["Count"] > 2:  # on a page or two a checker takes the one footer for text that nobody may skip
        _set_aside_furniture(pdf)
    for key in [key for key in pdf.info if key != "Title"]:
        del pdf.info[key]
    metadata = _at(pdf, pdf.catalog["Metadata"]).stream
    before, start, rest = metadata[0].partition(b"<rdf:RDF")
    inside, end, after = rest.partition(b"</rdf:RDF>")
    told = ElementTree.fromstring(start + inside + end)
    for thing in list(told):
        if not KEPT_METADATA & {*thing.attrib, *(child.tag for child in thing)}:
            told.remove(thing)
    metadata[0] = before + ElementTree.tostring(told) + after


def _at(pdf: Any, reference: bytes) -> Any:
    """The object that is referred to."""
    return pdf.objects[int(reference.split()[0])]


def _set_aside_furniture(pdf: Any) -> None:
    """Mark headers, footers and page numbers as such: a screen reader need not read them again on each page.

    WeasyPrint numbers them like text and leaves them out of the tree: what has a number and stands in no tree is it.
    """
    tree = _at(pdf, pdf.catalog["StructTreeRoot"])
    read = _numbers(pdf, tree)
    owners = _at(pdf, tree["ParentTree"])["Nums"]
    for page_number, reference in enumerate(pdf.page_references):
        here = read.get(reference, set())
        drawn = _at(pdf, _at(pdf, reference)["Contents"]).stream
        for place, thing in enumerate(drawn):
            if isinstance(thing, dict) and thing.get("MCID", -1) not in {-1, *here}:
                drawn[place - 1 : place + 1] = ["/Artifact", b"<</Type /Pagination>>"]
        elements = owners[2 * page_number + 1]
        elements[:] = [element if number in here else b"null" for number, element in enumerate(elements)]


def _numbers(pdf: Any, root: Any) -> dict[bytes, set[int]]:
    """The numbers of the pieces of text that stand in the tree, by page."""
    found: dict[bytes, set[int]] = {}
    waiting = [root]
    while waiting:
        element = waiting.pop()
        for kid in element.get("K", ()):  # a link has none
            if isinstance(kid, int):
                found.setdefault(element["Pg"], set()).add(kid)
            else:
                waiting.append(_at(pdf, kid))
    return found


def leave_network() -> bool:
    """Give up the network. Returns whether the system let us."""
    for flags in ("CLONE_NEWNET",), ("CLONE_NEWUSER", "CLONE_NEWNET"):
        try:
            os.unshare(sum(getattr(os, flag) for flag in flags))
            return True
        except (AttributeError, OSError):  # another system, or one that does not let us
            continue
    return False


def lock_in(memory: int) -> None:
    """Give up what laying out a page does not need: the network, much memory, writing files, leaving a core dump."""
    leave_network()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))


def allow_time(seconds: int) -> None:
    """Let this process compute for so many seconds more; after that the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def incoming(stream: BinaryIO) -> "queue.Queue[bytes]":
    """Read messages beside the work, so that the end of our parent ends us in the middle of a document too."""
    messages: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        try:
            while True:
                messages.put(read_message(stream))
        finally:
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return messages


def main(memory: int, seconds: int) -> None:
    """Answer documents until the parent is gone. A document that cannot be laid out ends the process: the next one gets a clean one."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing but answers reaches the parent
    lock_in(memory)
    messages = incoming(sys.stdin.buffer)
    allow_time(START)
    try:
        printer = Printer()
    except (ImportError, OSError):
        write_message(answers, UNAVAILABLE)
        return
    write_message(answers, READY)
    gc.disable()  # nothing is swept while somebody waits; what a document leaves behind goes after its answer
    gc.freeze()
    while True:
        html = messages.get().decode()
        allow_time(seconds)
        try:
            pdf = printer.make(html)
        except Exception:
            write_message(answers, json.dumps({"trouble": "failed"}).encode())
            return
        write_message(answers, json.dumps({"missing": printer.missing.characters}).encode())
        write_message(answers, pdf)
        gc.collect()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
