"""`./dev test`: every check and the suite on both databases. All of it runs; the exit code is 1 when something failed."""

import argparse
import os
import subprocess
import sys
import tempfile
import time

PYTHON = sys.executable
BIN = os.path.dirname(PYTHON)
# Minutes on two cores that are allowed to a part of the tests; going over is said, and fails nothing.
BUDGETS = {
    "checks": 1, "suite on SQLite": 4, "suite on PostgreSQL": 4, "servers and paper": 2, "browser": 6, "faults": 3, "bench null test": 1,
}  # fmt: skip

CHECKS = {
    "format": [f"{BIN}/ruff", "format", "--check", "--quiet", "."],
    "lint": [f"{BIN}/ruff", "check", "--quiet", "."],
    "types": [f"{BIN}/mypy", "hgw", "students", "meetings"],
    "templates": [f"{BIN}/djlint", "--lint", "--quiet", "templates"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "-v0"],
    "translations": [PYTHON, "-m", "tests.translations"],
    "deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}
POSTGRES = [PYTHON, "-m", "tests.postgres", "--"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("paths", nargs="*", help="run pytest on these only")
    parser.add_argument("--db", choices=("sqlite", "postgres", "both"), default="")
    options, more = parser.parse_known_args()
    if any(not arg.startswith("-") for arg in more):
        parser.error("unknown argument")
    pytest = [PYTHON, "-m", "pytest", "-q", *options.paths, *more]
    stages: list[tuple[str, list[str]]] = []
    if not options.paths and not options.db:
        stages += list(CHECKS.items())
    db = options.db or ("sqlite" if options.paths else "both")
    everything = not options.paths and not options.db
    parallel = [] if options.paths else ["-n", "2"]
    # What is the same with either database runs once, in a part of its own.
    ordinary = [] if options.paths else ["-m", "not browser and not once" if everything else "not browser"]
    if db != "postgres":
        stages.append(("suite on SQLite", [*pytest, *parallel, *ordinary]))
    if db != "sqlite":
        stages.append(("suite on PostgreSQL", [*POSTGRES, *pytest, *parallel, *ordinary]))
    if everything:
        stages.append(("servers and paper", [*pytest, *parallel, "-m", "once"]))
        stages.append(("browser", [*pytest, "-m", "browser"]))
        stages.append(("faults", [PYTHON, "-m", "tests.faults", "--short"]))
        stages.append(("bench null test", [PYTHON, "-m", "tests.bench", "--null"]))
    failed, spent = [], dict.fromkeys(BUDGETS, 0.0)
    for name, command in stages:
        begin = time.monotonic()
        if not _passes(name, command):
            failed.append(name)
        spent["checks" if name in CHECKS else name] += time.monotonic() - begin
    for name, seconds in spent.items():
        if seconds:
            over = ", over budget" if seconds > 60 * BUDGETS[name] else ""
            print(f"{name}: {seconds:.0f} s of {60 * BUDGETS[name]} s{over}", file=sys.stderr)
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    print(f"== {name}", file=sys.stderr, flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as data:
        deployed = {"HGW_HTTPS": "1", "HGW_SMTP": "smtp://mail.example"} if name == "deploy" else {"HGW_HTTPS": "0"}
        environment = os.environ | {"HGW_DATA": data} | deployed
        code = subprocess.run(command, env=environment, check=False).returncode
    print(
        f"== {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True
    )
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
