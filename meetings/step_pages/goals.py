"""Step 4: goals, the long one on top and the small quick ones as rungs under it."""

from typing import Any

from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import Goal, Meeting
from meetings.readable import readable
from meetings.step_pages.dressing import dress
from meetings.step_pages.texts import texts

ORDER = {"long": 0, "medium": 1, "quick": 2}


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    goals = readable(Goal, meeting, user, "subject", "parent")
    dress(goals, meeting, user)
    groups = [*meeting.students, None] if meeting.is_group else [None]
    return {
        "goal_lists": [
            (subject, item_list(
                meeting, user, "goal", editable=editable, subject=subject and subject.pk,
                items=[goal for goal in goals if goal.subject_id == (subject and subject.pk)],
            ))
            for subject in groups
        ],
        "cards": [library.card("attitude")] if "attitude" in {card.code for card in library.cards()} else [],
        "ladder": sorted(goals, key=lambda goal: (ORDER[goal.horizon], goal.position)),
        "scores": item_list(meeting, user, "goalscore", editable=editable, addable=any(goal.gas for goal in goals)),
        **texts(meeting, user, "skip_reason_goals", editable=editable),
    }  # fmt: skip
