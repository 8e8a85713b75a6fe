"""Adding an item: every field of every kind, quickly at the end of a list or completely on a page of its own."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.items.models import Revision
from meetings.kinds import kinds
from meetings.models import Agreement, Meeting, MeetingGoal, Need, Observation, Participant, Wish
from students.models import Consent
from tests.factories import Cast, make_guardian, make_item, make_meeting, make_student
from tests.meetings.every_field import filled_in, full_form, prepare, writer

KINDS = sorted(set(kinds()) - {"steptext"})  # single texts are there from the start


def url(meeting: Meeting, kind: str) -> str:
    return reverse("item_add", args=(meeting.pk, kind))


def line(**data: Any) -> dict[str, Any]:
    return {"short": "1", "key": str(uuid.uuid4()), "base_version": "0", **data}


def observation(**data: Any) -> dict[str, Any]:
    return line(**{"valence": "strength", "domain": "ll", "text": "Lacht", "source": "seen", **data})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_form_is_saved(cast: Cast, sign_in: Any, kind: str) -> None:
    """The form of the item, opened again, shows in every field what was sent."""
    prepare(cast)
    if kind == "addendum":
        Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    sent = filled_in(cast, kind)
    missing = set(full_form(cast, kind).fields) - set(sent) - {"subject", "locked_because", "circle", "visibility"}
    assert missing <= {"parent"} - {"parent" if kind == "goal" else ""}, "a field without a value proves nothing"
    before = set(kinds()[kind].model._base_manager.values_list("pk", flat=True))

    answer = sign_in(writer(cast, kind)).post(url(cast.meeting, kind), sent)

    assert answer.status_code == 302, answer.context["form"].errors
    item = kinds()[kind].model._base_manager.exclude(pk__in=before).get()
    form = kinds()[kind].form(instance=item, meeting=cast.meeting.fresh(), user=writer(cast, kind))
    for name in set(form.fields) - {"key", "base_version"}:
        shown, given = form[name].value(), sent.get(name, "")
        if isinstance(given, list):
            assert [str(value) for value in shown or []] == given, name
        else:
            assert {"True": "on", "None": "", "False": ""}.get(str(shown), str(shown)) == str(given), name
    assert Revision.objects.filter(item=item.pk).count() == 1


def test_a_short_line_comes_back_alone_with_an_empty_one_after_it(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.teacher, htmx=True).post(url(cast.meeting, "observation"), observation())

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in text
    assert text.count('class="item') == 1
    assert 'id="add-observation-strength-ll"' in text
    assert "Lacht" in text


def test_a_refused_line_keeps_everything_that_was_typed(cast: Cast, sign_in: Any) -> None:
    sent = observation(text="Wat mama zei", source="told_by_parent")
    for htmx in (True, False):
        answer = sign_in(cast.teacher, htmx=htmx).post(url(cast.meeting, "observation"), sent)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Wat mama zei" in text
        assert "errorlist" in text
    assert not Observation.objects.exists()


def test_the_same_line_sent_twice_is_one_item(cast: Cast, sign_in: Any) -> None:
    sent, browser = observation(), sign_in(cast.teacher, htmx=True)
    assert [browser.post(url(cast.meeting, "observation"), sent).status_code for _ in range(2)] == [200, 200]
    assert Observation.objects.count() == 1


def test_a_used_key_with_another_text_gets_a_new_key_and_can_be_saved(cast: Cast, sign_in: Any) -> None:
    sent, browser = observation(), sign_in(cast.teacher, htmx=True)
    browser.post(url(cast.meeting, "observation"), sent)
    answer = browser.post(url(cast.meeting, "observation"), sent | {"text": "Iets anders"})
    form = answer.context["list"].add_form
    assert (answer.status_code, Observation.objects.count()) == (422, 1)
    assert form["text"].value() == "Iets anders"
    again = browser.post(url(cast.meeting, "observation"), sent | {"text": "Iets anders", "key": form["key"].value()})
    assert (again.status_code, Observation.objects.count()) == (200, 2)


def test_not_asked_yet_is_an_answer_in_one_click(cast: Cast, sign_in: Any) -> None:
    sent = line(owner="student", text="", how_known=["", "not_yet_asked"])
    assert sign_in(cast.teacher, htmx=True).post(url(cast.meeting, "wish"), sent).status_code == 200
    assert Wish.objects.get().how_known == "not_yet_asked"


@pytest.mark.parametrize(
    ("source", "told", "status"),
    [("seen", True, 422), ("seen", False, 302), ("told_by_parent", False, 422), ("told_by_parent", True, 302)],
)
def test_who_told_it_stands_exactly_with_told_by_a_parent(
    cast: Cast, sign_in: Any, source: str, told: bool, status: int
) -> None:
    sent = observation(source=source, told_by=str(cast.mother.pk) if told else "")
    assert sign_in(cast.teacher).post(url(cast.meeting, "observation"), sent).status_code == status
    if status == 302:
        assert bool(Observation.objects.get().told_by) == (source == "told_by_parent")


def test_what_the_clb_says_waits_for_a_permission(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    contribution = line(text="Dit zagen wij", by="Hier clb_worker", locked_because="")
    assert browser.post(url(cast.meeting, "observation"), observation(source="clb")).status_code == 422
    worker = sign_in(cast.users["clb_worker"])
    assert worker.post(url(cast.meeting, "clbcontribution"), contribution).status_code == 422
    consent = Consent.objects.create(
        school=cast.school, student=cast.student, kind_of_consent="clb_to_school", given_by=str(cast.mother),
        granted=True, what="alles", form="written", date=cast.meeting.date,
    )  # fmt: skip
    assert browser.post(url(cast.meeting, "observation"), observation(source="clb")).status_code == 302
    Consent.objects.filter(pk=consent.pk).update(withdrawn_on=cast.meeting.date)
    assert browser.post(url(cast.meeting, "observation"), observation(source="clb")).status_code == 422


def test_confidential_stands_alone(cast: Cast, sign_in: Any) -> None:
    sent = observation(visibility=["confidential", "parents"]) | {"short": ""}
    assert sign_in(cast.teacher).post(url(cast.meeting, "observation"), sent).status_code == 422


@pytest.mark.parametrize(
    ("competence", "by", "status"),
    [
        ("under_12", "mother", 302),
        ("under_12", "student", 422),
        ("presumed_by_age", "student", 302),
        ("presumed_by_age", "mother", 422),
    ],
)
def test_a_permission_is_given_by_who_decides(cast: Cast, sign_in: Any, competence: str, by: str, status: int) -> None:
    type(cast.student).objects.filter(pk=cast.student.pk).update(competence=competence)
    sent = line(
        kind_of_consent="clb_involve", given_by=str(getattr(cast, by)), granted="on", what="meekijken", form="oral_noted",
        date=str(cast.meeting.date),
    )  # fmt: skip
    assert sign_in(cast.coordinator).post(url(cast.meeting, "consent"), sent).status_code == status


def test_a_guardian_without_authority_gives_no_permission(cast: Cast, sign_in: Any) -> None:
    step = make_guardian(cast.student, authority="step_parent", receives_plan=False)
    sent = line(
        kind_of_consent="clb_involve", given_by=str(step), granted="on", what="x", form="written", date="2026-01-05"
    )
    assert sign_in(cast.coordinator).post(url(cast.meeting, "consent"), sent).status_code == 422


def test_an_item_and_what_it_refers_to_are_about_the_same_student(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    goal = make_item(meeting, "goal", cast.coordinator, then_can="kan", horizon="quick", subject=other)
    sent = line(
        holder="student",
        goal=str(goal.pk),
        help_sentence="tasks",
        text="taken die kort zijn",
        band="feasible",
        scope="student",
    )
    browser = sign_in(cast.coordinator)
    assert browser.post(url(meeting, "need"), sent | {"subject": str(cast.student.pk)}).status_code == 422
    assert browser.post(url(meeting, "need"), sent | {"subject": str(other.pk)}).status_code == 302
    assert Need.objects.get().subject == other


def test_a_typed_help_sentence_is_recognised(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="kan", horizon="quick")
    sent = line(holder="student", goal=str(goal.pk), text="Feedback die meteen komt", band="feasible", scope="student")
    browser = sign_in(cast.teacher)
    assert browser.post(url(cast.meeting, "need"), sent).status_code == 302
    assert Need.objects.get().help_sentence == "feedback"
    answer = browser.post(url(cast.meeting, "need"), sent | {"text": "gewoon iets", "key": str(uuid.uuid4())})
    assert answer.status_code == 422


def test_a_need_cannot_be_written_without_a_goal(cast: Cast, sign_in: Any) -> None:
    sent = line(holder="student", help_sentence="tasks", text="taken die kort zijn", band="feasible", scope="student")
    assert sign_in(cast.teacher).post(url(cast.meeting, "need"), sent).status_code == 422


def test_a_need_of_nobody_we_know_is_refused_in_words(cast: Cast, sign_in: Any) -> None:
    make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick")
    data = line(holder="directie", text="Een zin", help_sentence="tasks", scope="student", band="feasible")
    answer = sign_in(cast.teacher, htmx=True).post(url(cast.meeting, "need"), data)
    assert (answer.status_code, b"errorlist" in answer.content, b"Een zin" in answer.content) == (422, True, True)


def test_an_opener_without_script_leads_to_a_sentence_that_is_begun(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.teacher).get(
        url(cast.meeting, "need"), {"holder": "student", "help_sentence": "feedback", "idea": "0"}
    )
    form = answer.context["form"]
    assert str(form["text"].value()).startswith("feedback die ")
    assert (form["help_sentence"].value(), form["holder"].value()) == ("feedback", "student")


def test_an_agreement_grows_out_of_a_need(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="Begint zelf", horizon="quick")
    need = make_item(
        cast.meeting,
        "need",
        cast.coordinator,
        holder="student",
        goal=goal,
        help_sentence="feedback",
        text="feedback die meteen komt",
    )
    form = sign_in(cast.teacher).get(url(cast.meeting, "agreement"), {"need": str(need.pk)}).context["form"]
    assert form["why"].value() == "feedback die meteen komt\nBegint zelf"
    assert form["need"].value() == need.pk


def test_an_agreement_is_asked_as_it_is_said(cast: Cast, sign_in: Any) -> None:
    """What, who, how, when: who does it is not the last thing on a long page."""
    page = sign_in(cast.teacher).get(url(cast.meeting, "agreement")).context["form"]
    assert [field.name for field in page.visible_fields()][:5] == ["what", "who", "lead", "how", "when_text"]


@pytest.mark.parametrize(
    ("who", "status"), [("Hilde Claes", "put_forward"), ("Hier homeroom_teacher", "agreed"), ("Bart", "proposed")]
)
def test_an_agreement_begins_as_its_people_stand(cast: Cast, sign_in: Any, who: str, status: str) -> None:
    """Put forward to parents, agreed by who is here, proposed to who is not."""
    if who == "Bart":
        who = cast.users["principal"].name
        make_item(
            cast.meeting, "participant", cast.coordinator, person=cast.meeting.person(who), role="principal",
            role_label="directie", standing="professional", participation="not_this_time", note="ziek",
        )  # fmt: skip
    sent = line(what="Komt langs", who=[who], how="even", when_text="morgen", why="omdat")
    assert sign_in(cast.coordinator).post(url(cast.meeting, "agreement"), sent).status_code == 302
    assert Agreement.objects.get().status == status


def test_a_participant_needs_only_a_name_and_a_role(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    answer = browser.post(
        url(cast.meeting, "participant"), line(name="Hilde Claes", role="guardian", participation="full", note="")
    )
    seat = Participant.objects.get(person__name="Hilde Claes")
    assert answer.status_code == 302
    assert (seat.standing, seat.secrecy, seat.present) == ("experience_expert", "none", True)
    assert list(seat.person.guardians.all()) == [cast.mother]
    again = browser.post(
        url(cast.meeting, "participant"), line(name="Hilde Claes", role="guardian", participation="full")
    )
    absent = browser.post(
        url(cast.meeting, "participant"), line(name="Piet", role="external", participation="not_this_time", note="")
    )
    assert (again.status_code, absent.status_code) == (422, 422)


def test_only_who_manages_the_meeting_chooses_who_takes_part(cast: Cast, sign_in: Any) -> None:
    sent = line(name="Piet", role="external", participation="full")
    assert sign_in(cast.teacher).post(url(cast.meeting, "participant"), sent).status_code == 403
    assert not Participant.objects.filter(person__name="Piet").exists()


def test_a_closed_meeting_keeps_the_text_on_the_page(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    for htmx in (True, False):
        answer = sign_in(cast.coordinator, htmx=htmx).post(
            url(cast.meeting, "meetinggoal"), line(text="Te laat", voice="team")
        )
        assert answer.status_code == 409
    assert "Te laat" in answer.content.decode()
    assert not MeetingGoal.objects.exists()
