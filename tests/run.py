"""`./dev test`: every check and the suite on both databases. All of it runs; the exit code is 1 when something failed."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests import postgres, ready_tables, walked

PYTHON = sys.executable
BIN = os.path.dirname(PYTHON)
# Minutes on two cores that are allowed to a part of the tests; going over is said, and fails nothing.
BUDGETS = {
    "checks": 1, "suite on SQLite": 4, "suite on PostgreSQL": 4, "servers and paper": 2, "browser": 6, "faults": 3, "bench null test": 1,
}  # fmt: skip

DEPLOYED = {"HGW_HTTPS": "1", "HGW_SECOND_FACTOR": "1", "HGW_SMTP": "smtp://mail.example"}
CHECKS = {
    "types": [f"{BIN}/mypy", "hgw", "students", "meetings"],  # the longest
    "format": [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
    "lint": [f"{BIN}/ruff", "check", "--quiet", "."],
    "templates": [f"{BIN}/djlint", "--lint", "--quiet", "templates"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "-v0"],
    "translations": [PYTHON, "-m", "tests.translations"],
    "deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}
# Where a run keeps what it throws away: in memory, where there is room, for nothing of it has to outlive a power cut.
DISK, MEMORY = tempfile.gettempdir(), "/dev/shm"
ENOUGH = 4 * 1024**3  # bytes that are free there: no part of the tests writes half of that
ON_DISK = ("faults", "bench null test")  # what a disk does belongs to these
MAKE_TABLES = [PYTHON, "-m", "tests.ready_tables"]
Stage = tuple[str, list[str], dict[str, str]]  # its name, its command, and what it wants to find in its environment


def main() -> int:
    with ExitStack() as until_the_end:
        return _run(until_the_end)


def _run(until_the_end: ExitStack) -> int:
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("paths", nargs="*", help="run pytest on these only")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="")
    options, more = parser.parse_known_args()
    if any(not arg.startswith("-") for arg in more):
        parser.error("unknown argument")
    pytest = [PYTHON, "-m", "pytest", "-q", *options.paths, *more]
    db = options.db or ("sqlite" if options.paths else "both")
    everything = not options.paths and not options.db
    counts = Path(until_the_end.enter_context(tempfile.TemporaryDirectory()), "walked")
    os.environ[walked.FILE] = str(counts)
    checks: list[Stage] = []
    stages: list[Stage] = []
    on_postgres = {}
    if not options.paths and _has_room(MEMORY):
        tempfile.tempdir = MEMORY
    if db != "sqlite":
        on_postgres = postgres.two_roles(until_the_end.enter_context(postgres.server()))
    if everything:
        folder = until_the_end.enter_context(tempfile.TemporaryDirectory())
        os.environ[ready_tables.FOLDER] = folder
        checks = [(name, command, DEPLOYED if name == "deploy" else {}) for name, command in CHECKS.items()]
        # Beside the longest check, which keeps one core busy: every stage after this begins with a copy of them.
        checks.insert(1, ("tables on SQLite", MAKE_TABLES, {"HGW_DATA": folder}))
        checks.insert(2, ("tables on PostgreSQL", MAKE_TABLES, on_postgres))
    # Who is done with its half takes over from the other: some of these tests are a whole afternoon of a school.
    parallel = [] if options.paths else ["-n", "2", "--dist", "worksteal"]
    # What is the same with either database runs once, in a part of its own.
    ordinary = [] if any(arg.startswith("-m") for arg in more) else ["-m", "not prove"]
    if not options.paths:
        ordinary = ["-m", "not browser and not prove" + (" and not once" if everything else "")]
    if db != "postgres":
        stages.append(("suite on SQLite", [*pytest, *parallel, *ordinary], {}))
    if db != "sqlite":
        stages.append(("suite on PostgreSQL", [*pytest, *parallel, *ordinary], on_postgres))
    if everything:
        stages.append(("servers and paper", [*pytest, *parallel, "-m", "once and not prove"], {}))
        stages.append(("browser", [*pytest, *parallel, "-m", "browser and not prove"], {}))
        stages.append(("faults", [PYTHON, "-m", "tests.faults", "--short"], {}))
        stages.append(("bench null test", [PYTHON, "-m", "tests.bench", "--null"], {}))
    begin = time.monotonic()
    with ThreadPoolExecutor(2) as cores:
        well = dict(zip((name for name, *_ in checks), cores.map(_passes_quietly, checks), strict=True))
    spent = {"checks": time.monotonic() - begin if checks else 0.0}
    for stage in stages:
        begin = time.monotonic()
        well[stage[0]] = _passes(stage)
        spent[stage[0]] = time.monotonic() - begin
    failed = [name for name, passed in well.items() if not passed]
    for name, seconds in spent.items():
        if seconds:
            over = ", over budget" if seconds > 60 * BUDGETS[name] else ""
            print(f"{name}: {seconds:.0f} s of {60 * BUDGETS[name]} s{over}", file=sys.stderr)
    if everything and (how_far := walked.of_all_parts(counts)):
        print(how_far, file=sys.stderr)
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def _has_room(folder: str) -> bool:
    """Whether files can be kept in this folder, and programs started from it."""
    try:
        return shutil.disk_usage(folder).free > ENOUGH and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    except OSError:
        return False


def _places(folder: Path) -> dict[str, str]:
    """The data folder of a part, and, in memory, all that its tests lay down: it goes with this folder."""
    (data := folder / "data").mkdir(mode=0o700)
    if not folder.is_relative_to(MEMORY):
        return {"HGW_DATA": str(data)}
    (beside := folder / "tmp").mkdir()
    for one in (folder, beside):
        one.chmod(0o711)  # a PostgreSQL in there belongs to another user
    return {"HGW_DATA": str(data), "TMPDIR": str(beside)}


def _passes(stage: Stage) -> bool:
    """Run a stage and show what it says."""
    name, command, wanted = stage
    print(f"== {name}", file=sys.stderr, flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(dir=DISK if name in ON_DISK else None) as folder:
        environment = os.environ | _places(Path(folder)) | {"HGW_HTTPS": "0"} | wanted
        code = subprocess.run(command, env=environment, check=False).returncode
    _say_how(name, code, begin)
    return code == 0


def _passes_quietly(stage: Stage) -> bool:
    """Run a stage beside another one; what it says is shown at its end, in one piece."""
    name, command, wanted = stage
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"HGW_DATA": data, "HGW_HTTPS": "0"} | wanted
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    print(done.stdout, end="", flush=True)
    print(done.stderr, end="", file=sys.stderr)
    _say_how(name, done.returncode, begin)
    return done.returncode == 0


def _say_how(name: str, code: int, begin: float) -> None:
    print(
        f"== {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True
    )


if __name__ == "__main__":
    sys.exit(main())
