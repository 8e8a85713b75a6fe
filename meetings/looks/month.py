"""A month of the trace of one school: who looked at what, what stands out, what was printed or taken along, who was refused."""

import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from hgw.access import ALWAYS, grounds
from hgw.accounts.models import Role, School, User
from hgw.audit.models import Action, Entry, record
from meetings.looks.circle import own_students
from meetings.looks.reading import OPENED, TAKEN_ALONG, Names, before, bounds, in_words
from meetings.models import Meeting, Plan
from students.models import EmergencyAccess, Student

MANY = 10  # students in one day: more than two afternoons of meetings ask for
NIGHT = (22, 6)  # hours, in the time of the school: from, until


@dataclass
class Looker:
    """Somebody who looked: at which students on how many days, and what of it stands out."""

    name: str
    students: dict[str, int] = field(default_factory=dict)
    days: set[datetime.date] = field(default_factory=set)
    outside: dict[str, int] = field(default_factory=dict)  # students whom the work did not bring along
    busy: list[tuple[datetime.date, int]] = field(default_factory=list)
    nights: list[datetime.date] = field(default_factory=list)

    @property
    def times(self) -> int:
        return sum(self.students.values())

    @property
    def stands_out(self) -> bool:
        return bool(self.outside or self.busy or self.nights)


@dataclass(frozen=True)
class Taken:
    """A print, or a case that was taken along as a file."""

    at: datetime.datetime
    who: str
    student: str
    what: str


@dataclass(frozen=True)
class Opened:
    """A file that was opened in need, and what was looked at in that time, each thing with how often."""

    row: EmergencyAccess
    looks: dict[str, int]


@dataclass(frozen=True)
class Shared:
    """A seat at the table for a colleague beyond the care team: who gave it, to whom, in which role, about which student."""

    at: datetime.datetime
    who: str
    whom: str
    role: str
    student: str


@dataclass(frozen=True)
class Month:
    """What there is to review; first of all, whose file was opened in need, and with whom one was shared further."""

    emergencies: list[Opened]
    shared: list[Shared]
    lookers: list[Looker]
    taken: list[Taken]
    refused: list[tuple[str, int]]
    reviewed: list[tuple[datetime.datetime, str]]

    @property
    def waits(self) -> bool:
        """Whether something was opened in need that nobody looked at yet: such a month is not reviewed."""
        return any(one.row.reviewed_at is None for one in self.emergencies)

    @property
    def outliers(self) -> list[Looker]:
        return [one for one in self.lookers if one.stands_out]


def month_of_school(school: School, month: datetime.date) -> Month:
    """Read one month of the trace of a school."""
    start, end = bounds(month)
    entries = Entry.objects.filter(school=school.pk, at__gte=start, at__lt=end)
    looks = list(
        entries.filter(action__in=OPENED).exclude(student=None).order_by("pk").values_list("at", "who", "student")
    )
    taken = list(
        entries.filter(action__in=TAKEN_ALONG).order_by("-pk").values_list("at", "who", "student", "action", "detail")
    )
    shared = list(
        entries.filter(action=Action.FILE_SHARED)
        .order_by("-pk")
        .values_list("at", "who", "object", "detail", "student")
    )
    refused = _refused(school, start, end)
    reviewed = list(
        Entry.objects.filter(action=Action.TRACE_REVIEWED, object=school.pk, detail=f"{month:%Y-%m}")
        .order_by("pk").values_list("at", "who")
    )  # fmt: skip
    names = Names(
        {
            *(who for _at, who, _student in looks),
            *(who for _at, who, *_more in taken),
            *(who for _at, who in reviewed),
            *(who for who, _times in refused),
            *(pk for _at, *pair, _role, _student in shared for pk in pair),
        },
        [
            *(student for _at, _who, student in looks),
            *(student for _at, _who, student, *_more in taken),
            *(student for *_more, student in shared),
        ],
    )
    return Month(
        emergencies=[_opened(row) for row in _emergencies(school, start, end)],
        shared=[
            Shared(at, names.of(who), names.of(whom), str(Role(role).label), names.of(student))
            for at, who, whom, role, student in shared
        ],
        lookers=_lookers(looks, own_students(school.pk, month), names),
        taken=[
            Taken(at, names.of(who), names.of(student) if student else "", in_words(action, detail))
            for at, who, student, action, detail in taken
        ],
        refused=[(names.of(who), times) for who, times in refused],
        reviewed=[(at, names.of(who)) for at, who in reviewed],
    )


