"""One item at a time: add, change, remove, put back, move, choose its readers. One fragment comes back."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from hgw.items.models import CONFIDENTIAL, Item
from hgw.items.moving import move_item
from hgw.items.saving import NotSaved, Saved, StaleVersion, is_first_time, remove_item, restore_item, save_item
from hgw.items.script import GO, KEEP, acknowledge, answers_script, wanted
from hgw.request import Request
from meetings.forms.base import ItemForm
from meetings.hints import hang_hints_on_one
from meetings.item_lists import ItemList, add_form, lock, may_add, new_item
from meetings.kinds import Kind, kinds
from meetings.looking import look_into
from meetings.models import Meeting, Need
from meetings.models.items import MeetingItem
from meetings.permissions import can_edit, get_meeting, single
from meetings.step_pages.dressing import dress
from meetings.views.item_answers import (
    address_of,
    again,
    context_of,
    form_page,
    refused,
    save_form,
    shown_again,
    template_of,
)
from students.consequences import said_aloud

# What forms and rules ask of the meeting of an item that is saved while somebody types.
ASKED_OF_A_MEETING = {"id", "school", "status", "kind_of_meeting", "date", "insight_state", "change_no"}


@require_http_methods(["GET", "POST"])
@answers_script
def item_add(request: Request, pk: uuid.UUID, kind_name: str) -> HttpResponse:
    """Add an item: by the short form at the end of a list, or by the full form on a page of its own."""
    meeting, kind = get_meeting(request, pk, may=can_edit), _kind(kind_name)
    short = request.POST.get("short") == "1" and bool(kind.form.quick)
    item = new_item(kind, meeting)
    if not may_add(kind, meeting, request.user):
        raise PermissionDenied  # before a form is shown that could not be saved
    if request.method == "GET":
        look_into(request, meeting)
        initial = kind.form.prefill(request.GET, meeting, request.user)
        form = kind.form(instance=item, initial=initial, meeting=meeting, user=request.user)
        return form_page(request, meeting, kind, form)
    place = {name: request.POST.get(name, "") for name in kind.form.place}
    form = kind.form(request.POST, instance=item, initial=place, meeting=meeting, user=request.user, short=short)
    if not form.is_valid():
        return again(request, meeting, kind, form, place=place, status=422)
    try:
        saved = _save(meeting, item, form, request)
    except NotSaved as refusal:
        return refused(request, meeting, kind, form, refusal, place=place)
    if wanted(request) == KEEP:
        return HttpResponse()
    if not request.headers.get("HX-Request") or form.whole or wanted(request) == GO:
        return redirect(address_of(meeting, kind, saved))
    fresh = ItemList(
        kind, place, meeting, [saved], add_form(kind, meeting, request.user, place), form.placeholder(place, meeting)
    )
    # A save that was sent again answers with the item as it stands now: by then it may be confidential, or taken away.
    shows = template_of(saved, kind, request.user)
    if shows == "meetings/items/_item.html":
        dress([saved], meeting, request.user)
        lock([saved], request.user)
        hang_hints_on_one(saved, meeting, request.user)
    context = context_of(meeting, kind, list=fresh, item=saved, shows=shows)
    return TemplateResponse(request, "meetings/items/_added.html", context)


@require_http_methods(["GET", "POST"])
@answers_script
def item_edit(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """The form of one item; saving it gives the item back as it stands now."""
    meeting, kind, item = _item(request, pk, kind_name, item_pk, removed=request.method == "POST")
    if request.method == "GET":
        look_into(request, meeting)
        hang_hints_on_one(item, meeting, request.user)
        if request.GET.get("view"):
            dress([item], meeting, request.user)
            return TemplateResponse(request, "meetings/items/_item.html", context_of(meeting, kind, item=item))
        form = kind.form(instance=item, meeting=meeting, user=request.user)
        if request.headers.get("HX-Request"):
            return TemplateResponse(
                request, "meetings/items/_edit.html", context_of(meeting, kind, form=form, item=item)
            )
        return form_page(request, meeting, kind, form)
    form = kind.form(request.POST, instance=item, meeting=meeting, user=request.user)
    if not form.is_valid():
        return again(request, meeting, kind, form, status=422)
    try:
        if item.removed_at and ("put_back" in request.POST or not wanted(request)):
            _put_back(request, meeting, item, form)
        saved = _save(meeting, item, form, request)
    except NotSaved as refusal:
        return refused(request, meeting, kind, form, refusal)
    return shown_again(request, meeting, kind, saved)


@require_POST
@answers_script
def item_remove(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Take an item off the page; a line stays from which it is put back."""
    return _act(request, pk, kind_name, item_pk, remove_item)


