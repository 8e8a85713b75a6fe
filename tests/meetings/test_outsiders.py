"""Somebody from outside at the table: that no permission to share is noted stands beside the list of who takes part."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Meeting, Participant
from meetings.outsiders import heard_without_permission
from students.models import Student
from tests.factories import Cast, make_consent, make_item, make_meeting, make_student, seat

SAID = "geen toestemming genoteerd"
KIND = "external_share"


def addresses(cast: Cast) -> list[str]:
    return [reverse("meeting", args=(cast.meeting.pk,)), reverse("meeting_step", args=(cast.meeting.pk, "start"))]


def named(cast: Cast, who: str = "care_coordinator") -> list[Student]:
    return heard_without_permission(Meeting.objects.get(pk=cast.meeting.pk), cast.users[who])


@pytest.mark.parametrize("participation", ["full", "part"])
def test_it_is_said_where_participants_are_chosen_and_at_the_first_step(
    cast: Cast, sign_in: Any, participation: str
) -> None:  # fmt: skip
    browser = sign_in(cast.coordinator)
    assert not any(SAID in browser.get(address).content.decode() for address in addresses(cast))
    seat(cast.meeting, "Logopediste Lot", "external", participation=participation)
    link = f'href="{reverse("student", args=(cast.student.pk,))}#h-consents">{cast.student.roepnaam}'
    for address in addresses(cast):
        page = browser.get(address).content.decode()
        assert SAID in page
        assert link in page
    assert 'id="h-consents"' in browser.get(reverse("student", args=(cast.student.pk,))).content.decode()


@pytest.mark.parametrize(
    "instead",
    [
        {"participation": "beforehand"},
        {"participation": "not_this_time"},
        {"role": "interpreter"},
        {"removed_at": True},
    ],
)
def test_who_does_not_sit_there_or_is_not_from_outside_asks_nothing(cast: Cast, instead: dict[str, Any]) -> None:
    row = seat(cast.meeting, "Logopediste Lot", "external")
    assert named(cast) == [cast.student]
    Participant.objects.filter(pk=row.pk).update(
        **{name: timezone.now() if value is True else value for name, value in instead.items()}
    )
    assert named(cast) == []


def test_of_a_group_those_without_a_permission_that_stands(cast: Cast) -> None:
    others = [make_student(cast.school) for _n in range(4)]
    cast.meeting = make_meeting([cast.student, *others], by=cast.coordinator)
    seat(cast.meeting, "Logopediste Lot", "external")
    make_consent(cast.student, KIND)
    make_consent(others[0], KIND, granted=False)
    make_consent(others[1], KIND, withdrawn_on=timezone.localdate() - datetime.timedelta(days=1))
    make_consent(others[2], "clb_involve")
    make_consent(others[3], KIND, removed_at=timezone.now())
    assert named(cast) == others


def test_it_is_for_who_reads_permissions(cast: Cast, sign_in: Any) -> None:
    seat(cast.meeting, "Logopediste Lot", "external")
    for who in ("care_coordinator", "principal", "care_teacher"):
        assert named(cast, who) == [cast.student], who
    for who in ("homeroom_teacher", "clb_worker", "learning_supporter"):
        assert named(cast, who) == [], who
        assert not any(SAID in sign_in(cast.users[who]).get(one).content.decode() for one in addresses(cast)), who
    elsewhere = make_meeting([make_student(cast.other_school)], by=cast.others["care_coordinator"])
    seat(elsewhere, "Logopediste Lot", "external")
    assert heard_without_permission(elsewhere, cast.coordinator) == []


def test_not_on_a_wall_and_not_once_the_meeting_closed(cast: Cast) -> None:
    seat(cast.meeting, "Logopediste Lot", "external")
    cast.coordinator.is_projecting = True
    assert named(cast) == []
    cast.coordinator.is_projecting = False
    assert named(cast) == [cast.student]
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    assert named(cast) == []


def test_a_permission_that_one_does_not_read_says_nothing(cast: Cast) -> None:
    """Whoever does not read a confidential sentence does not learn from a line that is missing that it may be shared."""
    hidden = make_item(
        cast.meeting, "observation", cast.coordinator, valence="difficulty", domain="ll", text="x", source="seen",
        visibility=("confidential",),
    )  # fmt: skip
    seat(cast.meeting, "Logopediste Lot", "external")
    make_consent(cast.student, KIND, about=hidden.pk)
    assert named(cast, "care_teacher") == [cast.student]
    assert named(cast) == []
