"""Who reads what: every item beside every reader, saved row by row."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.items.saving import save_item
from meetings.models import Meeting, Observation
from students.models import ReasonableAdjustment
from tests.factories import Cast, make_item


def address(meeting: Meeting) -> str:
    return reverse("who_reads_what", args=(meeting.pk,))


def row(item: Any, *flags: str, **more: str) -> dict[str, Any]:
    given = {"kind": item.kind(), "item": str(item.pk), "visibility": list(flags), "base_version": str(item.version)}
    return given | {"key": str(uuid.uuid4())} | more


@pytest.fixture
def item(cast: Cast) -> Observation:
    found: Observation = make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Lacht vaak", source="seen"
    )
    return found


def test_the_table_holds_every_kind_that_has_readers(cast: Cast, sign_in: Any, item: Observation) -> None:
    goal = make_item(cast.meeting, "goal", cast.teacher, then_can="Begint zelf", horizon="quick")
    measure = make_item(
        cast.meeting, "reasonableadjustment", cast.coordinator, kind_of_measure="compensate", description="Laptop",
        since=cast.meeting.date,
    )  # fmt: skip
    groups = sign_in(cast.teacher).get(address(cast.meeting)).context["groups"]
    assert {line.item for _title, lines in groups for line in lines} == {item, goal, measure}


def test_a_row_sets_the_readers_of_one_item(cast: Cast, sign_in: Any, item: Observation) -> None:
    answer = sign_in(cast.teacher).post(address(cast.meeting), row(item, "parents", "student"))
    assert answer.headers["Location"] == f"{address(cast.meeting)}#item-{item.pk}"
    saved = Observation.objects.get()
    assert (saved.visibility, saved.text) == (("care_team", "parents", "student"), "Lacht vaak")


def test_a_measure_of_the_students_file_has_readers_too(cast: Cast, sign_in: Any) -> None:
    measure = make_item(
        cast.meeting, "reasonableadjustment", cast.coordinator, kind_of_measure="compensate", description="Laptop",
        since=cast.meeting.date,
    )  # fmt: skip
    assert sign_in(cast.coordinator).post(address(cast.meeting), row(measure, "class_sheet")).status_code == 302
    assert ReasonableAdjustment.objects.get().visibility == ("care_team", "class_sheet")


def test_a_stale_row_is_409_with_what_was_ticked_still_in_it(cast: Cast, sign_in: Any, item: Observation) -> None:
    save_item(item, {"visibility": ("care_team", "clb")}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    answer = sign_in(cast.teacher).post(address(cast.meeting), row(item, "parents"))
    assert answer.status_code == 409
    line = next(line for _title, lines in answer.context["groups"] for line in lines)
    assert (line.chosen, bool(line.refused)) == (("parents",), True)
    assert Observation.objects.get().visibility == ("care_team", "clb")


def test_confidential_beside_another_reader_is_refused_in_words(cast: Cast, sign_in: Any, item: Observation) -> None:
    answer = sign_in(cast.teacher).post(address(cast.meeting), row(item, "confidential", "parents"))
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert Observation.objects.get().version == 1


def test_an_item_that_somebody_does_not_read_is_not_in_the_table(cast: Cast, sign_in: Any) -> None:
    secret = make_item(
        cast.meeting, "observation", cast.coordinator, valence="strength", domain="ll", text="Geheim", source="seen",
        visibility=("confidential",),
    )  # fmt: skip
    browser = sign_in(cast.teacher)
    assert "Geheim" not in browser.get(address(cast.meeting)).content.decode()
    assert browser.post(address(cast.meeting), row(secret, "parents")).status_code == 404
    assert Observation.objects.get().visibility == ("confidential",)


def test_who_only_reads_the_meeting_changes_no_readers(cast: Cast, sign_in: Any, item: Observation) -> None:
    browser, url = sign_in(cast.users["principal"]), address(cast.meeting)
    page = browser.get(url)
    assert (page.context["editable"], f'form="readers-{item.pk}"' in page.text) == (False, False)
    assert browser.post(url, {"kind": "observation", "item": str(item.pk)}).status_code == 403


def test_a_closed_meeting_is_read_only(cast: Cast, sign_in: Any, item: Observation) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    browser = sign_in(cast.coordinator)
    assert 'type="checkbox"' not in browser.get(address(cast.meeting)).content.decode()
    assert browser.post(address(cast.meeting), row(item, "parents")).status_code == 409


def test_opening_an_item_ends_its_circle(cast: Cast, sign_in: Any) -> None:
    friend = cast.meeting.person(cast.teacher.name)
    told = make_item(
        cast.meeting, "observation", cast.coordinator, valence="difficulty", domain="opv", text="In vertrouwen",
        source="told_by_student", visibility=("confidential",), circle=[friend],
    )  # fmt: skip
    browser = sign_in(cast.coordinator)
    assert browser.post(address(cast.meeting), row(told, "confidential")).status_code == 302
    assert Observation.objects.get().circle == [friend]  # still confidential: the same circle
    for version, flags in ((2, ()), (3, ("confidential",))):
        assert browser.post(address(cast.meeting), row(told, *flags, base_version=str(version))).status_code == 302
    assert Observation.objects.get().circle == []
    assert not Observation.objects.visible_to(cast.teacher).exists()


def test_all_items_stand_in_one_table_under_the_readers(cast: Cast, sign_in: Any, item: Observation) -> None:
    make_item(cast.meeting, "goal", cast.teacher, then_can="Begint zelf", horizon="quick")
    page = sign_in(cast.teacher).get(address(cast.meeting)).content.decode()
    assert page.count("<table") == page.count("<thead") == 1
    assert page.count('scope="rowgroup"') == 2


def test_no_tick_is_offered_for_a_document_without_place_for_the_item(cast: Cast, sign_in: Any) -> None:
    """A need of the teacher never reaches parents or student, whatever its flags: the table says so beforehand."""
    goal = make_item(cast.meeting, "goal", cast.teacher, then_can="Begint zelf", horizon="quick")
    need = make_item(
        cast.meeting, "need", cast.teacher, holder="teacher", goal=goal, help_sentence="knowledge", text="Kennis over tos"
    )  # fmt: skip
    page = sign_in(cast.teacher).get(address(cast.meeting)).content.decode()
    asked = page.split(f'id="item-{need.pk}"')[1].split("</tr>")[0]
    assert [flag for flag in ("class_sheet", "parents", "student", "clb") if f'value="{flag}"' in asked] == [
        "class_sheet",
        "clb",
    ]
    assert asked.count('class="never"') == 2


def test_a_tick_that_promises_nothing_can_still_be_taken_away(cast: Cast, sign_in: Any) -> None:
    need = make_item(
        cast.meeting, "need", cast.teacher, holder="teacher", help_sentence="knowledge", text="Kennis over tos",
        goal=make_item(cast.meeting, "goal", cast.teacher, then_can="Begint zelf", horizon="quick"),
        visibility=("care_team", "parents"),
    )  # fmt: skip
    page = sign_in(cast.teacher).get(address(cast.meeting)).content.decode()
    assert 'value="parents" checked' in page.split(f'id="item-{need.pk}"')[1].split("</tr>")[0]
