"""How a view answers about one item: the item as it stands now, its form again, or why it was not saved."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from hgw import access
from hgw.accounts.models import User
from hgw.items.models import Item
from hgw.items.saving import ItemClosed, KeyReused, NotSaved, Saved, StaleVersion, save_item
from hgw.items.script import GO, KEEP, acknowledge, refuse, wanted
from hgw.request import Request
from meetings.forms.base import ItemForm
from meetings.forms.differences import differences
from meetings.forms.shown import keeps_its_rules, shown
from meetings.hints import hang_hints_on_one
from meetings.history import reads
from meetings.item_lists import ItemList
from meetings.kinds import Kind
from meetings.models import Meeting
from meetings.step_pages.dressing import dress
from students.consequences import KINDS


def save_form(request: Request, form: ItemForm, item: Any = None) -> Saved[Any]:
    """Save what a valid form changes. A save by the script of a page is merged with a colleague's, and acknowledged; a
    plain form never merges. Raises as `save_item`."""

    def stands(merged: Any) -> bool:
        return keeps_its_rules(type(form), merged, form.meeting, request.user)

    version, key = form.cleaned_data.get("base_version") or 0, form.cleaned_data["key"]
    check = stands if wanted(request) else None
    saved = save_item(
        item or form.instance, form.changes(), by=request.user, base_version=version, key=key, check=check,
        reads=lambda version, now: reads(version, now, request.user),
    )  # fmt: skip
    readable = saved.item.removed_at is None and access.may(request.user, "read", saved.item)
    if readable or not (
        saved.merged or saved.replayed
    ):  # by the time it was sent again it may be somebody else's secret
        acknowledge(
            request, saved, lambda now: shown(type(form)(instance=now, meeting=form.meeting, user=request.user))
        )
    else:
        acknowledge(request, saved)
    return saved


def refuse_form(request: Request, form: ItemForm, reason: str = "invalid") -> None:
    """Tell the script what stands beside the fields."""
    refuse(request, reason, errors={name: list(map(str, found)) for name, found in form.errors.items()})


def shown_again(request: Request, meeting: Meeting, kind: Kind, item: Any) -> HttpResponse:
    if wanted(request) == KEEP:
        return HttpResponse()
    if not request.headers.get("HX-Request") or wanted(request) == GO:
        return redirect(address_of(meeting, kind, item))
    template = template_of(item, kind, request.user)
    if template == "meetings/items/_item.html":
        if kind.form.whole:
            return redirect(address_of(meeting, kind, item))
        hang_hints_on_one(item, meeting, request.user)
        if kind.name == "steptext":
            return _text(request, meeting, kind, item)
        dress([item], meeting, request.user)
    return _beside(TemplateResponse(request, template, context_of(meeting, kind, item=item)), f"#item-{item.pk}", kind)


def template_of(item: Any, kind: Kind, user: User) -> str:
    """How an item is shown that was just saved: not at all to who does not read it (any more)."""
    if not access.may(user, "read", item):
        return "meetings/items/_gone.html"
    return "meetings/items/_removed.html" if item.removed_at else "meetings/items/_item.html"


def _text(
    request: Request, meeting: Meeting, kind: Kind, item: Any, form: ItemForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The form of a single text: it stays on the page, ready to be typed in again."""
    form = form or kind.form(instance=item, meeting=meeting, user=request.user)
    context = context_of(meeting, kind, form=form, item=item)
    return TemplateResponse(request, "meetings/items/_text_form.html", context, status=status)


def _beside(response: HttpResponse, where: str, kind: Kind) -> HttpResponse:
    """Put an answer in its own place, where the page expects the whole list."""
    if kind.form.whole:
        _put(response, where, where, "outerHTML")
    return response


def _put(response: HttpResponse, target: str, select: str, swap: str) -> None:
    response.headers["HX-Retarget"], response.headers["HX-Reselect"] = target, select
    response.headers["HX-Reswap"] = swap


