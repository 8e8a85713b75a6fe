"""What was written earlier: the history of one item, and what was taken away in a meeting."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from hgw.htmx import render_page
from hgw.items.models import Item, Revision
from hgw.items.saving import ItemClosed, NotSaved, save_item
from hgw.request import Request
from hgw.rows import as_id
from meetings.history import history, stood_under_hidden, text_fields, texts
from meetings.kinds import Kind, kinds
from meetings.looking import look
from meetings.models import Meeting
from meetings.permissions import can_edit, get_meeting, single
from meetings.views.item_answers import address_of


@require_http_methods(["GET", "POST"])
def item_history(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Who wrote what when; an earlier text is put back by saving it as a new version."""
    meeting, kind, item = _readable(request, pk, kind_name, item_pk)
    refused, status = "", 200
    if request.method == "POST":
        if not item.may_be_saved_by(request.user):
            raise PermissionDenied
        try:
            _put_back(request, item)
            return redirect(address_of(meeting, kind, item))
        except NotSaved as refusal:
            refused, status = "closed" if isinstance(refusal, ItemClosed) else "stale", 409
            item = item.fresh()
    look(request, meeting)
    context = {
        "meeting": meeting,
        "kind": kind,
        "item": item,
        "entries": history(item, request.user),
        "may_write": meeting.is_open and item.may_be_saved_by(request.user),
        "refused": refused,
        "back": address_of(meeting, kind, item),
    }
    return render_page(request, "meetings/item_history.html", context, status=status)


@require_safe
def removed_items(request: Request, pk: uuid.UUID) -> HttpResponse:
    """What was taken away in this meeting and can be put back, as far as this user may write it."""
    meeting = get_meeting(request, pk, may=can_edit)
    look(request, meeting)
    found = [
        (kind, item, [text for _name, text in texts(item, _latest(item))])
        for kind in kinds().values()
        if not hasattr(kind.model, "came_with")
        for item in _removed(request, meeting, kind)
    ]
    found.sort(key=lambda line: line[1].removed_at, reverse=True)
    context = {"meeting": meeting, "removed": found, "editable": meeting.is_open}
    return render_page(request, "meetings/removed_items.html", context)


def _readable(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> tuple[Meeting, Kind, Any]:
    meeting, kind = get_meeting(request, pk), kinds().get(kind_name)
    if kind is None:
        raise Http404
    model: Any = kind.model
    container = {"came_with": pk} if hasattr(model, "came_with") else {"meeting": pk}
    item = single(model.objects.allowed(request.user, "read").filter(pk=item_pk, **container))
    if item is None or (item.removed_at and not item.may_be_saved_by(request.user)):
        raise Http404  # what was taken away is there for who may put it back
    return meeting, kind, item


def _removed(request: Request, meeting: Meeting, kind: Kind) -> list[Any]:
    model: Any = kind.model
    rows = model.objects.allowed(request.user, "write").filter(meeting=meeting).exclude(removed_at=None)
    return list(rows.select_related("updated_by"))


def _latest(item: Item) -> Revision:
    return Revision(content=item.content())


def _put_back(request: Request, item: Any) -> None:
    """Save the texts of an earlier version on top of what stands there now. Raises as `save_item`."""
    wanted, key = as_id(request.POST.get("revision")), as_id(request.POST.get("key"))
    version = request.POST.get("base_version", "")
    readable = [e.revision for entry in history(item, request.user) for e in (entry, *entry.earlier)]
    revision = next((one for one in readable if one.pk == wanted), None)
    if revision is None or key is None or not version.isdigit():
        raise Http404
    earlier = {f.name: revision.content[f.name] for f in text_fields(item) if f.name in revision.content}
    then = tuple(revision.content.get("visibility") or ())
    if then and not set(then) >= set(item.visibility):  # its words had fewer readers: those come back with it
        names = revision.content.get("circle") or []
        earlier |= {"visibility": then, "circle": [item.meeting.person(name) for name in names]}
    if stood_under_hidden(revision, item):  # so does what it stood under
        earlier |= {name: _above(request, item, name, revision.content.get(name)) for name in item.HIDDEN_WITH}
        earlier |= {name: as_id(revision.content[name]) for name in ("about",) if name in revision.content}
    save_item(item, earlier, by=request.user, base_version=int(version), key=key)


def _above(request: Request, item: Any, name: str, pk: Any) -> Any:
    """What an item stood under by this field; where that is gone, or not read by this user, nothing is put back."""
    above = single(item._meta.get_field(name).related_model.objects.visible_to(request.user).filter(pk=pk))
    if above is None:
        raise Http404
    return above
