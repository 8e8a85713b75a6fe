"""Who moves the pointer of the group, and to whom the chair can go."""

from typing import Any

from hgw import access
from hgw.accounts.models import User
from meetings.models import Meeting, Person
from meetings.models.participants import PROFESSIONALS
from meetings.readable import seats


def can_lead(user: User, meeting: Meeting) -> bool:
    """Whether this person takes the group to another step: chair, reporter, coordinator. Asked of the matrix once."""
    key = ("leads", user.pk)
    if key not in meeting.read:
        meeting.read[key] = access.may(user, "write", meeting, "lead")
    answer: bool = meeting.read[key]
    return answer


def leading(user: User, meeting: Meeting) -> dict[str, Any]:
    """Whether this person leads, and to whom the chair can go now."""
    may_lead = meeting.is_open and can_lead(user, meeting)
    return {"may_lead": may_lead, "next_chairs": next_chairs(user, meeting) if may_lead else []}


def next_chairs(user: User, meeting: Meeting) -> list[Person]:
    """The professionals at the table who sign in here. Who does not lead yet, nor coordinates, can only take the chair."""
    around = [seat.person for seat in seats(meeting) if seat.role in PROFESSIONALS and seat.person.user_id]
    gives = access.may(user, "manage", meeting) or bool(meeting.chair and meeting.chair.user_id == user.pk)
    return [person for person in around if person.pk != meeting.chair_id and (gives or person.user_id == user.pk)]
