"""Whether a server works with this data folder: it and all its processes hold a lock, and the kernel gives it back."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ALIVE = (
    "alive"  # a file in the data folder that the supervisor touches while web and task worker run: see hgw/health.py
)


class Busy(Exception):
    """Somebody works with this data folder in a way that bears no company."""


def serve(data: Path) -> int:
    """Hold the folder together with other servers; return what is to be passed on to each process of this one.

    Raises `Busy` while a copy is put back there.
    """
    return _lock(data, fcntl.LOCK_SH)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the folder against every server. Raises `Busy` while one runs, be it what is left of a killed one."""
    held = _lock(data, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(held)


def _lock(data: Path, how: int) -> int:
    held = os.open(data / "server", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise Busy from None
    return held
