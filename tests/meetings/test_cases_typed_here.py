"""A meeting that was typed here goes out as a file whole: its items with ids, its people, and nothing that was removed."""

import uuid

import pytest

from hgw.accounts.models import School
from hgw.items.saving import remove_item
from meetings.cases.loading import load
from meetings.models import Goal, Need, Participant
from tests.factories import Cast, make_guardian, make_item, make_meeting, make_student
from tests.meetings.case_files import case, parsed, raw, written
from tests.meetings.test_cases_roundtrip import exported


def complete(cast: Cast) -> Goal:
    goal: Goal = make_item(cast.meeting, "goal", cast.teacher, then_can="Nore leest", horizon="quick")
    need = make_item(
        cast.meeting, "need", cast.teacher, goal=goal, holder="student", help_sentence="tasks", text="taken die …"
    )
    make_item(cast.meeting, "agreement", cast.teacher, what="Samen lezen", need=need, goal=goal)
    make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Leest graag", source="seen",
        used_in_need=need,
    )  # fmt: skip
    return goal


def test_items_made_on_the_page_get_ids_where_something_needs_them(cast: Cast) -> None:
    complete(cast)
    data = parsed(exported(cast.meeting))
    assert data["step_4_goals"]["goals"][0]["id"] == "goal-1"
    assert data["step_5_needs"]["student"][0]["id"] == "need-1"
    assert data["step_2_overview"]["strengths"][0]["used_in"] == "need-1"
    assert "id" not in data["step_2_overview"]["strengths"][0]
    assert "id" not in data["step_6_agreements"]["agreements"][0]


def test_a_made_id_meets_no_id_of_the_file(cast: Cast) -> None:
    data = case("gepland")
    data["step_4_goals"] = {
        "goals": [{"id": "goal-1", "target": "student", "horizon": "long", "then_can": "Amber leest"}]
    }
    meeting = load(written(data))
    goal = Goal(meeting=meeting, school=meeting.school, then_can="nog een", horizon="quick", position=1)
    goal.save(force_insert=True)
    ids = [row["id"] for row in parsed(exported(meeting))["step_4_goals"]["goals"]]
    assert ids == ["goal-1", "goal-2"]


def test_a_meeting_typed_here_gives_the_same_bytes_after_loading(cast: Cast) -> None:
    complete(cast)
    first = exported(cast.meeting)
    assert exported(load(first.encode())) == first


def test_a_school_without_a_number_gets_its_own_file_back(cast: Cast) -> None:
    School.objects.update(institution_number="")
    cast.meeting.school.refresh_from_db()
    first = exported(cast.meeting)
    again = load(first.encode())
    assert (again.school, again.students) == (cast.school, [cast.student])
    assert exported(again) == first
    School.objects.filter(pk=cast.school.pk).update(institution_number="123456")
    assert load(first.encode()).school == cast.school, "by its name and place, when it has a number by now"


@pytest.mark.django_db
def test_a_school_without_a_number_that_is_not_here_is_made_without_one() -> None:
    data = case("gepland")
    data["school"]["institution_number"] = "000000"
    first = load(written(data))
    assert first.school.institution_number == ""
    School.objects.create(name=first.school.name, place=first.school.place)
    assert load(written(data)).school != first.school, "two of one name and place: neither is taken for the other"


def test_who_is_named_but_has_no_seat_stands_in_the_file(cast: Cast) -> None:
    who = cast.meeting.person("Tante Lies")
    make_item(cast.meeting, "inforequest", cast.teacher, question="Slaapt Nore genoeg?", who=who)
    Participant.objects.filter(person__name=cast.coordinator.name).delete()  # the chair
    first = exported(cast.meeting)
    rows = {row["name"]: row for row in parsed(first)["participants"]}
    assert rows["Tante Lies"]["participation"] == "not_this_time"
    assert cast.coordinator.name in rows
    assert exported(load(first.encode())) == first


def test_what_was_removed_stays_behind(cast: Cast) -> None:
    goal = make_item(cast.meeting, "goal", cast.teacher, then_can="weg", horizon="quick")
    remove_item(goal, by=cast.teacher, base_version=1, key=uuid.uuid4())
    assert parsed(exported(cast.meeting))["step_4_goals"]["goals"] == []


def test_a_need_takes_its_removed_goal_along(cast: Cast) -> None:
    goal = complete(cast)
    Goal.objects.filter(pk=goal.pk).update(removed_at=cast.meeting.created_at)
    data = parsed(exported(cast.meeting))
    assert data["step_5_needs"]["student"][0]["goal"] == data["step_4_goals"]["goals"][0]["id"]
    load(written(data))


def test_a_meeting_typed_here_lists_all_guardians_a_loaded_one_those_of_its_file(cast: Cast) -> None:
    names = [row["first_name"] for row in parsed(exported(cast.meeting))["guardians"]]
    assert names == ["Hilde", "Bart"]
    loaded = load(raw("eerst_uitzoeken"))
    make_guardian(loaded.students[0], first_name="Nieuwe")
    assert [row["first_name"] for row in parsed(exported(loaded))["guardians"]] == ["Jan"]


def test_a_student_without_a_class_can_be_exported(cast: Cast) -> None:
    student = make_student(cast.school)
    first = exported(make_meeting([student], by=cast.coordinator))
    assert exported(load(first.encode())) == first


def test_a_need_is_about_what_it_says(cast: Cast) -> None:
    """Three lists of needs share one model; each row comes back in its own list."""
    goal = complete(cast)
    for holder, sentence in (("teacher", "skills"), ("parents", "school")):
        make_item(
            cast.meeting, "need", cast.teacher, goal=goal, holder=holder, help_sentence=sentence, text=f"van {holder}"
        )
    step = parsed(exported(cast.meeting))["step_5_needs"]
    assert [len(step[holder]) for holder in ("student", "teacher", "parents")] == [1, 1, 1]
    assert Need.objects.filter(meeting=cast.meeting).count() == 3
