"""Step 6: agreements with the line of reasoning behind them, who tells whom, when we look again, the phase."""

from typing import Any

from django.db.models import prefetch_related_objects

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
from meetings.readable import readable
from meetings.step_pages.dressing import dress


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    agreements = readable(Agreement, meeting, user, "subject")
    prefetch_related_objects(agreements, "actors__person")
    dress(agreements, meeting, user)
    done = {a.need_id for a in agreements}
    asked = {a.info_request_id for a in agreements}
    needs = [n for n in readable(Need, meeting, user, "goal") if n.band == Need.Band.MIN_NECESSARY]
    questions = [q for q in readable(InfoRequest, meeting, user) if q.status == InfoRequest.Status.OPEN]
    has_follow_up = FollowUp.objects.standing().filter(meeting=meeting).exists()
    return {
        "agreements": item_list(meeting, user, "agreement", editable=editable, items=agreements),
        "needs_without": [need for need in needs if need.pk not in done] if editable else [],
        "questions_without": [q for q in questions if q.pk not in asked] if editable else [],
        "told": _can_be_told(meeting) if editable else [],
        "conversation_cards": library.conversation_cards(),
        "communications": item_list(
            meeting, user, "communication", editable=editable,
            items=readable(Communication, meeting, user, "by", "subject"),
        ),
        "follow_up": item_list(meeting, user, "followup", editable=editable, addable=not has_follow_up),
        "phases": item_list(
            meeting, user, "phasedecision", editable=editable,
            items=readable(PhaseDecision, meeting, user, "student", "before", "after", "requested"),
        ),
    }  # fmt: skip


def _can_be_told(meeting: Meeting) -> list[str]:
    """The names that the field "to whom" suggests."""
    families = [[s.roepnaam, *(str(g) for g in meeting.guardians if g.student_id == s.pk)] for s in meeting.students]
    return list(dict.fromkeys(name for family in families for name in family))
