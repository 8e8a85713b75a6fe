"""Step 1: goals of the meeting, what we would rather not, what student and parents want, when we are satisfied."""

from typing import Any

from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import Meeting
from meetings.outsiders import heard_without_permission
from meetings.step_pages.texts import texts


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    def about(owner: str) -> list[Any]:
        subjects = meeting.students if meeting.is_group else [None]
        return [
            (student, item_list(meeting, user, "wish", editable=editable, owner=owner, subject=student and student.pk))
            for student in subjects
        ]

    return {
        "goals": item_list(meeting, user, "meetinggoal", editable=editable),
        "cards": [card for card in library.cards() if card.code in {"connect", "participation"}],
        "student_wishes": about("student"),
        "parent_wishes": about("parents"),
        "heard_without_permission": heard_without_permission(meeting, user),
        **texts(meeting, user, "avoid", "satisfaction", editable=editable),
    }
