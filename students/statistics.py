"""How many students of a school have which support today, level by level, for whoever may know no single student.

A number below five says something about a few children whom somebody may know, so it is held back; and so is what it could
be worked out from: a row adds up to the students of its level, whom anybody can count, and a column to the whole school.
"""

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from hgw.accounts.models import Level, School
from students.models import Enrollment, Phase, PhaseRecord

FEWEST = 5
Place = tuple[int, int]  # row and column
Line = list[tuple[Place, int]]  # places, each counted once (1) or taken away (-1)


@dataclass(frozen=True)
class Cell:
    """A number, or that it is one of fewer than five, or (neither) that it is held back because of another one."""

    students: int | None
    is_small: bool = False


@dataclass(frozen=True)
class Statistics:
    """A table: the phases over the columns, a level in each row, the whole school in the last one."""

    students: int
    phases: list[str]
    rows: list[tuple[str, list[Cell]]]  # the name of the level, empty for the whole school

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, Cell]]]]:
        """The rows, with the phase beside each number."""
        return [(name, list(zip(self.phases, cells, strict=True))) for name, cells in self.rows]

    @property
    def holds_back(self) -> bool:
        return any(cell.students is None for _name, cells in self.rows for cell in cells)


def statistics_of(school: School, *, exact: bool) -> Statistics | None:
    """The table of today; None where no number can be shown. `exact`: for who reads these students one by one anyway."""
    phases = phases_in_use()
    levels = _levels(school)
    if len(levels) < FEWEST:
        return None
    widest, first = _widest(school, phases), phases[0].number
    counted = Counter((level, widest.get(student, first)) for student, level in levels.items())
    names = [(value, label) for value, label in Level.choices if value in levels.values()]
    rows = [[counted[value, phase.number] for phase in phases] for value, _label in names]
    titles = [str(label) for _value, label in names] + [""] * (len(rows) > 1)
    numbers = rows + [[sum(column) for column in zip(*rows, strict=True)]] * (len(rows) > 1)
    hidden = set() if exact else held_back(numbers)
    if hidden is None:
        return None
    cells = [
        [Cell(None, number < FEWEST) if (r, c) in hidden else Cell(number) for c, number in enumerate(row)]
        for r, row in enumerate(numbers)
    ]
    return Statistics(len(levels), [str(phase) for phase in phases], list(zip(titles, cells, strict=True)))


def phases_in_use() -> list[Phase]:
    """The phases of today, the widest last."""
    today = timezone.localdate()
    return [phase for phase in Phase.objects.all() if phase.valid_until is None or phase.valid_until > today]


def _levels(school: School) -> dict[uuid.UUID, str]:
    """The level of each student who sits in a class of this school today; who sits in two counts once."""
    sitting = Enrollment.objects.on().filter(class_group__school=school).order_by("class_group__level")
    return dict(sitting.values_list("student", "class_group__level"))


def _widest(school: School, phases: list[Phase]) -> dict[uuid.UUID, int]:
    """The widest support that runs today, of each student for whom any was written down."""
    records = PhaseRecord.objects.filter(school=school, phase__in=phases).current().order_by()
    return dict(records.values_list("student").annotate(widest=Max("phase__number")))


def held_back(numbers: list[list[int]]) -> set[Place] | None:
    """The places whose number is not shown, so that none below five can be known; None when no choice is safe.

    The last of several rows is the sum of the others. Whoever reads the table knows what is shown, that what is marked as
    small is below five and the rest is not, and how many students a row has. As long as that tells a small number, the
    smallest other number without which less is told is held back too.
    """
    hidden = {place for place, number in _places(numbers) if number < FEWEST}
    while told := _told(numbers, hidden):
        shown = [
            (_is_whole(numbers, place), number, place) for place, number in _places(numbers) if place not in hidden
        ]
        if not shown:
            return None
        places = [place for _of_school, _number, place in sorted(shown)]
        helping = (place for place in places if len(_told(numbers, hidden | {place})) < len(told))
        hidden.add(next(helping, places[0]))
    return hidden


def _is_whole(numbers: list[list[int]], place: Place) -> bool:
    """Whether this is of the whole school: what one wants to know most."""
    return len(numbers) > 1 and place[0] == len(numbers) - 1


def _places(numbers: list[list[int]]) -> Iterator[tuple[Place, int]]:
    for row, line in enumerate(numbers):
        for column, number in enumerate(line):
            yield (row, column), number


def _told(numbers: list[list[int]], hidden: set[Place]) -> list[Place]:
    """The small ones that can only be one number."""
    ends = {place: _ends(number, sum(numbers[place[0]]), place in hidden) for place, number in _places(numbers)}
    sums = [([((row, column), 1) for column in range(len(line))], sum(line)) for row, line in enumerate(numbers)]
    last = len(numbers) - 1
    if last:
        columns = range(len(numbers[0]))
        sums += [([((row, c), -1 if row == last else 1) for row in range(last + 1)], 0) for c in columns]
    while any([_narrow(ends, line, total) for line, total in sums]):  # each of them, then all again
        pass
    return [place for place, number in _places(numbers) if number < FEWEST and len(set(ends[place])) == 1]


def _ends(number: int, most: int, is_hidden: bool) -> tuple[int, int]:
    """Between what one who reads the table places this number."""
    if not is_hidden:
        return number, number
    return (0, min(FEWEST - 1, most)) if number < FEWEST else (FEWEST, most)


def _narrow(ends: dict[Place, tuple[int, int]], line: Line, total: int) -> bool:
    """Bring the ends together by what this line adds up to; whether that changed any."""
    before = [ends[place] for place, _sign in line]
    for place, sign in line:
        others = [sorted((s * ends[other][0], s * ends[other][1])) for other, s in line if other != place]
        least, most = total - sum(high for _low, high in others), total - sum(low for low, _high in others)
        least, most = sorted((sign * least, sign * most))
        ends[place] = max(ends[place][0], least), min(ends[place][1], most)
    return before != [ends[place] for place, _sign in line]
