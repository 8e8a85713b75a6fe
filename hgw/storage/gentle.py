"""Writing a large file beside people who save: a little at a time, sent to disk before the next piece, with pauses.

What is only handed to the system gathers in memory, and goes to disk all at once at some moment; a save that must be on
disk before it is answered then stands behind two hundred megabytes. Each piece is sent there without asking that it be
found again after a power cut: that would hold the journal of the file system, and saves with it. Linux alone knows how.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

PIECE = 1024 * 1024  # bytes between two pauses
LONGEST = 0.5  # seconds; of a pause
WAIT_WRITE_WAIT = 7  # of sync_file_range(2): all of the file, and return when it is written
_send = getattr(ctypes.CDLL(None), "sync_file_range", None) if sys.platform == "linux" else None


def step_back() -> None:
    """Let everybody else go first, at the processor and, where the system knows of that, at the disk."""
    os.nice(19)
    if ionice := shutil.which("ionice"):
        subprocess.run(
            [ionice, "-c", "3", "-p", str(os.getpid())],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def settle(handle: int) -> None:
    """Send to disk what was written so far, and leave the disk to others for as long again."""
    if _send is None:
        return
    begin = time.monotonic()
    _send(handle, ctypes.c_int64(0), ctypes.c_int64(0), WAIT_WRITE_WAIT)
    time.sleep(min(LONGEST, time.monotonic() - begin))


def settle_file(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        settle(handle)
    finally:
        os.close(handle)


class Gentle:
    """A file to write into that settles by itself."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._since = file, 0

    def write(self, data: bytes) -> int:
        for begin in range(0, len(data), PIECE):
            self._since += self._file.write(data[begin : begin + PIECE])
            if self._since >= PIECE:
                self._file.flush()
                settle(self._file.fileno())
                self._since = 0
        return len(data)

    def flush(self) -> None:
        self._file.flush()
