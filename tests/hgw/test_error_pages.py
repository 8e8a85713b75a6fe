"""Every refusal has a page that says what to do, tells nobody anything, and undoes the request."""

import errno
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import include, path

from hgw.errors import RETRY_AFTER, error_page
from hgw.items.saving import ItemClosed, KeyReused, StaleVersion
from meetings.models import Meeting
from tests.factories import Cast, make_meeting

STATUSES = (400, 403, 404, 409, 413, 422, 423, 429, 500, 503, 507)


def caused(by: BaseException) -> OperationalError:
    error = OperationalError("kanarie")
    error.__cause__ = by
    return error


class DiskFull(Exception):
    sqlstate = "53100"


FAILURES = [
    (RuntimeError("kanarie"), 500),
    (ProgrammingError("kanarie"), 500),
    (OperationalError("server closed the connection unexpectedly"), 503),
    (OperationalError("database is locked"), 503),
    (InterfaceError("connection already closed"), 503),
    (OperationalError("database or disk is full"), 507),
    (caused(DiskFull()), 507),
    (OSError(errno.ENOSPC, "kanarie"), 507),
    (OSError(errno.EACCES, "kanarie"), 500),
    (ItemClosed(), 409),
    (StaleVersion(None), 409),
    (KeyReused(), 422),
    (SuspiciousOperation("kanarie"), 400),
    (PermissionDenied("kanarie"), 403),
]


def fails(request: HttpRequest, n: int) -> HttpResponse:
    if request.method == "POST":
        Meeting.objects.update(title="half")
    raise FAILURES[n][0]


def reads(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [path("stuk/<int:n>/", fails), path("lees/", reads), path("", include("hgw.urls"))]
handler400, handler403, handler404, handler500 = (
    f"hgw.errors.{name}" for name in ("bad_request", "permission_denied", "not_found", "server_error")
)


@pytest.fixture
def browser(cast: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(cast.coordinator)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_has_a_page_without_script_and_without_a_sign_in(status: int) -> None:
    answer = error_page(status)
    page = answer.content.decode()
    assert answer.status_code == status
    assert page.count("<h1") == 1
    assert '<html lang="nl"' in page
    assert '<a href="/">' in page
    assert "<script" not in page
    assert answer.headers.get("Retry-After") == {429: "300", 503: "5"}.get(status)
    assert set(RETRY_AFTER) == {429, 503}


@pytest.mark.parametrize("n", range(len(FAILURES)))
@override_settings(ROOT_URLCONF=__name__)
def test_what_went_wrong_decides_the_status_and_nothing_stays_half(browser: Client, cast: Cast, n: int) -> None:
    for answer in (browser.get(f"/stuk/{n}/"), browser.post(f"/stuk/{n}/")):
        assert answer.status_code == FAILURES[n][1]
        assert b"kanarie" not in answer.content
        assert answer.content == error_page(answer.status_code).content
    assert not Meeting.objects.filter(title="half").exists()


@override_settings(ROOT_URLCONF=__name__, DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_too_much_at_once_is_413(browser: Client) -> None:
    assert (
        browser.post("/lees/", "note=" + "x" * 2000, content_type="application/x-www-form-urlencoded").status_code
        == 413
    )


@override_settings(ROOT_URLCONF=__name__, DATA_UPLOAD_MAX_NUMBER_FIELDS=3)
def test_too_many_fields_is_413(browser: Client) -> None:
    assert browser.post("/lees/", {str(n): "x" for n in range(5)}).status_code == 413


def test_unknown_invisible_and_misspelt_are_one_page(cast: Cast, sign_in: Any) -> None:
    meeting = make_meeting([cast.student], by=cast.coordinator)
    stranger, member = sign_in(cast.others["care_coordinator"]), sign_in(cast.coordinator)
    answers = [
        stranger.get(f"/besprekingen/{meeting.pk}/"),
        stranger.get(f"/besprekingen/{uuid.uuid4()}/"),
        member.get(f"/besprekingen/{uuid.uuid4()}/"),
        member.get("/bestaat-niet/"),
        stranger.post(f"/besprekingen/{meeting.pk}/sluiten/"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert str(meeting.pk) not in answers[0].content.decode()


def test_a_form_older_than_the_sign_in_says_so(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = client.post(f"/besprekingen/{cast.meeting.pk}/beginnen/")
    assert answer.status_code == 403
    assert answer.content.decode() == render_to_string("403_csrf.html")


def test_a_page_with_somebodys_words_on_it_is_kept_nowhere(cast: Cast) -> None:
    answer = Client().post(f"/besprekingen/{cast.meeting.pk}/meetinggoal/nieuw/", {"text": "een halve zin"})
    assert answer.status_code == 401
    assert "een halve zin" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["parts", "goes"])
def test_ticks_are_not_given_back_as_if_somebody_typed_them(cast: Cast, name: str) -> None:
    ticked = f"goal:{uuid.uuid4()}:2"
    page = Client().post(f"/leerlingen/{cast.student.pk}/", {name: [ticked], "note": "een halve zin"}).content.decode()
    assert "een halve zin" in page
    assert ticked not in page
