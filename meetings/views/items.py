"""One item at a time: add, change, remove, put back, move, choose its readers. One fragment comes back."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hgw import access
from hgw.accounts.models import User
from hgw.items.models import Item
from hgw.items.saving import (
    ItemClosed,
    KeyReused,
    NotSaved,
    StaleVersion,
    move_item,
    remove_item,
    restore_item,
    save_item,
)
from hgw.request import Request
from meetings.forms.base import ItemForm
from meetings.forms.differences import differences
from meetings.hints import hang_hints_on_one
from meetings.item_lists import ItemList, add_form, lock, may_add, new_item
from meetings.kinds import Kind, kinds
from meetings.models import Meeting, Need
from meetings.models.items import MeetingItem
from meetings.permissions import can_edit, get_meeting, single
from meetings.step_pages.dressing import dress


@require_http_methods(["GET", "POST"])
def item_add(request: Request, pk: uuid.UUID, kind_name: str) -> HttpResponse:
    """Add an item: by the short form at the end of a list, or by the full form on a page of its own."""
    meeting, kind = get_meeting(request, pk, may=can_edit), _kind(kind_name)
    short = request.POST.get("short") == "1" and bool(kind.form.quick)
    item = new_item(kind, meeting)
    if not may_add(kind, meeting, request.user):
        raise PermissionDenied  # before a form is shown that could not be saved
    if request.method == "GET":
        initial = kind.form.prefill(request.GET, meeting, request.user)
        form = kind.form(instance=item, initial=initial, meeting=meeting, user=request.user)
        return _form_page(request, meeting, kind, form)
    place = {name: request.POST.get(name, "") for name in kind.form.place}
    form = kind.form(request.POST, instance=item, initial=place, meeting=meeting, user=request.user, short=short)
    if not form.is_valid():
        return _again(request, meeting, kind, form, place=place, status=422)
    try:
        saved = _save(meeting, item, form, request)
    except NotSaved as refusal:
        return _refused(request, meeting, kind, form, refusal, place=place)
    if not request.headers.get("HX-Request") or form.whole:
        return redirect(_address(meeting, kind, saved))
    fresh = ItemList(
        kind, place, meeting, [saved], add_form(kind, meeting, request.user, place), form.placeholder(place, meeting)
    )
    # A save that was sent again answers with the item as it stands now: by then it may be confidential, or taken away.
    shows = _template(saved, kind, request.user)
    if shows == "meetings/items/_item.html":
        dress([saved], meeting, request.user)
        lock([saved], request.user)
        hang_hints_on_one(saved, meeting, request.user)
    context = _context(meeting, kind, list=fresh, item=saved, shows=shows)
    return TemplateResponse(request, "meetings/items/_added.html", context)


@require_http_methods(["GET", "POST"])
def item_edit(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """The form of one item; saving it gives the item back as it stands now."""
    meeting, kind, item = _item(request, pk, kind_name, item_pk, removed=request.method == "POST")
    if request.method == "GET":
        hang_hints_on_one(item, meeting, request.user)
        if request.GET.get("view"):
            dress([item], meeting, request.user)
            return TemplateResponse(request, "meetings/items/_item.html", _context(meeting, kind, item=item))
        form = kind.form(instance=item, meeting=meeting, user=request.user)
        if request.headers.get("HX-Request"):
            return TemplateResponse(request, "meetings/items/_edit.html", _context(meeting, kind, form=form, item=item))
        return _form_page(request, meeting, kind, form)
    form = kind.form(request.POST, instance=item, meeting=meeting, user=request.user)
    if not form.is_valid():
        return _again(request, meeting, kind, form, status=422)
    try:
        if item.removed_at:
            _put_back(request, meeting, item, form)
        saved = _save(meeting, item, form, request)
    except NotSaved as refusal:
        return _refused(request, meeting, kind, form, refusal)
    return _shown(request, meeting, kind, saved)


@require_POST
def item_remove(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Take an item off the page; a line stays from which it is put back."""
    return _act(request, pk, kind_name, item_pk, remove_item)


