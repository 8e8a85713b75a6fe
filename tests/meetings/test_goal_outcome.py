"""At the meeting that follows one sees what was agreed and aimed at, and says what came of it."""

import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.items.models import Revision
from meetings.models import Agreement, AgreementReview, Goal, GoalScore, Meeting
from meetings.reviewing import review
from tests.factories import Cast, make_item, make_meeting, seat

GAS = {"-1": "twee minuten", "0": "vijf minuten", "+1": "tien minuten"}


@pytest.fixture
def following(cast: Cast) -> Meeting:
    """A meeting that follows the one of the cast, which is closed with a goal and an agreement."""
    goal = make_item(
        cast.meeting,
        "goal",
        cast.coordinator,
        then_can="Leest door",
        indicator="Vijf minuten",
        horizon="quick",
        gas=GAS,
    )
    make_item(
        cast.meeting, "goal", cast.coordinator, then_can="In vertrouwen", horizon="quick", visibility=("confidential",)
    )
    agreed = make_item(
        cast.meeting, "agreement", cast.coordinator, what="Leest samen", goal=goal, status="agreed",
        who=[(cast.meeting.person(cast.teacher.name), True)],
    )  # fmt: skip
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", closed_kind="full", closed_at=timezone.now())
    review(agreed, "done", "works", "Elke dag gelukt", by=cast.teacher, key=uuid.uuid4())
    meeting = make_meeting([cast.student], by=cast.coordinator, previous_meeting=cast.meeting)
    seat(meeting, cast.teacher)
    return meeting


def goal_of(cast: Cast) -> Goal:
    return Goal.objects.get(meeting=cast.meeting, then_can="Leest door")


def address(cast: Cast, meeting: Meeting, goal: Goal | None = None) -> str:
    return reverse("goal_outcome", args=(meeting.pk, (goal or goal_of(cast)).pk))


def said(cast: Cast, **more: Any) -> dict[str, Any]:
    given = {"status": "partly", "outcome_note": "Thuis lukt het al", "base_version": str(goal_of(cast).version)}
    return given | {"key": str(uuid.uuid4())} | more


def overview(meeting: Meeting) -> str:
    return reverse("meeting_step", args=(meeting.pk, "overzicht"))


def test_step_two_shows_what_came_of_it(cast: Cast, sign_in: Any, following: Meeting) -> None:
    page = sign_in(cast.coordinator).get(overview(following)).content.decode()
    for words in ("Leest door", "In vertrouwen", "Leest samen", "Elke dag gelukt", "gedaan"):
        assert words in page


def test_who_does_not_read_the_earlier_meeting_sees_the_own_agreement_alone(
    cast: Cast, sign_in: Any, following: Meeting
) -> None:
    page = sign_in(cast.teacher).get(overview(following)).content.decode()
    assert "Leest samen" in page
    assert "Leest door" not in page
    assert "In vertrouwen" not in page


def test_what_was_taken_away_since_is_not_shown_and_only_a_coordinator_says_what_came(
    cast: Cast, sign_in: Any, following: Meeting
) -> None:
    def shown() -> str:
        return str(sign_in(cast.coordinator).get(overview(following)).content.decode())

    seat(following, cast.users["care_teacher"])
    own, colleague = shown(), sign_in(cast.users["care_teacher"]).get(overview(following)).content.decode()
    assert ("Elke dag gelukt" in own, "Leest samen" in own, address(cast, following) in own) == (True, True, True)
    assert ("Leest door" in colleague, address(cast, following) in colleague) == (True, False)
    AgreementReview.objects.update(removed_at=timezone.now())
    assert ("Elke dag gelukt" in shown(), "Leest samen" in shown()) == (False, True)
    Agreement.objects.update(removed_at=timezone.now())
    assert "Leest samen" not in shown()


def test_what_came_of_a_goal_is_kept_beside_it(cast: Cast, sign_in: Any, following: Meeting) -> None:
    answer = sign_in(cast.coordinator).post(address(cast, following), said(cast, level="0"))
    goal = goal_of(cast)
    assert answer.headers["Location"] == f"{overview(following)}#outcome-{goal.pk}"
    assert (goal.status, goal.outcome_note, goal.then_can, goal.version) == (
        "partly",
        "Thuis lukt het al",
        "Leest door",
        2,
    )
    score = GoalScore.objects.get()
    assert (score.goal, score.level, score.date, score.by.name) == (
        goal,
        0,
        timezone.localdate(),
        cast.coordinator.name,
    )
    assert [(r.kind, r.version) for r in Revision.objects.filter(item=goal.pk)] == [("goal", 1), ("goal", 2)]
    assert cast.meeting.fresh().status == "closed"


