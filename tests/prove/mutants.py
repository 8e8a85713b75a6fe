"""Each scoping call taken away in turn: does a test turn red? One line each; what nobody catches is a hole in the tests."""

import json
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.prove import running
from tests.prove.running import Record, Tests
from tests.prove.scoping import Mutant, mutants

EQUIVALENT = Path(__file__).parent / "equivalent.toml"
NOT_HERE = "not browser"  # a browser, and the server that it asks, are other processes than the one that is copied


def equivalents() -> dict[str, str]:
    """Mutants by which nothing changes for anybody, each with the reason."""
    found = tomllib.loads(EQUIVALENT.read_text())
    return {one["call"]: one["why"] for one in found.get("equivalent", [])}


def prove(paths: list[str], folder: Path, *, stale: bool = False) -> tuple[bool, str]:
    """Try every mutant of these files (of all, when none is named): whether each was caught, and the line that sums it up."""
    work = Work(mutants(*paths), folder, stale)
    plugin = running.Plugin(work.run)
    options = ["-q", "-p", "no:cacheprovider", "-s", "-m", NOT_HERE, "--no-header", "--no-summary"]
    pytest.main(options, plugins=[plugin])
    return plugin.well, work.summary()


class Work:
    def __init__(self, found: list[Mutant], folder: Path, stale: bool) -> None:
        known = equivalents()
        self.mutants = [mutant for mutant in found if mutant.key not in known]
        self.equivalent, self.folder, self.stale = len(found) - len(self.mutants), folder, stale
        self.caught: dict[str, str] = {}
        self.wrong: list[str] = []
        self.begin = time.monotonic()

    def run(self, tests: Tests) -> bool:
        file = self.folder / "caught.json"
        earlier = json.loads(file.read_text()) if file.is_file() else {}
        record = self._record(tests)
        left = [mutant for mutant in self.mutants if not self._is_caught(tests, record, mutant, earlier, file)]
        self._without_any(tests)
        self.wrong += [f"fails without any mutant: {name}" for name in record.failed]
        for line in [*(f"SURVIVED {mutant.place} {mutant.key}" for mutant in left), *self.wrong]:
            print(line, flush=True)
        return not left and not self.wrong

    def _is_caught(self, tests: Tests, record: Record, mutant: Mutant, earlier: dict[str, str], file: Path) -> bool:
        """Try one mutant, and say what came of it."""
        begin, names = time.monotonic(), running.order(mutant, record, tests.items, earlier.get(mutant.key, ""))
        failed, count = running.tried(tests, mutant, names) if names else ([], 0)
        name, why = failed[0] if failed else ("", "")
        is_caught = bool(name) and name != "!"
        if is_caught:
            earlier[mutant.key] = self.caught[mutant.key] = name
            file.write_text(json.dumps(earlier, indent=0))
        said = f"caught by {name}\t{why}" if is_caught else f"not caught\t{why}"
        took = f"{count} of {len(names)} tests, {time.monotonic() - begin:.1f} s"
        print(f"{mutant.place}\t{mutant.kind}\t{mutant.code[:110]}\t{said}\t{took}", flush=True)
        return is_caught

    def _without_any(self, tests: Tests) -> None:
        """The tests that caught something, in a copy without a mutant: none may fail."""
        failed, _count = running.tried(tests, None, sorted(set(self.caught.values())))
        self.wrong += [f"fails in a copy without any mutant: {name}: {why}" for name, why in failed]

    def _file(self) -> Path:
        return self.folder / f"record-{running.digest_of_sources()}.json"

    def _record(self, tests: Tests) -> Record:
        """Which test comes by which call: as it was recorded from these sources, or now."""
        olds = sorted(self.folder.glob("record-*.json"), key=lambda one: one.stat().st_mtime)
        found = Record.load(olds[-1] if self.stale and olds else self._file())
        if found is None:
            found = tests.record(mutants())
            for old in olds:
                old.unlink()
            found.save(self._file())
        return found

    def summary(self) -> str:
        minutes = (time.monotonic() - self.begin) / 60
        return (
            f"mutants: {len(self.mutants)}, caught: {len(self.caught)}"
            f" (and {self.equivalent} without effect, listed in tests/prove/equivalent.toml), {minutes:.0f} minutes"
        )


def listed(paths: list[str]) -> None:
    known: dict[str, Any] = equivalents()
    for mutant in mutants(*paths):
        print(mutant.place, mutant.kind, mutant.key, known.get(mutant.key, ""), sep="\t")
