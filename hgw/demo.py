"""When `./dev run` shows the demonstration, and who can sign in to it.

A file in the data folder says that its database is a demonstration: later starts know it without asking the database.
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from hgw import environment

MARKER = "demo.json"


def wanted(data: Path) -> bool:
    """Whether this start is a demonstration.

    By itself on a SQLite file that is empty or was made by an earlier demonstration, as long as the server is for this
    machine alone. `HGW_DEMO=0` ends it. `HGW_DEMO=1` on a database with a school of its own stops the start.
    """
    asked = environment.text("HGW_DEMO")
    if not environment.flag("HGW_DEMO", default=True):
        return False
    database = environment.database(environment.text("DATABASE_URL"), data)
    if not str(database["ENGINE"]).endswith("sqlite3"):
        if asked:
            environment.stop("HGW_DEMO", "the demonstration runs on SQLite only; leave DATABASE_URL out")
        return False
    if made_in(data) == str(database["NAME"]) or _is_empty(Path(str(database["NAME"]))):
        return bool(asked) or not (environment.flag("HGW_HTTPS", default=False) or environment.text("HGW_HOSTS"))
    if asked:
        environment.stop(
            "HGW_DEMO", "this database holds a school already; choose another HGW_DATA for a demonstration"
        )
    return False


def users(data: Path, manage: list[str]) -> list[str]:
    """One line per demo user, `role TAB e-mail TAB password`. Loads the demo school where it is not there yet."""
    name = str(environment.database(environment.text("DATABASE_URL"), data)["NAME"])
    if made_in(data) != name or _is_empty(Path(name)):
        made = subprocess.run([*manage, "seed_demo"], check=False, stdout=subprocess.PIPE, text=True)
        if made.returncode:
            sys.exit("The demo school could not be made.")
        (data / MARKER).write_text(json.dumps({"database": name, "users": made.stdout.splitlines()}, indent=1))
    found: list[str] = json.loads((data / MARKER).read_text())["users"]
    return found


def made_in(data: Path) -> str:
    """The database that an earlier demonstration made, '' when there was none."""
    try:
        return str(json.loads((data / MARKER).read_text())["database"])
    except (OSError, ValueError, KeyError):
        return ""


def _is_empty(file: Path) -> bool:
    """Whether there is no school in this SQLite file; a file that is not there holds none."""
    if not file.exists():
        return True
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM accounts_school LIMIT 1").fetchone() is None
    except sqlite3.OperationalError as error:
        return "no such table" in str(error)
