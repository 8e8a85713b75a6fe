"""Fifty megabytes beside a SQLite file that are kept free: when the disk is full, they take the last saves."""

import os
from pathlib import Path

SIZE = 50 * 1024 * 1024
ROOM = 200 * 1024 * 1024  # free beside it, before it is made again


def look_after(folder: Path) -> None:
    """Make the reserve when there is room for it. A disk that refuses has none."""
    try:
        free = os.statvfs(folder)
        if is_there(folder) or free.f_bavail * free.f_frsize < SIZE + ROOM:
            return
        draft = _file(folder).with_suffix(".part")
        with draft.open("wb") as new:
            os.posix_fallocate(new.fileno(), 0, SIZE)
        draft.rename(_file(folder))
    except OSError:
        _file(folder).with_suffix(".part").unlink(missing_ok=True)


def release(folder: Path) -> bool:
    """Give the room to the database; whether there was any."""
    try:
        _file(folder).unlink()
    except OSError:
        return False
    return True


def is_there(folder: Path) -> bool:
    return _file(folder).exists()


def _file(folder: Path) -> Path:
    return folder / "reserve"
