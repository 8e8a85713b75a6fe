"""Whoever saves a permission or a report hears whose access that closed, or made shorter, and nobody else does."""

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.formats import date_format

from students.consequences import said_aloud
from students.models import Consent, HealthNote, LegalReport, StudentAccessGrant
from tests.factories import Cast, make_consent, make_grant, make_health_note, make_student, permit_health_note
from tests.meetings.test_item_add import url
from tests.students.test_student_edit import TODAY, TOMORROW, YESTERDAY, typed

GONE, SHORTER = "leest het dossier van Nore Vandamme niet meer", "leest het dossier van Nore Vandamme nu tot en met"
SHOW = {"HX-Request": "true", "X-Save": "show"}


def report(cast: Cast, **values: Any) -> LegalReport:
    given = {"kind_of_report": "gc", "issued_by": "CLB", "date": YESTERDAY}
    return LegalReport.objects.create(school=cast.school, student=cast.student, **given | values)


def edit(cast: Cast, kind: str, row: Any) -> str:
    return reverse("student_item_edit", args=[cast.student.pk, kind, row.pk])


def change(browser: Client, there: str, **values: Any) -> str:
    """The page after the save."""
    answer = browser.post(there, typed(browser, there, **values), follow=True)
    assert answer.redirect_chain
    return answer.content.decode()


def test_a_day_that_was_mistyped_says_whose_access_it_made_shorter(cast: Cast, sign_in: Any) -> None:
    browser, there = sign_in(cast.coordinator), edit(cast, "report", report(cast))
    page = change(browser, there, valid_until=str(TOMORROW))
    assert f"Hier learning_supporter {SHORTER} {date_format(TOMORROW, 'j F Y')}." in page
    assert "Hier clb_worker leest" not in page
    assert SHORTER not in browser.get(reverse("student", args=[cast.student.pk])).text, "once"
    assert GONE not in page


def test_a_permission_that_is_taken_back_says_whose_access_ended(cast: Cast, sign_in: Any) -> None:
    sister = make_student(cast.school, cast.class_group)
    make_grant(cast.users["clb_worker"], sister)
    browser, rows = sign_in(cast.coordinator), [make_consent(cast.student, "clb_involve") for _ in range(2)]
    first, second = (edit(cast, "consent", row) for row in rows)
    assert GONE not in change(browser, first, withdrawn_on=str(TODAY)), "the other one stands"
    page = change(browser, second, withdrawn_on=str(TODAY))
    assert f"Hier clb_worker {GONE}" in page
    assert "Hier learning_supporter leest" not in page


def test_who_keeps_the_longer_of_two_is_not_named(cast: Cast) -> None:
    supporter, request = cast.users["learning_supporter"], RequestFactory().post("/")
    request.user, request.session = cast.coordinator, {}
    request._messages = FallbackStorage(request)
    second = make_grant(supporter, cast.student, until=TOMORROW)
    with said_aloud(request, "legalreport", [cast.student]):
        second.end(by=cast.coordinator)
    assert list(get_messages(request)) == []


@pytest.mark.parametrize("role", ["care_teacher", "homeroom_teacher", "school_admin"])
def test_nothing_is_said_to_who_does_not_read_such_access(cast: Cast, role: str) -> None:
    request = RequestFactory().post("/")
    request.user, request.session = cast.users[role], {}
    request._messages = FallbackStorage(request)
    with said_aloud(request, "consent", [cast.student]):
        for grant in StudentAccessGrant.objects.all():
            grant.end(by=cast.coordinator)
    assert list(get_messages(request)) == []


def in_meeting(cast: Cast, browser: Client, row: Any, name: str, **values: Any) -> Any:
    there = reverse(name, args=[cast.meeting.pk, row.kind(), row.pk])
    numbers = {"base_version": str(row.fresh().version), "key": str(uuid.uuid4())}
    return browser.post(there, values | numbers, headers=SHOW)


def test_the_page_of_a_meeting_says_it_too(cast: Cast, sign_in: Any) -> None:
    """Beside the row, which is all of the page that comes anew."""
    browser = sign_in(cast.coordinator)
    page = in_meeting(cast, browser, report(cast, came_with=cast.meeting.pk), "item_remove").json()["html"]
    assert f"Hier learning_supporter {GONE}" in page
    row = make_consent(cast.student, "clb_involve", came_with=cast.meeting.pk)
    form = browser.get(reverse("item_edit", args=[cast.meeting.pk, "consent", row.pk])).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    page = in_meeting(cast, browser, row, "item_edit", **sent | {"withdrawn_on": str(TODAY)}).json()["html"]
    assert f"Hier clb_worker {GONE}" in page


