"""P4: a document of a plan as PDF, against Chromium printing the same page. On the clock: they are different programs."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from meetings.documents import build, copies_of, render_html
from meetings.documents.pdf import make_pdf
from meetings.documents.pdf_process import FACES, STYLES
from meetings.models import Meeting, Reader
from tests.bench.measuring import Ratio, compare
from tests.bench.world import World

CHROMIUM = "/usr/bin/chromium"
TITLE = "Leerlingbespreking Yusuf"  # of the demonstration: closed, with everything that a plan can hold
BLOCKS = 7  # fewer than elsewhere: a browser that starts takes a second or two, and each block starts it twice
HALF = 0.75  # seconds of half a block: one start of a browser, whose last processes end beside what comes first
Measure = Callable[[World], Ratio]


def page(reader: Reader) -> str:
    """The document as a request makes it: read from the database, laid out as a page."""
    meeting = Meeting.objects.get(title=TITLE)
    copy = next(copy for copy in copies_of(meeting) if copy.reader == reader)
    version = copy.plan.version if copy.plan else None
    return render_html(build(meeting, copy, issued_by=meeting.school.name, issued_on=timezone.now(), version=version))


def styled(html: str) -> str:
    """The same page with its style sheets in it, for a program that is not given them apart."""
    sheets = "\n".join([*((STYLES / name).read_text("utf-8") for name in ("tokens.css", "plan.css")), FACES])
    return html.replace("</head>", f"<style>{sheets}</style></head>")


def ours(reader: Reader) -> None:
    _whole(make_pdf(page(reader)).data)


def against_cold(reader: Reader) -> Measure:
    """P4-…: the child that makes our PDFs runs already, as it does in the task worker; Chromium starts for each."""

    def measure(_world: World) -> Ratio:
        with tempfile.TemporaryDirectory() as folder:
            source, made = Path(folder, "page.html"), Path(folder, "page.pdf")
            command = [
                CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile",
                "--no-pdf-header-footer", f"--print-to-pdf={made}", source.as_uri(),
            ]  # fmt: skip

            def theirs() -> None:
                source.write_text(styled(page(reader)), "utf-8")
                made.unlink(missing_ok=True)
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                _whole(made.read_bytes())

            return compare(lambda: ours(reader), theirs, time.perf_counter, blocks=BLOCKS, seconds=HALF, tries=1)

    return measure


def against_warm(reader: Reader) -> Measure:
    """P4-…-warm: Chromium runs already too, and opens a new context for each, as it must between two students."""

    def measure(_world: World) -> Ratio:
        with chromium() as browser:

            def theirs() -> None:
                context = browser.new_context()
                opened = context.new_page()
                opened.set_content(styled(page(reader)))
                made = opened.pdf(prefer_css_page_size=True)
                context.close()
                _whole(made)

            return compare(lambda: ours(reader), theirs, time.perf_counter, blocks=BLOCKS, tries=1)

    return measure


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that runs. Its driver has a loop in this thread; the rows that we read beside it are ours alone."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def _whole(made: bytes) -> None:
    if not (made.startswith(b"%PDF") and made.rstrip().endswith(b"%%EOF")):
        raise RuntimeError("what was made is no whole PDF")
