"""May I have it? Questions about one meeting, one plan, one student, on top of the door in hgw/access.py."""

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from hgw import access
from hgw.accounts.models import User
from hgw.request import Request
from meetings.models import Meeting, Plan


def can_edit(user: User, meeting: Meeting) -> bool:
    """Whether this person may write here. That a closed meeting takes no more is the verb's answer: 409."""
    return access.may(user, "write", meeting)


def can_manage(user: User, meeting: Meeting) -> bool:
    """Whether this person plans the meeting, chooses its participants, cancels it."""
    return access.may(user, "manage", meeting)


def can_close(user: User, meeting: Meeting) -> bool:
    """Whether this person may close the meeting: the coordinator, or the chair who may write in it."""
    if can_manage(user, meeting):
        return True
    chairs = bool(meeting.chair and meeting.chair.user_id == user.pk)
    return chairs and can_edit(user, meeting)


def can_project(user: User, meeting: Meeting) -> bool:
    """Whether this person may show the steps of the meeting to the room."""
    return access.may(user, "write", meeting, "projection")


def can_export(user: User, meeting: Meeting) -> bool:
    """Whether this person may take the meeting along as a case file."""
    return access.may(user, "manage", meeting, "case_file")


def can_read_report(user: User, meeting: Meeting) -> bool:
    return access.may(user, "read", meeting, "report")


def can_print_report(user: User, meeting: Meeting) -> bool:
    return access.may(user, "print", meeting, "report")


def can_review_looks(user: User, school: uuid.UUID) -> bool:
    """Whether this person answers for the school, and so may know who looked at which case there."""
    return access.ALWAYS in access.grounds(user, "read", "audit").get(school, ())


# The object of the access matrix under which each document of a plan stands.
DOCUMENT_OBJECT = {
    "team": "plan_team",
    "class_sheet": "class_sheet",
    "parents": "plan_reader",
    "student": "plan_reader",
}


def can_print(user: User, plan: Plan, reader: str) -> bool:
    """Whether this person may print the plan's document for this reader."""
    return access.may(user, "print", plan, DOCUMENT_OBJECT[reader])


def can_read_document(user: User, plan: Plan, reader: str) -> bool:
    """Whether this person may read the plan's document for this reader on the screen."""
    return access.may(user, "read", plan, DOCUMENT_OBJECT[reader])


def single(rows: Any) -> Any:
    """The one row of these, None when there is none. Nothing to put in order."""
    return next(iter(rows.order_by()[:1]), None)


def get_visible(request: Request, model: Any, pk: uuid.UUID, may: Callable[[User, Any], bool] | None = None) -> Any:
    """Return the row, 404 (like an unknown id) if it is not visible to this user, 403 if `may` says no."""
    row = single(model.objects.visible_to(request.user).filter(pk=pk))
    if row is None:
        raise Http404
    if may and not may(request.user, row):
        raise PermissionDenied
    return row


def get_meeting(request: Request, pk: uuid.UUID, may: Callable[[User, Meeting], bool] | None = None) -> Meeting:
    """Return the meeting, 404 (like an unknown id) if it is not visible to this user, 403 if `may` says no."""
    if act := ACT.get(may):  # who may do this reads it too: for most, one question is enough
        allowed: Meeting | None = single(Meeting.objects.allowed(request.user, act).filter(pk=pk))
        if allowed is not None:
            return allowed
    meeting: Meeting = get_visible(request, Meeting, pk, may)
    return meeting


ACT: dict[Any, str] = {can_edit: "write", can_manage: "manage"}
