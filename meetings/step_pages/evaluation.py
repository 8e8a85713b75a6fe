"""Step 7: were the goals of the meeting reached, what did we learn, what may be exchanged; then close."""

from typing import Any

from hgw.accounts.models import User
from meetings import gates
from meetings.forms.start import RatingForm
from meetings.models import Meeting, MeetingGoal
from meetings.readable import readable
from meetings.step_pages.texts import texts
from meetings.steps import BY_SLUG, STEPS

# Where what closing asks beside the gates is answered; None: on the page of the meeting.
WHERE = {
    "C1": BY_SLUG["doelen"], "C2": BY_SLUG["doelen"], "C3": BY_SLUG["afspraken"], "C4": None, "C5": BY_SLUG["overzicht"],
}  # fmt: skip


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    goals = readable(MeetingGoal, meeting, user)
    return {
        "ratings": [
            (goal, RatingForm(instance=goal, meeting=meeting, user=user) if editable else None) for goal in goals
        ],
        "satisfied": [
            (
                name,
                _label(name),
                getattr(meeting, name),
                getattr(meeting, f"get_{name}_display")(),
            )
            for name in ("satisfied_student", "satisfied_parents", "satisfied_team")
        ],
        "satisfied_choices": Meeting.Satisfied.choices,
        **texts(meeting, user, "learned", "info_exchange_answer", editable=editable),
    }


def closing(meeting: Meeting, user: User) -> dict[str, Any]:
    """What still stops this user from closing, each with the step where it is answered."""
    missing = gates.closing_gates(meeting, user)
    return {
        "closing_gates": missing,
        "closing_steps": [
            (found, next((s for s in STEPS if found.gate.id in s.gates), WHERE.get(found.gate.id))) for found in missing
        ],
    }


def _label(name: str) -> Any:
    field: Any = Meeting._meta.get_field(name)
    return field.verbose_name