def _emergencies(school: School, start: datetime.datetime, end: datetime.datetime) -> Any:
    """Those that wait for a word first, then the newest."""
    rows = EmergencyAccess.objects.filter(school=school, since__gte=start, since__lt=end)
    return rows.select_related("user", "student", "reviewed_by").order_by(
        F("reviewed_at").asc(nulls_first=True), "-since"
    )


def _opened(row: EmergencyAccess) -> Opened:
    mine = Entry.objects.filter(student=row.student_id, who=row.user_id, at__gte=row.since, at__lte=row.ended)
    looks: dict[str, int] = {}
    for action, detail in mine.filter(action__in=OPENED).order_by("pk").values_list("action", "detail"):
        words = in_words(action, detail)
        looks[words] = looks.get(words, 0) + 1
    return Opened(row, looks)


def _lookers(
    looks: list[tuple[datetime.datetime, uuid.UUID | None, uuid.UUID | None]],
    own: set[tuple[uuid.UUID | None, uuid.UUID | None]],
    names: Names,
) -> list[Looker]:
    found: dict[uuid.UUID | None, Looker] = {}
    by_day: dict[tuple[uuid.UUID | None, datetime.date], set[uuid.UUID | None]] = defaultdict(set)
    for at, who, student in looks:
        one = found.setdefault(who, Looker(names.of(who)))
        local, whom = timezone.localtime(at), names.of(student)
        one.students[whom] = one.students.get(whom, 0) + 1
        one.days.add(local.date())
        by_day[who, local.date()].add(student)
        if (who, student) not in own:
            one.outside[whom] = one.outside.get(whom, 0) + 1
        if (local.hour >= NIGHT[0] or local.hour < NIGHT[1]) and local.date() not in one.nights:
            one.nights.append(local.date())
    for (who, day), students in sorted(by_day.items(), key=lambda item: item[0][1]):
        if len(students) > MANY:
            found[who].busy.append((day, len(students)))
    return sorted(found.values(), key=lambda one: one.name)


def _refused(school: School, start: datetime.datetime, end: datetime.datetime) -> list[tuple[uuid.UUID, int]]:
    """Who asked for something of this school that was not theirs, a file in need among it, and how often."""
    here = Q(object__in=Student.objects.filter(school=school).values("pk"))
    for model in (Meeting, Plan):
        here |= Q(object__in=model._base_manager.filter(school=school).values("pk"))
    asked = Q(here | Q(object=school.pk), action=Action.REFUSED)
    asked |= Q(action=Action.EMERGENCY_REFUSED, school=school.pk)
    rows = Entry.objects.filter(asked, at__gte=start, at__lt=end)
    times = rows.exclude(who=None).order_by().values("who").annotate(times=Count("pk"))
    return [(row["who"], row["times"]) for row in times.order_by("-times") if row["who"]]


def confirm(school: School, month: datetime.date, *, by: User) -> None:
    """Write down that somebody reviewed this month; once a person."""
    facts = {"school": school.pk, "object": school.pk, "detail": f"{month:%Y-%m}"}
    if not Entry.objects.filter(action=Action.TRACE_REVIEWED, who=by.pk, **facts).exists():
        record(Action.TRACE_REVIEWED, who=by, **facts)


def to_review(user: User) -> list[tuple[uuid.UUID, datetime.date]]:
    """The schools whose last month this user may review and nobody did, where anybody looked at anything then."""
    schools = [pk for pk, own in grounds(user, "read", "audit").items() if ALWAYS in own]
    if not schools:
        return []
    month = before(timezone.localdate().replace(day=1))
    start, end = bounds(month)
    done = Entry.objects.filter(action=Action.TRACE_REVIEWED, object__in=schools, detail=f"{month:%Y-%m}")
    open_ones = set(schools) - set(done.values_list("object", flat=True))
    return [
        (pk, month)
        for pk in schools
        if pk in open_ones and Entry.objects.filter(school=pk, at__gte=start, at__lt=end, action__in=OPENED).exists()
    ]
