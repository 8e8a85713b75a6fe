"""Showing the steps of a meeting to the room, and ending that."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hgw.audit.models import Action, record
from hgw.htmx import render_page
from hgw.request import Request
from meetings import steps
from meetings.models import Meeting
from meetings.permissions import can_project, get_meeting
from meetings.projection import begin, end, is_projecting, projected


@require_POST
def projection_start(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Show this meeting to the room, from the step that was open."""
    found = get_meeting(request, pk, may=can_project)
    if not found.is_open:
        messages.warning(request, _("This meeting is closed and takes no more."))
        return redirect("meeting", pk)
    begin(request, found)
    _record(request, Action.PROJECTION_STARTED, found)
    slug = request.POST.get("step", "")
    response = redirect("meeting_step", pk, slug if slug in steps.BY_SLUG else found.current_step)
    response.headers["Clear-Site-Data"] = '"cache"'  # the button "back" must not bring up what stood there before
    return response


@require_http_methods(["GET", "POST"])
def projection_stop(request: Request) -> HttpResponse:
    """Ask whether to stop (GET), and stop (POST): then everything is back, on the page that was asked for."""
    onward = _inside(request, request.POST.get("next", "") or request.GET.get("next", ""))
    if request.method == "POST" or not is_projecting(request):
        shown = end(request)
        if shown is not None:
            _record(request, Action.PROJECTION_STOPPED, shown)
        return HttpResponseRedirect(onward) if onward else redirect("today")
    meeting = projected(request)
    context = {"meeting": meeting, "onward": onward or _page_of(meeting), "back": _step(meeting, onward)}
    return render_page(request, "meetings/projection_stop.html", context)


def _record(request: Request, action: Action, meeting: Meeting) -> None:
    record(
        action, school=meeting.school_id, who=request.user, object=meeting.pk, student=meeting.student_id_for_trace()
    )  # fmt: skip


def _inside(request: Request, url: str) -> str:
    """The address when it is one of ours, else ''."""
    inside = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if inside else ""


def _page_of(meeting: Meeting | None) -> str:
    return reverse("meeting", args=(meeting.pk,)) if meeting else reverse("today")


def _step(meeting: Meeting | None, onward: str) -> str:
    """Where projecting goes on: at the step that was open, else where the meeting is; '' when nothing can be shown."""
    if meeting is None:
        return ""
    try:
        match = resolve(onward)
    except Resolver404:
        match = None
    if match and match.url_name == "meeting_step" and match.kwargs["pk"] == meeting.pk:
        return onward
    return reverse("meeting_step", args=(meeting.pk, meeting.current_step))
