"""The one way to save: what was answered as saved is found again, once, and nothing overwrites a neighbour."""

import datetime
import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from hgw.audit.models import Entry
from hgw.items.models import Revision
from hgw.items.saving import ItemClosed, KeyReused, StaleVersion, remove_item, restore_item, save_item
from meetings.models import Meeting, MeetingGoal, StepText
from tests.factories import Cast, make_item


def new_goal(cast: Cast) -> MeetingGoal:
    return MeetingGoal(meeting=cast.meeting, school=cast.school)


def test_a_new_item_gets_version_revision_and_trace(cast: Cast) -> None:
    saved = save_item(
        new_goal(cast), {"text": "Zien wat helpt"}, by=cast.teacher, base_version=0, key=uuid.uuid4()
    ).item
    assert (saved.version, saved.created_by) == (1, cast.teacher)
    revision = Revision.objects.get(item=saved.pk)
    assert (revision.author, revision.act, revision.content["text"]) == (cast.teacher, "added", "Zien wat helpt")
    entry = Entry.objects.get(object=saved.pk)
    assert (entry.action, entry.who) == ("item.added", cast.teacher.pk)
    assert "Zien" not in entry.detail


def test_a_stale_version_changes_nothing_and_hands_over_the_other_text(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    save_item(goal, {"text": "twee"}, by=cast.teacher, base_version=1, key=uuid.uuid4())
    with pytest.raises(StaleVersion) as refused:
        save_item(goal, {"text": "drie"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert refused.value.current is not None
    assert refused.value.current.text == "twee"  # type: ignore[attr-defined]  # a goal
    assert MeetingGoal.objects.get(pk=goal.pk).version == 2


@pytest.mark.parametrize("version", [-1, 2**31 - 1, 10**20])
def test_a_version_that_no_column_holds_is_a_stale_one(cast: Cast, version: int) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    with pytest.raises(StaleVersion):
        save_item(goal, {"text": "twee"}, by=cast.teacher, base_version=version, key=uuid.uuid4())


def test_only_what_was_changed_is_written(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een", voice="team")
    MeetingGoal.objects.filter(pk=goal.pk).update(voice="parents")
    save_item(goal, {"text": "twee"}, by=cast.teacher, base_version=1, key=uuid.uuid4())
    assert (goal.fresh().text, goal.fresh().voice) == ("twee", "parents")


def test_the_same_key_saves_once(cast: Cast) -> None:
    key = uuid.uuid4()
    first = save_item(new_goal(cast), {"text": "een"}, by=cast.teacher, base_version=0, key=key)
    again = save_item(new_goal(cast), {"text": "een"}, by=cast.teacher, base_version=0, key=key)
    assert (again.item.pk, again.replayed) == (first.item.pk, True)
    assert MeetingGoal.objects.filter(meeting=cast.meeting).count() == 1


def test_the_same_key_with_another_text_is_refused(cast: Cast) -> None:
    key = uuid.uuid4()
    save_item(new_goal(cast), {"text": "een"}, by=cast.teacher, base_version=0, key=key)
    with pytest.raises(KeyReused):
        save_item(new_goal(cast), {"text": "twee"}, by=cast.teacher, base_version=0, key=key)
    with pytest.raises(KeyReused):
        save_item(new_goal(cast), {"text": "een"}, by=cast.coordinator, base_version=0, key=key)


def test_a_closed_meeting_takes_no_more(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.coordinator, text="een")
    type(cast.meeting).objects.filter(pk=cast.meeting.pk).update(status="closed")
    with pytest.raises(ItemClosed):
        save_item(goal, {"text": "twee"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert MeetingGoal.objects.get(pk=goal.pk).text == "een"


def test_rights_are_asked_again(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    for stranger in (cast.users["subject_teacher"], cast.others["care_coordinator"], cast.users["school_admin"]):
        with pytest.raises(PermissionDenied):
            save_item(goal, {"text": "twee"}, by=stranger, base_version=1, key=uuid.uuid4())


def test_removed_is_off_the_page_and_can_come_back(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een")
    removed = remove_item(goal, by=cast.teacher, base_version=1, key=uuid.uuid4()).item
    assert not MeetingGoal.objects.visible_to(cast.teacher).filter(pk=goal.pk).exists()
    with pytest.raises(StaleVersion):
        save_item(removed, {"text": "twee"}, by=cast.teacher, base_version=2, key=uuid.uuid4())
    restore_item(removed, by=cast.teacher, base_version=2, key=uuid.uuid4())
    back = MeetingGoal.objects.visible_to(cast.teacher).get(pk=goal.pk)
    assert (back.text, back.version) == ("een", 3)
    acts = list(Revision.objects.filter(item=goal.pk).values_list("act", flat=True))
    assert acts == ["added", "removed", "restored"]


def test_text_is_stored_as_nfc_with_line_feeds_and_never_trimmed(cast: Cast) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="  Zoe\u0308 leest\r\nvoor  ")
    assert MeetingGoal.objects.get(pk=goal.pk).text == "  Zoë leest\nvoor  "


@pytest.mark.parametrize("kind", ["goal", "agreement", "observation", "followup"])
def test_the_history_keeps_what_the_database_holds(cast: Cast, kind: str) -> None:
    """What is written is not always read again: both must say the same, whatever form it was given in."""
    given: dict[str, dict[str, Any]] = {
        "goal": {"then_can": "Zoe\u0308\r\nleest", "gas": {"0": "a"}, "target_date": datetime.date(2026, 12, 1), "provisional": True},
        "agreement": {"what": "a\r\nb", "due": "2026-12-01", "visibility": ["care_team", "parents"]},
        "observation": {"text": "e\u0301", "visibility": ("care_team", "clb"), "domain": "ll", "valence": "strength"},
        "followup": {"date": "2026-12-01", "purpose": "check"},
    }  # fmt: skip
    item = make_item(cast.meeting, kind, cast.coordinator, **given[kind])
    saved = save_item(item.fresh(), given[kind], by=cast.coordinator, base_version=1, key=uuid.uuid4()).item
    for version in (1, 2):
        content = Revision.objects.get(item=item.pk, version=version).content
        assert content == json.loads(json.dumps(item.fresh().content()))
    assert saved.content() == item.fresh().content()


def test_single_texts_are_rows_from_the_start(cast: Cast) -> None:
    row = StepText.objects.get(meeting=cast.meeting, field="avoid")
    saved = save_item(row, {"text": "geen verwijten"}, by=cast.teacher, base_version=1, key=uuid.uuid4()).item
    assert saved.version == 2


def test_what_the_database_refuses_on_top_of_a_colleagues_save_is_told_and_set_aside(cast: Cast) -> None:
    """Two seats for one person: no merge can hold that, and no error page may be the answer."""
    seats = list(cast.meeting.participants.filter(removed_at=None).order_by("pk")[:2])
    by = cast.coordinator
    save_item(seats[0], {"note": "van een collega"}, by=by, base_version=seats[0].version, key=uuid.uuid4())
    changes = {"note": "van mij", "person": seats[1].person}
    with pytest.raises(StaleVersion) as refused:
        save_item(seats[0], changes, by=by, base_version=seats[0].version, key=uuid.uuid4(), check=lambda item: True)
    assert refused.value.set_aside
    assert Revision.objects.get(item=seats[0].pk, act=Revision.SET_ASIDE).content["note"] == "van mij"


@pytest.mark.parametrize("is_known", [True, False], ids=["read since", "read before"])
def test_a_merge_is_one_change_of_the_meeting_and_holds_what_both_wrote(cast: Cast, is_known: bool) -> None:
    """Also where the colleague saves between the reading of the row and the writing of it."""
    goal = make_item(cast.meeting, "meetinggoal", cast.coordinator, text="een\n\ntwee", voice="team")
    save_item(goal, {"text": "een van Els\n\ntwee"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    before = Meeting.objects.get(pk=cast.meeting.pk).change_no
    row, sent = goal.fresh() if is_known else goal, {"text": "een\n\ntwee van Samir"}
    saved = save_item(row, sent, by=cast.teacher, base_version=1, key=uuid.uuid4(), check=lambda item: True)
    assert (saved.merged, saved.item.text, saved.item.version) == (True, "een van Els\n\ntwee van Samir", 3)
    assert goal.fresh().text == saved.item.text
    revision = Revision.objects.get(item=goal.pk, version=3)
    assert (revision.act, revision.merged_from, revision.content["text"]) == ("merged", 1, saved.item.text)
    assert Meeting.objects.get(pk=cast.meeting.pk).change_no == before + 1
