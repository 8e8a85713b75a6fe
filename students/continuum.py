"""How much support the students of a school have now, phase by phase: counts beside indicative ranges, no judgement."""

import re
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.formats import number_format

from hgw.access import HOLDS, matrix
from hgw.accounts.models import User
from students.models import Enrollment, Phase, PhaseRecord
from students.statistics import FEWEST, phases_in_use

WIDTH = 400  # of the drawing


@dataclass(frozen=True)
class Share:
    """One phase: how many students, and where that stands in the drawing (numbers as text, for attributes)."""

    name: str
    number: int
    students: int
    percent: str
    guide: str  # the indicative range in words, empty when there is none
    bar: str
    guide_x: str
    guide_width: str
    y: int


@dataclass(frozen=True)
class Continuum:
    """A school today, each student counted at the widest support that runs; and how many moved this month."""

    school: str
    students: int
    shares: list[Share]
    less: int
    more: int

    @property
    def height(self) -> int:
        return 56 * len(self.shares) + 22


def whole_schools(user: User, what: str) -> set[uuid.UUID]:
    """The schools at which this user reads every `what` of the access matrix (what is confidential apart)."""
    cells = matrix()[what].cells
    return {
        school
        for role, school in user.roles
        if any("read" in HOLDS[entry.act] and not entry.conditions for entry in cells.get(role, ()))
    }


def continuums(user: User) -> list[Continuum]:
    """The schools whose numbers this user reads, by name; one with fewer than five students is left out: a share would tell of one."""
    schools = {s for s in whole_schools(user, "statistics") if user.listed_school in (None, s)}
    if not schools:
        return []
    sitting = Enrollment.objects.on().filter(class_group__school__in=schools)
    totals = sitting.values("class_group__school", "class_group__school__name").annotate(
        n=Count("student", distinct=True)
    )
    records = PhaseRecord.objects.visible_to(user).filter(school__in=schools, student__in=sitting.values("student"))
    widest: dict[uuid.UUID, Counter[int]] = {school: Counter() for school in schools}
    by_student = records.current().order_by().values("school", "student").annotate(number=Max("phase__number"))
    for row in by_student:
        widest[row["school"]][row["number"]] += 1
    moved = _moved_this_month(records)
    phases = phases_in_use()
    return [
        _continuum(row["class_group__school__name"], row["n"], widest[school], phases, moved.get(school, {}))
        for row in totals.order_by("class_group__school__name")
        if (school := row["class_group__school"]) and row["n"] >= FEWEST
    ]


def _moved_this_month(records: Iterable[PhaseRecord]) -> dict[uuid.UUID, dict[str, int]]:
    today = timezone.localdate()
    month = records.filter(since__gte=today.replace(day=1), since__lte=today)  # type: ignore[attr-defined]  # a queryset
    found: dict[uuid.UUID, dict[str, int]] = {}
    for row in month.order_by().values("school", "direction").annotate(n=Count("student", distinct=True)):
        found.setdefault(row["school"], {})[row["direction"]] = row["n"]
    return found


def _continuum(school: str, total: int, widest: Counter[int], phases: list[Phase], moved: dict[str, int]) -> Continuum:
    beyond_first = {phase.number: widest[phase.number] for phase in phases[1:]}
    counts = {phases[0].number: total - sum(beyond_first.values())} | beyond_first
    shares = [_share(phase, counts[phase.number], total, n) for n, phase in enumerate(phases)]
    return Continuum(school, total, shares, moved.get("down", 0), moved.get("up", 0))


def _share(phase: Phase, students: int, total: int, n: int) -> Share:
    ends = [int(end) for end in re.findall(r"\d+", phase.share)]
    low, high = ends if len(ends) == 2 else (0, 0)
    return Share(
        name=str(phase), number=phase.number, students=students, percent=number_format(100 * students / total, 1),
        guide=phase.share if high else "", bar=f"{WIDTH * students / total:.1f}", guide_x=f"{WIDTH * low / 100:.1f}",
        guide_width=f"{WIDTH * (high - low) / 100:.1f}", y=56 * n,
    )  # fmt: skip
