"""What a browser gets of what changed: what its user reads, in pieces, and nothing of what stays hidden."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hgw.items.moving import move_item
from hgw.items.saving import remove_item, save_item
from meetings import steps
from meetings.models import Meeting, MeetingGoal, StepText
from tests.access_case import CanaryCase, case_with_canaries, forbidden
from tests.factories import Cast, make_item
from tests.meetings.room import InRoom, ids
from tests.meetings.test_room_poll import observe
from tests.test_access import add_rows

Captured = Callable[..., Any]


@pytest.fixture
def teacher(cast: Cast, sign_in: Any) -> InRoom:
    observe(cast, "Lacht vaak")
    return InRoom(sign_in(cast.teacher), cast.meeting)


def change(item: Any, by: Any, **values: Any) -> Any:
    return save_item(item, values, by=by, base_version=item.version, key=uuid.uuid4()).item


def test_an_item_that_came_comes_with_its_place_and_its_words(cast: Cast, teacher: InRoom) -> None:
    came = observe(cast, "Werkt met een maatje")
    news = teacher.ask()
    assert [str(came.pk), 1] == news["lists"]["observation-strength-ll"][-1]
    assert "Werkt met een maatje" in news["items"][str(came.pk)]
    assert f'id="item-{came.pk}" data-version="1"' in news["items"][str(came.pk)]
    assert news["by"][str(came.pk)].startswith(cast.coordinator.name.split()[0])
    assert '"count">2<' in news["parts"]["stepper"]


def test_without_a_save_nothing_of_the_step_is_read_again(cast: Cast, teacher: InRoom) -> None:
    assert "lists" not in teacher.ask()
    observe(cast)
    assert "lists" in teacher.ask()
    assert "lists" not in teacher.ask()


def test_what_was_saved_long_before_is_named_and_not_sent_again(
    cast: Cast, teacher: InRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = observe(cast, "Stond er al")
    type(old).objects.filter(pk=old.pk).update(updated_at="2026-01-01T10:00Z")
    new = observe(cast, "Is nieuw")
    news = teacher.ask()
    assert str(old.pk) in ids(news)
    assert str(new.pk) in news["items"]
    assert str(old.pk) not in news["items"]


def test_a_changed_item_comes_with_its_new_version(cast: Cast, teacher: InRoom) -> None:
    item = change(observe(cast), cast.coordinator, text="Vertelt graag")
    news = teacher.ask()
    assert [str(item.pk), 2] in news["lists"]["observation-strength-ll"]
    assert "Vertelt graag" in news["items"][str(item.pk)]


def test_an_item_that_moved_or_went_is_seen_from_the_lists(cast: Cast, teacher: InRoom) -> None:
    first, second = observe(cast, "Een"), observe(cast, "Twee")
    move_item(second, by=cast.coordinator, step=-1)
    order = [row[0] for row in teacher.ask()["lists"]["observation-strength-ll"]]
    assert order.index(str(second.pk)) < order.index(str(first.pk))
    remove_item(first.fresh(), by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert str(first.pk) not in json.dumps(teacher.ask())


def test_what_becomes_confidential_leaves_without_a_word(cast: Cast, teacher: InRoom) -> None:
    item = observe(cast, "Eerst voor iedereen")
    assert str(item.pk) in ids(teacher.ask())
    change(item, cast.coordinator, text="kanariegeheim", visibility=("confidential",))
    answer = json.dumps(teacher.ask())
    assert "kanariegeheim" not in answer
    assert str(item.pk) not in answer


def test_a_text_of_a_step_comes_as_its_form_to_who_writes_and_as_words_to_who_reads(cast: Cast, sign_in: Any) -> None:
    row = StepText.objects.get(meeting=cast.meeting, field="avoid")
    writes = InRoom(sign_in(cast.teacher), cast.meeting, "start")
    reads = InRoom(sign_in(cast.users["principal"]), cast.meeting, "start")
    change(row, cast.coordinator, text="Geen verwijten")
    assert "<form" in (news := writes.ask())["items"][str(row.pk)]
    assert [str(row.pk), 2] in news["texts"]
    shown = reads.ask()["items"][str(row.pk)]
    assert "Geen verwijten" in shown
    assert "<form" not in shown


@pytest.mark.parametrize("slug", [step.slug for step in steps.STEPS])
def test_every_step_answers_with_the_parts_that_follow_from_it(cast: Cast, sign_in: Any, slug: str) -> None:
    browser = InRoom(sign_in(cast.teacher), cast.meeting, slug)
    add_rows(cast)
    Meeting.objects.get(pk=cast.meeting.pk).touch()
    page = browser.browser.get(reverse("meeting_step", args=(cast.meeting.pk, slug))).content.decode()
    news = browser.ask()
    for name, html in news["parts"].items():
        if html.strip():
            part = re.search(r'id="([^"]+)"', html)
            assert part, name
            assert f'id="{part[1]}"' in page, f"{name} has no place on the page"
    for key, rows in news["lists"].items():
        assert not rows or f'id="list-{key}"' in page or f'id="region-{key}"' in page, key


def test_the_goal_of_step_one_stands_in_step_seven_with_its_rating(cast: Cast, sign_in: Any) -> None:
    goal: MeetingGoal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Weten wat helpt")
    browser = InRoom(sign_in(cast.teacher), cast.meeting, "evaluatie")
    change(goal, cast.coordinator, rating="reached" if "reached" in dict(_ratings()) else _ratings()[0][0])
    assert "Weten wat helpt" in browser.ask()["parts"]["ratings"]


def _ratings() -> Any:
    field: Any = MeetingGoal._meta.get_field("rating")
    return [choice for choice in field.choices if choice[0]]


# --- canaries ---


@pytest.fixture
def case(cast: Cast) -> CanaryCase:
    return case_with_canaries(add_rows(cast))


def hidden_ids(case: CanaryCase, who: str) -> set[str]:
    return {str(row.pk) for row, word in case.items if word in forbidden(who, is_open=True)}


@pytest.mark.parametrize("who", ["homeroom_teacher", "clb_worker", "learning_supporter"])
def test_neither_words_nor_ids_of_hidden_items_come_along(case: CanaryCase, sign_in: Any, who: str) -> None:
    meeting, user = case.cast.meeting, case.readers[who]
    for step in steps.STEPS:
        url = reverse("room_changes", args=(meeting.pk, step.slug))
        answer = sign_in(user).get(url, {"state": "", "since": "0"}).content.decode()
        words = set(re.findall(r"kanarie[a-z]+", answer))
        assert not words & forbidden(who, is_open=True), step.slug
        assert not {pk for pk in hidden_ids(case, who) if pk in answer}, step.slug


def test_under_projection_nothing_confidential_comes_and_nobody_is_named_for_it(cast: Cast, sign_in: Any) -> None:
    browser: Client = sign_in(cast.coordinator)
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)), {"step": "overzicht"})
    wall = InRoom(browser, cast.meeting)
    shown, hidden = observe(cast, "Voor de muur"), observe(cast, "kanariegeheim", visibility=("confidential",))
    news = wall.ask()
    assert str(shown.pk) in ids(news)
    assert news["by"] == {}
    assert str(hidden.pk) not in json.dumps(news)
    assert "kanariegeheim" not in json.dumps(news)
    assert '"count">2<' not in news["parts"]["stepper"], "the count has it neither"


def test_a_stranger_gets_what_an_unknown_meeting_gets(cast: Cast, sign_in: Any) -> None:
    unknown = reverse("room_changes", args=(uuid.uuid4(), "start"))
    known = reverse("room_changes", args=(cast.meeting.pk, "start"))
    for user in (cast.others["care_coordinator"], cast.users["adviser"]):
        browser = sign_in(user)
        answers = [browser.get(url) for url in (unknown, known)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


def test_who_loses_the_seat_hears_nothing_more(cast: Cast, teacher: InRoom) -> None:
    cast.meeting.participants.filter(person__user=cast.teacher).update(participation="not_this_time")
    url = reverse("room_changes", args=(cast.meeting.pk, "overzicht"))
    assert teacher.browser.get(url).status_code == 404


@pytest.mark.parametrize("since", ["", "x", "-1", "99999999999999999999", "1e5", "²"])
def test_nonsense_for_a_moment_is_the_beginning_of_time(cast: Cast, teacher: InRoom, since: str) -> None:
    observe(cast, "Werkt met een maatje")
    url = reverse("room_changes", args=(cast.meeting.pk, "overzicht"))
    assert "Werkt met een maatje" in teacher.browser.get(url, {"since": since}).content.decode()


def test_words_that_go_out_are_a_look_in_the_trace(cast: Cast, sign_in: Any) -> None:
    from hgw.audit.models import Entry

    make_item(cast.meeting, "meetinggoal", cast.coordinator, text="een doel")
    principal = cast.users["principal"]
    for _time in range(2):
        answer = sign_in(principal).get(f"/besprekingen/{cast.meeting.pk}/kamer/stap/start/?state=&since=0")
        assert "een doel" in answer.content.decode()
    assert Entry.objects.filter(action="meeting.opened", who=principal.pk, object=cast.meeting.pk).count() == 1
