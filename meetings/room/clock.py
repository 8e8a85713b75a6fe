"""The quiet clock of a step: how long it takes already, of about how many minutes. It cuts nobody off."""

from dataclasses import dataclass

from django.utils import timezone

from meetings import steps
from meetings.models import Meeting

LONGEST = 90  # minutes: after that, nobody sits at the table any more


@dataclass(frozen=True)
class Clock:
    seconds: int  # since the step began, by the clock of the server
    budget: int  # minutes

    @property
    def minutes(self) -> int:
        """The minute that runs now: the first one is 1."""
        return self.seconds // 60 + 1

    @property
    def percent(self) -> int:
        """How much of the ring is drawn; full when the time is over."""
        return min(100, self.seconds * 100 // (self.budget * 60))


def clock(meeting: Meeting, step: steps.Step) -> Clock | None:
    """The clock of this step while the group is at it."""
    if meeting.status != Meeting.Status.IN_PROGRESS or step.slug != meeting.current_step:
        return None
    began = meeting.step_states.filter(step=step.slug).values_list("started_at", flat=True).first()
    seconds = int((timezone.now() - began).total_seconds()) if began else -1
    return Clock(seconds, step.minutes) if 0 <= seconds < LONGEST * 60 else None
