"""One run of pytest for all mutants: everything is loaded and collected once, and each mutant is a copy of that process.

A mutant is put into functions that are loaded already (tests/prove/loaded.py). The copy has a copy of the
database, and ends at the first test that fails. Which tests come to a call at all is recorded before, by line.
"""

import json
import os
import re
import shutil
import sys
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.prove.loaded import codes_with, put_in
from tests.prove.scoping import ROOT, Mutant

FIRST = (
    "tests/hgw/test_access_matrix.py::test_several_roles_add_up"  # makes the database, and the cast that is recorded
)
# Then these: what is loaded and worded at a first use is there for every copy.
WARMING = re.compile(
    r"test_who_gets_what\[(?:today|students?|student_edit|meeting|meeting_step|meeting_documents|plan_texts|who_reads_what|item_edit|"
    r"document_preview team|agreement_review|users|looks|classes)\]"
)
LIMIT = 900  # seconds for one mutant
LONG = "tests/test_canaries.py"  # the one long test that is about who may what: asked last
# These have a world of their own, made in seconds.
BIG = ("tests/test_walk", "tests/test_other_doors", "tests/test_access", "tests/test_canaries")
# Tests that are about who may what come first, by words in their names.
TELLING = re.compile(
    r"^tests/(?:meetings|students|test_|hgw/test_access).*::test_(?!nobody_is_sent|signing_in|what_is_open|whatever_is_sent)\w*"
    r"(?:who_|whose|visib|hidden|nobody|stranger|leak|eyes|another|other_school|elsewhere|confid|permi|refus|only|own_|access|"
    r"reads|_may_|however_one_asks|task_of_a_print)"
)


@dataclass
class Record:
    """For each call: which tests come by; how long each test takes; which fail as it is."""

    hits: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(vars(self)))

    @classmethod
    def load(cls, file: Path) -> "Record | None":
        return cls(**json.loads(file.read_text())) if file.is_file() else None


@dataclass
class Answer:
    mutant: Mutant
    caught_by: str
    tried: int
    seconds: float


def can_be_copied(item: pytest.Item) -> bool:
    """Whether a test can run in a copy of the process: one that asks the database, in a transaction that is undone, and
    does not take minutes for something else than who may what.
    """
    if item.get_closest_marker("prove"):
        return False  # a part of the proof of its own
    if item.get_closest_marker("long") and not item.nodeid.startswith(LONG):
        return False
    marker = item.get_closest_marker("django_db")
    apart = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("browser") or apart or (marker and marker.kwargs.get("transaction")):
        return False
    return marker is not None or bool({"db", "cast", "django_db_setup"} & set(getattr(item, "fixturenames", ())))


class Plugin:
    """Takes the loop over the tests out of pytest's hands."""

    def __init__(self, work: "Callable[[Tests], bool]") -> None:
        self.work, self.well = work, False

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if can_be_copied(item)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        capture: Any = session.config.pluginmanager.getplugin("capturemanager")
        capture.suspend_global_capture(in_=True)
        self.well = self.work(Tests(session))
        capture.resume_global_capture()
        return True


class Tests:
    """What pytest collected, and how one of them runs."""

    def __init__(self, session: pytest.Session) -> None:
        self.session, self.items = session, {item.nodeid: item for item in session.items}
        begin = self.items[FIRST]
        others = [item for item in session.items if item is not begin]
        assert not self._fails(begin, others[0]), "the first test fails without any mutant"
        self.after: pytest.Item = others[0]
        warming = [item for item in others if WARMING.search(item.nodeid)]
        with _quiet():
            for item, then in zip(warming, [*warming[1:], self.after], strict=True):
                self._fails(item, then)

    @staticmethod
    def _fails(item: pytest.Item, then: pytest.Item | None) -> str:
        """Why a test fails, in a line; empty when it passes."""
        for report in runtestprotocol(item, nextitem=then, log=False):
            if report.failed:
                said = [line[1:].strip() for line in report.longreprtext.splitlines() if line.startswith("E ")]
                return (said or ["fails"])[0][:90]
        return ""

    def failing(self, names: Iterable[str], *, first: bool) -> tuple[list[tuple[str, str]], int]:
        """Which of these tests fail and why, the first one alone or all; and how many were tried."""
        found = [self.items[name] for name in names if name in self.items]
        failed: list[tuple[str, str]] = []
        if found:
            self.session._setupstate.teardown_exact(found[0])  # what the test before these has open, and they have not
        for number, (item, then) in enumerate(zip(found, [*found[1:], None], strict=True), 1):
            if why := self._fails(item, then or self.after):
                failed.append((item.nodeid, why))
                if first:
                    return failed, number
        return failed, len(found)

    def record(self, calls: list[Mutant]) -> Record:
        """Run all tests once, and note which of these calls each comes by."""
        record = Record()
        now, lines = "", _lines_of(calls)
        seen: dict[tuple[str, int], set[str]] = defaultdict(set)
        monitoring = sys.monitoring
        tool = monitoring.COVERAGE_ID

        def on_line(code: types.CodeType, line: int) -> object:
            name = os.path.relpath(code.co_filename, ROOT)
            if line in lines.get(name, ()):
                seen[name, line].add(now)
            return monitoring.DISABLE

        monitoring.use_tool_id(tool, "prove")
        monitoring.register_callback(tool, monitoring.events.LINE, on_line)
        for code in codes_with(lines):
            monitoring.set_local_events(tool, code, monitoring.events.LINE)
        from hgw.access import last_worded

        items = list(self.items.values())
        print(f"recording which calls {len(items)} tests come by …", file=sys.stderr, flush=True)
        with _quiet() as say:
            for item, then in zip(items, [*items[1:], self.after], strict=True):
                now, begin = item.nodeid, time.monotonic()
                last_worded.cache_clear()  # else a rule is worded once, by whichever test comes first
                monitoring.restart_events()
                if self._fails(item, then):
                    record.failed.append(now)
                record.seconds[now] = round(time.monotonic() - begin, 3)
                if not len(record.seconds) % 100:
                    say(f"{len(record.seconds)} of {len(items)}")
        monitoring.free_tool_id(tool)
        for call in calls:
            come_by = [seen[call.file, line] for line in range(call.line, call.end + 1)]
            record.hits[call.key] = sorted(set().union(*come_by))
        return record


