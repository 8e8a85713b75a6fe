"""How even the machine is: the same piece of plain work again and again, in a process of its own beside what is measured.

`python -m tests.bench.machine SECONDS PIECE` does a piece of about PIECE seconds five times a second, and prints how much
longer the longest took than the one in the middle. On a machine of its own that is little more than 1; where others use
the same processors, a piece may take several times as long now and then, and so may whatever is measured.
"""

import gc
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EVERY = 0.2  # seconds from one piece to the next


def start(seconds: float, piece: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.bench.machine", str(seconds), str(piece)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)


def finish(running: "subprocess.Popen[str]") -> float:
    """How many times the middle one the longest piece took. Raises `RuntimeError` when it did not come to its end."""
    out, _err = running.communicate(timeout=600)
    if running.returncode:
        raise RuntimeError("the plain work came to no end")
    return float(out)


def _work(rounds: int) -> float:
    begin, total = time.perf_counter(), 0
    for number in range(rounds):
        total += number * number
    return time.perf_counter() - begin


def main() -> None:
    gc.disable()
    seconds, piece = float(sys.argv[1]), float(sys.argv[2])
    rounds = round(10_000 * piece / statistics.median(_work(10_000) for _ in range(50)))
    end, took = time.monotonic() + seconds, []
    while time.monotonic() < end:
        took.append(_work(rounds))
        time.sleep(EVERY)
    print(max(took) / statistics.median(took))


if __name__ == "__main__":
    main()
