"""The drawing of step 3: three territories, a mark per trait, an arrow per link. Its twin is the list beside it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from meetings.models import Domain

# Territory: left edge, top edge, width, height, in the units of a drawing of 360 by 262.
LANDS = {Domain.LL: (28, 28, 304, 104), Domain.OLS: (28, 138, 149, 108), Domain.OPV: (183, 138, 149, 108)}
NAMES = {Domain.LL: (180, 20), Domain.OLS: (102, 259), Domain.OPV: (258, 259)}


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    factor: Any

    @property
    def diamond(self) -> str:
        """Corners of the open diamond of a risk."""
        return f"{self.x},{self.y - 15} {self.x + 15},{self.y} {self.x},{self.y + 15} {self.x - 15},{self.y}"

    @property
    def text_y(self) -> float:
        """The line on which the letter stands."""
        return self.y + 4.5


@dataclass(frozen=True)
class Arrow:
    x1: int
    y1: int
    x2: int
    y2: int
    link: Any


def draw(factors: list[Any], links: list[Any], whom: str) -> dict[str, Any]:
    """Place each trait in its territory, in rows, and each arrow between two marks, ending beside them."""
    placed: dict[str, list[Any]] = defaultdict(list)
    for factor in factors:
        placed[factor.domain].append(factor)
    marks = {}
    for domain, members in placed.items():
        left, top, width, height = LANDS[Domain(domain)]
        columns = max(1, min(len(members), width // 44))
        rows = -(-len(members) // columns)
        for n, factor in enumerate(members):
            row, column = divmod(n, columns)
            shift = 10 if row % 2 else 0  # so that arrows within a row do not run through a mark
            x = left + (2 * column + 1) * width // (2 * columns) + shift
            marks[factor.pk] = Mark(x, top + (2 * row + 1) * height // (2 * rows), factor)
    arrows = [_arrow(marks[link.tail.pk], marks[link.head.pk], link) for link in links]
    return {
        "marks": list(marks.values()),
        "arrows": arrows,
        "lands": [(domain, *box) for domain, box in LANDS.items()],
        "names": [(whom if domain == Domain.LL else domain.label, *at) for domain, at in NAMES.items()],
    }


def _arrow(tail: Mark, head: Mark, link: Any) -> Arrow:
    dx, dy = head.x - tail.x, head.y - tail.y
    length = max((dx * dx + dy * dy) ** 0.5, 1)
    ux, uy = 19 * dx / length, 19 * dy / length
    return Arrow(round(tail.x + ux), round(tail.y + uy), round(head.x - ux), round(head.y - uy), link)
