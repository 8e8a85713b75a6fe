"""The page of a series; its order changed, a meeting taken out of it or added to it."""

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.items.saving import NotSaved, is_first_time, save_item
from hgw.request import Request
from hgw.rows import as_id
from meetings.about import about, with_students
from meetings.models import Meeting, MeetingSeries
from meetings.permissions import can_manage, get_meeting
from students.models import SchoolYear

MOVABLE = (Meeting.Status.PLANNED, Meeting.Status.PREPARING)


@require_safe
def series(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The meetings of an afternoon in their order, as far as this user reads them; which one is next."""
    return _page(request, pk)


@require_POST
def series_move(request: Request, pk: uuid.UUID, meeting_pk: uuid.UUID) -> HttpResponse:
    """Have a meeting change times with the one before it or after it (coordinators)."""
    meeting = _of_series(request, pk, meeting_pk)
    rows, step = _rows(request, pk), -1 if request.POST.get("direction") == "up" else 1
    here = [row.pk for row in rows].index(meeting.pk)
    other = rows[here + step] if 0 <= here + step < len(rows) else None
    if not _first(request, pk, meeting_pk):
        return _back(pk, meeting)
    if other is None or request.POST.get("order") != _order(rows) or not {meeting.status, other.status} <= {*MOVABLE}:
        return _page(request, pk, refusal=_("The order was changed meanwhile. Look, and choose again."), status=409)
    slots = {row.pk: {"date": row.date, "start": row.start, "end": row.end} for row in (meeting, other)}
    try:
        for row in sorted((meeting, other), key=lambda one: one.pk):  # always in this order: two at once do not block
            there = slots[other.pk if row == meeting else meeting.pk]
            save_item(row, there, by=request.user, base_version=row.version, key=uuid.uuid4())
    except NotSaved:
        return _page(request, pk, refusal=_("The order was changed meanwhile. Look, and choose again."), status=409)
    return _back(pk, meeting)


@require_POST
def series_leave(request: Request, pk: uuid.UUID, meeting_pk: uuid.UUID) -> HttpResponse:
    """Take a meeting out of its series; it keeps its day and its time (coordinators)."""
    meeting = get_meeting(request, meeting_pk, may=can_manage)
    if meeting.series_id == pk and meeting.is_open:
        save_item(meeting, {"series": None}, by=request.user, base_version=meeting.version, key=uuid.uuid4())
    return redirect("meeting", meeting_pk)


@require_POST
def series_add(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Add a planned meeting to a series: it comes after the last one, on the day of the series (coordinators)."""
    rows = _rows(request, pk)
    if not can_manage(request.user, rows[0]):
        raise PermissionDenied
    wanted = as_id(request.POST.get("meeting"))
    if any(row.pk == wanted for row in rows):  # a second click
        return redirect("series", pk)
    meeting = next((row for row in _to_add(request, rows[0].series) if row.pk == wanted), None)
    if meeting is None:
        return _page(request, pk, refusal=_("Choose a meeting from the list."), status=422)
    day = rows[-1].date
    changes = {"series": rows[0].series, "date": day, "school_year": SchoolYear.around(meeting.school, day)}
    changes |= _after(rows[-1], meeting)
    try:
        save_item(meeting, changes, by=request.user, base_version=meeting.version, key=uuid.uuid4())
    except NotSaved:
        return _page(request, pk, refusal=_("This meeting was changed meanwhile. Choose again."), status=409)
    return _back(pk, meeting)


def _rows(request: Request, pk: uuid.UUID) -> list[Any]:
    """The meetings of the series that this user reads, in their order; 404 when there is none."""
    rows: Any = Meeting.objects.visible_to(request.user).filter(series=pk).select_related("group", "series")
    rows = list(rows.prefetch_related(*with_students()).order_by("date", "start", "created_at"))
    if not rows:
        raise Http404
    return rows


def _order(rows: list[Any]) -> str:
    """The order that somebody saw, and the version of each meeting in it."""
    text = " ".join(f"{row.pk}:{row.version}" for row in rows)
    return uuid.uuid5(uuid.NAMESPACE_OID, text).hex


def _of_series(request: Request, pk: uuid.UUID, meeting_pk: uuid.UUID) -> Meeting:
    meeting = get_meeting(request, meeting_pk, may=can_manage)
    if meeting.series_id != pk:
        raise Http404
    return meeting


def _first(request: Request, pk: uuid.UUID, meeting_pk: uuid.UUID) -> bool:
    """Whether this very button was not pressed before."""
    key = as_id(request.POST.get("key"))
    if key is None:
        raise Http404
    sent = [str(pk), str(meeting_pk), request.POST.get("direction"), request.POST.get("order")]
    return is_first_time(key, sent, by=request.user)


def _to_add(request: Request, found: MeetingSeries) -> list[Any]:
    """Planned meetings of this school that stand in no series."""
    rows: Any = Meeting.objects.allowed(request.user, "manage").filter(school=found.school_id, series=None)
    rows = rows.exclude(previous_meeting__date__gte=found.date)  # what follows another meeting does not come before it
    rows = rows.filter(status__in=MOVABLE).select_related("group").prefetch_related(*with_students())
    return list(rows.order_by("date", "start", "created_at"))


def _after(last: Meeting, meeting: Meeting) -> dict[str, Any]:
    """From when until when a meeting lasts that comes after the last one; its own times when the last has none."""
    if last.end is None or last.start is None:
        return {}
    day = last.date
    begin = datetime.datetime.combine(day, last.end)
    since, until = (meeting.start, meeting.end) if meeting.start and meeting.end else (last.start, last.end)
    end = begin + (datetime.datetime.combine(day, until) - datetime.datetime.combine(day, since))
    return {"start": begin.time(), "end": end.time()} if end.date() == day else {}


def _back(pk: uuid.UUID, meeting: Meeting) -> HttpResponse:
    return redirect(f"{reverse('series', args=(pk,))}#meeting-{meeting.pk}")


def _page(request: Request, pk: uuid.UUID, *, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = _rows(request, pk)
    looked(request, Action.SERIES_OPENED, school=rows[0].school_id, object=pk)
    waiting = [row for row in rows if row.is_open]
    mine = set(Meeting.objects.allowed(request.user, "manage").filter(series=pk).values_list("pk", flat=True))
    context = {
        "series": rows[0].series,
        "lines": [(row, about(row)) for row in rows],
        "next": waiting[0] if waiting else None,
        "movable": {row.pk for row in rows if row.pk in mine and row.status in MOVABLE},
        "order": _order(rows),
        "to_add": [(row, about(row)) for row in _to_add(request, rows[0].series)] if mine else [],
        "refusal": refusal,
    }
    return render_page(request, "meetings/series.html", context, status=status)
