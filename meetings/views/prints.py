"""A print of a document: asked for, how far it is, its file."""

import datetime
import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.limits import limited
from hgw.request import Request
from meetings.documents import Copy
from meetings.documents.printing import is_as_made, may_have, record_print
from meetings.models import Meeting, PlanIssue, Reader
from meetings.permissions import can_print, can_print_report, get_meeting
from meetings.tasks import make_file
from meetings.views.documents import get_copy, name_of, not_cancelled, print_address

LATE = datetime.timedelta(minutes=10)  # a file that is not there by now will not come


@require_POST
@limited("print")
def document_print(request: Request, pk: uuid.UUID, reader: str) -> HttpResponse:
    """Print one document of a plan."""
    plan, copy = get_copy(request, pk, reader, request.POST.get("guardian", ""), may=can_print)
    return _print(request, plan.meeting, copy)


@require_POST
@limited("print")
def report_print(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Print the report, with confidential items only when that was ticked."""
    meeting = not_cancelled(get_meeting(request, pk, may=can_print_report))
    return _print(request, meeting, Copy(Reader.REPORT, None), confidential=request.POST.get("confidential") == "1")


def _print(request: Request, meeting: Meeting, copy: Copy, *, confidential: bool = False) -> HttpResponse:
    issue = record_print(meeting, copy, by=request.user, confidential=confidential)
    make_file.enqueue(str(issue.pk))
    return redirect("document_status", issue.pk)


@require_safe
def document_status(request: Request, pk: uuid.UUID) -> HttpResponse:
    """How far the file of a print is, for who asked for it. Asked every second until there is something to say."""
    issue = _own_issue(request, pk)
    state = _state(issue)
    if state == "waiting" and request.htmx:
        return HttpResponse(status=204)  # nothing new: the page stays as it is
    _look_at(request, issue, "status")
    context = {
        "issue": issue,
        "name": name_of(issue),
        "state": state,
        "meeting": issue.meeting,
        "print_address": print_address(issue, issue.meeting),
    }
    return render_page(request, "meetings/document_status.html", context, partial="print_state")


@require_safe
def document_file(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The file of a print, for who asked for it and still may have all that is in it, as long as it is kept."""
    issue = _own_issue(request, pk)
    data = PlanIssue.objects.filter(pk=pk).values_list("pdf", flat=True).get()
    if not data or not is_as_made(issue):
        return redirect("document_status", pk)
    _look_at(request, issue, "file")
    # Counted per reader, so that the copies of two guardians have two names.
    number = PlanIssue.objects.filter(
        meeting=issue.meeting_id, reader=issue.reader, issued_on__lte=issue.issued_on
    ).count()
    name = f"leerlingplan_{issue.meeting_id}_{issue.reader}_{number}.pdf"
    response = HttpResponse(bytes(data), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _look_at(request: Request, issue: PlanIssue, part: str) -> None:
    looked(
        request, Action.PLAN_OPENED, school=issue.school_id, object=issue.plan_id or issue.meeting_id,
        student=issue.plan.student_id if issue.plan else issue.meeting.student_id_for_trace(),
        detail=f"{issue.reader} {issue.copy_no} {part}",
    )  # fmt: skip


def _own_issue(request: Request, pk: uuid.UUID) -> PlanIssue:
    """The print, 404 unless this user asked for it, 403 when they may not have it any more."""
    issues = PlanIssue.objects.filter(issued_by=request.user).defer("pdf")
    issue = issues.filter(pk=pk).select_related("plan__student", "guardian", "meeting", "issued_by").first()
    if issue is None:
        raise Http404
    if not may_have(request.user, issue):
        raise PermissionDenied
    return issue


def _state(issue: PlanIssue) -> str:
    if issue.trouble:
        return "trouble"
    if issue.sha256:
        if not PlanIssue.objects.filter(pk=issue.pk).exclude(pdf=None).exists():
            return "gone"
        return "ready" if is_as_made(issue) else "changed"
    return "late" if timezone.now() - issue.issued_on > LATE else "waiting"
