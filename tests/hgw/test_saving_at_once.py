"""Saving at the same moment, on connections of their own: one wins, the other is told, and nothing that was acknowledged is lost."""

import uuid
from typing import Any

import pytest

from hgw.audit.models import Entry
from hgw.items.models import Revision, SavedKey
from hgw.items.saving import NotSaved, StaleVersion, remove_item, save_item
from hgw.transaction import writing
from meetings.item_lists import new_item
from meetings.kinds import kinds
from meetings.models import FollowUp, MeetingGoal, Observation, Person, StepText
from students.models import ReasonableAdjustment
from tests.access_case import make_row
from tests.factories import Cast, make_cast
from tests.two_connections import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table() -> Cast:
    return make_cast()


def goal_of(cast: Cast, text: str = "een") -> MeetingGoal:
    with writing():
        return save_item(
            MeetingGoal(meeting=cast.meeting, school=cast.school), {"text": text}, by=cast.teacher, base_version=0,
            key=uuid.uuid4(),
        ).item  # fmt: skip


def test_of_two_who_change_the_same_version_one_wins_and_one_is_told(table: Cast) -> None:
    goal = goal_of(table)
    for round_no in range(1, 4):
        acts = [
            lambda n=n: save_item(
                MeetingGoal.objects.get(pk=goal.pk), {"text": f"ronde {round_no} door {n}"}, by=by,  # noqa: B023  # used within the round
                base_version=round_no, key=uuid.uuid4(),  # noqa: B023  # used within the round
            )
            for n, by in enumerate((table.teacher, table.coordinator))
        ]  # fmt: skip
        answers = at_once(*acts)
        (refused,) = errors(answers)
        assert isinstance(refused, StaleVersion)
        (saved,) = [answer.item for answer in answers if not isinstance(answer, Exception)]
        assert refused.current is not None
        assert refused.current.text == saved.text  # type: ignore[attr-defined]  # a goal
        now = MeetingGoal.objects.get(pk=goal.pk)
        assert (now.text, now.version) == (saved.text, round_no + 1)
        assert Revision.objects.filter(item=goal.pk, version=round_no + 1).count() == 1


def test_a_change_against_a_removal(table: Cast) -> None:
    goal = goal_of(table)
    answers = at_once(
        lambda: save_item(goal, {"text": "twee"}, by=table.teacher, base_version=1, key=uuid.uuid4()),
        lambda: remove_item(goal, by=table.coordinator, base_version=1, key=uuid.uuid4()),
    )
    assert [type(error) for error in errors(answers)] == [StaleVersion]
    now = MeetingGoal.objects.get(pk=goal.pk)
    assert now.version == 2
    assert (now.text == "twee") is (now.removed_at is None)


def test_the_same_save_sent_twice_at_once_is_done_once(table: Cast) -> None:
    key = uuid.uuid4()

    def save() -> Any:
        new = MeetingGoal(meeting=table.meeting, school=table.school)
        return save_item(new, {"text": "een"}, by=table.teacher, base_version=0, key=key)

    answers = at_once(*[save] * 4)
    assert errors(answers) == []
    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert len({answer.item.pk for answer in answers}) == 1
    assert MeetingGoal.objects.count() == Revision.objects.count() == SavedKey.objects.count() == 1
    assert Entry.objects.filter(action="item.added").count() == 1


def test_the_same_change_sent_twice_at_once_is_done_once(table: Cast) -> None:
    goal, key = goal_of(table), uuid.uuid4()
    answers = at_once(*[lambda: save_item(goal, {"text": "twee"}, by=table.teacher, base_version=1, key=key)] * 3)
    assert errors(answers) == []
    assert MeetingGoal.objects.get(pk=goal.pk).version == 2


