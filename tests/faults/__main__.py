"""`./dev faults [F1 …] [--db sqlite|postgres]`: one line per fault and database; exit 1 when anything was lost or wrong.

`id TAB database TAB acknowledged TAB found TAB lost TAB doubled TAB verdict`
"""

import argparse
import os
import subprocess
import sys
import tempfile

from tests import postgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev faults")
    parser.add_argument("ids", nargs="*", metavar="F1")
    parser.add_argument("--db", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--short", action="store_true", help="the form that is in ./dev test: at most three minutes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {"HGW_DATA": data, "HGW_HTTPS": "0", "HGW_DEMO": "0", "DATABASE_URL": ""}
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    import django

    django.setup()

    from tests.faults.catalogue import FAULTS

    if unknown := [name for name in options.ids if name not in FAULTS]:
        print(f"not built: {', '.join(unknown)}; there are {', '.join(FAULTS)}", file=sys.stderr)
        return 2
    wanted = options.ids or [name for name, fault in FAULTS.items() if fault.in_short or not options.short]
    failed = False
    for database in options.db or ("sqlite", "postgres"):
        names = [name for name in wanted if database in FAULTS[name].databases]
        if not names:
            continue
        command = [sys.executable, "-m", "tests.faults.suite", *names, *(["--short"] if options.short else [])]
        if database == "sqlite":
            failed |= _on("", command) != 0
        else:
            with postgres.server(durable=True) as url:
                failed |= _on(url, command) != 0
    return 1 if failed else 0


def _on(url: str, command: list[str]) -> int:
    """Run the faults on the database at this address; without one, on a SQLite file."""
    with tempfile.TemporaryDirectory() as data:
        settings = {"DATABASE_URL": url, "HGW_DATA": data, "DJANGO_SETTINGS_MODULE": "hgw.settings"}
        return subprocess.run(command, env=os.environ | settings, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