def test_sent_twice_it_is_said_once(cast: Cast, sign_in: Any, following: Meeting) -> None:
    browser, sent = sign_in(cast.coordinator), said(cast, level="0")
    assert [browser.post(address(cast, following), sent).status_code for _ in range(2)] == [302, 302]
    assert GoalScore.objects.count() == 1


def test_a_colleague_who_was_first_is_not_overwritten(cast: Cast, sign_in: Any, following: Meeting) -> None:
    browser, late = sign_in(cast.coordinator, htmx=True), said(cast, outcome_note="Mijn zin")
    browser.post(address(cast, following), said(cast, outcome_note="Eerste zin"))
    answer = browser.post(address(cast, following), late)
    assert answer.status_code == 409
    assert "Mijn zin" in answer.content.decode()
    assert goal_of(cast).outcome_note == "Eerste zin"


def test_only_outcome_and_note_can_be_said(cast: Cast, sign_in: Any, following: Meeting) -> None:
    sign_in(cast.coordinator).post(address(cast, following), said(cast, then_can="Iets anders", visibility="parents"))
    assert (goal_of(cast).then_can, goal_of(cast).visibility) == ("Leest door", ("care_team",))


def test_a_goal_of_another_meeting_is_none_of_this_one(cast: Cast, sign_in: Any, following: Meeting) -> None:
    elsewhere = make_meeting([cast.student], by=cast.coordinator)
    goal = make_item(elsewhere, "goal", cast.coordinator, then_can="Elders", horizon="quick")
    assert sign_in(cast.coordinator).post(address(cast, following, goal), said(cast)).status_code == 404
    assert sign_in(cast.teacher).post(address(cast, following), said(cast)).status_code == 404


def test_a_closed_meeting_takes_a_new_score_and_changes_no_old_one(
    cast: Cast, sign_in: Any, following: Meeting
) -> None:
    browser = sign_in(cast.coordinator)
    browser.post(address(cast, following), said(cast, level="0"))
    score = GoalScore.objects.get()
    edit = reverse("item_edit", args=(cast.meeting.pk, "goalscore", score.pk))
    sent = {
        "goal": str(score.goal_id),
        "date": "2026-01-05",
        "level": "1",
        "by": cast.coordinator.name,
        "base_version": "1",
    }
    assert browser.post(edit, sent | {"key": str(uuid.uuid4())}).status_code == 409
    assert GoalScore.objects.get().level == 0
    assert AgreementReview.objects.count() == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_who_chooses_between_two_notes_sees_both(cast: Cast, sign_in: Any, following: Meeting, htmx: bool) -> None:
    browser, late = sign_in(cast.coordinator, htmx=htmx), said(cast, outcome_note="Mijn zin", level="+1")
    browser.post(address(cast, following), said(cast, outcome_note="Eerste zin"))
    answer = browser.post(address(cast, following), late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mijn zin" in page
    assert "Eerste zin" in page
    kept = late | {"base_version": [late["base_version"], str(goal_of(cast).version)]}
    assert browser.post(address(cast, following), kept).status_code == 302
    assert goal_of(cast).outcome_note == "Mijn zin"
    assert GoalScore.objects.get().level == 1


def test_who_reads_the_goal_reads_the_note_too(cast: Cast, sign_in: Any, following: Meeting) -> None:
    sign_in(cast.coordinator).post(address(cast, following), said(cast))
    assert "Thuis lukt het al" in sign_in(cast.users["principal"]).get(overview(following)).content.decode()


def test_what_is_wrong_in_it_is_told_to_nobody_who_may_not_say_it(cast: Cast, sign_in: Any, following: Meeting) -> None:
    colleague = cast.users["care_teacher"]
    seat(following, colleague)
    wrong = said(cast, status="zeker")
    assert sign_in(cast.coordinator).post(address(cast, following), wrong).status_code == 422
    assert sign_in(colleague).post(address(cast, following), wrong).status_code == 403