def test_new_items_at_the_same_moment_each_get_a_place(table: Cast) -> None:
    def add(n: int) -> Any:
        new = new_item(kinds()["observation"], table.meeting)
        given = {"valence": "strength", "domain": "ll", "text": f"{n}"}
        return save_item(new, given, by=table.teacher, base_version=0, key=uuid.uuid4())

    answers = at_once(*[lambda n=n: add(n) for n in range(6)])
    assert errors(answers) == []
    rows = list(Observation.objects.filter(meeting=table.meeting))
    assert {row.text for row in rows} == {str(n) for n in range(6)}
    assert sorted(row.position for row in rows) == list(range(6))


def test_new_items_of_a_file_at_the_same_moment_each_get_a_place(table: Cast) -> None:
    """Without a meeting to wait for, the student is what they wait for."""

    def add(n: int) -> Any:
        new = ReasonableAdjustment(school=table.school, student=table.student)
        given = {"kind_of_measure": "stimulate", "description": f"{n}", "since": table.meeting.date}
        return save_item(new, given, by=table.coordinator, base_version=0, key=uuid.uuid4())

    answers = at_once(*[lambda n=n: add(n) for n in range(5)])
    assert errors(answers) == []
    assert sorted(row.position for row in ReasonableAdjustment.objects.all()) == list(range(5))


def test_of_what_there_is_only_one_the_second_is_told(table: Cast) -> None:
    def add() -> Any:
        new = new_item(kinds()["followup"], table.meeting)
        return save_item(new, {"date": table.meeting.date}, by=table.teacher, base_version=0, key=uuid.uuid4())

    answers = at_once(add, add)
    assert [type(error) for error in errors(answers)] == [StaleVersion]
    assert FollowUp.objects.count() == 1


def test_two_who_name_the_same_person_name_one(table: Cast) -> None:
    answers = at_once(*[lambda: table.meeting.person("Oma Rit").pk] * 4)
    assert errors(answers) == []
    assert len(set(answers)) == 1
    assert Person.objects.filter(name="Oma Rit").count() == 1


def test_every_acknowledged_save_is_found_again(table: Cast) -> None:
    """Eight people, twenty saves each, some on the same text: no save waits for ever, none that was answered is lost."""
    shared = StepText.objects.get(meeting=table.meeting, field="avoid")
    writers = [table.users[role] for role in ("care_coordinator", "homeroom_teacher", "care_teacher", "clb_worker")] * 2

    def work(n: int) -> list[tuple[Any, int, str]]:
        acknowledged = []
        mine = goal_of(table, f"begin {n}")
        for turn in range(20):
            row = StepText.objects.get(pk=shared.pk) if turn % 4 == 0 else MeetingGoal.objects.get(pk=mine.pk)
            text = f"{n}.{turn} é"
            try:
                with writing():
                    saved = save_item(row, {"text": text}, by=writers[n], base_version=row.version, key=uuid.uuid4())
            except NotSaved:
                continue
            acknowledged.append((saved.item.pk, saved.item.version, text))
        return acknowledged

    answers = at_once(*[lambda n=n: work(n) for n in range(8)], transaction=False)
    assert errors(answers) == []
    acknowledged = [save for answer in answers for save in answer]
    assert len(acknowledged) >= 8 * 15  # what nobody else touches is never refused
    kept = {(r.item, r.version): r.content["text"] for r in Revision.objects.all()}
    lost = [save for save in acknowledged if kept.get(save[:2]) != save[2]]
    assert lost == []
    for row in (StepText.objects.get(pk=shared.pk), *MeetingGoal.objects.all()):
        assert kept.get((row.pk, row.version), row.text) == row.text
    assert Entry.objects.filter(action="item.changed").count() == len(acknowledged)


def test_a_refused_save_leaves_nothing_behind(table: Cast) -> None:
    goal, key = goal_of(table), uuid.uuid4()
    make_row(MeetingGoal, table.meeting)
    before = (Revision.objects.count(), SavedKey.objects.count(), Entry.objects.count())
    (refused,) = at_once(lambda: save_item(goal, {"text": "x"}, by=table.teacher, base_version=7, key=key))
    assert isinstance(refused, StaleVersion)
    assert (Revision.objects.count(), SavedKey.objects.count(), Entry.objects.count()) == before
