"""A step of the meeting: always to be read, going on with its gates and reasons, its single choices."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings import steps
from meetings.models import GateReason, Meeting, MeetingGoal, Observation
from tests.factories import Cast, make_item, make_meeting, make_student


def address(meeting: Meeting, slug: str = "start") -> str:
    return reverse("meeting_step", args=(meeting.pk, slug))


def key() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("slug", [step.slug for step in steps.STEPS])
def test_every_step_can_be_read_whatever_is_still_empty(cast: Cast, sign_in: Any, slug: str) -> None:
    answer = sign_in(cast.teacher).get(address(cast.meeting, slug))
    assert answer.status_code == 200
    assert answer.context["still_empty"] or slug in {"doelen", "afspraken", "evaluatie"} or slug == "behoeften"


@pytest.mark.parametrize("slug", [step.slug for step in steps.STEPS])
def test_a_single_text_is_called_by_what_it_answers(cast: Cast, sign_in: Any, slug: str) -> None:
    context = sign_in(cast.teacher).get(address(cast.meeting, slug)).context
    for field in next(step for step in steps.STEPS if step.slug == slug).texts:
        row = context.get(f"text_{field}")
        if row is None:  # asked only where a step is skipped
            assert field.startswith("skip_reason_")
            continue
        assert str(row["form"].fields["text"].label) == str(row["asked"]) not in {"", "Text"}


def test_a_hard_gate_stops_and_says_why(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.teacher).post(address(cast.meeting), {"key": key()})
    assert answer.status_code == 422
    assert {found.gate.id for found in answer.context["gates"]} == {"G1", "G2"}


def test_a_reason_that_a_hard_gate_holds_up_is_not_lost(cast: Cast, sign_in: Any) -> None:
    """Nothing is half saved: the reason stays in its field until everything can go on."""
    name = f"reason.G2.{cast.student.pk}"
    answer = sign_in(cast.teacher).post(address(cast.meeting), {"key": key(), name: "De ouders waren ziek"})
    assert answer.status_code == 422
    assert f'name="{name}"' in answer.content.decode()
    assert "De ouders waren ziek" in answer.content.decode()
    assert not GateReason.objects.exists()


def test_with_a_reason_the_team_goes_on(cast: Cast, sign_in: Any) -> None:
    make_item(cast.meeting, "meetinggoal", cast.teacher, text="Weten wat helpt")
    sent = {"key": key(), f"reason.G2.{cast.student.pk}": "De ouders waren ziek"}
    browser = sign_in(cast.teacher)
    assert browser.post(address(cast.meeting), sent).headers["Location"] == address(cast.meeting, "overzicht")
    assert browser.post(address(cast.meeting), sent).status_code == 302  # sent twice: kept once
    reason = GateReason.objects.get()
    assert (reason.gate, reason.subject, reason.reason) == ("G2", cast.student, "De ouders waren ziek")
    assert "De ouders waren ziek" in browser.get(address(cast.meeting)).content.decode()


def test_in_a_group_a_reason_is_kept_for_each_student(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group, first_name="Aya")
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    make_item(meeting, "meetinggoal", cast.coordinator, text="Weten wat helpt")
    browser, one = sign_in(cast.coordinator), f"reason.G2.{cast.student.pk}"
    stopped = browser.post(address(meeting), {"key": key(), one: "ziek"})
    assert stopped.status_code == 422
    assert {found.student for found in stopped.context["gates"]} == {cast.student, other}
    assert "ziek" in stopped.content.decode()
    sent = {"key": key(), one: "ziek", f"reason.G2.{other.pk}": "op reis"}
    assert browser.post(address(meeting), sent).status_code == 302
    assert {(r.subject, r.reason) for r in GateReason.objects.all()} == {(cast.student, "ziek"), (other, "op reis")}


@pytest.mark.parametrize("valence", ["strength", "difficulty"])
def test_in_a_group_the_class_can_be_seen_for_one_child_from_the_start(cast: Cast, sign_in: Any, valence: str) -> None:
    other = make_student(cast.school, cast.class_group, first_name="Aya")
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    browser, step = sign_in(cast.coordinator), address(meeting, "overzicht")
    link = f"{reverse('item_add', args=(meeting.pk, 'observation'))}?valence={valence}&domain=ols&subject={other.pk}"
    assert link.replace("&", "&amp;") in browser.get(step).content.decode()
    form = browser.get(link).context["form"]
    sent = {name: form[name].value() or "" for name in ("valence", "domain", "subject", "key")}
    assert browser.post(link, sent | {"text": "In de kring vertelt Aya mee", "source": "seen"}).status_code == 302
    found = Observation.objects.get()
    assert (found.subject, found.domain, found.valence) == (other, "ols", valence)
    assert link.replace("&", "&amp;") not in browser.get(step).content.decode(), "now she has a place of her own"


def test_about_one_student_nobody_is_asked_about_whom(cast: Cast, sign_in: Any) -> None:
    assert "about-one" not in sign_in(cast.coordinator).get(address(cast.meeting, "overzicht")).content.decode()


def test_who_only_reads_gets_no_forms(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.users["principal"]).get(address(cast.meeting, "overzicht"))
    assert 'class="add"' not in answer.content.decode()
    assert sign_in(cast.users["principal"]).post(address(cast.meeting), {"key": key()}).status_code == 403


def choose(browser: Any, meeting: Meeting, back: str, **data: Any) -> Any:
    given = {"back": back, "base_version": str(Meeting.objects.get(pk=meeting.pk).version), "key": key()}
    return browser.post(reverse("meeting_choice", args=(meeting.pk,)), given | data)


@pytest.mark.parametrize(
    ("back", "data"),
    [
        ("inzicht", {"insight_state": "partly"}),
        ("overzicht", {"seen_from": "2026-01-05", "seen_until": "2026-01-19"}),
        ("behoeften", {"nothing_extra": "1"}),
        ("evaluatie", {"satisfied_student": "yes", "satisfied_parents": "partly", "satisfied_team": "no"}),
    ],
)
def test_the_choices_of_a_step_are_saved(cast: Cast, sign_in: Any, back: str, data: dict[str, str]) -> None:
    assert choose(sign_in(cast.teacher), cast.meeting, back, **data).status_code == 302
    meeting = Meeting.objects.get(pk=cast.meeting.pk)
    for name, value in data.items():
        assert str(getattr(meeting, name)) == {"1": "True"}.get(value, value)


def test_a_choice_on_an_old_page_is_409_and_changes_nothing(cast: Cast, sign_in: Any) -> None:
    browser, version = sign_in(cast.teacher), str(cast.meeting.fresh().version)
    choose(browser, cast.meeting, "inzicht", insight_state="yes")
    answer = choose(browser, cast.meeting, "inzicht", insight_state="not_yet", base_version=version)
    assert answer.status_code == 409
    assert Meeting.objects.get(pk=cast.meeting.pk).insight_state == "yes"


def test_a_choice_sent_twice_is_one_choice(cast: Cast, sign_in: Any) -> None:
    browser, sent = sign_in(cast.teacher), {"key": key(), "base_version": str(cast.meeting.fresh().version)}
    for _ in range(2):
        assert choose(browser, cast.meeting, "inzicht", insight_state="partly", **sent).status_code == 302
    assert Meeting.objects.get(pk=cast.meeting.pk).version == int(sent["base_version"]) + 1


def test_dates_in_the_wrong_order_are_refused_in_words(cast: Cast, sign_in: Any) -> None:
    answer = choose(sign_in(cast.teacher), cast.meeting, "overzicht", seen_from="2026-02-01", seen_until="2026-01-01")
    assert answer.status_code == 422


def test_with_part_of_the_insight_a_goal_is_provisional(cast: Cast, sign_in: Any) -> None:
    choose(sign_in(cast.teacher), cast.meeting, "inzicht", insight_state="partly")
    sent = {
        "short": "1",
        "key": key(),
        "base_version": "0",
        "then_can": "Begint zelf",
        "target": "student",
        "horizon": "quick",
    }
    sign_in(cast.teacher).post(reverse("item_add", args=(cast.meeting.pk, "goal")), sent)
    assert cast.meeting.goals.get().provisional


def test_a_goal_of_the_meeting_is_rated(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Weten wat helpt")
    url = reverse("goal_rating", args=(cast.meeting.pk, goal.pk))
    sent = {"rating": "partly", "rating_note": "bijna", "base_version": "1", "key": key()}
    assert sign_in(cast.teacher).post(url, sent).status_code == 302
    goal = MeetingGoal.objects.get()
    assert (goal.rating, goal.rating_note) == ("partly", "bijna")
    stale = sign_in(cast.coordinator, htmx=True).post(url, sent | {"key": key(), "rating_note": "andere tekst"})
    assert stale.status_code == 409
    assert "andere tekst" in stale.content.decode()


def test_a_closed_meeting_asks_nothing_any_more(cast: Cast, sign_in: Any) -> None:
    """No heading over an empty list, no button that does nothing, no way to a permission that comes too late."""
    browser = sign_in(cast.coordinator)
    asked = {
        "inzicht": ("#permissions", 'id="list-twin"', 'id="list-inforequest"'),
        "behoeften": ('id="nothing-extra"', 'id="list-reasonableadjustment"'),
    }
    for slug, marks in asked.items():
        page = browser.get(address(cast.meeting, slug)).content.decode()
        assert [mark for mark in marks if mark not in page] == []
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    for slug, marks in asked.items():
        page = browser.get(address(cast.meeting, slug)).content.decode()
        assert [mark for mark in marks if mark in page] == []


def test_the_people_at_home_are_named_as_one_says_it(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.coordinator).get(address(cast.meeting, "inzicht")).content.decode()
    assert f"{cast.mother.first_name} en {cast.father.first_name}" in page


def test_an_arrow_is_told_on_both_its_cards(cast: Cast, sign_in: Any) -> None:
    one = make_item(cast.meeting, "factor", cast.coordinator, domain="ll", kind_of_factor="risk", text="Moe")
    two = make_item(cast.meeting, "factor", cast.coordinator, domain="opv", kind_of_factor="protective", text="Rust")
    make_item(cast.meeting, "factorlink", cast.coordinator, from_factor=two, to_factor=one, effect="inhibits")
    page = sign_in(cast.coordinator).get(address(cast.meeting, "inzicht"))
    arrows = {factor.text: [(str(a), b) for a, b, *_more in factor.arrows] for factor in page.context["factors"]}
    assert arrows == {"Moe": [("geremd door", "B")], "Rust": [("remt", "A")]}


def test_who_pulls_the_cart_is_said_where_several_do_it(cast: Cast, sign_in: Any) -> None:
    people = [cast.meeting.person(name) for name in (cast.teacher.name, cast.coordinator.name)]
    make_item(
        cast.meeting, "agreement", cast.coordinator, what="Samen lezen", who=[(people[0], False), (people[1], True)]
    )
    page = sign_in(cast.coordinator).get(address(cast.meeting, "afspraken")).content.decode()
    assert page.count("trekt de kar") == 1
    assert "De rode draad" not in page, "it grew out of nothing yet"


def test_a_closed_group_shows_no_row_that_nobody_can_fill(cast: Cast, sign_in: Any) -> None:
    meeting = make_meeting([cast.student, make_student(cast.school, cast.class_group)], by=cast.coordinator)
    browser = sign_in(cast.coordinator)
    assert [part["subject"] for part in browser.get(address(meeting, "overzicht")).context["territories"]].count(
        None
    ) == 3
    Meeting.objects.filter(pk=meeting.pk).update(status="closed", closed_kind="full")
    assert None not in [part["subject"] for part in browser.get(address(meeting, "overzicht")).context["territories"]]
