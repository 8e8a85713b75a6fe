"""Who is there, who writes where, where the group is, who is ready, who leads, and the way in from the wall."""

import datetime
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw.audit.models import Entry
from meetings import steps
from meetings.models import Meeting, Need, StepState
from meetings.room import store
from meetings.room.clock import clock
from meetings.room.joining import code
from tests.access_case import make_row
from tests.factories import Cast, make_item
from tests.meetings.room import InRoom
from tests.meetings.test_room_poll import observe

Rooms = Callable[..., InRoom]


@pytest.fixture
def enter(cast: Cast, sign_in: Any) -> Rooms:
    """`enter("care_teacher", "overzicht")`: somebody opens a step."""

    def entered(role: str, slug: str = "overzicht", tab: str = "a1") -> InRoom:
        return InRoom(sign_in(cast.users[role]), cast.meeting, slug, tab)

    return entered


def bar(news: Any, name: str) -> str:
    """The classes with which the bar shows somebody."""
    before, _, _rest = news["parts"]["people"].partition(f'title="{name}')
    return str(before.rpartition('class="')[2].partition('"')[0])


# --- presence ---


def test_who_has_the_meeting_open_is_seen_by_the_others(cast: Cast, enter: Rooms) -> None:
    teacher, coordinator = enter("homeroom_teacher"), enter("care_coordinator")
    coordinator.hears()
    teacher.poll()
    assert coordinator.hears()
    news = coordinator.ask()
    assert "here" in bar(news, cast.teacher.name)
    assert "here" not in bar(news, cast.users["care_teacher"].name)
    assert not coordinator.hears()


def test_ones_own_coming_and_writing_is_no_news(cast: Cast, enter: Rooms) -> None:
    teacher = enter("homeroom_teacher")
    assert not teacher.hears()
    assert not teacher.hears("new")


def test_one_person_in_two_tabs_is_one_person(cast: Cast, enter: Rooms) -> None:
    one, two, coordinator = enter("homeroom_teacher"), enter("homeroom_teacher", tab="b2"), enter("care_coordinator")
    one.poll()
    coordinator.ask()
    two.poll()
    assert not coordinator.hears()
    one.poll(gone="1")
    assert not coordinator.hears()
    two.poll(gone="1")
    assert coordinator.hears()


def test_who_says_nothing_for_ten_seconds_is_gone_and_nothing_is_kept(cast: Cast, enter: Rooms) -> None:
    enter("homeroom_teacher").poll()
    coordinator = enter("care_coordinator")
    assert "here" in bar(coordinator.ask(), cast.teacher.name)
    with time_machine.travel(time.time() + 11, tick=True):
        assert coordinator.hears()
        assert "here" not in bar(coordinator.ask(), cast.teacher.name)
    with time_machine.travel(time.time() + 120, tick=True):
        coordinator.poll()
        seen = store._store.run(lambda c: c.execute("SELECT person FROM room_seen").fetchall(), [])
        assert [row[0] for row in seen or []] == [str(cast.coordinator.pk)]


def test_who_looks_along_without_a_seat_is_shown_to_the_table_and_not_to_the_wall(
    cast: Cast, enter: Rooms, sign_in: Any
) -> None:
    enter("principal").poll()
    assert cast.users["principal"].name in enter("homeroom_teacher").ask()["parts"]["people"]
    browser = sign_in(cast.coordinator)
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)), {"step": "overzicht"})
    assert cast.users["principal"].name not in json.dumps(InRoom(browser, cast.meeting).ask())


def test_where_somebody_writes_is_said_of_an_item_that_both_read(cast: Cast, enter: Rooms) -> None:
    item, coordinator, teacher = observe(cast), enter("care_coordinator"), enter("homeroom_teacher")
    coordinator.poll(at=str(item.pk))
    assert teacher.hears()
    news = teacher.ask()
    assert list(news["busy"]) == [str(item.pk)]
    assert news["busy"][str(item.pk)].startswith(cast.coordinator.name.split()[0])
    assert "typing" in bar(news, cast.coordinator.name)
    assert coordinator.ask()["busy"] == {}


def test_where_somebody_writes_in_what_the_other_does_not_read_is_not_said(cast: Cast, enter: Rooms) -> None:
    item = observe(cast, "kanariegeheim", visibility=("confidential",))
    coordinator, teacher = enter("care_coordinator"), enter("homeroom_teacher")
    coordinator.poll(at=str(item.pk))
    answer = json.dumps(teacher.ask())
    assert str(item.pk) not in answer
    assert teacher.ask()["busy"] == {}


@pytest.mark.parametrize("under", ["itself", "goal"])
def test_that_somebody_writes_in_what_the_other_does_not_read_is_not_seen_at_all(
    cast: Cast, enter: Rooms, under: str
) -> None:
    """No sign at the name, and no news that turns out to be none."""
    item = observe(cast, "kanariegeheim", visibility=("confidential",))
    if under == "goal":
        goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="x", visibility=("confidential",))
        item = make_row(Need, cast.meeting, goal=goal)
    coordinator, teacher = enter("care_coordinator"), enter("homeroom_teacher")
    coordinator.poll()
    teacher.ask()
    coordinator.poll(at=str(item.pk))
    assert not teacher.hears()
    assert "typing" not in bar(teacher.ask(), cast.coordinator.name)


