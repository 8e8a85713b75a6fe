"""Folders in which a copy of the database lies in plain for a moment: while a backup is made, or put back.

Nothing of it stays. Who makes one holds a lock on it; a folder that nobody holds any more was left by a program that was
killed, and whoever comes next takes it away: the next backup, and the next start of the server.
"""

import fcntl
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

PREFIX = "plain-"


@contextmanager
def plain_copy(beside: Path) -> Iterator[Path]:
    """A new folder in `beside`, for its owner alone; gone at the end, at a signal to end too."""
    with _one_at_a_time(beside):
        _sweep(beside)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
        os.close(held)
        signal.signal(signal.SIGTERM, before)


def sweep(beside: Path) -> None:
    """Take away what killed programs left in this folder."""
    with _one_at_a_time(beside):
        _sweep(beside)


def new_file(file: Path) -> Path:
    """Make an empty file that nobody else reads, and return it."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return file


def _sweep(beside: Path) -> None:
    for folder in beside.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, BlockingIOError):
            held = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(held)


@contextmanager
def _one_at_a_time(beside: Path) -> Iterator[None]:
    """So that nobody takes a folder away in the moment between its making and its lock."""
    held = os.open(beside, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(1)  # through every `finally`
