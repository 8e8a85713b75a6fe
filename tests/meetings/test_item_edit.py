"""Changing, removing, putting back and moving an item, and single texts and bands of needs."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import Textarea
from django.urls import reverse

from hgw.items.models import Revision
from hgw.items.moving import move_item
from hgw.items.saving import save_item
from hgw.text import TextFormField, check_one_line
from meetings.forms.lessons import LessonsField
from meetings.item_lists import new_item
from meetings.kinds import kinds
from meetings.models import Meeting, MeetingGoal, Need, Observation, StepText
from tests.factories import Cast, make_item


def address(item: Any, name: str = "item_edit") -> str:
    return reverse(name, args=(item.meeting_id, item.kind(), item.pk))


def numbers(item: Any) -> dict[str, str]:
    return {"base_version": str(item.version), "key": str(uuid.uuid4())}


@pytest.fixture
def goal(cast: Cast) -> MeetingGoal:
    found: MeetingGoal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    return found


def test_saving_gives_the_item_back_as_it_stands(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    sent = numbers(goal) | {"text": "Twee", "voice": "parents"}
    answer = sign_in(cast.teacher, htmx=True).post(address(goal), sent)
    assert answer.status_code == 200
    assert "Twee" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    goal.refresh_from_db()
    assert (goal.text, goal.voice, goal.version) == ("Twee", "parents", 2)


def test_without_script_a_save_goes_back_to_the_step(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    answer = sign_in(cast.teacher).post(address(goal), numbers(goal) | {"text": "Twee", "voice": "team"})
    assert answer.headers["Location"] == f"/besprekingen/{cast.meeting.pk}/stap/start/#item-{goal.pk}"


def test_a_stale_save_is_409_with_both_texts(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    save_item(goal, {"text": "Van een collega"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    sent = {"base_version": "1", "key": str(uuid.uuid4()), "text": "Van mij", "voice": "team"}
    fragment = sign_in(cast.teacher, htmx=True).post(address(goal), sent)
    page = sign_in(cast.teacher).post(address(goal), sent)
    for answer in (fragment, page):
        assert answer.status_code == 409
        assert "Van mij" in answer.content.decode()
        assert "Van een collega" in answer.content.decode()
    assert fragment.headers["HX-Retarget"] == f"#stale-{goal.pk}"  # beside the form, never over it
    goal.refresh_from_db()
    assert goal.text == "Van een collega"
    kept = sign_in(cast.teacher).post(address(goal), sent | {"base_version": "2"})
    assert kept.status_code == 302
    assert [r.content["text"] for r in Revision.objects.filter(item=goal.pk)] == ["Een", "Van een collega", "Van mij"]


def test_an_item_is_taken_away_and_put_back(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    removed = browser.post(address(goal, "item_remove"), numbers(goal))
    assert removed.status_code == 200
    assert reverse("item_restore", args=(cast.meeting.pk, "meetinggoal", goal.pk)) in removed.content.decode()
    assert not MeetingGoal.objects.visible_to(cast.teacher).exists()
    goal.refresh_from_db()
    assert browser.post(address(goal, "item_restore"), numbers(goal)).status_code == 200
    assert MeetingGoal.objects.visible_to(cast.teacher).get().text == "Een"


def test_a_stale_removal_changes_nothing(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    save_item(goal, {"text": "Nieuw"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    sent = {"base_version": "1", "key": str(uuid.uuid4())}
    assert sign_in(cast.teacher, htmx=True).post(address(goal, "item_remove"), sent).status_code == 409
    assert MeetingGoal.objects.visible_to(cast.teacher).exists()


def test_items_change_places(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    second = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Twee")
    sign_in(cast.teacher).post(address(second, "item_move"), numbers(second) | {"direction": "up"})
    assert list(MeetingGoal.objects.values_list("text", flat=True)) == ["Twee", "Een"]


def test_who_only_reads_does_not_change_the_order(cast: Cast, goal: MeetingGoal) -> None:
    second = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Twee")
    reader = cast.users["principal"]
    assert MeetingGoal.objects.visible_to(reader).count() == 2
    with pytest.raises(PermissionDenied):
        move_item(second, by=reader, step=-1)
    assert list(MeetingGoal.objects.values_list("text", flat=True)) == ["Een", "Twee"]


def test_a_single_text_comes_back_as_a_form_with_its_new_version(cast: Cast, sign_in: Any) -> None:
    row = StepText.objects.get(meeting=cast.meeting, field="avoid")
    answer = sign_in(cast.teacher, htmx=True).post(address(row), numbers(row) | {"text": "Geen verwijten"})
    form = answer.context["form"]
    assert (form["text"].value(), form["base_version"].value()) == ("Geen verwijten", 2)
    again = sign_in(cast.teacher, htmx=True).post(address(row), numbers(row) | {"text": "Ouder"})
    assert again.status_code == 409
    row.refresh_from_db()
    assert row.text == "Geen verwijten"


def test_text_that_is_too_long_is_refused_and_stays(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    long = "é" * 100_001
    answer = sign_in(cast.teacher).post(address(goal), numbers(goal) | {"text": long, "voice": "team"})
    assert answer.status_code == 422
    assert answer.context["form"]["text"].value() == long


def test_a_need_moves_between_the_bands(cast: Cast, sign_in: Any) -> None:
    aim = make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick")
    need = make_item(
        cast.meeting, "need", cast.teacher, holder="student", goal=aim, help_sentence="tasks", text="taken"
    )
    url = reverse("need_band", args=(cast.meeting.pk, need.pk))
    browser = sign_in(cast.teacher)
    assert browser.post(url, numbers(need) | {"band": "min_necessary"}).status_code == 302
    assert browser.post(url, numbers(need) | {"band": "max_desirable"}).status_code == 409
    assert browser.post(url, numbers(need) | {"band": "nonsense"}).status_code == 404
    assert Need.objects.get().band == "min_necessary"


def test_making_an_item_confidential_takes_it_from_whoever_is_not_named(cast: Cast, sign_in: Any) -> None:
    item = make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Geheim", source="seen"
    )
    sent = numbers(item) | {"text": "Geheim", "domain": "ll", "source": "seen", "visibility": ["confidential"]}
    answer = sign_in(cast.teacher, htmx=True).post(address(item), sent)
    assert "Geheim" not in answer.content.decode()
    assert Observation.objects.get().visibility == ("confidential",)
    assert sign_in(cast.teacher).get(address(item)).status_code == 404


def test_a_closed_meeting_takes_no_change(cast: Cast, sign_in: Any, goal: MeetingGoal) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    answer = sign_in(cast.coordinator).post(address(goal), numbers(goal) | {"text": "Te laat", "voice": "team"})
    assert answer.status_code == 409
    assert "Te laat" in answer.content.decode()
    goal.refresh_from_db()
    assert goal.text == "Een"


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_text_with_more_lines_is_never_put_in_a_field_of_one(cast: Cast, name: str) -> None:
    """A browser takes the line breaks out of what stands in such a field: saving anything else would change the text."""
    item = new_item(kinds()[name], cast.meeting)
    form = kinds()[name].form(instance=item, meeting=cast.meeting, user=cast.coordinator)
    texts = {n: f for n, f in form.fields.items() if isinstance(f, TextFormField) and not isinstance(f, LessonsField)}
    more_lines = {n for n, field in texts.items() if check_one_line not in field.validators}
    assert {n for n in more_lines if not isinstance(texts[n].widget, Textarea)} == set()


def test_the_curriculum_text_of_a_goal_keeps_its_line_breaks(cast: Cast, sign_in: Any) -> None:
    links = [{"kind": "leerplandoel", "text": "vlot lezen\nen navertellen"}]
    row = make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick", curriculum_links=links)
    page = sign_in(cast.teacher).get(address(row)).content.decode()
    assert re.search(r"<textarea[^>]*link_0_text[^>]*>\s*vlot lezen\nen navertellen</textarea>", page)