def test_a_report_that_is_added_with_a_day_too_early_says_it(cast: Cast, sign_in: Any) -> None:
    given = {"kind_of_report": "gc", "issued_by": "CLB", "date": str(YESTERDAY), "valid_until": str(TOMORROW)}
    sent = given | {"student": str(cast.student.pk), "key": str(uuid.uuid4()), "base_version": "0"}
    page = sign_in(cast.coordinator).post(url(cast.meeting, "legalreport"), sent, follow=True).text
    assert f"Hier learning_supporter {SHORTER}" in page


def test_what_was_to_be_said_to_one_is_not_said_to_who_signs_in_there_next(cast: Cast, sign_in: Any) -> None:
    browser, there = sign_in(cast.coordinator), edit(cast, "consent", make_consent(cast.student, "clb_involve"))
    assert browser.post(there, typed(browser, there, withdrawn_on=str(TODAY))).status_code == 302
    assert Consent.objects.get().withdrawn_on
    browser.force_login(cast.users["principal"], backend=settings.AUTHENTICATION_BACKENDS[0])
    page = browser.get(reverse("student", args=[cast.student.pk]))
    assert (page.status_code, GONE in page.text) == (200, False)
    browser.force_login(cast.coordinator, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert GONE not in browser.get(reverse("student", args=[cast.student.pk])).text, "by then it is no news"


# --- the note on health ---

AGAIN, CLOSED = (
    "Er is nog een vroegere notitie over de gezondheid van Nore",
    "over de gezondheid van Nore Vandamme is gesloten",
)
ASKED = {
    "kind_of_consent": "health_note",
    "given_by": "Hilde Claes",
    "what": "de puffer",
    "granted": "on",
    "form": "written",
}


@pytest.fixture
def note(cast: Cast) -> HealthNote:
    """One that is read today, with the one permission it rests on."""
    return make_health_note(cast.student, text="woordpuffer", necessity="woordreden")


def test_a_permission_that_is_given_again_says_that_an_earlier_note_is_there(
    cast: Cast, sign_in: Any, note: HealthNote
) -> None:
    browser, new = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, "consent"])
    consent = Consent.objects.get(kind_of_consent="health_note")
    page = change(browser, edit(cast, "consent", consent), withdrawn_on=str(TODAY))
    assert CLOSED in page
    assert AGAIN not in page
    assert "woordpuffer" not in page
    assert AGAIN not in change(browser, new, **ASKED | {"date": str(TODAY), "kind_of_consent": "external_share"})
    page = change(browser, new, **ASKED | {"date": str(TODAY)})
    assert AGAIN in page
    assert "woordpuffer" in page
    assert AGAIN not in change(browser, new, **ASKED | {"date": str(TODAY)}), "it was open"


def test_a_first_permission_says_nothing_of_a_note_that_is_not_there(cast: Cast, sign_in: Any) -> None:
    permit_health_note(make_student(cast.school))
    make_health_note(make_student(cast.school, first_name="Ander"))
    browser, new = sign_in(cast.coordinator), reverse("student_item_new", args=[cast.student.pk, "consent"])
    assert AGAIN[:30] not in change(browser, new, **ASKED | {"date": str(TODAY)})


def test_a_note_that_opens_on_the_page_of_a_meeting_is_told_there(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    consent = Consent.objects.get(kind_of_consent="health_note")
    Consent.objects.filter(pk=consent.pk).update(came_with=cast.meeting.pk)
    browser = sign_in(cast.coordinator)
    assert CLOSED in in_meeting(cast, browser, consent, "item_remove").json()["html"]
    assert AGAIN in in_meeting(cast, browser, consent, "item_restore").json()["html"]


@pytest.mark.parametrize("role", ["care_teacher", "homeroom_teacher", "clb_worker", "school_admin", "principal"])
def test_that_there_is_a_note_is_told_to_who_reads_such_notes(cast: Cast, role: str, note: HealthNote) -> None:
    consents = Consent.objects.filter(kind_of_consent="health_note")
    for when in (TODAY, None):
        request = RequestFactory().post("/")
        request.user, request.session = cast.users[role], {}
        request._messages = FallbackStorage(request)
        with said_aloud(request, "consent", [cast.student]):
            consents.update(withdrawn_on=when)
        told = [str(message) for message in get_messages(request)]
        assert any(AGAIN in text for text in told) is (role == "principal" and when is None)
        assert not any(CLOSED in text for text in told), "that is for who erases it"
