"""What was written earlier is found again, by those who read it then, and can be put back."""

import uuid
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from hgw.items.saving import remove_item, save_item
from meetings.models import CircleMember, MeetingGoal, Observation
from tests.factories import Cast, make_item

VALUES = {"valence": "strength", "domain": "ll", "source": "seen"}


@pytest.fixture
def seen(cast: Cast) -> Observation:
    """Written in confidence, then reworded and opened to the team."""
    item = make_item(cast.meeting, "observation", cast.coordinator, text="stil", visibility=("confidential",), **VALUES)
    changes = {"text": "open", "visibility": ("care_team",)}
    return save_item(item, changes, by=cast.coordinator, base_version=1, key=uuid.uuid4()).item


def at(item: Any, name: str = "item_history") -> str:
    return reverse(name, args=[item.meeting_id, item.kind(), item.pk])


def put_back(item: Any, version: int, base: int) -> dict[str, Any]:
    from hgw.items.models import Revision

    revision = Revision.objects.get(item=item.pk, version=version)
    return {"revision": revision.pk, "base_version": base, "key": uuid.uuid4()}


def test_every_version_is_there_with_its_writer(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    save_item(goal, {"text": "twee"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    page = sign_in(cast.teacher).get(at(goal)).content.decode()
    assert page.index("twee") < page.index("een</p>")
    assert cast.coordinator.name in page
    assert cast.teacher.name in page


def test_what_was_confidential_then_is_not_told_to_who_reads_the_item_now(
    cast: Cast, sign_in: Any, seen: Observation
) -> None:
    assert "stil" in sign_in(cast.coordinator).get(at(seen)).content.decode()
    page = sign_in(cast.teacher).get(at(seen)).content.decode()
    assert "open" in page
    assert "stil" not in page
    answer = sign_in(cast.teacher).post(at(seen), put_back(seen, 1, 2))
    assert answer.status_code == 404
    assert seen.fresh().text == "open"


def test_what_the_clb_could_not_read_then_it_does_not_read_now(cast: Cast) -> None:
    from meetings.history import may_read

    item = make_item(cast.meeting, "observation", cast.teacher, text="onder ons", **VALUES)
    from hgw.items.models import Revision

    revision = Revision.objects.get(item=item.pk)
    clb = cast.users["clb_worker"]
    assert may_read(revision, item, clb)
    item.visibility = ("care_team", "clb")
    assert not may_read(revision, item, clb)
    assert may_read(revision, item, cast.teacher), "who wrote it reads it"


def test_of_a_confidential_item_nobody_gets_a_history_who_does_not_read_it(cast: Cast, sign_in: Any) -> None:
    item = make_item(cast.meeting, "observation", cast.coordinator, text="s", visibility=("confidential",), **VALUES)
    assert sign_in(cast.teacher).get(at(item)).status_code == 404


def test_what_was_taken_away_has_a_history_for_who_may_put_it_back(cast: Cast, sign_in: Any) -> None:
    item = make_item(
        cast.meeting, "observation", cast.teacher, text="toch niet", visibility=("care_team", "clb"), **VALUES
    )
    readers = [cast.users["principal"], cast.users["learning_supporter"]]
    assert all("toch niet" in sign_in(user).get(at(item)).content.decode() for user in readers)
    remove_item(item, by=cast.teacher, base_version=1, key=uuid.uuid4())
    assert [sign_in(user).get(at(item)).status_code for user in readers] == [404, 404]
    assert "toch niet" in sign_in(cast.teacher).get(at(item)).content.decode()


def test_an_earlier_text_comes_back_as_a_new_version(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    save_item(goal, {"text": "twee"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    answer = sign_in(cast.teacher).post(at(goal), put_back(goal, 1, 2))
    assert answer.status_code == 302
    assert (goal.fresh().text, goal.fresh().version) == ("een", 3)


def test_an_earlier_text_does_not_overwrite_what_a_colleague_wrote_meanwhile(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    save_item(goal, {"text": "twee"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    answer = sign_in(cast.teacher).post(at(goal), put_back(goal, 1, 1))
    assert answer.status_code == 409
    assert goal.fresh().text == "twee"


def test_what_one_person_typed_within_a_minute_is_one_line(cast: Cast, sign_in: Any) -> None:
    with time_machine.travel("2026-11-24 14:00:00+01:00", tick=False) as clock:
        goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="a")
        for version, text in enumerate(["ab", "abc", "abcd"], start=1):
            clock.shift(20)
            save_item(goal, {"text": text}, by=cast.teacher, base_version=version, key=uuid.uuid4())
        clock.shift(90)
        save_item(goal, {"text": "later"}, by=cast.teacher, base_version=4, key=uuid.uuid4())
    from meetings.history import history

    assert [(e.texts[0][1], len(e.earlier)) for e in history(goal, cast.teacher)] == [
        ("later", 0),
        ("abcd", 2),
        ("a", 0),
    ]


def test_what_was_taken_away_is_listed_for_who_may_put_it_back(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="weg ermee")
    secret = make_item(cast.meeting, "observation", cast.coordinator, text="st", visibility=("confidential",), **VALUES)
    for item in (goal, secret):
        remove_item(item, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    address = reverse("removed_items", args=[cast.meeting.pk])
    page = sign_in(cast.teacher).get(address).content.decode()
    assert "weg ermee" in page
    assert str(secret.pk) not in page
    assert str(secret.pk) in sign_in(cast.coordinator).get(address).content.decode()
    answer = sign_in(cast.teacher).post(at(goal, "item_restore"), {"base_version": 2, "key": uuid.uuid4()})
    assert answer.status_code == 302
    assert MeetingGoal.objects.visible_to(cast.teacher).filter(pk=goal.pk).exists()


def test_words_that_were_confidential_come_back_with_their_readers(cast: Cast, sign_in: Any, seen: Observation) -> None:
    assert sign_in(cast.coordinator).post(at(seen), put_back(seen, 1, 2)).status_code == 302
    assert (seen.fresh().text, seen.fresh().visibility) == ("stil", ("confidential",))
    assert sign_in(cast.teacher).get(at(seen)).status_code == 404


def test_what_a_hidden_goal_hid_is_not_told_once_the_need_stands_under_another(cast: Cast, sign_in: Any) -> None:
    values = {"indicator": "zie", "horizon": "quick"}
    hidden = make_item(cast.meeting, "goal", cast.coordinator, then_can="st", visibility=("confidential",), **values)
    opened = make_item(cast.meeting, "goal", cast.coordinator, then_can="kan", **values)
    need = make_item(
        cast.meeting, "need", cast.coordinator, text="verzwegen", goal=hidden, holder="student", help_sentence="x"
    )
    moved = save_item(
        need, {"text": "gewoon", "goal": opened}, by=cast.coordinator, base_version=1, key=uuid.uuid4()
    ).item
    page = sign_in(cast.teacher).get(at(moved)).content.decode()
    assert "gewoon" in page
    assert "verzwegen" not in page
    assert "verzwegen" in sign_in(cast.coordinator).get(at(moved)).content.decode()


def test_who_only_reads_puts_nothing_back(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    save_item(goal, {"text": "twee"}, by=cast.teacher, base_version=1, key=uuid.uuid4())
    assert 'name="revision"' in sign_in(cast.teacher).get(at(goal)).content.decode()
    page = sign_in(cast.users["principal"]).get(at(goal)).content.decode()
    assert "een</p>" in page
    assert 'name="revision"' not in page
    assert sign_in(cast.users["principal"]).post(at(goal), {"revision": uuid.uuid4()}).status_code == 403
    assert sign_in(cast.teacher).post(at(goal), {"revision": uuid.uuid4()}).status_code == 404


def test_what_stood_under_a_hidden_goal_comes_back_under_it_by_who_reads_that_goal(cast: Cast, sign_in: Any) -> None:
    """Also one's own words: who wrote them was in its circle then, and is no more."""
    values = {"indicator": "zie", "horizon": "quick"}
    hidden = make_item(
        cast.meeting, "goal", cast.coordinator, then_can="st", visibility=("confidential",),
        circle=[cast.meeting.person(cast.teacher.name)], **values,
    )  # fmt: skip
    opened = make_item(cast.meeting, "goal", cast.coordinator, then_can="kan", **values)
    need = make_item(cast.meeting, "need", cast.teacher, text="eerst", goal=hidden, holder="student", help_sentence="x")
    save_item(need, {"text": "later", "goal": opened}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    CircleMember.objects.filter(item=hidden.pk).delete()
    assert sign_in(cast.teacher).post(at(need), put_back(need, 1, 2)).status_code == 404
    assert (need.fresh().text, need.fresh().goal) == ("later", opened)
    assert sign_in(cast.coordinator).post(at(need), put_back(need, 1, 2)).status_code == 302
    assert (need.fresh().text, need.fresh().goal) == ("eerst", hidden)
