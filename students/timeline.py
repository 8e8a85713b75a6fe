"""The drawing of a student's phases over time: a band per phase that runs, a line up and down, and nothing computed in it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format

from students.models.phases import Phase, PhaseRecord

LEFT, WIDTH, TOP, LANE = 152, 604, 20, 36


@dataclass(frozen=True)
class Lane:
    name: str
    y: int
    text_y: int
    is_odd: bool


@dataclass(frozen=True)
class Band:
    """A phase that ran between two days. Support adds up: under a higher phase the lower ones run on."""

    number: int
    x: str
    y: int
    width: str


@dataclass(frozen=True)
class Mark:
    x: str
    y: int = 0
    label: str = ""
    anchor: str = "middle"


@dataclass
class Timeline:
    """Everything the template draws, as numbers in the notation of SVG."""

    domain: str
    lanes: list[Lane]
    height: int
    floor: int
    bands: list[Band] = field(default_factory=list)
    months: list[Mark] = field(default_factory=list)
    dots: list[Mark] = field(default_factory=list)
    path: str = ""
    now: str = ""


def timeline(records: Sequence[PhaseRecord], phases: Sequence[Phase], today: datetime.date) -> Timeline:
    """Draw the records of one guidance domain, oldest first, from the start of the first school year to today."""
    number = {phase.code: n for n, phase in enumerate(phases)}
    floor = TOP + LANE * len(phases)
    y_of = {code: TOP + LANE * (len(phases) - 1 - n) for code, n in number.items()}
    first = records[0].since
    start = datetime.date(first.year if first.month >= 9 else first.year - 1, 9, 1)
    end = max(today, start + datetime.timedelta(days=90)) + datetime.timedelta(days=30)

    def x(day: datetime.date) -> str:
        share = (max(start, min(day, end)) - start).days / (end - start).days
        return f"{LEFT + WIDTH * share:.1f}"

    lanes = [Lane(str(p), y_of[p.code], y_of[p.code] + 22, n % 2 == 1) for n, p in enumerate(phases)]
    drawn = Timeline(records[0].get_guidance_domain_display(), lanes, floor + 46, floor, now=x(today))
    for record in records:
        begin, until = x(record.since), x(record.until or today)
        for phase in phases[: number[record.phase_id] + 1]:
            width = f"{max(float(until) - float(begin), 0):.1f}"
            drawn.bands.append(Band(min(number[phase.code], 3), begin, y_of[phase.code] + 6, width))
        middle = y_of[record.phase_id] + LANE // 2
        drawn.path += f"{'V' + str(middle) if drawn.path else f'M{begin} {middle}'}H{until}"
        drawn.dots.append(Mark(begin, middle))
    drawn.months = _months(start, end, x)
    return drawn


def _months(start: datetime.date, end: datetime.date, x: object) -> list[Mark]:
    """September and January of each school year: the two days by which a school counts."""
    days = [datetime.date(year, month, 1) for year in range(start.year, end.year + 1) for month in (1, 9)]
    assert callable(x)
    return [
        Mark(x(day), label=date_format(day, "b Y"), anchor="start" if day == start else "middle")
        for day in days
        if start <= day <= end
    ]
