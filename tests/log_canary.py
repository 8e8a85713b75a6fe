"""Nothing of anybody stands in a log: whatever is logged while tests run is read for the words that the tests plant.

All loggers are heard, in both forms in which a server writes (hgw/logs.py), and what the servers and workers that tests
start write themselves is given to `look`. A word of somebody in it makes the test that was running fail, with the name
of the logger.
"""

import logging
import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from hgw.logs import JsonFormatter, TextFormatter

# Names, addresses, birthdays and sentences of the people in tests/factories.py, tests/access_case.py and the cases of
# the demonstration; what a browser would set off in tests/injections.toml; the passwords. Words that no code is made of.
PLANTED = re.compile(
    r"\bNore\b|\bVandamme\b|\bHilde\b|\bClaes\b|\b(?:Kind|Naam|Ouder)\d+\b|\bPersoon \d|\b(?:Hier|Elders) [a-z]+_[a-z]+"
    r"|@(?:school|hit|elders|nergens)\.example|2017-03-04|4 maart 2017|een lang wachtwoord|een ongeval|[Kk]anarie"
    r"|Wat we willen bereiken|“ik wil|– “zin”|olifanten|__hit\b|hit\.example|\bPeeters\b|\bBouchrit\b|Saïda"
    r"|een zin die ik onthou|vier zwarte paraplu|Zwaluwstaart|in de moestuin|slaapt bij een buur|op het werk bellen"
    r"|alleen voor ons twee|alleen voor de kring"
)
LONGEST = 200_000  # characters of one message that are read: nobody waits for a flood
AROUND = 30


def planted(text: str) -> str:
    """The first planted word of a text, with what stands around it; "" when there is none."""
    found = PLANTED.search(text, 0, LONGEST)
    return text[max(found.start() - AROUND, 0) : found.end() + AROUND] if found else ""


class LogCanary(logging.Handler):
    """A plugin of pytest and a handler of the root logger in one: hears, and tells of the test that was running."""

    def __init__(self) -> None:
        super().__init__()
        self.forms = (TextFormatter(), JsonFormatter())
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        for form in self.forms:
            try:
                said = form.format(record)
            except Exception as error:  # a line that cannot be written is a fault of its own, seen elsewhere
                said = repr(type(error))
            self.look(said, f"logger {record.name}")

    def look(self, text: str, whose: str) -> None:
        """Remember what should not stand there."""
        if word := planted(text):
            self.heard.append(f"{whose}: …{word}…")

    def hear(self, child: "subprocess.Popen[Any]", whose: str) -> None:
        """What a process that is at its end wrote and nobody read; nothing that still holds its pipes is waited for."""
        for pipe in filter(None, (child.stdout, child.stderr)):
            if pipe.closed:  # its test read all of it
                continue
            os.set_blocking(pipe.fileno(), False)
            try:
                self.look(os.read(pipe.fileno(), LONGEST).decode(errors="replace"), whose)
            except BlockingIOError:
                continue

    def taken(self) -> list[str]:
        """What was heard until now; no test fails of it any more."""
        heard, self.heard = self.heard, []
        return heard

    # --- pytest ---

    def begin(self) -> None:
        """Hear all loggers as a server with lines in JSON has them."""
        _only_trouble_on_the_console()
        logging.root.addHandler(self)
        logging.getLogger("hgw.request").setLevel("INFO")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        yield
        self.complain()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        yield
        self.complain()

    def complain(self) -> None:
        """Fail the test that is running when anything was heard."""
        if heard := self.taken():
            pytest.fail("words of somebody in a log: " + "; ".join(sorted(set(heard))[:5]), pytrace=False)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if heard := self.taken():  # by what went on after the last test
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print(f"words of somebody in a log: {heard[:5]}")


def _only_trouble_on_the_console() -> None:
    for handler in logging.root.handlers:
        handler.addFilter(lambda record: record.levelno >= logging.WARNING)


canary = LogCanary()