def test_writing_along_locks_nothing(cast: Cast, enter: Rooms) -> None:
    item, coordinator, teacher = observe(cast), enter("care_coordinator"), enter("homeroom_teacher")
    coordinator.poll(at=str(item.pk))
    url = reverse("item_edit", args=(cast.meeting.pk, "observation", item.pk))
    sent = {"valence": "strength", "domain": "ll", "text": "van de juf", "source": "seen", "base_version": "1"}
    assert teacher.browser.post(url, sent | {"key": str(uuid.uuid4())}).status_code == 302


# --- the pointer ---


def forward(room: InRoom) -> Any:
    url = reverse("meeting_step", args=(room.meeting.pk, room.slug))
    return room.browser.post(url, {"key": str(uuid.uuid4()), f"reason.G2.{room.meeting.students[0].pk}": "later"})


@pytest.fixture
def ready_to_go(cast: Cast) -> None:
    make_item(cast.meeting, "meetinggoal", cast.teacher, text="Weten wat helpt")


def give_chair(cast: Cast, user: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(user.name))


@pytest.mark.usefixtures("ready_to_go")
def test_whoever_leads_takes_the_pointer_along_and_the_others_see_where_the_group_is(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.teacher)
    chair, other = enter("homeroom_teacher", "start"), enter("care_teacher", "start")
    assert forward(chair).status_code == 302
    assert Meeting.objects.get(pk=cast.meeting.pk).current_step == "overzicht"
    line = other.ask()["parts"]["pointer"]
    assert reverse("meeting_step", args=(cast.meeting.pk, "overzicht")) in line
    assert StepState.objects.filter(meeting=cast.meeting, step="overzicht").exists()


@pytest.mark.usefixtures("ready_to_go")
def test_who_does_not_lead_goes_on_alone(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.coordinator)
    assert forward(enter("homeroom_teacher", "start")).headers["Location"].endswith("/stap/overzicht/")
    assert Meeting.objects.get(pk=cast.meeting.pk).current_step == "start"


# --- ready ---


def say_ready(room: InRoom, ready: str = "1") -> Any:
    url = reverse("room_ready", args=(room.meeting.pk,))
    return room.browser.post(url, {"ready": ready, "step": room.slug})


def test_the_chair_hears_who_is_ready_and_the_others_only_of_themselves(cast: Cast, enter: Rooms) -> None:
    teacher, chair, other = (enter(r, "start") for r in ("homeroom_teacher", "care_coordinator", "care_teacher"))
    assert say_ready(teacher).status_code == 302
    assert chair.hears()
    assert cast.teacher.name in chair.ask()["parts"]["ready"]
    assert cast.teacher.name not in other.ask()["parts"]["ready"]
    assert 'aria-pressed="true"' in teacher.ask()["parts"]["ready"]
    say_ready(teacher, "0")
    assert cast.teacher.name not in chair.ask()["parts"]["ready"]


@pytest.mark.usefixtures("ready_to_go")
def test_at_the_next_step_nobody_is_ready_yet(cast: Cast, enter: Rooms) -> None:
    teacher, chair = enter("homeroom_teacher", "start"), enter("care_coordinator", "start")
    say_ready(teacher)
    forward(chair)
    assert cast.teacher.name not in enter("care_coordinator", "overzicht").ask()["parts"]["ready"]


# --- the chair ---


def pass_chair(room: InRoom, to: Any) -> Any:
    person = room.meeting.person(to.name)
    sent = {"person": str(person.pk), "key": str(uuid.uuid4()), "step": "start"}
    return room.browser.post(reverse("chair_pass", args=(room.meeting.pk,)), sent)


def chair_of(cast: Cast) -> Any:
    chair = Meeting.objects.get(pk=cast.meeting.pk).chair
    return chair and chair.user


def test_the_chair_gives_the_chair_on_and_the_trace_knows(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.teacher)
    assert pass_chair(enter("homeroom_teacher", "start"), cast.users["care_teacher"]).status_code == 302
    assert chair_of(cast) == cast.users["care_teacher"]
    assert Entry.objects.filter(object=cast.meeting.pk, who=cast.teacher.pk, detail="meeting").exists()
    assert pass_chair(enter("homeroom_teacher", "start"), cast.teacher).status_code == 403, "it was given away"


def test_the_reporter_takes_the_chair_and_gives_it_to_nobody_else(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.coordinator)
    Meeting.objects.filter(pk=cast.meeting.pk).update(reporter=cast.meeting.person(cast.teacher.name))
    pass_chair(enter("homeroom_teacher", "start"), cast.users["care_teacher"])
    assert chair_of(cast) == cast.coordinator
    pass_chair(enter("homeroom_teacher", "start"), cast.teacher)
    assert chair_of(cast) == cast.teacher


