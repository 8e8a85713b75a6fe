"""The page for who asks to see everything: the own student's data whole, nobody else's, and who looked by role."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import Role
from hgw.audit.models import Entry
from meetings.models import ClbContribution, Need, Observation
from meetings.models.participants import ParticipantRole
from students.models import Consent, Guardian
from tests.access_case import make_row
from tests.factories import Cast, make_guardian, make_meeting, make_student, seat

pytestmark = pytest.mark.once


def shown(cast: Cast, sign_in: Any, guardian: Guardian | None = None) -> str:
    query = {"voor": guardian.pk} if guardian else {}
    answer = sign_in(cast.coordinator).get(reverse("student_inspection", args=(cast.student.pk,)), query)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page[page.index("<main") : page.index("</main")]


def test_others_have_no_name(cast: Cast, sign_in: Any) -> None:
    wout = make_student(cast.school, cast.class_group, first_name="Wout", last_name="Peeters")
    make_guardian(wout, first_name="Lies")
    meeting = make_meeting([cast.student, wout], by=cast.coordinator, title="Nore en Wout")
    seat(meeting, "Juf Veerle", "homeroom_teacher")
    make_row(Observation, meeting, text="Wout Peeters en Nore lezen samen, zegt Juf Veerle en Lies Peeters")
    make_row(Observation, meeting, text="alleen over hem", subject=wout)
    make_row(Observation, cast.meeting, text=f"gezien door {cast.teacher.name}")
    page = shown(cast, sign_in)
    role = ParticipantRole.HOMEROOM_TEACHER.label
    assert f"een andere leerling en Nore lezen samen, zegt {role} en een andere ouder" in page
    for name in ("Wout", "Peeters", "Veerle", cast.teacher.name, "alleen over hem"):
        assert name not in page
    assert "Nore" in page
    assert "Hilde Claes" in page


def test_what_was_told_in_confidence_is_for_the_student(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    assert "in vertrouwen gezegd" in shown(cast, sign_in)
    page = shown(cast, sign_in, cast.mother)
    assert "in vertrouwen gezegd" not in page
    assert "1× in vertrouwen verteld" in page
    fields = {"given_by": "Nore", "what": "dit", "form": "written", "date": timezone.localdate()}
    Consent.objects.create(
        school=cast.school, student=cast.student, kind_of_consent="student_confidence_share", granted=True,
        about=told.pk, **fields,
    )  # fmt: skip
    assert "in vertrouwen gezegd" in shown(cast, sign_in, cast.mother)


def test_what_the_clb_brought_in_follows_its_permission(cast: Cast, sign_in: Any) -> None:
    make_row(ClbContribution, cast.meeting, text="van het CLB")
    assert "van het CLB" not in shown(cast, sign_in)
    make_row(Consent, cast.meeting, kind_of_consent="clb_to_school", granted=True, form="written")
    assert "van het CLB" in shown(cast, sign_in)


def test_what_is_about_others_stays_out(cast: Cast, sign_in: Any) -> None:
    make_row(Need, cast.meeting, holder="teacher", text="de juf heeft tijd nodig")
    Guardian.objects.filter(pk=cast.father.pk).update(email="bart@elders.example", note_restriction="geen contact")
    Guardian.objects.filter(pk=cast.mother.pk).update(email="hilde@thuis.example")
    page = shown(cast, sign_in, cast.mother)
    assert "de juf heeft tijd nodig" not in page
    assert "hilde@thuis.example" in page
    assert "bart@elders.example" not in page
    assert "geen contact" not in page


def test_who_lost_the_right_to_information_is_not_offered(cast: Cast, sign_in: Any) -> None:
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    page = shown(cast, sign_in)
    assert f"?voor={cast.mother.pk}" in page
    assert f"?voor={cast.father.pk}" not in page


def test_who_looked_stands_there_by_role_and_this_look_is_in_the_trace(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.teacher).get(reverse("student", args=(cast.student.pk,)))
    page = shown(cast, sign_in)
    assert f"<p>{Role.HOMEROOM_TEACHER.label}<br>" in page
    assert cast.teacher.name not in page
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.student, last.detail) == ("student.inspected", cast.student.pk, "student")


def test_a_meeting_about_this_student_alone_goes_along_as_a_file(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school)
    group = make_meeting([cast.student, other], by=cast.coordinator)
    page = shown(cast, sign_in)
    assert reverse("case_export", args=(cast.meeting.pk,)) in page
    assert reverse("case_export", args=(group.pk,)) not in page
