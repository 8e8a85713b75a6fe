"""The page of a meeting: its details, who takes part, cancelling, what comes after the closing."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Addendum, Meeting, Statement, StepText
from tests.factories import Cast, make_item


def address(cast: Cast, name: str = "meeting") -> str:
    return reverse(name, args=(cast.meeting.pk,))


def details(cast: Cast, **more: str) -> dict[str, str]:
    version = str(Meeting.objects.get(pk=cast.meeting.pk).version)
    given = {"title": "Rekenen", "date": "2030-01-15", "start": "13:30", "end": "14:15", "place": "lokaal 4"}
    people = {"chair": cast.coordinator.name, "reporter": cast.teacher.name}
    return given | people | {"base_version": version, "key": str(uuid.uuid4())} | more


def test_the_details_are_changed_on_the_page(cast: Cast, sign_in: Any) -> None:
    sent = details(cast)
    assert sign_in(cast.coordinator).post(address(cast, "meeting_details"), sent).status_code == 302
    meeting = Meeting.objects.get(pk=cast.meeting.pk)
    saved = [meeting.title, str(meeting.date), f"{meeting.start:%H:%M}", f"{meeting.end:%H:%M}", meeting.place]
    assert saved == ["Rekenen", "2030-01-15", "13:30", "14:15", "lokaal 4"]
    assert (str(meeting.chair), str(meeting.reporter)) == (cast.coordinator.name, cast.teacher.name)


def test_details_that_do_not_fit_stay_in_the_form(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(address(cast, "meeting_details"), details(cast, end="12:00"))
    assert answer.status_code == 422
    assert answer.context["details"]["title"].value() == "Rekenen"


def test_details_on_an_old_page_are_409_with_the_text(cast: Cast, sign_in: Any) -> None:
    browser, old = sign_in(cast.coordinator), details(cast)
    browser.post(address(cast, "meeting_details"), details(cast, title="Van een collega"))
    answer = browser.post(address(cast, "meeting_details"), old)
    assert answer.status_code == 409
    assert "Rekenen" in answer.content.decode()
    assert Meeting.objects.get(pk=cast.meeting.pk).title == "Van een collega"


@pytest.mark.parametrize("name", ["meeting_details", "meeting_cancel"])
def test_only_who_manages_the_meeting_changes_it(cast: Cast, sign_in: Any, name: str) -> None:
    assert sign_in(cast.teacher).post(address(cast, name), details(cast)).status_code == 403
    page = sign_in(cast.teacher).get(address(cast)).content.decode()
    assert reverse(name, args=(cast.meeting.pk,)) not in page


def test_people_of_the_school_and_of_the_student_can_be_chosen(cast: Cast, sign_in: Any) -> None:
    names = sign_in(cast.coordinator).get(address(cast)).context["names"]
    assert {cast.teacher.name, str(cast.mother), str(cast.father), "Nore"} <= set(names)
    assert cast.others["homeroom_teacher"].name not in names


def test_a_meeting_is_cancelled_with_its_reason(cast: Cast, sign_in: Any) -> None:
    sent = {"text": "De juf is ziek\nwe zoeken een nieuwe dag", "base_version": "1", "key": str(uuid.uuid4())}
    browser = sign_in(cast.coordinator)
    assert browser.post(address(cast, "meeting_cancel"), sent).status_code == 302
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "cancelled"
    assert StepText.objects.get(meeting=cast.meeting, field="cancel_reason").text == sent["text"]
    assert "De juf is ziek" in browser.get(address(cast)).content.decode()


def test_a_reason_that_cannot_be_saved_is_not_lost(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    sent = {"text": "x" * 100_001, "base_version": "1", "key": str(uuid.uuid4())}
    long = browser.post(address(cast, "meeting_cancel"), sent)
    assert (long.status_code, long.context["cancel"]["text"].value()) == (422, sent["text"])
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    closed = browser.post(address(cast, "meeting_cancel"), sent | {"text": "Te laat"})
    assert closed.status_code == 409
    assert "Te laat" in closed.content.decode()
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "closed"


def test_a_planned_meeting_begins(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="planned")
    assert sign_in(cast.teacher).post(address(cast, "meeting_start")).status_code == 302
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "in_progress"


def test_after_the_closing_corrections_and_statements_are_added(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    browser, day = sign_in(cast.coordinator), str(cast.meeting.date)
    for kind, sent in {
        "addendum": {"text": "Het was dinsdag", "by": cast.coordinator.name, "date": day},
        "statement": {"text": "Ik zie het anders", "by": str(cast.father), "date": day},
    }.items():
        numbers = {"base_version": "0", "key": str(uuid.uuid4())}
        assert browser.post(reverse("item_add", args=(cast.meeting.pk, kind)), sent | numbers).status_code == 302
    assert (Addendum.objects.get().text, Statement.objects.get().text) == ("Het was dinsdag", "Ik zie het anders")
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "amended"


def test_an_open_meeting_takes_no_correction(cast: Cast, sign_in: Any) -> None:
    sent = {
        "text": "x",
        "by": cast.coordinator.name,
        "date": str(cast.meeting.date),
        "base_version": "0",
        "key": str(uuid.uuid4()),
    }
    url = reverse("item_add", args=(cast.meeting.pk, "addendum"))
    assert sign_in(cast.coordinator).post(url, sent).status_code == 409


def test_a_statement_is_the_students_or_a_parents(cast: Cast, sign_in: Any) -> None:
    sent = {
        "text": "x",
        "by": cast.teacher.name,
        "date": str(cast.meeting.date),
        "base_version": "0",
        "key": str(uuid.uuid4()),
    }
    url = reverse("item_add", args=(cast.meeting.pk, "statement"))
    assert sign_in(cast.coordinator).post(url, sent).status_code == 422


def test_a_removed_participant_can_come_back(cast: Cast, sign_in: Any) -> None:
    seat = make_item(
        cast.meeting, "participant", cast.coordinator, person=cast.meeting.person("Piet"), role="external",
        role_label="logopedist", standing="professional",
    )  # fmt: skip
    browser = sign_in(cast.coordinator, htmx=True)
    for name, version in (("item_remove", 1), ("item_restore", 2)):
        sent = {"base_version": str(version), "key": str(uuid.uuid4())}
        url = reverse(name, args=(cast.meeting.pk, "participant", seat.pk))
        assert browser.post(url, sent).status_code == 200
    seat.refresh_from_db()
    assert seat.removed_at is None