def again(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, *, status: int, place: Any = None, stale: Any = None
) -> HttpResponse:
    """The same form with everything typed still in it, and what to do beside the field."""
    refuse_form(request, form)
    if not request.headers.get("HX-Request"):
        return form_page(request, meeting, kind, form, status=status, stale=stale)
    if kind.name == "steptext":
        return _text(request, meeting, kind, form.instance, form, status=status)
    if not form.is_new:
        context = context_of(meeting, kind, form=form, item=form.instance)
        response = TemplateResponse(request, "meetings/items/_edit.html", context, status=status)
        return _beside(response, f"#item-{form.instance.pk}", kind)
    again = ItemList(kind, place or {}, meeting, [], form, form.placeholder(place or {}, meeting))
    context = context_of(meeting, kind, list=again, opened=True)
    response = TemplateResponse(request, "meetings/items/_add.html", context, status=status)
    return _beside(response, f"#add-{again.key}", kind)


def refused(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, refusal: NotSaved, *, place: Any = None
) -> HttpResponse:
    """What was typed stays where it is; beside it stands why it was not saved, and a colleague's text when there is one."""
    if isinstance(refusal, KeyReused) and not form.is_bound:  # of a click: nothing was typed that has to come back
        refuse(request, "key_reused")
        is_script = request.headers.get("HX-Request")
        return HttpResponse(status=422) if is_script else form_page(request, meeting, kind, form, status=422)
    if isinstance(refusal, KeyReused):
        response = again(request, meeting, kind, form.with_new_key(), status=422, place=place)
        refuse_form(request, form, "key_reused")
        return response
    current = refusal.current if isinstance(refusal, StaleVersion) else None
    if current is not None and not kind.model.objects.visible_to(request.user).filter(pk=current.pk).exists():  # type: ignore[attr-defined]  # see item_list
        current = None
    stale = {"closed": isinstance(refusal, ItemClosed), "current": current, "differences": differences(form, current)}
    if not form.is_new and kind.model.objects.allowed(request.user, "read").filter(pk=form.instance.pk).exists():  # type: ignore[attr-defined]  # see item_list
        gone = form.instance.fresh()
        stale["removed"] = gone.version if gone.removed_at else None
    tell_why(request, form, refusal, stale)
    if not request.headers.get("HX-Request"):
        return form_page(request, meeting, kind, form, status=409, stale=stale)
    item = form.instance
    context = context_of(meeting, kind, form=form, stale=stale, item=item, form_id=f"form-{item.pk}")
    response = TemplateResponse(request, "meetings/items/_stale.html", context, status=409)
    # Beside the field, never over it.
    key = ItemList(kind, place or {}, meeting, [], None, "").key if form.is_new else item.pk
    _put(response, f"#stale-{key}", "unset", "innerHTML")
    return response


def tell_why(request: Request, form: ItemForm, refusal: NotSaved, stale: dict[str, Any]) -> None:
    """For the script: why, and what stands there now by whom, as far as this user reads it."""
    current = stale["current"]
    facts: dict[str, Any] = {"kept": isinstance(refusal, StaleVersion) and refusal.set_aside}
    if current is not None:
        facts |= {
            "version": current.version,
            "by": current.updated_by.name if current.updated_by else "",
            "at": f"{timezone.localtime(current.updated_at):%H:%M}",
            "fields": shown(type(form)(instance=current, meeting=form.meeting, user=request.user)),
        }
    elif stale.get("removed"):
        facts["version"] = stale["removed"]
    refuse(request, "closed" if stale.get("closed") else "stale" if current is not None else "removed", **facts)


def form_page(
    request: Request, meeting: Meeting, kind: Kind, form: ItemForm, *, status: int = 200, stale: Any = None
) -> HttpResponse:
    context = context_of(meeting, kind, form=form, item=form.instance, stale=stale)
    return TemplateResponse(request, "meetings/item_edit.html", context, status=status)


def context_of(meeting: Meeting, kind: Kind, **more: Any) -> dict[str, Any]:
    back = (
        reverse("meeting_step", args=(meeting.pk, kind.step.slug))
        if kind.step
        else reverse("meeting", args=(meeting.pk,))
    )
    tells = kind.name in KINDS  # also where an answer is a fragment of the page
    return {"meeting": meeting, "kind": kind, "back": back, "editable": True, "tells": tells, **more}


def address_of(meeting: Meeting, kind: Kind, item: Item) -> str:
    return f"{context_of(meeting, kind)['back']}#item-{item.pk}"