def order(mutant: Mutant, record: Record, known: Iterable[str], earlier: str) -> list[str]:
    """The tests that come by this call: what caught it before, a few that are likely, then all the others, quickest first.

    A test that is newer than the record may come by as well, and was written for something. Tests of one file stay
    together within each part, so that what they share is made once.
    """
    newer = {name for name in known if name not in record.seconds}
    here = ({*record.hits.get(mutant.key, ())} | newer) - set(record.failed)
    quick = sorted(here, key=lambda name: record.seconds.get(name, 0.0))
    words = {part for part in re.split(r"[/_.]", mutant.file.removesuffix(".py")) if len(part) > 3}
    near = words - {"views", "meetings", "models"}
    small = [name for name in quick if not name.startswith(BIG) and record.seconds.get(name, 0.0) < 2]
    close = [name for name in small if near & set(re.split(r"[/_.]", name.partition("::")[0]))]
    telling = [name for name in small if TELLING.search(name)]
    table = [name for name in quick if "test_who_gets_what" in name]
    walk = [name for name in quick if name.startswith(BIG)]
    parts = [
        [earlier] if earlier in here else [],
        [name for name in small if name in newer],
        [name for name in close if name in telling][:12],
        telling[:6],
        close[:20],
        table[:6],
        telling[:60],
        small[:60],
        walk[:6],
        table,
        quick,
    ]
    found: dict[str, None] = {}
    for part in parts:
        files = list(dict.fromkeys(name.partition("::")[0] for name in part))
        for name in sorted(part, key=lambda one: files.index(one.partition("::")[0])):
            found.setdefault(name)
    return list(found)


Failed = tuple[list[tuple[str, str]], int]


def tried(tests: Tests, mutant: Mutant | None, names: list[str]) -> Failed:
    """Run these tests in a copy of this process: with the mutant in it until one fails, without one all of them.

    Which failed and why, and how many ran. A name that begins with `!` is no test: something went wrong.
    """
    from django.conf import settings
    from django.db import connection, connections

    connections.close_all()
    database = Path(connection.settings_dict["NAME"])
    mine = database.with_name("mutant.sqlite3")
    for end in ("", "-wal", "-shm"):
        mine.with_name(mine.name + end).unlink(missing_ok=True)
    shutil.copyfile(database, mine)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        found: Failed
        try:
            connection.settings_dict["NAME"] = str(mine)
            settings.ROOM_FILE = Path(settings.ROOM_FILE).with_name("room-mutant.sqlite3")
            from hgw.access import last_worded
            from meetings.documents import pdf

            last_worded.cache_clear()
            pdf._maker = pdf.PdfMaker()  # the other one's child answers that process
            if mutant:
                put_in(mutant)
            found = tests.failing(names, first=mutant is not None)
        except BaseException as error:  # noqa: BLE001  # said by the parent
            found = [("!", f"{type(error).__name__}: {error}")], 0
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    return _waited(child, reading)


def _waited(child: int, reading: int) -> Failed:
    import select
    import signal

    ready, _, _ = select.select([reading], [], [], LIMIT)
    answer = os.read(reading, 65536) if ready else b""
    if not answer:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    if not answer:
        return [("!", "ended without a word" if ready else "took too long")], 0
    failed, count = json.loads(answer)
    return [(str(name), str(why)) for name, why in failed], int(count)


@contextmanager
def _quiet() -> Iterator[Callable[[str], None]]:
    """What tests print goes nowhere; what is said with the function that this gives goes where they would have printed."""
    nothing, kept = os.open(os.devnull, os.O_RDWR), {stream: os.dup(stream) for stream in (1, 2)}
    for stream in kept:
        os.dup2(nothing, stream)
    try:
        yield lambda words: _write_line(kept[2], words)
    finally:
        for stream, before in kept.items():
            os.dup2(before, stream)
            os.close(before)
        os.close(nothing)


def _write_line(stream: int, words: str) -> None:
    os.write(stream, f"{words}\n".encode())


def _lines_of(found: list[Mutant]) -> dict[str, set[int]]:
    lines: dict[str, set[int]] = defaultdict(set)
    for mutant in found:
        lines[mutant.file] |= set(range(mutant.line, mutant.end + 1))
    return lines


def digest_of_sources() -> str:
    """What a record rests on: the code and the tests, as they are now."""
    import hashlib

    found = hashlib.sha256()
    for folder in ("hgw", "students", "meetings", "templates", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".toml"} and "prove" not in path.parts:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
