"""The write queue of a SQLite file: one writer at a time among all threads and processes, whoever came first goes first.

SQLite itself lets the others sleep and ask again, which is no queue: with ten writers one of them may wait a hundred
times longer than the rest. Here the kernel wakes the next one. A lock on a file beside the database is the queue: it
is given back by the kernel when a process dies, and a program that a process starts does not inherit it.
"""

import fcntl
import os
import threading


def join(file: str, patience: float) -> int | None:
    """Wait for the turn and return it; None when it did not come within `patience` seconds."""
    # A new description for each turn: one that is shared, by threads or after a fork, would lock nobody out.
    turn = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return turn if _waited(turn, patience) else None
    except BaseException:
        os.close(turn)
        raise
    return turn


def leave(turn: int) -> None:
    """Give the turn back. Unlocked before it is closed: a child of a fork may have a copy of it."""
    fcntl.flock(turn, fcntl.LOCK_UN)
    os.close(turn)


def _waited(turn: int, patience: float) -> bool:
    """Whether the turn came in time. The kernel's own queue knows no time limit, so a thread stands in it for us."""
    guard, came = threading.Lock(), threading.Event()
    gave_up = False

    def stand() -> None:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with guard:
            came.set()
            if gave_up:
                leave(turn)

    threading.Thread(target=stand, daemon=True).start()
    try:
        came.wait(patience)
    finally:
        with guard:
            gave_up = not came.is_set()
    return not gave_up
