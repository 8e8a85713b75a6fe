"""The live room: is there anything new, what is it, who is ready, who leads, and the way in from the wall."""

import re
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from hgw.items.saving import NotSaved, save_item
from hgw.request import Request
from meetings import steps
from meetings.looking import has_opened, look
from meetings.permissions import get_meeting
from meetings.room import changes, joining, people, store, ticket
from meetings.room.leading import can_lead, next_chairs
from meetings.room.number import number_of

TAB, PLACE = re.compile(r"[0-9a-f]{1,32}"), re.compile(r"|new|[0-9a-f-]{36}")
NO_STORE = {"Cache-Control": "no-store"}


@login_not_required
@require_safe
def room_poll(request: HttpRequest) -> HttpResponse:
    """Whether there is anything new: one mark, for a ticket. 410 when the ticket grew old, or when the rights of its owner
    changed: ask the meeting itself.

    Answered before the session is read (`meetings/room/middleware.py`), from the store of the room alone.
    """
    try:
        shown = ticket.read(request.headers.get("X-Room", ""))
    except ticket.Expired:
        return HttpResponse(status=410, headers=NO_STORE)
    tab, place = request.GET.get("tab", ""), request.GET.get("at", "")
    if shown is None or not TAB.fullmatch(tab) or not PLACE.fullmatch(place):
        return HttpResponse(status=404, headers=NO_STORE)
    if "gone" in request.GET:
        store.leave(shown.meeting, shown.user, tab)
        return HttpResponse(status=204, headers=NO_STORE)
    room = store.look(shown.meeting, shown.user)
    if room.rights != shown.rights:
        return HttpResponse(status=410, headers=NO_STORE)
    number = number_of(shown.meeting) if room.number is None else room.number
    if number is None:
        return HttpResponse(status=404, headers=NO_STORE)
    place = "" if shown.is_projecting else place
    if store.is_news(room, shown.user, tab, place) and people.is_hidden(place):
        place = ""
    store.greet(room, shown.meeting, shown.user, tab, place)
    return JsonResponse({"mark": ticket.mark(shown.meeting, number, room, asks=shown.user)}, headers=NO_STORE)


@require_safe
def room_changes(request: Request, pk: uuid.UUID, slug: str) -> HttpResponse:
    """What is new on this step for this user, since the state and the moment that the browser knows; a fresh ticket."""
    from meetings.views.steps import step_context

    room = store.look(pk, request.user.pk)  # before the right is asked: what is taken meanwhile counts
    meeting = get_meeting(request, pk)
    step = steps.BY_SLUG.get(slug)
    if step is None:
        raise Http404
    if room.number is not None and room.number != meeting.change_no:
        store.publish(pk, meeting.change_no)
    answer: dict[str, Any] = changes.signs(request, meeting, room)
    answer |= changes.presence(request, meeting, step, room)
    if request.GET.get("state") != answer["state"]:
        if not has_opened(request, pk):  # words leave only for who is known to look
            look(request, meeting)
        since = request.GET.get("since", "")
        context = step_context(request, meeting, step, missing=[])
        new = changes.changes(request, meeting, step, context, int(since) if re.fullmatch(r"[0-9]{1,10}", since) else 0)
        answer |= new | {"parts": answer["parts"] | new["parts"]}
    return JsonResponse(answer)


@require_POST
def room_ready(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that one is ready with the step where the group is, or take that back."""
    meeting = get_meeting(request, pk)
    if not changes.line(request, meeting, meeting.step, store.NOBODY)["takes_part"]:
        raise PermissionDenied
    slug = request.POST.get("step", "")
    if slug == meeting.current_step:  # whoever is slow is not ready with a step that only begins
        store.set_ready(pk, request.user.pk, slug if request.POST.get("ready") == "1" else "")
    return redirect("meeting_step", pk, slug if slug in steps.BY_SLUG else meeting.current_step)


@require_POST
def chair_pass(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Give the chair to somebody at the table, or take it. Kept in the history and in the trace, like any change."""
    meeting = get_meeting(request, pk, may=can_lead)
    person = next((p for p in next_chairs(request.user, meeting) if str(p.pk) == request.POST.get("person")), None)
    slug = request.POST.get("step", "")
    onward = redirect("meeting_step", pk, slug if slug in steps.BY_SLUG else meeting.current_step)
    if person is None:
        return onward  # somebody was first, or left the table: the page shows who leads
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        save_item(meeting, {"chair": person}, by=request.user, base_version=meeting.version, key=key)
    except (NotSaved, ValueError):
        return onward
    return onward


@require_POST
def clock_show(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Hide the clock of the steps, or show it again, in this browser."""
    meeting = get_meeting(request, pk)
    slug = request.POST.get("step", "")
    answer = redirect("meeting_step", pk, slug if slug in steps.BY_SLUG else meeting.current_step)
    answer.set_cookie(
        "clock", "hidden" if request.POST.get("clock") == "hide" else "shown", max_age=365 * 24 * 3600,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


@require_safe
def meeting_join(request: Request, code: str) -> HttpResponse:
    """From the code on the wall to the step where the group is. No right: as for a code that does not exist."""
    meeting = joining.find(request.user, code)
    if meeting is None:
        raise Http404
    return redirect("meeting_step", meeting.pk, meeting.current_step)
