"""The application that the workers serve: the product as it is, in a world where a test can let something happen.

A test puts a file into the folder `failpoints` of the data folder. It works once, for whichever request comes first.
"""

import datetime
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

FAILPOINTS = Path(os.environ["HGW_DATA"], "failpoints")
DIE_AFTER_COMMIT, WAIT = "die-after-commit", "wait"
CLOCK = "FAULT_CLOCK"  # seconds that the clock of this server is ahead

if ahead := float(os.environ.get(CLOCK, "0")):
    right_now = timezone.now

    def now() -> datetime.datetime:
        return right_now() + datetime.timedelta(seconds=ahead)

    timezone.now = now  # before the models are read, which keep it as a default

from hgw.wsgi import application as product  # noqa: E402


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    saves = environ["REQUEST_METHOD"] == "POST"
    if saves and (seconds := _take(WAIT)):
        time.sleep(float(seconds))
    answer = product(environ, start_response)  # once it is back, the transaction is over
    if saves and _take(DIE_AFTER_COMMIT):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _take(name: str) -> str:
    """What stands in the file of this name, which is gone now; '' when there is none."""
    mine = FAILPOINTS / f"{name}.{os.getpid()}"
    try:
        (FAILPOINTS / name).rename(mine)
    except FileNotFoundError:
        return ""
    text = mine.read_text()
    mine.unlink()
    return text
