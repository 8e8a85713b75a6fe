"""Processes that end with the one that started them, however that ended: `kill -9` too. Linux tells a child; elsewhere the
children notice it by themselves, later."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of prctl(2): the signal that comes when the parent is gone
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def end_with(parent: int) -> None:
    """Called in the child: let it be asked to end, as by SIGTERM, once this parent is gone; at once if it is already."""
    if _prctl is None:
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
