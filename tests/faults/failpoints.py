"""What a test can let happen inside the server: each is a file in the data folder that works once, but for `FULL`.

Whichever request that saves comes first takes it. Known to the application that only the tests serve.
"""

import os
from pathlib import Path

FOLDER = Path(os.environ["HGW_DATA"], "failpoints")
DIE_AFTER_COMMIT, WAIT = "die-after-commit", "wait"
FULL = "full"  # stays: as long as it is there, the SQLite file may not grow
CLOCK = "FAULT_CLOCK"  # a setting: seconds that the clock of a server is ahead


def arm(name: str, text: str = "1") -> None:
    """Let something happen to the save that comes next."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / name).write_text(text)


def disarm(name: str) -> None:
    (FOLDER / name).unlink()


def is_armed(name: str) -> bool:
    return (FOLDER / name).exists()


def take(name: str) -> str:
    """What was armed under this name, for whoever is first; '' when nothing is."""
    mine = FOLDER / f"{name}.{os.getpid()}"
    try:
        (FOLDER / name).rename(mine)
    except FileNotFoundError:
        return ""
    text = mine.read_text()
    mine.unlink()
    return text
