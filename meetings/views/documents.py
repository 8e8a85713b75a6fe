"""The documents of a meeting: which there are, and one on the screen."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hgw.accounts.models import Role, User
from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.request import Request
from meetings.documents import Copy, build, copies_of, glyphs, render_body
from meetings.looking import look
from meetings.models import Meeting, Plan, PlanIssue, Reader
from meetings.permissions import (
    DOCUMENT_OBJECT,
    can_print,
    can_print_report,
    can_read_document,
    can_read_report,
    get_meeting,
)
from students.models import Guardian
from students.models.people import COPY_RULE

NAMES = {
    Reader.REPORT: gettext_lazy("Report, for the care team"),
    Reader.TEAM: gettext_lazy("Plan, for the team"),
    Reader.CLASS_SHEET: gettext_lazy("Class sheet"),
    Reader.PARENTS: gettext_lazy("Plan, for the parents"),
    Reader.STUDENT: gettext_lazy("Plan, for the student"),
}
EVERYTHING = (Role.CARE_COORDINATOR, Role.PRINCIPAL)  # to others it is not said that something confidential exists


@dataclass(frozen=True)
class Offer:
    """A document this user may have: the copy, and whether it may be printed too."""

    copy: Copy
    may_print: bool

    @property
    def name(self) -> str:
        return name_of(self.copy)

    @property
    def address(self) -> str:
        assert self.copy.plan
        address = reverse("document_preview", args=[self.copy.plan.pk, self.copy.reader])
        return f"{address}?guardian={self.copy.guardian.pk}" if self.copy.guardian else address


def name_of(copy: Copy | PlanIssue) -> str:
    """What the pages call a document, with the guardian whose copy it is."""
    name = NAMES[Reader(copy.reader)]
    return f"{name}: {copy.guardian}" if copy.guardian else str(name)


@require_safe
def meeting_documents(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Which documents of this meeting the user may read or print, and what was printed before.

    Also for whom the meeting itself is closed, but not the class sheet or the plan that came out of it.
    """
    meeting = Meeting.objects.filter(pk=pk).select_related("school").first()
    visible = Meeting.objects.visible_to(request.user).filter(pk=pk).exists()
    offers = _offers(request.user, meeting) if meeting else []
    if meeting is None or not (offers or visible):
        raise Http404
    students = {copy.student for copy in (offer.copy for offer in offers) if copy.student}
    for student in students:
        looked(
            request, Action.MEETING_OPENED, school=meeting.school_id, object=pk, student=student.pk, detail="documents"
        )
    context = {
        "meeting": meeting,
        "visible": visible,
        "cancelled": meeting.status == Meeting.Status.CANCELLED,
        "plans": [(s, [o for o in offers if o.copy.student == s]) for s in meeting.students if s in students],
        "without_copy": _without_copy(request.user, meeting),
        "may_read_report": visible and can_read_report(request.user, meeting),
        "prints": [(issue, name_of(issue)) for issue in _issues(request.user, meeting, visible)],
        "knows_confidential": request.user.has_role(meeting.school_id, *EVERYTHING),
    }
    return render_page(request, "meetings/meeting_documents.html", context)


def _offers(user: User, meeting: Meeting) -> list[Offer]:
    """The copies of the plans that this user may read, each with whether it may be printed."""
    if meeting.status == Meeting.Status.CANCELLED:
        return []
    may = {(act, what): _plans(user, meeting, act, what) for act in ("read", "print") for what in _OBJECTS}
    return [
        Offer(copy, copy.plan.pk in may["print", DOCUMENT_OBJECT[copy.reader]])
        for copy in copies_of(meeting)
        if copy.plan and copy.plan.pk in may["read", DOCUMENT_OBJECT[copy.reader]]
    ]


_OBJECTS = sorted(set(DOCUMENT_OBJECT.values()))


def _plans(user: User, meeting: Meeting, act: str, what: str) -> set[uuid.UUID]:
    return set(Plan.objects.allowed(user, act, what).filter(meeting=meeting).values_list("pk", flat=True))


def _without_copy(user: User, meeting: Meeting) -> list[tuple[Guardian, str]]:
    """Guardians who get no copy, and why: for the coordinator, who has to be able to explain it."""
    if not user.has_role(meeting.school_id, Role.CARE_COORDINATOR):
        return []
    guardians = Guardian.objects.filter(student__in=meeting.students).select_related("student")
    return [(guardian, _why_no_copy(guardian)) for guardian in guardians if not guardian.gets_copy]


