"""What each step shows beside the frame: one function per step, found by the step's slug."""

from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Count, Value

from hgw.accounts.models import User
from meetings.kinds import kinds
from meetings.models import Meeting
from meetings.step_pages import agreements, evaluation, goals, insight, needs, overview, start

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
    parts = []
    for slug, kind in COUNTED.items():
        rows = kinds()[kind].model.objects.visible_to(user)  # type: ignore[attr-defined]  # every kind stands behind the door
        counted = rows.filter(meeting=meeting).order_by().values(step=Value(slug, CharField()))
        parts.append(counted.annotate(number=Count("pk")).values_list("step", "number"))
    together = parts[0].union(*parts[1:], all=True).order_by()  # one query
    return dict.fromkeys(COUNTED, 0) | dict(together)