@require_POST
@answers_script
def item_restore(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Put a removed item back."""
    return _act(request, pk, kind_name, item_pk, restore_item)


@require_POST
@answers_script
def item_move(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID) -> HttpResponse:
    """Move an item up or down in its list, once for each click."""
    meeting, kind, item = _item(request, pk, kind_name, item_pk)
    step = -1 if request.POST.get("direction") == "up" else 1
    try:
        if is_first_time(_key(request), ["item_move", str(item.pk), step], by=request.user):
            move_item(item, by=request.user, step=step)
    except NotSaved as refusal:
        return refused(request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), refusal)
    acknowledge(request, Saved(item))
    return redirect(address_of(meeting, kind, item))


@require_POST
@answers_script
def need_band(request: Request, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Move a need between maximally desirable, feasible and minimally necessary."""
    meeting, kind, item = _item(request, pk, "need", item_pk)
    version, key = _numbers(request)
    band = request.POST.get("band")
    if band not in Need.Band.values:
        raise Http404
    try:
        acknowledge(request, save_item(item, {"band": band}, by=request.user, base_version=version, key=key))
    except NotSaved as refusal:
        return refused(request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), refusal)
    return redirect(address_of(meeting, kind, item))


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
        item = single(_with_meeting(rows.allowed(request.user, "write"), request))
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


def _with_meeting(rows: Any, request: Request) -> Any:
    """The rows with their meeting; of that only what a save asks for, where nothing of it is shown."""
    rows = rows.select_related("meeting")
    if wanted(request) != KEEP:
        return rows
    return rows.defer(
        *(f"meeting__{f.name}" for f in Meeting._meta.concrete_fields if f.name not in ASKED_OF_A_MEETING)
    )


def _save(meeting: Meeting, item: Any, form: ItemForm, request: Request) -> Item:
    _claim(meeting, item, form.cleaned_data.get("visibility") or ())
    with said_aloud(request, item.kind(), meeting.students):
        return save_form(request, form, item).item


def _claim(meeting: Meeting, item: Any, readers: Any = ()) -> None:
    """What stands in the student's file is written through the meeting only while that is open; what not everybody at the
    table reads, before or after this save, without telling them."""
    if not hasattr(item, "meeting"):
        is_for_all = type(item)._default_manager.all().access_object == "item"
        meeting.claim(quietly=not is_for_all or CONFIDENTIAL in {*readers, *getattr(item, "visibility", ())})


def _put_back(request: Request, meeting: Meeting, item: Any, form: ItemForm) -> None:
    """Put an item back that a colleague took away meanwhile, when the one who writes in it asks for that.

    Raises `StaleVersion` when nobody asked: then what was typed comes back with the offer.
    """
    if request.POST.get("put_back") != str(item.version):
        raise StaleVersion(None)
    _claim(meeting, item)
    key = uuid.uuid5(form.cleaned_data["key"], "put back")
    restored = restore_item(item.fresh(), by=request.user, base_version=item.version, key=key)
    form.cleaned_data["base_version"] = restored.item.version


def _act(request: Request, pk: uuid.UUID, kind_name: str, item_pk: uuid.UUID, verb: Any) -> HttpResponse:
    meeting, kind, item = _item(request, pk, kind_name, item_pk, removed=True)
    try:
        _claim(meeting, item)
        version, key = _numbers(request)
        with said_aloud(request, item.kind(), meeting.students):
            done = verb(item, by=request.user, base_version=version, key=key)
        acknowledge(request, done)
        saved = done.item
    except NotSaved as refusal:
        return refused(request, meeting, kind, kind.form(instance=item, meeting=meeting, user=request.user), refusal)
    return shown_again(request, meeting, kind, saved)


def _numbers(request: Request) -> tuple[int, uuid.UUID]:
    try:
        return int(request.POST["base_version"]), _key(request)
    except (KeyError, ValueError):
        raise Http404 from None


def _key(request: Request) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST["key"])
    except (KeyError, ValueError):
        raise Http404 from None
