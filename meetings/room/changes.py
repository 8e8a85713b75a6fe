"""What changed on the step that a browser has open: read as the page reads it, through the same door, sent in pieces.

The lists come as ids with versions, so that what came, moved or went is seen whatever the browser missed; words come only
of the items that were saved since it looked last. An item that this user does not read (any more) is in neither.
"""

import datetime
import uuid
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from hgw.request import Request
from meetings import steps
from meetings.item_lists import ItemList
from meetings.models import Meeting
from meetings.room import people, store, ticket
from meetings.room.clock import clock
from meetings.room.leading import leading
from meetings.room.store import Room

# A save stands in the database some time after the moment that is written in it.
MARGIN = datetime.timedelta(seconds=30)
# Parts of a step that follow from what is written elsewhere on it; each is a partial of its template, with its name as id.
FOLLOWING = {
    "overzicht": ("window",), "inzicht": ("insight",), "doelen": ("ladder",), "behoeften": ("nothing-extra",),
    "afspraken": ("without",), "evaluatie": ("ratings", "satisfied"),
}  # fmt: skip


def state(meeting: Meeting) -> str:
    """What stands for the change number in a browser: whoever reads little of a meeting cannot count the rest of it."""
    return salted_hmac("meetings.room.state", f"{meeting.pk}{meeting.change_no}", algorithm="sha256").hexdigest()[:20]


def room_context(request: Request, meeting: Meeting, step: steps.Step) -> dict[str, Any]:
    """What the page of a step shows of the room, and what its browser needs to ask for more."""
    now = store.look(meeting.pk, request.user.pk)
    return {
        "around": people.around_the_table(meeting, request.user, now),
        "clock": None if request.user.is_projecting else clock(meeting, step),
        "room_line": line(request, meeting, step, now),
        "room": signs(request, meeting, now),
        **leading(request.user, meeting),
    }


def signs(request: Request, meeting: Meeting, now: Room) -> dict[str, Any]:
    """Ticket, mark and state; the mark is that of the room as it was found before anything was read."""
    return {
        "ticket": ticket.issue(request.user, meeting.pk, now.rights),
        "mark": ticket.mark(meeting.pk, meeting.change_no, now, asks=request.user.pk),
        "state": state(meeting),
        "since": int(timezone.now().timestamp()),
    }


def line(request: Request, meeting: Meeting, step: steps.Step, now: Room) -> dict[str, Any]:
    """Where the group is, and who is ready there: whoever leads hears who, anybody else only about themselves."""
    going_on = meeting.status == Meeting.Status.IN_PROGRESS
    ready = [person for person, slug in now.ready if slug == meeting.current_step]
    names = {one.user: one.name for one in people.around_the_table(meeting, request.user, now) if one.user}
    may_lead = leading(request.user, meeting)["may_lead"]
    return {
        "group_step": meeting.step if going_on and meeting.current_step != step.slug else None,
        "takes_part": going_on and str(request.user.pk) in names and not request.user.is_projecting,
        "is_ready": str(request.user.pk) in ready,
        "ready_names": [names[p] for p in ready if p in names] if may_lead and not request.user.is_projecting else [],
    }


def presence(request: Request, meeting: Meeting, step: steps.Step, now: Room) -> dict[str, Any]:
    """Who is there, where the group is: what changes without anything being saved."""
    around = people.around_the_table(meeting, request.user, now)
    context = {"meeting": meeting, "step": step, "around": around, "room_line": line(request, meeting, step, now)}
    context["clock"] = None if request.user.is_projecting else clock(meeting, step)
    context[
        "was_closed"
    ] = not meeting.is_open  # a page that shows a closed meeting asks for nothing: this one was open
    return {
        "busy": people.busy(meeting, step, request.user, now, around),
        "parts": {
            name: render_to_string(f"meetings/room/_{name}.html", context, request)
            for name in ("people", "pointer", "ready", "clock")
        },
    }


def changes(
    request: Request, meeting: Meeting, step: steps.Step, context: dict[str, Any], since: int
) -> dict[str, Any]:
    """The lists of the step as they are now, the words of what was saved since, and the parts that follow from them."""
    limit = datetime.datetime.fromtimestamp(since, datetime.UTC) - MARGIN
    found: list[ItemList] = meeting.read.get("lists", [])
    shown: dict[uuid.UUID, str] = {}
    for one in found:
        for item in one.items:
            if item.updated_at >= limit and item.pk not in shown:
                given = context | {"kind": one.kind, "item": item, "editable": one.editable}
                shown[item.pk] = render_to_string("meetings/items/_item.html", given, request)
    texts = [value for name, value in context.items() if name.startswith("text_") and value]
    for text in texts:
        if text["item"].updated_at >= limit:
            given = context | {"row": text, "item": text["item"], "form": text["form"]}
            template = "meetings/items/_text_form.html" if text["form"] else "meetings/steps/_text_read.html"
            shown[text["item"].pk] = render_to_string(template, given, request)
    page, own = "meetings/meeting_step.html", f"meetings/steps/_{step.slug}.html"
    names = [(name, page) for name in ("stepper", "gates", "balance")]
    names += [(name, own) for name in FOLLOWING.get(step.slug, ())]
    parts = {name: render_to_string(f"{template}#{name}", context, request) for name, template in names}
    for number, territory in enumerate(context.get("territories", ())):
        given = {"territory": territory}
        parts[f"balance-{number}"] = render_to_string("meetings/steps/_territory_balance.html", given, request)
    return {
        "lists": {one.key: [[str(item.pk), item.version] for item in one.items] for one in found},
        "texts": [[str(text["item"].pk), text["item"].version] for text in texts],
        "by": _by_whom(
            request, [item for one in found for item in one.items] + [text["item"] for text in texts], shown
        ),
        "items": {str(pk): html for pk, html in shown.items()},
        "parts": parts,
    }


def _by_whom(request: Request, items: list[Any], shown: dict[uuid.UUID, str]) -> dict[str, str]:
    """Of what others changed, a sentence that says who did; to the room nobody is named."""
    if request.user.is_projecting:
        return {}
    changed = {
        item.pk: item.updated_by_id for item in items if item.pk in shown and item.updated_by_id != request.user.pk
    }
    users = User.objects.in_bulk([pk for pk in set(changed.values()) if pk])
    return {
        str(pk): _("%(name)s changed this just now.") % {"name": users[by].name.split()[0]}
        for pk, by in changed.items()
        if by in users
    }
