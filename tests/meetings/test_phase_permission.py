"""A phase with the CLB rests on a permission that stands, in the form of step 6 and when the meeting closes."""

import datetime
from typing import Any

import pytest

from meetings.models import Meeting, PhaseDecision
from students.models import Consent, Phase, PhaseRecord
from tests.access_case import make_row
from tests.factories import Cast, make_consent, make_student, seat
from tests.full_meeting import fill_meeting
from tests.meetings.test_gates import stops_closing
from tests.meetings.test_item_add import line, url


@pytest.fixture
def full(cast: Cast) -> Meeting:
    """A meeting in which every gate is met."""
    fill_meeting(cast.meeting)
    return Meeting.objects.get(pk=cast.meeting.pk)


# --- the form ---


def phase(cast: Cast, before: str, after: str) -> dict[str, Any]:
    return line(guidance_domain="learning", before=before, after=after, requested="", reason="omdat")


def test_a_phase_with_the_clb_waits_for_a_permission_whatever_is_typed_before_it(cast: Cast, sign_in: Any) -> None:
    browser, there = sign_in(cast.coordinator), url(cast.meeting, "phasedecision")
    make_consent(make_student(cast.school), "clb_involve")
    refused = browser.post(there, phase(cast, "extended", "extended"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["after"])
    make_consent(cast.student, "clb_involve")
    assert browser.post(there, phase(cast, "extended", "extended")).status_code == 302


def test_the_phase_of_now_is_the_one_in_the_file(cast: Cast, sign_in: Any) -> None:
    browser, there = sign_in(cast.coordinator), url(cast.meeting, "phasedecision")
    for student, code in ((cast.student, "increased"), (make_student(cast.school), "broad_basic")):
        held = Phase.objects.get(code=code)
        PhaseRecord.decide(student, "all", held, on=cast.meeting.date, reason="", by=None)
    refused = browser.post(there, phase(cast, "broad_basic", "broad_basic"))
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["before"])
    assert "Verhoogde zorg" in refused.content.decode()
    assert browser.post(there, phase(cast, "increased", "broad_basic")).status_code == 302


def test_the_phase_in_the_file_is_told_to_who_reads_phases_only(cast: Cast, sign_in: Any) -> None:
    held, day = Phase.objects.get(code="increased"), cast.meeting.date - datetime.timedelta(days=9)
    PhaseRecord.decide(cast.student, "all", held, on=day, reason="", by=None)
    later = Phase.objects.get(code="iac_ov4")
    PhaseRecord.decide(
        cast.student, "all", later, on=cast.meeting.date + datetime.timedelta(days=1), reason="", by=None
    )
    there, guess = (
        url(cast.meeting, "phasedecision"),
        phase(cast, "broad_basic", "broad_basic") | {"guidance_domain": "all"},
    )
    page = sign_in(cast.coordinator).get(there).context["form"]
    assert page.initial["before"] == "increased", "that of the day of the meeting"
    assert sign_in(cast.coordinator).post(there, guess).status_code == 422
    subject_teacher = cast.users["subject_teacher"]
    seat(cast.meeting, subject_teacher)
    assert not sign_in(subject_teacher).get(there).context["form"].initial.get("before")
    assert sign_in(subject_teacher).post(there, guess).status_code == 302


# --- the closing ---


def test_a_phase_with_the_clb_asks_for_a_permission_when_the_meeting_closes(full: Meeting) -> None:
    PhaseDecision.objects.filter(meeting=full).update(before="increased", requested="extended", reason="omdat")
    assert stops_closing(full) == {"C7"}
    make_row(
        Consent, full, kind_of_consent="clb_involve", granted=True, form="written", withdrawn_on=None, removed_at=None
    )
    assert stops_closing(full) == set()


def in_phase(meeting: Meeting, code: str, domain: str = "learning") -> None:
    day = meeting.date - datetime.timedelta(days=30)
    PhaseRecord.decide(meeting.students[0], domain, Phase.objects.get(code=code), on=day, reason="", by=None)


def decided(meeting: Meeting, before: str, after: str) -> None:
    values = {"guidance_domain": "learning", "before": before, "after": after, "reason": "omdat"}
    PhaseDecision.objects.filter(meeting=meeting).update(**values)


def test_what_is_typed_as_the_phase_of_now_asks_for_no_permission_less(full: Meeting) -> None:
    decided(full, "extended", "extended")
    assert stops_closing(full) == {"C7"}
    in_phase(full, "iac_ov4", "wellbeing")
    assert stops_closing(full) == {"C7"}


def test_who_is_in_a_phase_with_the_clb_stays_there_with_a_permission_only(full: Meeting) -> None:
    in_phase(full, "extended")
    decided(full, "extended", "extended")
    assert stops_closing(full) == {"C7"}
    make_consent(full.students[0], "clb_involve")
    assert stops_closing(full) == set()


@pytest.mark.parametrize("domain", ["learning", "all"])
def test_going_down_asks_for_no_permission(full: Meeting, domain: str) -> None:
    in_phase(full, "iac_ov4", domain)
    decided(full, "iac_ov4", "extended")
    assert stops_closing(full) == set()


def test_a_phase_that_is_over_is_not_the_one_of_now(full: Meeting) -> None:
    in_phase(full, "iac_ov4")
    PhaseRecord.objects.update(until=full.date)
    decided(full, "iac_ov4", "extended")
    assert stops_closing(full) == {"C7"}
