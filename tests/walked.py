"""How far the tests walked past the pages: requests made, canaries planted, leaks found; said in one line at the end of a run.

Whoever walks counts here. With several processes each hands its counts to the one that writes the summary.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FILE = "HGW_WALKED"  # set by tests/run.py: where the counts of every part of a run come together
CANARY = "kanarie"

counts: Counter[str] = Counter()


def request() -> None:
    """One more request was made and its answer looked at."""
    counts["requests"] += 1


def leaks(number: int) -> None:
    """So many canaries were met by somebody they are not for."""
    counts["leaks"] += number


def plant() -> None:
    """Count the texts of the database that hold a canary. The world of one test is as good as that of another: the most counts."""
    from hgw.storage.contents import kept_models, typed_fields

    found = 0
    for model in kept_models():
        for name in typed_fields(model):
            rows: Any = model._base_manager.order_by().values_list(name, flat=True)
            found += sum(CANARY in str(value) for value in rows)
    counts["canaries"] = max(counts["canaries"], found)


def add(other: dict[str, int]) -> None:
    """Take the counts of another process in."""
    for name, number in other.items():
        counts[name] = max(counts[name], number) if name == "canaries" else counts[name] + number


def line() -> str:
    return f"walked: {counts['requests']:,} requests, {counts['canaries']:,} canaries, {counts['leaks']} leaks"


class Plugin:
    """The hooks: a worker hands over its counts, the first process adds them up and says the line."""

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["walked"] = dict(counts)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        add(getattr(node, "workeroutput", {}).get("walked", {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if not counts["requests"]:
            return
        terminalreporter.write_line(line())
        if file := os.environ.get(FILE):
            with Path(file).open("a") as written:
                written.write("\t".join(str(counts[name]) for name in ("requests", "canaries", "leaks")) + "\n")


def of_all_parts(file: Path) -> str:
    """The line for a whole run, out of what each part of it wrote down; empty when none walked."""
    if not file.exists():
        return ""
    counts.clear()
    for part in file.read_text().splitlines():
        add(dict(zip(("requests", "canaries", "leaks"), map(int, part.split("\t")), strict=True)))
    return line()
