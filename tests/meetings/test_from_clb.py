"""What the CLB told is there while a permission stands that it may be shared, and while it stands only."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw import access
from hgw.items.saving import save_item
from meetings.cases.exporting import export
from meetings.models import ClbContribution, MeetingSubject, Observation
from students.models import Consent
from tests.access_case import make_row
from tests.factories import Cast, make_consent, make_item, make_student

TODAY = timezone.localdate()
LONG_AGO = datetime.datetime(2026, 1, 2, 12, tzinfo=datetime.UTC)
TOLD = "wat de medewerker van het CLB vertelde"


def told(cast: Cast, model: Any, **values: Any) -> Any:
    own = {"source": "clb", "domain": "ols"} if model is Observation else {}
    return make_row(model, cast.meeting, **{"text": TOLD} | own | values)


def step(cast: Cast, model: Any) -> str:
    slug = "overzicht" if model is Observation else "inzicht"
    return reverse("meeting_step", args=[cast.meeting.pk, slug])


BOTH = pytest.mark.parametrize("model", [ClbContribution, Observation])


@BOTH
def test_a_permission_that_is_taken_back_takes_it_off_every_page(cast: Cast, sign_in: Any, model: Any) -> None:
    row, browser = told(cast, model), sign_in(cast.coordinator)
    consent = make_consent(cast.student, "clb_to_school")
    edit = reverse("item_history", args=[cast.meeting.pk, model.kind(), row.pk])
    assert TOLD in browser.get(step(cast, model)).content.decode()
    assert browser.get(edit).status_code == 200

    save_item(consent, {"withdrawn_on": TODAY}, by=cast.coordinator, base_version=1, key=uuid.uuid4())

    for role in ("care_coordinator", "principal", "care_teacher", "clb_worker"):
        user = cast.users[role]
        assert not model.objects.visible_to(user).exists(), role
        assert TOLD not in sign_in(user).get(step(cast, model)).content.decode(), role
        assert not access.may(user, "read", row), role
    assert browser.get(edit).status_code == 404
    make_consent(cast.student, "clb_to_school")
    assert TOLD in browser.get(step(cast, model)).content.decode()


@BOTH
@pytest.mark.parametrize(
    "instead",
    [{"granted": False}, {"withdrawn_on": TODAY}, {"removed_at": LONG_AGO}, {"kind_of_consent": "clb_involve"}],
)
def test_only_a_permission_that_stands_and_is_about_this_opens_it(
    cast: Cast, model: Any, instead: dict[str, Any]
) -> None:
    told(cast, model)
    make_consent(make_student(cast.school), "clb_to_school")
    make_consent(cast.student, "clb_to_school", **instead)
    assert not model.objects.visible_to(cast.coordinator).exists()


@BOTH
def test_in_a_group_everybody_it_is_about_must_have_given_it(cast: Cast, model: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    MeetingSubject.objects.create(meeting=cast.meeting, student=other, key="ander", position=1)
    row, rows = told(cast, model), model.objects.visible_to(cast.coordinator)
    make_consent(cast.student, "clb_to_school")
    assert not rows.exists()
    for about, seen in ((cast.student, True), (other, False), (None, False)):
        model.objects.filter(pk=row.pk).update(subject=about)
        assert rows.exists() == seen, about
    make_consent(other, "clb_to_school")
    assert rows.exists()


def test_what_anybody_else_saw_rests_on_no_permission(cast: Cast) -> None:
    row = told(cast, Observation, source="seen")
    assert access.may(cast.coordinator, "read", row)
    assert Observation.objects.visible_to(cast.coordinator).exists()


def test_why_nothing_stands_there_rests_on_no_permission(cast: Cast, sign_in: Any) -> None:
    told(cast, ClbContribution, text="", locked_because="geen toestemming")
    page = sign_in(cast.coordinator).get(step(cast, ClbContribution))
    assert "geen toestemming" in page.content.decode()
    assert not page.context["contribution_is_closed"]


def test_who_would_read_it_is_told_that_it_is_closed(cast: Cast, sign_in: Any) -> None:
    there, told_row = step(cast, ClbContribution), told(cast, ClbContribution)
    words = "De toestemming ervoor werd ingetrokken"
    assert words in sign_in(cast.coordinator).get(there).content.decode()
    assert words not in sign_in(cast.teacher).get(there).content.decode()
    told_row.text = ""
    told_row.save(update_fields=["text"])
    assert words not in sign_in(cast.coordinator).get(there).content.decode()
    assert not Consent.objects.exists()


def test_it_is_never_saved_over_while_no_permission_stands(cast: Cast, sign_in: Any) -> None:
    row = told(cast, ClbContribution)
    given = {"text": "iets anders", "base_version": 1, "key": str(uuid.uuid4())}
    answer = sign_in(cast.users["clb_worker"]).post(
        reverse("item_edit", args=[cast.meeting.pk, "clbcontribution", row.pk]), given
    )
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.text == TOLD


# --- what it was before ---


def versions(cast: Cast, sign_in: Any, row: Any) -> str:
    at = reverse("item_history", args=[cast.meeting.pk, row.kind(), row.pk])
    return str(sign_in(cast.coordinator).get(at).content.decode())


@BOTH
def test_its_history_tells_nothing_of_it_either(cast: Cast, sign_in: Any, model: Any) -> None:
    """Emptied, or said to come from somebody else since: the words of the CLB stand in the versions before."""
    consent, worker = make_consent(cast.student, "clb_to_school"), cast.users["clb_worker"]
    given = {"source": "clb", "domain": "ols", "valence": "strength"} if model is Observation else {}
    row = make_item(cast.meeting, model.kind(), worker, text=TOLD, **given)
    now = {"text": "iets anders", "source": "seen"} if model is Observation else {"text": ""}
    save_item(row, now, by=worker, base_version=1, key=uuid.uuid4())
    assert TOLD in versions(cast, sign_in, row)

    save_item(consent, {"withdrawn_on": TODAY}, by=cast.coordinator, base_version=1, key=uuid.uuid4())

    assert TOLD not in versions(cast, sign_in, row)
    assert model.objects.visible_to(cast.coordinator).exists()


def test_a_version_was_about_the_student_it_names(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    MeetingSubject.objects.create(meeting=cast.meeting, student=other, key="ander", position=1)
    make_consent(cast.student, "clb_to_school")
    given = {"source": "clb", "domain": "ols", "valence": "strength", "subject": cast.student}
    row = make_item(cast.meeting, "observation", cast.coordinator, text=TOLD, **given)
    save_item(row, {"text": "iets anders", "source": "seen"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert TOLD in versions(cast, sign_in, row)


@BOTH
def test_a_case_file_takes_it_nowhere(cast: Cast, model: Any) -> None:
    by = {"by": cast.meeting.person(cast.users["clb_worker"].name)} if model is ClbContribution else {}
    told(cast, model, **by)
    consent = make_consent(cast.student, "clb_to_school", given_by=str(cast.mother))
    assert TOLD in export(cast.meeting).text
    Consent.objects.filter(pk=consent.pk).update(withdrawn_on=TODAY)
    assert TOLD not in export(cast.meeting).text


def test_who_would_read_an_observation_is_told_that_it_is_closed(cast: Cast, sign_in: Any) -> None:
    at, row = step(cast, Observation), told(cast, Observation)
    for user, is_told in ((cast.coordinator, True), (cast.teacher, False)):
        assert bool(sign_in(user).get(at).context["told_is_closed"]) == is_told
    Observation.objects.filter(pk=row.pk).update(visibility="confidential")
    assert not sign_in(cast.coordinator).get(at).context["told_is_closed"]
    Observation.objects.filter(pk=row.pk).update(visibility="care_team", source="seen")
    assert not sign_in(cast.coordinator).get(at).context["told_is_closed"]