def _why_no_copy(guardian: Guardian) -> str:
    allowed, why = COPY_RULE[guardian.authority]
    return _("a copy is switched off for this person") if allowed else _(why)


def _issues(user: User, meeting: Meeting, visible: bool) -> list[PlanIssue]:
    """What was printed of the documents that this user may read."""
    may = {what: _plans(user, meeting, "read", what) for what in _OBJECTS}
    report = visible and can_read_report(user, meeting)
    issues = (
        PlanIssue.objects.filter(meeting=meeting).defer("pdf").select_related("plan__student", "guardian", "issued_by")
    )
    return [i for i in issues if (i.plan_id in may[DOCUMENT_OBJECT[i.reader]] if i.plan_id else report)]


@require_safe
def document_preview(request: Request, pk: uuid.UUID, reader: str) -> HttpResponse:
    """One document of a plan on the screen, for one guardian where it is theirs."""
    plan, copy = get_copy(request, pk, reader, request.GET.get("guardian", ""), may=can_read_document)
    looked(request, Action.PLAN_OPENED, school=plan.school_id, object=plan.pk, student=plan.student_id, detail=reader)
    return _preview(request, plan.meeting, copy, may_print=can_print(request.user, plan, reader))


@require_safe
def report_preview(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The report on the screen; with `?confidential=1` also the confidential items that this user may read."""
    meeting = not_cancelled(get_meeting(request, pk, may=can_read_report))
    confidential = request.GET.get("confidential") == "1"
    detail = "report confidential" if confidential else "report"
    look(request, meeting, Action.PLAN_OPENED, detail=detail)
    may_print = can_print_report(request.user, meeting)
    return _preview(request, meeting, Copy(Reader.REPORT, None), may_print=may_print, confidential=confidential)


def _preview(
    request: Request, meeting: Meeting, copy: Copy, *, may_print: bool, confidential: bool = False
) -> HttpResponse:
    document = build(
        meeting, copy, issued_by=request.user.name, issued_on=timezone.now(),
        version=copy.plan.version if copy.plan else None, viewer=request.user, confidential=confidential,
    )  # fmt: skip
    body = render_body(document)
    context: dict[str, Any] = {
        "meeting": meeting,
        "copy": copy,
        "body": body,
        "missing": [(character, f"U+{ord(character):04X}") for character in glyphs.missing(body)],
        "may_print": may_print,
        "print_address": print_address(copy, meeting),
        "confidential": confidential,
        "is_for_the_clb": request.user.has_role(meeting.school_id, Role.CLB_WORKER),
    }
    return render_page(request, "meetings/document_preview.html", context)


def print_address(copy: Copy | PlanIssue, meeting: Meeting) -> str:
    """Where a print of this copy is asked for."""
    if copy.plan:
        return reverse("document_print", args=[copy.plan.pk, copy.reader])
    return reverse("report_print", args=[meeting.pk])


def get_copy(
    request: Request, pk: uuid.UUID, reader: str, guardian: str, may: Callable[[User, Plan, str], bool]
) -> tuple[Plan, Copy]:
    """The plan and the copy, 404 when no document of the plan is visible or there is no such copy, 403 if `may` says no."""
    user = request.user
    visible = reduce(or_, (Plan.objects.all().access_rule(user, "read", what) for what in _OBJECTS))
    plan = Plan.objects.filter(visible, pk=pk).select_related("meeting", "student").first()
    if plan is None or reader not in DOCUMENT_OBJECT:
        raise Http404
    not_cancelled(plan.meeting)
    if not may(user, plan, reader):
        raise PermissionDenied
    if reader != Reader.PARENTS:
        return plan, Copy(Reader(reader), plan.student, None, plan)
    to = next((found for found in plan.student.guardians.with_copy() if str(found.pk) == guardian), None)
    if to is None:
        raise Http404
    return plan, Copy(Reader.PARENTS, plan.student, to, plan)


def not_cancelled(meeting: Meeting) -> Meeting:
    """The meeting, 404 when it was cancelled: nothing comes out of it."""
    if meeting.status == Meeting.Status.CANCELLED:
        raise Http404
    return meeting
