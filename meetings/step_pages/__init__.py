"""What each step shows beside the frame: one function per step, found by the step's slug."""

from collections.abc import Callable
from typing import Any

from hgw.accounts.models import User
from meetings.kinds import kinds
from meetings.models import Meeting
from meetings.step_pages import agreements, evaluation, goals, insight, needs, overview, start
from meetings.steps import STEPS

PAGES: dict[str, Callable[..., dict[str, Any]]] = {
    "start": start.page,
    "overzicht": overview.page,
    "inzicht": insight.page,
    "doelen": goals.page,
    "behoeften": needs.page,
    "afspraken": agreements.page,
    "evaluatie": evaluation.page,
}
# What the stepper counts for each step.
COUNTED = {
    "start": "meetinggoal", "overzicht": "observation", "inzicht": "factor", "doelen": "goal", "behoeften": "need",
    "afspraken": "agreement",
}  # fmt: skip


def context(slug: str, meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    """The context of one step's page; only what this user may see."""
    return PAGES[slug](meeting, user, editable=editable)


def counts(meeting: Meeting, user: User) -> dict[str, int]:
    """How many items of its main kind each step holds, for this user's eyes."""
    found = {}
    for step in STEPS:
        if kind := COUNTED.get(step.slug):
            rows = kinds()[kind].model.objects.visible_to(user)  # type: ignore[attr-defined]  # every kind stands behind the door
            found[step.slug] = rows.filter(meeting=meeting).count()
    return found