@require_POST
def item_restore(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Put a removed item back."""
    return _act(request, pk, kind_name, item_pk, restore_item)


@require_POST
def item_move(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Move an item up or down in its list."""
    meeting, kind, item = _item(request, pk, kind_name, item_pk)
    try:
        move_item(item, by=request.user, step=-1 if request.POST.get("direction") == "up" else 1)
    except ItemClosed:
        return _refused(
            request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), ItemClosed()
        )
    return redirect(_address(meeting, kind, item))


@require_POST
def need_band(request: Request, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Move a need between maximally desirable, feasible and minimally necessary."""
    meeting, kind, item = _item(request, pk, "need", item_pk)
    version, key = _numbers(request)
    band = request.POST.get("band")
    if band not in Need.Band.values:
        raise Http404
    try:
        save_item(item, {"band": band}, by=request.user, base_version=version, key=key)
    except NotSaved as refusal:
        return _refused(request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), refusal)
    return redirect(_address(meeting, kind, item))


def _kind(name: str) -> Kind:
    kind = kinds().get(name)
    if kind is None:
        raise Http404
    return kind


def _item(
    request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID, *, removed: bool = False
) -> tuple[Meeting, Kind, Any]:
    """The meeting and one of its items: 404 when this user may not see it, 403 when the user may not write it."""
    kind = _kind(kind_name)
    model: Any = kind.model
    in_file = hasattr(model, "came_with")  # it stands in the student's file, and knows its meeting by id
    rows = model.objects.filter(pk=item_pk, **({"came_with": pk} if in_file else {"meeting": pk}))
    rows = rows if removed else rows.filter(removed_at=None)
    if model.may_be_saved_by is MeetingItem.may_be_saved_by:
        # Who may write an item reads it, and its meeting: the matrix says so, and for most this is the only question.
        item = single(rows.allowed(request.user, "write").select_related("meeting"))
        if item is not None:
            return item.meeting, kind, item
    meeting = get_meeting(request, pk)
    item = single(rows.allowed(request.user, "read"))
    if item is None:
        raise Http404
    if not item.may_be_saved_by(request.user):
        raise PermissionDenied
    if not in_file:
        item.meeting = meeting  # the same row, so that what was read of it is read once
    return meeting, kind, item


def _save(meeting: Meeting, item: Any, form: ItemForm, request: Request) -> Item:
    if not hasattr(item, "meeting"):
        meeting.claim()  # what stands in the student's file is written through the meeting only while that is open
    version = form.cleaned_data.get("base_version") or 0
    return save_item(item, form.changes(), by=request.user, base_version=version, key=form.cleaned_data["key"]).item


def _put_back(request: Request, meeting: Meeting, item: Any, form: ItemForm) -> None:
    """Put an item back that a colleague took away meanwhile, when the one who writes in it asks for that.

    Raises `StaleVersion` when nobody asked: then what was typed comes back with the offer.
    """
    if request.POST.get("put_back") != str(item.version):
        raise StaleVersion(None)
    if not hasattr(item, "meeting"):
        meeting.claim()
    key = uuid.uuid5(form.cleaned_data["key"], "put back")
    restored = restore_item(item.fresh(), by=request.user, base_version=item.version, key=key)
    form.cleaned_data["base_version"] = restored.item.version


def _act(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID, verb: Any) -> HttpResponse:
    meeting, kind, item = _item(request, pk, kind_name, item_pk, removed=True)
    try:
        if not hasattr(item, "meeting"):
            meeting.claim()
        version, key = _numbers(request)
        saved = verb(item, by=request.user, base_version=version, key=key).item
    except NotSaved as refusal:
        return _refused(request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), refusal)
    return _shown(request, meeting, kind, saved)


def _numbers(request: Request) -> tuple[int, uuid.UUID]:
    try:
        return int(request.POST["base_version"]), uuid.UUID(request.POST["key"])
    except (KeyError, ValueError):
        raise Http404 from None


def _shown(request: Request, meeting: Meeting, kind: Kind, item: Any) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return redirect(_address(meeting, kind, item))
    template = _template(item, kind, request.user)
    if template == "meetings/items/_item.html":
        if kind.form.whole:
            return redirect(_address(meeting, kind, item))
        hang_hints_on_one(item, meeting, request.user)
        if kind.name == "steptext":
            return _text(request, meeting, kind, item)
        dress([item], meeting, request.user)
    return _beside(TemplateResponse(request, template, _context(meeting, kind, item=item)), f"#item-{item.pk}", kind)


def _template(item: Any, kind: Kind, user: User) -> str:
    """How an item is shown that was just saved: not at all to who does not read it (any more)."""
    if not access.may(user, "read", item):
        return "meetings/items/_gone.html"
    return "meetings/items/_removed.html" if item.removed_at else "meetings/items/_item.html"


def _text(
    request: Request, meeting: Meeting, kind: Kind, item: Any, form: ItemForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The form of a single text: it stays on the page, ready to be typed in again."""
    form = form or kind.form(instance=item, meeting=meeting, user=request.user)
    context = _context(meeting, kind, form=form, item=item)
    return TemplateResponse(request, "meetings/items/_text_form.html", context, status=status)


def _beside(response: HttpResponse, where: str, kind: Kind) -> HttpResponse:
    """Put an answer in its own place, where the page expects the whole list."""
    if kind.form.whole:
        _put(response, where, where, "outerHTML")
    return response


def _put(response: HttpResponse, target: str, select: str, swap: str) -> None:
    response.headers["HX-Retarget"], response.headers["HX-Reselect"] = target, select
    response.headers["HX-Reswap"] = swap


def _again(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, *, status: int, place: Any = None, stale: Any = None
) -> HttpResponse:
    """The same form with everything typed still in it, and what to do beside the field."""
    if not request.headers.get("HX-Request"):
        return _form_page(request, meeting, kind, form, status=status, stale=stale)
    if kind.name == "steptext":
        return _text(request, meeting, kind, form.instance, form, status=status)
    if not form.is_new:
        context = _context(meeting, kind, form=form, item=form.instance)
        response = TemplateResponse(request, "meetings/items/_edit.html", context, status=status)
        return _beside(response, f"#item-{form.instance.pk}", kind)
    again = ItemList(kind, place or {}, meeting, [], form, form.placeholder(place or {}, meeting))
    context = _context(meeting, kind, list=again, opened=True)
    response = TemplateResponse(request, "meetings/items/_add.html", context, status=status)
    return _beside(response, f"#add-{again.key}", kind)


def _refused(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, refusal: NotSaved, *, place: Any = None
) -> HttpResponse:
    """What was typed stays where it is; beside it stands why it was not saved, and a colleague's text when there is one."""
    if isinstance(refusal, KeyReused):
        return _again(request, meeting, kind, form.with_new_key(), status=422, place=place)
    current = refusal.current if isinstance(refusal, StaleVersion) else None
    if current is not None and not kind.model.objects.visible_to(request.user).filter(pk=current.pk).exists():  # type: ignore[attr-defined]  # see item_list
        current = None
    stale = {"closed": isinstance(refusal, ItemClosed), "current": current, "differences": differences(form, current)}
    if not form.is_new and kind.model.objects.allowed(request.user, "read").filter(pk=form.instance.pk).exists():  # type: ignore[attr-defined]  # see item_list
        gone = form.instance.fresh()
        stale["removed"] = gone.version if gone.removed_at else None
    if not request.headers.get("HX-Request"):
        return _form_page(request, meeting, kind, form, status=409, stale=stale)
    item = form.instance
    context = _context(meeting, kind, form=form, stale=stale, item=item, form_id=f"form-{item.pk}")
    response = TemplateResponse(request, "meetings/items/_stale.html", context, status=409)
    # Beside the field, never over it.
    key = ItemList(kind, place or {}, meeting, [], None, "").key if form.is_new else item.pk
    _put(response, f"#stale-{key}", "unset", "innerHTML")
    return response


def _form_page(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, *, status: int = 200, stale: Any = None
) -> HttpResponse:
    context = _context(meeting, kind, form=form, item=form.instance, stale=stale)
    return TemplateResponse(request, "meetings/item_edit.html", context, status=status)


def _context(meeting: Meeting, kind: Kind, **more: Any) -> dict[str, Any]:
    back = (
        reverse("meeting_step", args=(meeting.pk, kind.step.slug))
        if kind.step
        else reverse("meeting", args=(meeting.pk,))
    )
    return {"meeting": meeting, "kind": kind, "back": back, "editable": True, **more}


def _address(meeting: Meeting, kind: Kind, item: Item) -> str:
    return f"{_context(meeting, kind)['back']}#item-{item.pk}"
