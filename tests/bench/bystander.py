"""Whether the machine was itself while something was timed: bystanders with work of their own that is always the same.

One on each core does a millisecond of work a hundred times a second and counts what the processor took for it: time that
passes while others have their turn does not count. One asks the disk twenty times a second to keep four kilobytes. Where a
machine is lent out by the slice, these take many times as long at some moments, though nothing else runs, and then whatever
is timed there says nothing of what was built. `python -m tests.bench.bystander CORE|disk`: SIGTERM ends it, and it writes those moments.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

ROOT = Path(__file__).resolve().parents[2]
SLOWER = {"processor": 3.0, "disk": 25.0}  # so many times as long as it mostly takes
EVERY = {"processor": 0.01, "disk": 0.05}  # seconds between one bit of work and the next
NEAR = 0.01  # seconds on both sides of such a bit of work: it is not always the first to feel it


class Moments:
    """When the machine was not itself, as (begin, end) by the clock of the machine that never goes back."""

    def __init__(self) -> None:
        self.slow: list[tuple[float, float]] = []

    def touch(self, begin: float, end: float) -> bool:
        """Whether some of it lies in this span of time."""
        return any(first < end and begin < last for first, last in self.slow)


@contextmanager
def bystanders() -> Iterator[Moments]:
    """Have one on each core and one at the disk. What it yields is filled when the block ends."""
    moments = Moments()
    places = [*map(str, sorted(os.sched_getaffinity(0))), "disk"]
    running = [
        subprocess.Popen([sys.executable, "-m", "tests.bench.bystander", place], cwd=ROOT, text=True, stdout=PIPE)
        for place in places
    ]
    try:
        yield moments
    finally:
        for one in running:
            one.terminate()
        for one in running:
            out, _err = one.communicate(timeout=20)
            moments.slow += [(begin, end) for begin, end in json.loads(out)]


def _of_processor(core: int) -> Callable[[], float]:
    os.sched_setaffinity(0, {core})

    def work() -> float:
        begin, total = time.process_time(), 0
        for number in range(8_000):
            total += number * number
        return time.process_time() - begin

    return work


def _of_disk() -> Callable[[], float]:
    file, _name = tempfile.mkstemp(dir=os.environ.get("HGW_DATA"))

    def work() -> float:
        os.pwrite(file, os.urandom(4096), 0)
        begin = time.monotonic()
        os.fsync(file)
        return time.monotonic() - begin

    return work


def main() -> None:
    place, ended = sys.argv[1], list[int]()
    signal.signal(signal.SIGTERM, lambda number, _frame: ended.append(number))
    kind = "disk" if place == "disk" else "processor"
    work = _of_disk() if place == "disk" else _of_processor(int(place))
    seen: list[tuple[float, float, float]] = []
    while not ended:
        begin = time.monotonic()
        seen.append((work(), begin, time.monotonic()))
        time.sleep(EVERY[kind])
    limit = SLOWER[kind] * statistics.median(took for took, _begin, _end in seen)
    json.dump([(begin - NEAR, end + NEAR) for took, begin, end in seen if took > limit], sys.stdout)


if __name__ == "__main__":
    main()
