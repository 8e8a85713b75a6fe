"""Who reads a new item when nobody chose: a line of reason each, and what a test measured stays inside."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.items.models import CARE_TEAM, CLASS_SHEET, PARENTS, STUDENT
from meetings.default_readers import TABLE, default_readers
from meetings.kinds import kinds
from meetings.models import Observation
from tests.factories import Cast, make_item

EVERYBODY = (CARE_TEAM, CLASS_SHEET, PARENTS, STUDENT)
INSIDE = (CARE_TEAM,)


def sent(source: str, **more: Any) -> dict[str, Any]:
    return {
        "key": str(uuid.uuid4()), "base_version": "0", "valence": "strength", "domain": "ll", "text": "Leest vlot (toets)",
        "source": source, **more,
    }  # fmt: skip


def test_each_row_is_of_a_kind_there_is_and_says_why() -> None:
    assert {row.kind for row in TABLE} <= set(kinds())
    assert all(row.why.endswith(".") for row in TABLE)


@pytest.mark.parametrize("valence", Observation.Valence.values)
def test_what_a_test_measured_is_ticked_for_nobody_else(valence: str) -> None:
    assert default_readers("observation", {"valence": valence, "source": "test"}) == INSIDE


@pytest.mark.parametrize(("source", "readers"), [("test", INSIDE), ("seen", EVERYBODY), ("heard", EVERYBODY)])
def test_a_quick_line_is_read_by_whom_its_source_allows(
    cast: Cast, sign_in: Any, source: str, readers: tuple[str, ...]
) -> None:
    address = reverse("item_add", args=(cast.meeting.pk, "observation"))
    assert sign_in(cast.teacher, htmx=True).post(address, sent(source, short="1")).status_code == 200
    assert Observation.objects.get().visibility == readers


@pytest.mark.parametrize(
    ("ticked", "readers"),
    [
        ([CLASS_SHEET, PARENTS, STUDENT], INSIDE),  # as the page offered them before the source was chosen
        ([CLASS_SHEET], (CARE_TEAM, CLASS_SHEET)),  # somebody chose
        ([], INSIDE),
    ],
)
def test_on_its_own_page_the_ticks_of_before_count_for_nothing_and_a_choice_counts(
    cast: Cast, sign_in: Any, ticked: list[str], readers: tuple[str, ...]
) -> None:
    address = reverse("item_add", args=(cast.meeting.pk, "observation"))
    answer = sign_in(cast.teacher).post(address, sent("test", visibility=ticked))
    assert answer.status_code == 302
    assert Observation.objects.get().visibility == readers


def test_who_says_afterwards_that_it_was_a_test_takes_the_ticks_away_once(cast: Cast, sign_in: Any) -> None:
    row = make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Leest vlot", source="seen",
        visibility=EVERYBODY,
    )  # fmt: skip
    address = reverse("item_edit", args=(cast.meeting.pk, "observation", row.pk))
    for version, readers in ((1, INSIDE), (2, EVERYBODY)):  # ticked again after that, they are somebody's choice
        given = sent("test", base_version=str(version), holder="student", visibility=list(EVERYBODY[1:]))
        assert sign_in(cast.teacher).post(address, given).status_code == 302
        assert Observation.objects.get().visibility == readers


def test_what_somebody_chose_for_it_before_stays(cast: Cast, sign_in: Any) -> None:
    row = make_item(
        cast.meeting, "observation", cast.teacher, valence="difficulty", domain="ll", text="Leest traag", source="seen",
        visibility=(CARE_TEAM, PARENTS),
    )  # fmt: skip
    address = reverse("item_edit", args=(cast.meeting.pk, "observation", row.pk))
    given = sent("test", base_version="1", visibility=[PARENTS])
    assert sign_in(cast.teacher).post(address, given).status_code == 302
    assert Observation.objects.get().visibility == (CARE_TEAM, PARENTS)
