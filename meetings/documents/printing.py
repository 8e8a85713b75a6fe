"""A print as an act: who asked for which copy, written down together with the trace before anything is handed out."""

import datetime
import hashlib

from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from meetings.documents.build import build
from meetings.documents.copies import Copy
from meetings.documents.document import Document
from meetings.documents.page import render_html
from meetings.models import Meeting, Plan, PlanIssue, Reader
from meetings.permissions import can_print, can_print_report

AT_THE_TABLE = datetime.timedelta(minutes=1)


def record_print(meeting: Meeting, copy: Copy, *, by: User | None, confidential: bool = False) -> PlanIssue:
    """Write down that this copy is printed, and give it its number. `by` is None for the system (a command).

    Copies are counted per plan, reader and guardian, those of a report per meeting; two prints at the same moment get
    two numbers. Call it inside the transaction of the act.
    """
    if copy.plan:
        Plan.objects.select_for_update().get(pk=copy.plan.pk)
    else:
        Meeting.objects.select_for_update().get(pk=meeting.pk)
    before = PlanIssue.objects.filter(meeting=meeting, plan=copy.plan, reader=copy.reader, guardian=copy.guardian)
    issue = PlanIssue.objects.create(
        school=meeting.school, meeting=meeting, plan=copy.plan, reader=copy.reader, guardian=copy.guardian,
        copy_no=before.count() + 1, issued_by=by, with_confidential=confidential,
    )  # fmt: skip
    record(
        Action.PLAN_PRINTED, school=meeting.school_id, who=by, object=copy.plan.pk if copy.plan else meeting.pk,
        student=copy.plan.student_id if copy.plan else meeting.student_id_for_trace(),
        detail=f"{copy.reader} {issue.copy_no}{' confidential' if confidential else ''}",
    )  # fmt: skip
    return issue


def may_have(user: User, issue: PlanIssue) -> bool:
    """Whether this user, today, may still print what was asked for: rights end, and a guardian may stop getting a copy."""
    if issue.meeting.status == Meeting.Status.CANCELLED:
        return False
    if issue.plan is None:
        return can_print_report(user, issue.meeting)
    if issue.reader == Reader.PARENTS and not (issue.guardian and issue.guardian.gets_copy):
        return False
    return can_print(user, issue.plan, issue.reader)


def document_of(issue: PlanIssue) -> Document:
    """The document of a print, as its maker may have it now."""
    copy = Copy(Reader(issue.reader), issue.plan.student if issue.plan else None, issue.guardian, issue.plan)
    return build(
        issue.meeting, copy, issued_by=issue.issued_by.name if issue.issued_by else issue.school.name,
        issued_on=issue.issued_on, version=issue.plan.version if issue.plan else None, viewer=issue.issued_by,
        confidential=issue.with_confidential,
    )  # fmt: skip


def page_of(issue: PlanIssue) -> str:
    """The page of a print, as its maker may have it now."""
    return render_html(document_of(issue))


def fingerprint(page: str) -> str:
    """What tells one page from another, and nothing of what stands on it."""
    return hashlib.sha256(page.encode()).hexdigest()


def is_as_made(issue: PlanIssue) -> bool:
    """Whether the file of a print holds what its maker may have now, word for word.

    A permission that was taken back, a reader who was unticked, a text that was changed or removed: the file that was
    made before is not handed out any more. It is laid out anew, which asks every rule again.

    As long as people write in the meeting, some word changes every few seconds: what was asked for a moment ago is then
    handed out as it was at that moment, else nobody at the table could ever fetch it.
    """
    if issue.meeting.is_open and timezone.now() - issue.issued_on < AT_THE_TABLE:
        return bool(issue.content_sha256)
    return fingerprint(page_of(issue)) == issue.content_sha256
