"""`./dev faults [F1 …] [--db sqlite|postgres]`: one line per fault and database; exit 1 when anything was lost or wrong.

`id TAB database TAB acknowledged TAB found TAB lost TAB doubled TAB verdict`; four dashes where tests of the suite stand
for the fault, which count in their own way. What was measured, and what went wrong, is said on the other channel.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests import postgres
from tests.ready_tables import file_with_tables

if TYPE_CHECKING:
    from tests.faults.catalogue import Fault

ENGINES = {"sqlite": "sqlite", "postgres": "postgresql"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev faults")
    parser.add_argument("ids", nargs="*", metavar="F1")
    parser.add_argument("--db", choices=tuple(ENGINES), action="append")
    parser.add_argument("--short", action="store_true", help="the form that is in ./dev test: at most three minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "HGW_DATA": data,
            "HGW_HTTPS": "0",
            "HGW_DEMO": "0",
            "HGW_SECOND_FACTOR": "0",
            "DATABASE_URL": "",
        }
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    import django

    django.setup()

    from tests.faults.catalogue import FAULTS

    if unknown := [name for name in options.ids if name not in FAULTS]:
        print(f"not built: {', '.join(unknown)}; there are {', '.join(FAULTS)}", file=sys.stderr)
        return 2
    wanted = options.ids or [name for name, fault in FAULTS.items() if fault.in_short or not options.short]
    more = ["--short"] if options.short else []
    failed = False
    for database in options.db or ENGINES:
        faults = {name: FAULTS[name] for name in wanted if database in FAULTS[name].databases}
        if database == "sqlite":
            failed |= not _on_sqlite(faults, more)
        else:
            with postgres.server(durable=True) as url:
                failed |= not _on(url, faults, database, more)
    return 1 if failed else 0


def _on_sqlite(faults: "dict[str, Fault]", more: list[str]) -> bool:
    from tests.faults.disk import NoDisk, small_disk

    small = {name: fault for name, fault in faults.items() if fault.on_small_disk}
    well = _on("", {name: fault for name, fault in faults.items() if name not in small}, "sqlite", more)
    if small:
        try:
            with small_disk() as folder:
                well &= _on(f"sqlite:///{folder}/hgw.sqlite3", small, "sqlite", more)
        except NoDisk:
            print("no disk can be mounted here: a file that may not grow stands for it", file=sys.stderr, flush=True)
            well &= _on("", small, "sqlite", more)
    return well


def _on(url: str, faults: "dict[str, Fault]", database: str, more: list[str]) -> bool:
    """Let these happen on the database at this address; without one, on a SQLite file."""
    acted = [name for name, fault in faults.items() if fault.act]
    well = True
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"DATABASE_URL": url, "HGW_DATA": data, "DJANGO_SETTINGS_MODULE": "hgw.settings"}
        if not url and (tables := file_with_tables()):
            shutil.copy(tables, data)
        if acted:
            command = [sys.executable, "-m", "tests.faults.suite", *acted, *more]
            well = subprocess.run(command, env=environment, check=False).returncode == 0
        for name, fault in faults.items():
            if fault.tests and not (more and fault.act):
                long = {} if more else {"HGW_LONG": "1"}
                well &= _tested(name, fault, database, environment | long)
    return well


def _tested(name: str, fault: "Fault", database: str, environment: dict[str, str]) -> bool:
    """Run the tests that stand for a fault; one that is missing or skipped proves nothing.

    A fault that was acted out as well has its line already: it gets another one only when its tests fail.
    """
    chosen = [test.format(engine=ENGINES[database]) for test in fault.tests]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    well = done.returncode == 0 and " passed" in done.stdout and "skipped" not in done.stdout
    if not (well and fault.act):
        print(name, database, "–", "–", "–", "–", "pass" if well else "FAIL", sep="\t", flush=True)
    print(f"{name} {database}: {(done.stdout.splitlines() or [''])[-1]}", file=sys.stderr, flush=True)
    if not well:
        print(done.stdout[-3000:], done.stderr[-1000:], file=sys.stderr, flush=True)
    return well


if __name__ == "__main__":
    sys.exit(main())
