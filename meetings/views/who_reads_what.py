"""Who reads what? Every item beside every reader in one table, before the meeting closes."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hgw.htmx import render_page
from hgw.items.models import CLASS_SHEET, CONFIDENTIAL, FLAG_NAMES, FLAGS, PARENTS, STUDENT, VisibleItem
from hgw.items.saving import ItemClosed, NotSaved, save_item
from hgw.items.script import acknowledge, answers_script, refuse
from hgw.request import Request
from meetings.documents.rules import row_of
from meetings.documents.sections import NEVER, ROWS
from meetings.forms.readers import FlagsFormField
from meetings.hints import Hint, hang_hints
from meetings.item_lists import lock
from meetings.kinds import Kind, kinds
from meetings.looking import look_into
from meetings.models import Meeting
from meetings.permissions import can_edit, get_meeting

DOCUMENTS = (CLASS_SHEET, PARENTS, STUDENT)  # the readers who read on paper, each in a document of their own

# The parts of the table, in the order of the steps: heading, kind, and which of that kind.
GROUPS: tuple[tuple[Any, str, dict[str, str]], ...] = (
    (gettext_lazy("What the student wants"), "wish", {"owner": "student"}),
    (gettext_lazy("What the parents want"), "wish", {"owner": "parents"}),
    (gettext_lazy("What goes well"), "observation", {"valence": "strength"}),
    (gettext_lazy("When it does work"), "observation", {"valence": "exception"}),
    (gettext_lazy("What is difficult"), "observation", {"valence": "difficulty"}),
    (gettext_lazy("How we understand it"), "factor", {}),
    (gettext_lazy("What we still want to know"), "inforequest", {}),
    (gettext_lazy("What the CLB brings in"), "clbcontribution", {}),
    (gettext_lazy("Where we want to go"), "goal", {}),
    (gettext_lazy("What the student needs"), "need", {"holder": "student"}),
    (gettext_lazy("What the teacher needs"), "need", {"holder": "teacher"}),
    (gettext_lazy("What helps at home"), "need", {"holder": "parents"}),
    (gettext_lazy("Reasonable adjustments"), "reasonableadjustment", {}),
    (gettext_lazy("Agreements"), "agreement", {}),
    (gettext_lazy("Corrections"), "addendum", {}),
)


@dataclass
class Line:
    """One item in the table: its readers as they stand, and why a change was refused."""

    item: Any
    chosen: tuple[str, ...]
    refused: str = ""
    status: int = 200
    may_save: bool = True

    @property
    def hints(self) -> list[Hint]:
        """Where readers are chosen, one hint counts: the name of another student in what they get."""
        return [hint for hint in getattr(self.item, "hints", ()) if hint.rule == "other_student"]

    @property
    def never(self) -> list[str]:
        """The readers whose document has no place for this item, so that a tick would promise nothing; what is ticked
        all the same can still be taken away."""
        row = ROWS[row_of(self.item)]
        return [flag for flag in DOCUMENTS if row.cell(flag) == NEVER and flag not in self.chosen]


@require_http_methods(["GET", "POST"])
@answers_script
def who_reads_what(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The table; saving one line sets the readers of one item (409 beside the line when a colleague was first)."""
    meeting = get_meeting(request, pk, may=can_edit if request.method == "POST" else None)
    refused: Line | None = None
    if request.method == "POST":
        refused = _save_line(request, meeting)
        if not refused:
            return redirect(f"{request.path}#item-{request.POST['item']}")
        refuse(request, "stale" if refused.status == 409 else "invalid", errors={"visibility": [refused.refused]})
    look_into(request, meeting)
    editable = meeting.is_open and can_edit(request.user, meeting)
    context = {
        "meeting": meeting,
        "groups": _groups(request, meeting, refused, editable=editable),
        "readers": [(flag, FLAG_NAMES[flag]) for flag in FLAGS[1:]],
        "editable": editable,
    }
    return render_page(request, "meetings/who_reads_what.html", context, status=refused.status if refused else 200)


def _rows(request: Request, meeting: Meeting, kind: Kind) -> Any:
    """The items of one kind that this user reads, with their readers."""
    mine = {"came_with": meeting.pk} if hasattr(kind.model, "came_with") else {"meeting": meeting}
    return kind.model.objects.visible_to(request.user).filter(**mine)  # type: ignore[attr-defined]  # every kind stands behind the door


def _groups(
    request: Request, meeting: Meeting, refused: Line | None, *, editable: bool
) -> list[tuple[Any, list[Line]]]:
    groups = []
    for title, kind_name, only in GROUPS:
        rows = list(_rows(request, meeting, kinds()[kind_name]).filter(**only))
        if editable:
            lock(rows, request.user)
            hang_hints(rows, meeting, request.user)
        lines = [
            refused if refused and refused.item.pk == item.pk
            else Line(item, item.visibility, may_save=editable and not item.is_locked)
            for item in rows
        ]  # fmt: skip
        if lines:
            groups.append((title, lines))
    return groups


def _save_line(request: Request, meeting: Meeting) -> Line | None:
    """Save the readers of the posted item; return the line when that was refused, with what was ticked still in it."""
    kind = kinds().get(request.POST.get("kind", ""))
    if kind is None or not issubclass(kind.model, VisibleItem):
        raise Http404
    item = next((i for i in _rows(request, meeting, kind) if str(i.pk) == request.POST.get("item")), None)
    if item is None:
        raise Http404
    ticked = tuple(request.POST.getlist("visibility"))
    try:
        flags = FlagsFormField().clean(list(ticked))
        version, key = request.POST.get("base_version", ""), uuid.UUID(request.POST.get("key", ""))
        if not hasattr(item, "meeting"):
            meeting.claim()  # what stands in the student's file is written through the meeting only while that is open
        changes: dict[str, Any] = {"visibility": flags}
        if "circle" in item.PARTS and CONFIDENTIAL not in flags:
            changes["circle"] = []  # who was let in while it was confidential is not let in again unasked
        base = int(version) if version.isdigit() else 0
        acknowledge(request, save_item(item, changes, by=request.user, base_version=base, key=key))
    except ItemClosed:
        return Line(item, ticked, _("This meeting is closed and takes no more."), 409)
    except NotSaved:
        return Line(
            item,
            ticked,
            _("A colleague changed this a moment ago. Look again, and save again if you still want to."),
            409,
        )
    except ValidationError as error:
        return Line(item, ticked, " ".join(error.messages), 422)
    except ValueError:
        raise Http404 from None
    return None
