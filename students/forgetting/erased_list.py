"""The list of erased students as a file, beside the database and beside its backups: so that it outlives both.

A line for each: the opaque id, the day, the rule. Nothing in it says who that was.
"""

import contextlib
import datetime
import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from hgw.storage.row_security import WHOLE
from hgw.transaction import reading
from students.models import Erasure

NAME = "erased.tsv"
PENDING = "erase_again"  # a file in the data folder: a copy of an older version was put back, see hgw/run.py
Listed = dict[uuid.UUID, tuple[datetime.date, str]]


def places() -> list[Path]:
    """Where the list lies: in the data folder, and where the backups go when that is set."""
    return [folder / NAME for folder in (settings.DATA_DIR, settings.BACKUP_DIR) if folder]


def read(*more: Path) -> Listed:
    """Everybody in the files of `places`, and in `more`. A line that is none is left out."""
    found: Listed = {}
    for file in (*places(), *more):
        try:
            text = file.read_text("utf-8")
        except (FileNotFoundError, PermissionError, NotADirectoryError):
            continue
        found |= dict(filter(None, map(_listed, text.splitlines())))
    return found


def _listed(line: str) -> tuple[uuid.UUID, tuple[datetime.date, str]] | None:
    try:
        student, day, rule = line.split("\t")
        return uuid.UUID(student), (datetime.date.fromisoformat(day), rule)
    except ValueError:
        return None


def in_database() -> Listed:
    """The list as the database has it."""
    with reading(WHOLE):
        rows = Erasure.objects.erased().values_list("student", "erased_on", "rule")
        return {student: (day, rule) for student, day, rule in rows if day}


def write(*beside: Path, more: Iterable[Path] = ()) -> None:
    """Bring the files up to date with the database, and with those in `more`; no line ever goes out of one.

    `beside`: in these folders too. A folder that cannot be written to is left as it is: the list stands in the database,
    and in each backup made later.
    """
    write_lines(in_database() | read(*more), *beside)


def write_lines(listed: Listed, *beside: Path) -> None:
    """The same without a database."""
    whole = listed | read()
    if not whole:
        return
    lines = [f"{student}\t{day}\t{rule}\n" for student, (day, rule) in sorted(whole.items(), key=str)]
    for file in (*places(), *(folder / NAME for folder in beside)):
        draft = file.with_name(f"{file.name}.part")
        with contextlib.suppress(OSError):
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                out.writelines(lines)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(file)
