"""The meeting that follows another one: it knows what came before, and after an information round it goes on from there.

After an information round the first three steps are carried forward and the meeting opens at the third: the picture is
there, what was missing has been found out. After a complete meeting nothing is copied: what was agreed is looked at again.
"""

import uuid
from typing import Any

from hgw.accounts.models import User
from hgw.items.saving import save_item
from meetings import steps
from meetings.models import (
    Factor,
    FactorCluster,
    FactorLink,
    FollowUp,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Observation,
    Participant,
    Person,
    StepText,
    Wish,
)
from meetings.models.from_clb import clb_may_tell
from meetings.models.items import MeetingItem
from meetings.seating import Seat

CARRIED_STEPS = ("start", "overzicht", "inzicht")
OPENS_AT = "inzicht"
# In this order: what refers to something comes after it. What the CLB brings in stays behind: it was given for that
# meeting, on a consent that says so. What it told comes along as long as a consent stands.
CARRIED: tuple[type[MeetingItem], ...] = (
    MeetingGoal, Wish, Observation, FactorCluster, Factor, FactorLink, InfoRequest,
)  # fmt: skip
# Said of the earlier meeting, not of the matter itself.
LEFT_BEHIND = {"rating", "rating_note", "rating_position", "used_in_goal", "used_in_need", "used_in_agreement"}


def goes_on_from(previous: Meeting) -> bool:
    """Whether the meeting after this one goes on where it stopped."""
    return previous.closed_kind == Meeting.ClosedKind.INFO_ROUND


def next_date(previous: Meeting) -> Any:
    """The day that was agreed on for the next meeting, None where there is none."""
    found = FollowUp.objects.standing().filter(meeting=previous).first()
    return found and found.date


def who_was_to_come(previous: Meeting) -> list[str]:
    """The names that were noted for the next meeting, also of those who had no seat yet."""
    found = FollowUp.objects.standing().filter(meeting=previous).first()
    return [person.name for person in found.attendees] if found else []


def seats_of_follow_up(previous: Meeting) -> list[Seat]:
    """Who was to come to the next meeting, each in the seat they had; nobody was named: all who took part."""
    named = FollowUp.objects.standing().filter(meeting=previous).first()
    people = {person.pk for person in named.attendees} if named else set()
    rows = previous.participants.filter(removed_at=None).select_related("person__user", "subject")
    rows = rows.filter(person__in=people) if people else rows.exclude(participation="not_this_time")
    return [
        Seat(
            row.person.name, row.role, row.role_label, "full", user=row.person.user, subject=row.subject, note=_why(row)
        )
        for row in rows
    ]


def seats_beside(previous: Meeting, people: list[tuple[User, str]]) -> list[Seat]:
    """Those of them who are not among the people offered a seat at any meeting, and come with no class and no family: an
    external helper, an interpreter, a colleague."""
    names, known = {person.name for person, _role in people}, {person.pk for person, _role in people}
    return [
        seat
        for seat in seats_of_follow_up(previous)
        if seat.role not in {"guardian", "student", "homeroom_teacher"}
        and seat.name not in names
        and not (seat.user and seat.user.pk in known)
    ]


def _why(seat: Participant) -> str:
    """Why somebody was there; with an empty seat it says why somebody was not."""
    return "" if seat.participation == Participant.Participation.NOT_THIS_TIME else seat.note


def carry_forward(previous: Meeting, meeting: Meeting, *, by: User) -> None:
    """Copy what stands in the first three steps of an information round into the meeting that follows it.

    Each item keeps its readers, a confidential one its circle: by who they are, for a name may be somebody else's by now.
    The copies are new items with a history of their own;
    the earlier meeting stays as it was closed.
    """
    for text in StepText.objects.standing().filter(meeting=previous, field__in=_texts()).exclude(text=""):
        row = StepText.objects.get(meeting=meeting, field=text.field)
        save_item(row, {"text": text.text}, by=by, base_version=row.version, key=uuid.uuid4())
    copies: dict[Any, Any] = {}  # id of the row there → the row here
    for model in CARRIED:
        for row in model.objects.standing().filter(meeting=previous).order_by("position", "created_at"):
            if not _may_be_told(row, meeting):
                continue
            copy = model(meeting=meeting, school=meeting.school)
            values = {name: _here(value, meeting, copies) for name, value in _values(row).items()}
            if isinstance(row, Observation) and not (
                row.seen_from or row.seen_until
            ):  # then it was the meeting's window
                values |= {"seen_from": previous.seen_from, "seen_until": previous.seen_until}
            if "circle" in values:
                pairs = zip(row.circle, values["circle"], strict=True)
                values["circle"] = [here for there, here in pairs if here.user_id == there.user_id]
            copies[row.pk] = save_item(copy, values, by=by, base_version=0, key=uuid.uuid4()).item
    for row in Observation.objects.standing().filter(meeting=previous).exclude(counterpart=None):
        if here := copies.get(row.pk):  # two views on one theme point at each other: when both are there
            Observation.objects.filter(pk=here.pk).update(counterpart=copies.get(row.counterpart_id))


def _texts() -> list[str]:
    return [text for slug in CARRIED_STEPS for text in steps.BY_SLUG[slug].texts]


def _may_be_told(row: MeetingItem, meeting: Meeting) -> bool:
    """What the CLB told goes no further without a consent that stands today for each student it is about."""
    if not isinstance(row, Observation) or row.source != Observation.Source.CLB:
        return True
    return clb_may_tell([row.subject] if row.subject else meeting.students)


def _values(row: Any) -> dict[str, Any]:
    """What somebody typed or chose on this row, as `save_item` takes it."""
    left = row.BOOKKEEPING | LEFT_BEHIND | {"position", "removed_at", "file_id", "meeting", "counterpart"}
    values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name not in left}
    return values | {name: getattr(row, name) for name in row.PARTS}


def _here(value: Any, meeting: Meeting, copies: dict[Any, Any]) -> Any:
    """The same in the new meeting: a name is a name there, a row that was copied is its copy."""
    if isinstance(value, list):
        return [here for one in value if (here := _here(one, meeting, copies)) is not None]
    if isinstance(value, Person):
        person = meeting.person(value.name)
        if value.user_id and not (person.user_id or person.student_id or person.guardians.exists()):
            person.user = value.user
            person.save(update_fields=["user"])
        return person
    if isinstance(value, MeetingItem):
        return copies.get(value.pk)
    return value
