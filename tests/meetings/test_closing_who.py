"""Who closes a meeting, and what of it stops whom: nobody is told by a gate of something that they do not read."""

import pytest

from meetings.closing import GatesOpen, close
from meetings.models import Goal, Meeting, Observation
from meetings.permissions import can_close
from tests.access_case import make_row
from tests.factories import Cast
from tests.full_meeting import fill_meeting


@pytest.fixture
def full(cast: Cast) -> Meeting:
    fill_meeting(cast.meeting)
    return after(cast.meeting)


def after(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def test_who_may_close(cast: Cast, full: Meeting) -> None:
    assert {role for role, user in cast.users.items() if can_close(user, full)} == {"care_coordinator"}
    Meeting.objects.filter(pk=full.pk).update(chair=full.person(cast.teacher.name))
    assert {role for role, user in cast.users.items() if can_close(user, after(full))} == {
        "care_coordinator",
        "homeroom_teacher",
    }
    Meeting.objects.filter(pk=full.pk).update(chair=full.person(cast.users["learning_supporter"].name))
    assert not can_close(
        cast.users["learning_supporter"], after(full)
    )  # the chair of a meeting in which one only reads


@pytest.mark.parametrize("gap", [{"source": ""}, {"valence": "difficulty", "source": ""}])
def test_a_chair_is_not_stopped_by_what_they_do_not_read(cast: Cast, full: Meeting, gap: dict[str, str]) -> None:
    """Being stopped by something confidential that is half done would tell that it is there."""
    chair = cast.teacher
    Meeting.objects.filter(pk=full.pk).update(chair=full.person(chair.name))
    hidden = make_row(Observation, full, visibility=("confidential",), **gap)
    assert not Observation.objects.visible_to(chair).filter(pk=hidden.pk).exists()
    with pytest.raises(GatesOpen):
        close(after(full), by=cast.coordinator)
    close(after(full), by=chair)
    assert after(full).status == "closed"


def test_a_chair_is_let_through_by_what_they_read_only(cast: Cast, full: Meeting) -> None:
    """And being let through by something confidential would tell it as well."""
    Meeting.objects.filter(pk=full.pk).update(chair=full.person(cast.teacher.name))
    Goal.objects.filter(meeting=full).update(visibility=("confidential",))
    with pytest.raises(GatesOpen) as stopped:
        close(after(full), by=cast.teacher)
    assert "C1" in {found.gate.id for found in stopped.value.gates}
    close(after(full), by=cast.coordinator)
