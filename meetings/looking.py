"""Looking into a case: what a page that shows one writes in the trace, an entry for each student it is about."""

import datetime
import uuid

from django.utils import timezone

from hgw.audit.models import Action, Entry, looked
from hgw.request import Request
from meetings.models import Agreement, Meeting

AGAIN = datetime.timedelta(hours=12)  # within which a fragment of an open page is no new look


def look(request: Request, meeting: Meeting, action: Action = Action.MEETING_OPENED, *, detail: str = "") -> None:
    """Note that this page shows the meeting."""
    for student in meeting.students:
        looked(request, action, school=meeting.school_id, object=meeting.pk, student=student.pk, detail=detail)


def look_into(request: Request, meeting: Meeting) -> None:
    """The same for a fragment: nothing is noted when the page around it was."""
    if not (request.headers.get("HX-Request") and has_opened(request, meeting.pk)):
        look(request, meeting)


def has_opened(request: Request, meeting: uuid.UUID) -> bool:
    """Whether the trace knows that this user has the meeting open: a page that only looks again is no new look."""
    since = timezone.now() - AGAIN
    opened = Entry.objects.filter(action=Action.MEETING_OPENED, who=request.user.pk, object=meeting, at__gte=since)
    return opened.exists()


def look_at_agreement(request: Request, agreement: Agreement) -> None:
    """Note that this page shows one agreement, outside its meeting."""
    student = agreement.subject_id or agreement.meeting.student_id_for_trace()
    looked(
        request, Action.AGREEMENT_OPENED, school=agreement.school_id, object=agreement.pk, student=student
    )  # fmt: skip
