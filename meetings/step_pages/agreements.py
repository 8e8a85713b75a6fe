"""Step 6: agreements with the line of reasoning behind them, who tells whom, when we look again, the phase."""

from typing import Any

from hgw.accounts.models import User
from meetings.item_lists import item_list
from meetings.models import (
    Agreement,
    Communication,
    Factor,
    FollowUp,
    Goal,
    InfoRequest,
    Meeting,
    Need,
    Observation,
    PhaseDecision,
)


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    rows = Agreement.objects.visible_to(user).filter(meeting=meeting)
    agreements = list(
        rows.select_related("need", "goal", "factor", "info_request", "subject").prefetch_related("actors__person")
    )
    thread(agreements, meeting, user)
    done = {a.need_id for a in agreements}
    asked = {a.info_request_id for a in agreements}
    needs = Need.objects.visible_to(user).filter(meeting=meeting, band=Need.Band.MIN_NECESSARY)
    questions = InfoRequest.objects.visible_to(user).filter(meeting=meeting, status=InfoRequest.Status.OPEN)
    has_follow_up = FollowUp.objects.standing().filter(meeting=meeting).exists()
    return {
        "agreements": item_list(meeting, user, "agreement", editable=editable, addable=False, items=agreements, subject=None),
        "needs_without": [need for need in needs.select_related("goal") if need.pk not in done] if editable else [],
        "questions_without": [q for q in questions if q.pk not in asked] if editable else [],
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


def thread(agreements: list[Agreement], meeting: Meeting, user: User) -> None:
    """Hang on each agreement the way to it: observation, factor, goal, need. What the user may not see is left out."""

    def visible(model: Any) -> dict[Any, Any]:
        return {row.pk: row for row in model.objects.visible_to(user).filter(meeting=meeting)}

    goals, needs, questions = visible(Goal), visible(Need), visible(InfoRequest)
    observations = visible(Observation)
    factors = {f.pk: f for f in Factor.objects.visible_to(user).filter(meeting=meeting).prefetch_related("rests_on")}
    for agreement in agreements:
        factor = factors.get(agreement.factor_id)
        trail = {
            "observations": [
                observations[row.observation_id]
                for row in (factor.rests_on.all() if factor else ())
                if row.observation_id in observations
            ],
            "factor": factor,
            "question": questions.get(agreement.info_request_id),
            "goal": goals.get(agreement.goal_id),
            "need": needs.get(agreement.need_id),
        }  # fmt: skip
        agreement.trail = trail
