"""A ratio of two costs: blocks in the order A B B A, computing time, the median with an interval."""

import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

Act = Callable[[], object]
Clock = Callable[[], float]  # computing time until now, in seconds


@dataclass
class Ratio:
    """How many times as much A costs as B; `low` and `high` hold the median with 90 % confidence."""

    blocks: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.blocks)

    @property
    def raw(self) -> object:
        """What was measured, for whoever wants to reckon again."""
        return self.blocks

    def interval(self) -> tuple[float, float]:
        """By drawing the blocks again, with the same luck each time."""
        luck = random.Random(1)
        drawn = sorted(statistics.median(luck.choices(self.blocks, k=len(self.blocks))) for _ in range(2000))
        return drawn[100], drawn[1899]

    def verdict(self, target: float | None) -> str:
        if target is None:
            return "no target"
        low, high = self.interval()
        return "pass" if high <= target else "fail" if low > target else "unclear"


@dataclass
class Tails(Ratio):
    """How many times as long the slowest twentieth waited at A as at B; both ran for a while, and not in blocks."""

    a: list[float] = field(default_factory=list)  # seconds
    b: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return p95(self.a) / p95(self.b)

    @property
    def raw(self) -> object:
        return {"a": self.a, "b": self.b}

    def interval(self) -> tuple[float, float]:
        luck = random.Random(1)
        drawn = sorted(
            p95(luck.choices(self.a, k=len(self.a))) / p95(luck.choices(self.b, k=len(self.b))) for _ in range(1000)
        )
        return drawn[50], drawn[949]


def p95(waits: list[float]) -> float:
    """What nineteen of twenty waited at most."""
    return sorted(waits)[int(0.95 * (len(waits) - 1))]


def one(value: float) -> Ratio:
    """A ratio of two things that are counted, not timed: the same whenever one looks."""
    return Ratio([value])


def compare(a: Act, b: Act, clock: Clock, *, blocks: int = 9, seconds: float = 0.15, tries: int = 3) -> Ratio:
    """Measure A against B. Each half of a block takes about `seconds` of computing; both are called once before, and
    then `tries` times to see how often that is."""
    counts = {}
    for act in (a, b):
        act()
        counts[act] = max(1, round(seconds / max(_cost(act, tries, clock) / tries, 1e-6)))
    ratio = Ratio()
    for _block in range(blocks):
        first, second, third, fourth = (_cost(act, counts[act], clock) / counts[act] for act in (a, b, b, a))
        ratio.blocks.append((first + fourth) / (second + third))
    return ratio


def _cost(act: Act, times: int, clock: Clock) -> float:
    begin = clock()
    for _ in range(times):
        act()
    return clock() - begin
