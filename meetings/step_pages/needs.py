"""Step 5: first the goal, then what is needed for it; from maximally desirable to minimally necessary."""

from typing import Any

from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import Goal, Meeting, Need
from meetings.step_pages.texts import texts


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    goals = Goal.objects.visible_to(user).filter(meeting=meeting)
    needs = list(Need.objects.visible_to(user).filter(meeting=meeting).select_related("goal", "subject"))
    seen = {goal.pk for goal in goals}
    for need in needs:
        need.for_goal = need.goal if need.goal_id in seen else None
    groups = [*meeting.students, None] if meeting.is_group else [None]
    holders = []
    for holder in Need.Holder:
        lists = [
            (subject, item_list(
                meeting, user, "need", editable=editable, holder=holder, subject=subject and subject.pk,
                items=[n for n in needs if n.holder == holder and n.subject_id == (subject and subject.pk)],
            ))
            for subject in (groups if holder != Need.Holder.TEACHER else [None])
        ]  # fmt: skip
        holders.append({"holder": holder, "lists": lists, "sentences": library.help_sentences(holder)})
    return {
        "pinned_goals": goals,
        "holders": holders,
        "bands": Need.Band.choices,
        "adjustments": item_list(meeting, user, "reasonableadjustment", editable=editable),
        **texts(meeting, user, "teacher_learning_question", "skip_reason_needs", editable=editable),
    }