def test_who_neither_leads_nor_reports_cannot_take_it(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.coordinator)
    assert pass_chair(enter("homeroom_teacher", "start"), cast.teacher).status_code == 403
    assert chair_of(cast) == cast.coordinator


def test_the_chair_goes_to_nobody_outside_the_table(cast: Cast, enter: Rooms) -> None:
    give_chair(cast, cast.teacher)
    pass_chair(enter("care_coordinator", "start"), cast.users["subject_teacher"])
    assert chair_of(cast) == cast.teacher


# --- the clock ---


def test_the_clock_counts_from_when_the_group_came_to_the_step(cast: Cast) -> None:
    began = timezone.now() - datetime.timedelta(minutes=6, seconds=10)
    StepState.objects.create(meeting=cast.meeting, step="start", started_at=began)
    found = clock(cast.meeting, steps.BY_SLUG["start"])
    assert found
    assert (found.minutes, found.budget, found.percent) == (7, 5, 100)
    assert clock(cast.meeting, steps.BY_SLUG["overzicht"]) is None
    assert [step.minutes for step in steps.STEPS] == [5, 8, 10, 7, 8, 5, 2]


def test_beginning_the_meeting_starts_the_clock(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="planned")
    sign_in(cast.teacher).post(reverse("meeting_start", args=(cast.meeting.pk,)))
    assert clock(Meeting.objects.get(pk=cast.meeting.pk), steps.BY_SLUG["start"])


def test_the_clock_can_be_hidden_and_is_not_announced_nor_on_the_wall(cast: Cast, sign_in: Any) -> None:
    StepState.objects.create(meeting=cast.meeting, step="start")
    browser, url = sign_in(cast.coordinator), reverse("meeting_step", args=(cast.meeting.pk, "start"))
    page = browser.get(url).content.decode()
    assert 'class="minute">1<' in page
    assert "aria-live" not in page
    browser.post(reverse("clock_show", args=(cast.meeting.pk,)), {"clock": "hide", "step": "start"})
    assert 'class="minute"' not in browser.get(url).content.decode()
    browser.post(reverse("clock_show", args=(cast.meeting.pk,)), {"clock": "show", "step": "start"})
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)), {"step": "start"})
    assert 'id="step-clock"' not in browser.get(url).content.decode()


# --- joining ---


def test_the_code_on_the_wall_brings_a_participant_to_where_the_group_is(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(current_step="inzicht")
    url = reverse("meeting_join", args=(code(cast.meeting),))
    here = reverse("meeting_step", args=(cast.meeting.pk, "inzicht"))
    assert sign_in(cast.teacher).get(url).headers["Location"] == here
    assert sign_in(cast.teacher).get(url.upper().replace("/B/", "/b/")).headers["Location"] == here
    assert sign_in(cast.users["adviser"]).get(url).status_code == 404


def test_who_is_not_signed_in_signs_in_first_and_goes_on(cast: Cast, sign_in: Any) -> None:
    url = reverse("meeting_join", args=(code(cast.meeting),))
    assert sign_in().get(url).headers["Location"].endswith(f"?next={url}")


def test_a_code_opens_nothing_before_the_meeting_or_after_it(cast: Cast, sign_in: Any) -> None:
    url = reverse("meeting_join", args=(code(cast.meeting),))
    for status in ("planned", "closed", "cancelled"):
        Meeting.objects.filter(pk=cast.meeting.pk).update(status=status)
        assert sign_in(cast.coordinator).get(url).status_code == 404, status


def test_the_wall_shows_the_way_in_and_other_pages_do_not(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("meeting_step", args=(cast.meeting.pk, "start"))
    assert 'class="qr"' not in browser.get(url).content.decode()
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)), {"step": "start"})
    page = browser.get(url).content.decode()
    assert 'class="qr"' in page
    assert f"testserver/b/{code(cast.meeting)}/" in page
    assert "style=" not in page


def test_a_code_says_nothing_and_differs_from_meeting_to_meeting(cast: Cast) -> None:
    codes = {code(Meeting(pk=uuid.UUID(int=number))) for number in range(500)}
    assert len(codes) == 500
    assert all(len(one) == 6 and one.isalnum() and one == one.lower() for one in codes)


# --- the end ---


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_who_has_it_open_hears_that_it_ended(cast: Cast, enter: Rooms, status: str) -> None:
    coordinator = enter("care_coordinator")
    Meeting.objects.filter(pk=cast.meeting.pk).update(status=status)
    assert str(_("This meeting is closed and takes no more.")) in coordinator.ask()["parts"]["pointer"]


@pytest.mark.django_db(transaction=True)
def test_cancelling_goes_out_to_whoever_has_it_open(cast: Cast, enter: Rooms) -> None:
    teacher = enter("homeroom_teacher")
    teacher.hears()
    assert enter("care_coordinator").browser.post(reverse("meeting_cancel", args=(cast.meeting.pk,))).status_code == 302
    assert teacher.hears()
