"""The red thread is walked both ways: from an agreement back to what was seen, and from there on to the agreement."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Agreement
from tests.factories import Cast, make_item


def address(cast: Cast, slug: str) -> str:
    return reverse("meeting_step", args=(cast.meeting.pk, slug))


@pytest.fixture
def thread(cast: Cast) -> dict[str, Any]:
    """One item in each step, each on top of the one before."""
    meeting, by = cast.meeting, cast.coordinator
    seen = make_item(meeting, "observation", by, valence="difficulty", domain="ols", text="Begint traag", source="seen")
    factor = make_item(
        meeting, "factor", by, domain="ols", kind_of_factor="risk", text="Enkel mondeling", from_observations=[seen]
    )
    question = make_item(meeting, "inforequest", by, question="Helpt een kaart?", method="student_talk")
    goal = make_item(meeting, "goal", by, then_can="Begint zelf", indicator="binnen twee minuten", horizon="quick")
    need = make_item(
        meeting, "need", by, holder="student", goal=goal, help_sentence="feedback", text="feedback die meteen komt"
    )
    agreement = make_item(
        meeting, "agreement", by, what="Komt langs", need=need, goal=goal, factor=factor, info_request=question
    )
    return {
        "overzicht": [seen], "inzicht": [factor, question], "doelen": [goal], "behoeften": [need],
        "afspraken": [agreement],
    }  # fmt: skip


def test_an_agreement_leads_back_to_every_step_it_grew_out_of(
    cast: Cast, sign_in: Any, thread: dict[str, list[Any]]
) -> None:
    page = sign_in(cast.teacher).get(address(cast, "afspraken")).content.decode()
    wanted = [f'href="{address(cast, slug)}#item-{i.pk}"' for slug, items in thread.items() for i in items]
    assert [link in page for link in wanted] == [True] * 5 + [False]  # itself it need not point at


@pytest.mark.parametrize("slug", ["inzicht", "doelen", "behoeften"])
def test_what_led_to_an_agreement_points_to_it(
    cast: Cast, sign_in: Any, thread: dict[str, list[Any]], slug: str
) -> None:
    page = sign_in(cast.teacher).get(address(cast, slug)).content.decode()
    link = f'href="{address(cast, "afspraken")}#item-{thread["afspraken"][0].pk}"'
    assert page.count(link) == len(thread[slug])


def test_the_thread_does_not_tell_of_an_agreement_one_may_not_read(
    cast: Cast, sign_in: Any, thread: dict[str, list[Any]]
) -> None:
    Agreement.objects.update(visibility=["confidential"])
    for slug in ("inzicht", "doelen", "behoeften"):
        page = sign_in(cast.teacher).get(address(cast, slug)).content.decode()
        assert "Komt langs" not in page


def test_a_need_with_an_agreement_does_not_ask_for_one(cast: Cast, sign_in: Any, thread: dict[str, list[Any]]) -> None:
    page = sign_in(cast.teacher).get(address(cast, "behoeften")).content.decode()
    assert "btn slim main" not in page
