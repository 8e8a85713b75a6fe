"""Step 6: agreements with the line of reasoning behind them, who tells whom, when we look again, the phase."""

from typing import Any

from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import (
    Agreement,
    Communication,
    FollowUp,
    InfoRequest,
    Meeting,
    Need,
    PhaseDecision,
)
from meetings.step_pages.dressing import dress


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    rows = Agreement.objects.visible_to(user).filter(meeting=meeting)
    agreements = list(
        rows.select_related("need", "goal", "factor", "info_request", "subject").prefetch_related("actors__person")
    )
    dress(agreements, meeting, user)
    done = {a.need_id for a in agreements}
    asked = {a.info_request_id for a in agreements}
    needs = Need.objects.visible_to(user).filter(meeting=meeting, band=Need.Band.MIN_NECESSARY)
    questions = InfoRequest.objects.visible_to(user).filter(meeting=meeting, status=InfoRequest.Status.OPEN)
    has_follow_up = FollowUp.objects.standing().filter(meeting=meeting).exists()
    return {
        "agreements": item_list(meeting, user, "agreement", editable=editable, items=agreements),
        "needs_without": [need for need in needs.select_related("goal") if need.pk not in done] if editable else [],
        "questions_without": [q for q in questions if q.pk not in asked] if editable else [],
        "told": _can_be_told(meeting) if editable else [],
        "conversation_cards": library.conversation_cards(),
        "many_for_parents": _many_for_parents(agreements),
        "communications": item_list(
            meeting, user, "communication", editable=editable,
            items=Communication.objects.visible_to(user).filter(meeting=meeting).select_related("by", "subject"),
        ),
        "follow_up": item_list(meeting, user, "followup", editable=editable, addable=not has_follow_up),
        "phases": item_list(
            meeting, user, "phasedecision", editable=editable,
            items=PhaseDecision.objects.visible_to(user).filter(meeting=meeting).select_related("student", "before", "after", "requested"),
        ),
    }  # fmt: skip


def _can_be_told(meeting: Meeting) -> list[str]:
    """The names that the field "to whom" suggests."""
    return list(dict.fromkeys(name for s in meeting.students for name in [s.roepnaam, *map(str, s.guardians.all())]))


def _many_for_parents(agreements: list[Agreement]) -> bool:
    """Whether more than two things are asked of the parents: then somebody asks whether this family can carry it."""
    asked = [a for a in agreements if any(actor.person.guardians.exists() for actor in a.actors.all())]
    return len(asked) > 2
