"""`./dev prove [mutants|faults|injections|batch …] [FILE…]`: what takes too long for every run. Ends with a table.

Without a part all four; with files or folders of the application only their mutants. `--list` prints the mutants and runs
nothing; `--stale` takes the last record of which test comes by which call, also when the sources changed since.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PARTS = ("mutants", "faults", "injections", "batch")
Row = tuple[bool, str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev prove")
    parser.add_argument("what", nargs="*", metavar="PART|FILE", help=f"{', '.join(PARTS)}; or files to try mutants of")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument(
        "--stale", action="store_true", help="an older record of which test comes by which call will do"
    )
    options = parser.parse_args()
    files = [one for one in options.what if one not in PARTS]
    if missing := [one for one in files if not Path(one).exists()]:
        parser.error(f"no such part or file: {', '.join(missing)}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "hgw.settings"
    kept = Path(os.environ["HGW_DATA"]).resolve() / "prove"
    if options.list:
        from tests.prove import mutants

        mutants.listed(files)
        return 0
    wanted = [one for one in options.what if one in PARTS] or (["mutants"] if files else list(PARTS))
    if files and "mutants" not in wanted:
        parser.error("files are for the mutants")
    kept.mkdir(parents=True, exist_ok=True)
    os.environ |= {"HGW_HTTPS": "0", "HGW_DEMO": "0", "HGW_SECOND_FACTOR": "0", "DATABASE_URL": ""}
    run: dict[str, Callable[[], Row]] = {
        "mutants": lambda: _mutants(files, kept, stale=options.stale),
        "faults": _faults,
        "injections": _injections,
        "batch": _batch,
    }
    rows = {}
    for part in PARTS:
        if part in wanted:
            print(f"== {part}", file=sys.stderr, flush=True)
            begin = time.monotonic()
            with tempfile.TemporaryDirectory() as data:
                os.environ["HGW_DATA"] = data
                well, words = run[part]()
            rows[part] = well, words, (time.monotonic() - begin) / 60
    print(f"\ncommit {_commit()}")
    for part, (well, words, minutes) in rows.items():
        print(part, "pass" if well else "FAIL", words, f"{minutes:.0f} min", sep="\t")
    return 0 if all(well for well, *_ in rows.values()) else 1


def _mutants(files: list[str], kept: Path, *, stale: bool) -> Row:
    from tests.prove import mutants

    return mutants.prove(files, kept, stale=stale)


def _faults() -> Row:
    done = subprocess.run([sys.executable, "-m", "tests.faults"], stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, end="", flush=True)
    verdicts = [line.rpartition("\t")[2] for line in done.stdout.splitlines() if line]
    return done.returncode == 0, f"{len(verdicts)} faults by database, {verdicts.count('pass')} pass"


def _injections() -> Row:
    """The tests with hostile text, with those that only come here: every string in every long text."""
    files = sorted(str(path) for path in Path("tests").glob("**/test_injections*.py"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--show-capture=no", *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    last = (done.stdout.splitlines() or [""])[-1]
    if done.returncode:
        print(done.stdout[-4000:], flush=True)
    return done.returncode == 0, last


def _batch() -> Row:
    done = subprocess.run([sys.executable, "-m", "tests.prove.batch"], stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode == 0, (done.stdout.splitlines() or ["it did not come to an end"])[-1]


def _commit() -> str:
    found = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
