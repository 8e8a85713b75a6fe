"""The meeting that follows another one: who comes, what comes along, and what stays behind."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.items.models import Revision
from meetings.cases.exporting import export
from meetings.cases.loading import load
from meetings.models import Factor, FactorLink, FollowUp, InfoRequest, Meeting, MeetingGoal, Observation, Person, Wish
from students.models import Consent
from tests.factories import Cast, make_item, make_user, seat
from tests.meetings.test_meeting_new import lasting, planned, table

URL = "/besprekingen/nieuw/"


@pytest.fixture
def round_of_information(cast: Cast) -> Meeting:
    """An information round with something in each list of its first three steps, closed."""
    meeting, by = cast.meeting, cast.coordinator
    Meeting.objects.filter(pk=meeting.pk).update(
        date=timezone.localdate() - datetime.timedelta(days=20), insight_state="not_yet"
    )
    meeting = cast.meeting = meeting.fresh()
    goal = make_item(meeting, "meetinggoal", by, text="Weten wat helpt", voice="teacher")
    MeetingGoal.objects.filter(pk=goal.pk).update(rating="partly", rating_note="half")
    make_item(meeting, "wish", by, owner="student", text="Meelezen", how_known="heard_directly")
    school = make_item(
        meeting, "observation", by, valence="difficulty", domain="ols", text="Stopt na twee minuten", source="seen",
        observer=meeting.person(cast.teacher.name),
    )  # fmt: skip
    home = make_item(
        meeting, "observation", by, valence="strength", domain="opv", text="Leest thuis voor", source="told_by_parent",
        told_by=cast.mother, counterpart=school, visibility=("care_team", "parents"),
    )  # fmt: skip
    secret = make_item(
        meeting, "observation", by, valence="difficulty", domain="ll", text="In vertrouwen verteld", source="told_by_student",
        visibility=("confidential",), circle=[meeting.person(cast.teacher.name)],
    )  # fmt: skip
    gone = make_item(meeting, "observation", by, valence="strength", domain="ll", text="Weggehaald", source="seen")
    Observation.objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    one = make_item(
        meeting, "factor", by, domain="ll", kind_of_factor="risk", text="Klanken niet vlot", cluster="Lezen",
        from_observations=[school, secret],
    )  # fmt: skip
    two = make_item(
        meeting,
        "factor",
        by,
        domain="opv",
        kind_of_factor="protective",
        text="Mama leest voor",
        from_observations=[home],
    )
    make_item(meeting, "factorcluster", by, name="Lezen", hypothesis="Oefening ontbreekt")
    make_item(meeting, "factorlink", by, from_factor=two, to_factor=one, effect="inhibits")
    make_item(
        meeting,
        "inforequest",
        by,
        question="Hoe ver staat ze?",
        method="test_result",
        who=meeting.person(cast.teacher.name),
    )
    text = meeting.steptexts.get(field="help_question")
    text.text = "Wat heeft Nore nodig?"
    text.save()
    make_item(
        meeting, "followup", by, date=timezone.localdate() + datetime.timedelta(days=3),
        attendees=[meeting.person(cast.coordinator.name), meeting.person(cast.teacher.name), meeting.person("Tolk Tina")],
    )  # fmt: skip
    Meeting.objects.filter(pk=meeting.pk).update(status="closed", closed_kind="info_round", closed_at=timezone.now())
    return meeting.fresh()


def follow(cast: Cast, sign_in: Any, previous: Meeting, **more: Any) -> Meeting:
    sent = planned(cast, after=str(previous.pk), **more)
    sent.pop("students")
    answer = sign_in(cast.coordinator).post(URL, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    return Meeting.objects.get(previous_meeting=previous)


def test_the_form_knows_whom_it_is_about_when_and_who_comes(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    page = sign_in(cast.coordinator).get(URL, {"after": str(round_of_information.pk)})
    form = page.context["form"]
    assert form["date"].value() == FollowUp.objects.get().date
    assert form[f"seat_{cast.coordinator.pk}"].value() == "full"
    assert form["class_teachers"].value() == "full"
    assert not form["guardians"].value(), "the mother was not to come"
    assert "Nore" in page.content.decode()


def test_after_an_information_round_the_first_three_steps_come_along(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    meeting = follow(cast, sign_in, round_of_information)
    assert meeting.current_step == "inzicht"
    assert (meeting.insight_state, meeting.seen_from) == ("", None), "that is for this meeting to say"
    goal = MeetingGoal.objects.get(meeting=meeting)
    assert (goal.text, goal.voice, goal.rating, goal.rating_note) == ("Weten wat helpt", "teacher", "", "")
    assert Wish.objects.get(meeting=meeting).text == "Meelezen"
    school, home, secret = (
        Observation.objects.filter(meeting=meeting).order_by("valence", "domain").order_by("position")
    )
    texts = {row.text: row for row in (school, home, secret)}
    assert set(texts) == {"Stopt na twee minuten", "Leest thuis voor", "In vertrouwen verteld"}
    assert texts["Leest thuis voor"].counterpart == texts["Stopt na twee minuten"]
    assert texts["Leest thuis voor"].told_by == cast.mother
    assert texts["Stopt na twee minuten"].observer.meeting == meeting
    assert texts["Leest thuis voor"].visibility == ("care_team", "parents")
    one, two = Factor.objects.filter(meeting=meeting).order_by("position")
    assert {row.text for row in one.from_observations} == {"Stopt na twee minuten", "In vertrouwen verteld"}
    link = FactorLink.objects.get(meeting=meeting)
    assert (link.from_factor, link.to_factor) == (two, one)
    assert InfoRequest.objects.get(meeting=meeting).who.name == cast.teacher.name
    assert meeting.steptexts.get(field="help_question").text == "Wat heeft Nore nodig?"
    assert Revision.objects.filter(item=link.pk).count() == 1, "each copy has a history of its own"


def test_what_was_confidential_stays_with_its_circle(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    meeting = follow(cast, sign_in, round_of_information, class_teachers="full")
    secret = Observation.objects.get(meeting=meeting, text="In vertrouwen verteld")
    assert secret.visibility == ("confidential",)
    assert [person.user for person in secret.circle] == [cast.teacher]
    assert Observation.objects.visible_to(cast.teacher).filter(pk=secret.pk).exists()
    for other in ("care_teacher", "clb_worker", "learning_supporter"):
        assert not Observation.objects.visible_to(cast.users[other]).filter(pk=secret.pk).exists()


def test_the_earlier_meeting_stays_as_it_was(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    before = export(round_of_information).text
    follow(cast, sign_in, round_of_information)
    assert export(round_of_information.fresh()).text == before


def test_who_was_to_come_sits_there(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    lasting(cast)
    make = round_of_information.person("Tolk Tina")
    round_of_information.participants.create(
        school=cast.school,
        person=make,
        role="interpreter",
        role_label="tolk",
        standing="professional",
        participation="full",
    )
    meeting = follow(cast, sign_in, round_of_information, class_teachers="full")
    assert set(table(meeting)) == {cast.coordinator.name, cast.teacher.name, "Tolk Tina"}


def test_after_a_complete_meeting_nothing_is_copied_but_it_is_known(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    Meeting.objects.filter(pk=round_of_information.pk).update(closed_kind="full", insight_state="yes")
    meeting = follow(cast, sign_in, round_of_information)
    assert meeting.current_step == "start"
    assert not Observation.objects.filter(meeting=meeting).exists()


def test_the_meeting_that_follows_can_be_taken_along(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    text = export(follow(cast, sign_in, round_of_information)).text
    again = load(text.encode(), by=cast.coordinator)
    assert export(again).text == text


@pytest.mark.parametrize("who", ["homeroom_teacher", "principal", "care_teacher"])
def test_only_the_coordinator_plans_what_follows(
    cast: Cast, sign_in: Any, round_of_information: Meeting, who: str
) -> None:
    assert sign_in(cast.users[who]).get(URL, {"after": str(round_of_information.pk)}).status_code == 403


def test_a_meeting_of_another_school_is_unknown(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    browser = sign_in(cast.others["care_coordinator"])
    assert browser.get(URL, {"after": str(round_of_information.pk)}).status_code == 404


def test_it_lies_after_the_one_it_follows(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    sent = planned(cast, after=str(round_of_information.pk), date=round_of_information.date.isoformat())
    answer = sign_in(cast.coordinator).post(URL, sent)
    assert answer.status_code == 422
    assert "date" in answer.context["form"].errors


def test_the_page_of_a_closed_meeting_leads_there(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    page = sign_in(cast.coordinator).get(reverse("meeting", args=(round_of_information.pk,))).content.decode()
    assert f"{URL}?after={round_of_information.pk}" in page


def test_a_circle_never_grows_because_somebody_is_called_the_same(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    speech = round_of_information.person("Sofie Maes")  # from outside: nobody who signs in
    talk = Observation.objects.get(meeting=round_of_information, text="In vertrouwen verteld")
    talk.write_part("circle", [speech, round_of_information.person(cast.teacher.name)])
    newcomer = make_user(cast.school, "care_teacher", name="Sofie Maes")
    meeting = follow(cast, sign_in, round_of_information)
    secret = Observation.objects.get(meeting=meeting, text="In vertrouwen verteld")
    assert not Observation.objects.visible_to(newcomer).filter(pk=secret.pk).exists()
    assert Observation.objects.visible_to(cast.users["homeroom_teacher"]).filter(pk=secret.pk).exists()


def test_a_circle_does_not_go_to_a_namesake_who_sits_there_now(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    namesake = make_user(cast.school, "care_teacher", name=cast.teacher.name)
    meeting = follow(cast, sign_in, round_of_information, **{f"seat_{namesake.pk}": "full"})
    secret = Observation.objects.get(meeting=meeting, text="In vertrouwen verteld")
    assert not Observation.objects.visible_to(namesake).filter(pk=secret.pk).exists()


def test_a_seat_of_somebody_from_outside_opens_nothing_to_a_namesake(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    seat(round_of_information, "Sofie Maes", "external", participation="full")
    FollowUp.objects.get().write_part("attendees", [])
    newcomer = make_user(cast.school, "subject_teacher", name="Sofie Maes")
    meeting = follow(cast, sign_in, round_of_information)
    assert "Sofie Maes" in table(meeting)
    assert not Meeting.objects.visible_to(newcomer).filter(pk=meeting.pk).exists()


def test_what_the_clb_told_comes_along_while_the_permission_stands(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    given = Consent.objects.create(
        school=cast.school, student=cast.student, kind_of_consent="clb_to_school", given_by=str(cast.mother), what="alles",
        granted=True, form="written", date=round_of_information.date,
    )  # fmt: skip
    Observation.objects.filter(text="Stopt na twee minuten").update(source="clb")
    meeting = follow(cast, sign_in, round_of_information)
    assert Observation.objects.filter(meeting=meeting, text="Stopt na twee minuten").exists()
    Meeting.objects.filter(pk=meeting.pk).update(previous_meeting=None)
    Consent.objects.filter(pk=given.pk).update(withdrawn_on=timezone.localdate())
    later = follow(cast, sign_in, round_of_information)
    assert not Observation.objects.filter(meeting=later, text="Stopt na twee minuten").exists()
    assert Observation.objects.get(meeting=later, text="Leest thuis voor").counterpart is None


def test_a_namesake_who_is_not_chosen_this_time_does_not_come(
    cast: Cast, sign_in: Any, round_of_information: Meeting
) -> None:
    namesake = make_user(cast.school, "care_teacher", name=cast.users["care_teacher"].name)
    place = seat(round_of_information, f"{namesake.name} (zorgleerkracht)", "care_teacher", participation="full")
    Person.objects.filter(pk=place.person_id).update(user=namesake)
    FollowUp.objects.get().write_part("attendees", [])
    meeting = follow(cast, sign_in, round_of_information)
    assert namesake not in {seat.person.user for seat in meeting.participants.all()}


def test_when_something_was_seen_comes_along_with_it(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    first, last = datetime.date(2025, 10, 1), datetime.date(2025, 10, 14)
    Meeting.objects.filter(pk=round_of_information.pk).update(seen_from=first, seen_until=last)
    own = datetime.date(2025, 9, 9)
    Observation.objects.filter(text="Leest thuis voor").update(seen_from=own)
    meeting = follow(cast, sign_in, round_of_information.fresh())
    seen = {row.text: (row.seen_from, row.seen_until) for row in Observation.objects.filter(meeting=meeting)}
    assert seen["Stopt na twee minuten"] == (first, last), "the window of this meeting is another one"
    assert seen["Leest thuis voor"] == (own, None)


def test_the_form_names_everybody_who_was_to_come(cast: Cast, sign_in: Any, round_of_information: Meeting) -> None:
    """Also who had no seat yet, and so has none to take along."""
    page = sign_in(cast.coordinator).get(URL, {"after": str(round_of_information.pk)}).content.decode()
    assert "Tolk Tina" in page
