"""Who reads what? Every item beside every reader in one table, before the meeting closes."""

import uuid

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from hgw.htmx import render_page
from hgw.items.models import FLAG_NAMES, FLAGS
from hgw.items.saving import NotSaved, save_item
from hgw.request import Request
from meetings.forms.base import FlagsFormField
from meetings.kinds import kinds
from meetings.models import Meeting
from meetings.models.items import VisibleMeetingItem
from meetings.permissions import can_edit, get_meeting


@require_http_methods(["GET", "POST"])
def who_reads_what(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The table; saving one line sets the readers of one item (409 beside the line when a colleague was first)."""
    meeting = get_meeting(request, pk, may=can_edit if request.method == "POST" else None)
    refused, status = None, 200
    if request.method == "POST":
        refused, status = _save_line(request, meeting)
        if not refused:
            return redirect(f"{request.path}#item-{request.POST['item']}")
    context = {
        "meeting": meeting,
        "groups": _groups(request, meeting),
        "readers": [(flag, FLAG_NAMES[flag]) for flag in FLAGS[1:]],
        "editable": meeting.is_open and can_edit(request.user, meeting),
        "refused": refused,
    }
    return render_page(request, "meetings/who_reads_what.html", context, status=status)


def _groups(request: Request, meeting: Meeting) -> list[tuple[str, list[VisibleMeetingItem]]]:
    groups = []
    for kind in kinds().values():
        if issubclass(kind.model, VisibleMeetingItem):
            items = list(kind.model.objects.visible_to(request.user).filter(meeting=meeting))
            if items:
                groups.append((str(kind.model._meta.verbose_name), items))
    return groups


def _save_line(request: Request, meeting: Meeting) -> tuple[str | None, int]:
    """Save the readers of the posted item; return the id of the line that was refused, and the status."""
    kind = kinds().get(request.POST.get("kind", ""))
    if kind is None or not issubclass(kind.model, VisibleMeetingItem):
        return "unknown", 404
    line = request.POST.get("item", "")
    item = next(
        (i for i in kind.model.objects.visible_to(request.user).filter(meeting=meeting) if str(i.pk) == line), None
    )
    if item is None:
        return line, 404
    try:
        flags = FlagsFormField().clean(request.POST.getlist("visibility"))
        version = request.POST.get("base_version", "")
        key = uuid.UUID(request.POST["key"])
        save_item(
            item, {"visibility": flags}, by=request.user, base_version=int(version) if version.isdigit() else 0, key=key
        )
    except NotSaved:
        return line, 409
    except (KeyError, ValueError, ValidationError):
        return line, 422
    return None, 200
