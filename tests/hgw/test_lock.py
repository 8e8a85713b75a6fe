"""The lock over a sign-in: what a locked session answers, who opens it, and what it never says."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import DraftKey, Session
from hgw.audit.models import Action, Entry
from meetings.models import MeetingGoal
from meetings.urls.room import POLL
from tests.factories import PASSWORD, Cast, make_item
from tests.hgw.devices import HERE, LOGIN, is_open, minutes, on_device

SignIn = Callable[..., Client]
LOCK, UNLOCK = "/aanmelden/slot/", "/aanmelden/ontgrendelen/"
START = datetime.datetime(2026, 11, 16, 9, tzinfo=datetime.UTC)
SECRET = "Nore durft niets te vragen"


pytestmark = pytest.mark.usefixtures("counted")


def hidden(page: str, name: str) -> str:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)[-1]


def locked(sign_in: SignIn, cast: Cast) -> Client:
    make_item(cast.meeting, "meetinggoal", cast.teacher, text=SECRET, voice="team")
    browser = sign_in(cast.teacher)
    assert browser.post(LOCK, {"next": "/leerlingen/"}).headers["Location"] == f"{UNLOCK}?next=/leerlingen/"
    return browser


@pytest.mark.parametrize("way", ["unlocked", "signed in"])
def test_a_form_sent_behind_a_lock_is_sent_again_after_it_and_copied_after_a_new_sign_in(cast: Cast, way: str) -> None:
    browser = on_device(cast.teacher)
    browser.handler.enforce_csrf_checks = True
    new = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    page = browser.get(new).content.decode()
    sent = {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "key", "base_version")} | {
        "text": SECRET,
        "voice": "team",
    }
    Session.objects.update(locked_at=timezone.now())
    assert browser.post(new, sent).status_code == 401
    proof = {"headers": {"X-CSRFToken": browser.get(HERE).json()["token"]}}
    if way == "unlocked":
        assert browser.post(UNLOCK, {"password": PASSWORD}, **proof).status_code == 302
        assert browser.post(new, sent).status_code == 302
        assert MeetingGoal.objects.get().text == SECRET
        return
    Session.objects.all().delete()
    assert "open het formulier daar opnieuw" in browser.post(new, sent).content.decode()
    assert browser.post(LOGIN, {"login": cast.teacher.email, "password": PASSWORD}, **proof).status_code == 302
    refused = browser.post(new, sent)
    assert refused.status_code == 403
    assert "open het formulier opnieuw in een ander tabblad" in refused.content.decode()
    assert SECRET in refused.content.decode()


def test_a_locked_session_answers_as_when_signed_out(cast: Cast, sign_in: SignIn) -> None:
    browser = locked(sign_in, cast)
    add = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    step = reverse("meeting_step", args=(cast.meeting.pk, "start"))
    saved = browser.post(add, {"text": "x"}, headers={"X-Save": "keep"})
    assert (saved.status_code, saved.json()) == (401, {"reason": "locked"})
    assert browser.get(step, headers={"HX-Request": "true"}).status_code == 401
    plain = browser.post(add, {"text": "Mijn zin"})
    assert plain.status_code == 401
    assert "Mijn zin" in plain.content.decode()
    assert "Dit scherm is vergrendeld." in plain.content.decode()
    again = browser.post(LOCK, {"next": step})  # its address is nothing that somebody typed
    assert (again.status_code, again.headers["Location"]) == (302, f"{UNLOCK}?next=/")
    page = browser.get(step)
    assert page.headers["Location"] == f"{UNLOCK}?next={step}"
    assert browser.get(HERE).json()["reason"] == "locked"
    assert browser.post(HERE).status_code == 401
    assert browser.post(LOCK).status_code == 302
    shown = browser.get(page.headers["Location"]).content.decode()
    assert cast.teacher.name in shown
    assert SECRET not in shown
    assert cast.student.first_name not in shown
    assert MeetingGoal.objects.count() == 1


def test_the_ticket_of_the_room_no_longer_counts(
    cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    browser = sign_in(cast.teacher)
    page = browser.get(reverse("room_changes", args=(cast.meeting.pk, "start")))
    ask = {"headers": {"X-Room": page.json()["ticket"]}}
    assert browser.get(f"/{POLL}?tab=a1", **ask).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(LOCK)
    answer = browser.get(f"/{POLL}?tab=a1", **ask)
    assert (answer.status_code, answer.content) == (410, b"")


def test_the_password_unlocks_and_one_goes_on_where_one_was(cast: Cast, sign_in: SignIn) -> None:
    browser = locked(sign_in, cast)
    wrong = browser.post(UNLOCK, {"password": "helemaal verkeerd", "next": "/leerlingen/"})
    assert (wrong.status_code, is_open(browser)) == (422, False)
    elsewhere = browser.post(UNLOCK, {"password": PASSWORD, "next": "https://elders.example/"})
    assert (elsewhere.headers["Location"], is_open(browser)) == ("/", True)
    browser.post(LOCK)
    assert browser.post(UNLOCK, {"password": PASSWORD, "next": "/leerlingen/"}).headers["Location"] == "/leerlingen/"
    assert browser.get(UNLOCK).headers["Location"] == "/"  # unlocked already, in another tab


def test_after_the_idle_lock_the_same_password_opens_it(cast: Cast, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as clock:
        browser = sign_in(cast.teacher)
        minutes(clock, 20)
        assert not is_open(browser)
        script = {"headers": {"X-Lock": "yes"}}
        assert browser.post(UNLOCK, {"password": "x"}, **script).json()["reason"] == "locked"
        assert browser.post(UNLOCK, {"password": PASSWORD}, **script).json() == {"user": str(cast.teacher.pk)}
        assert is_open(browser)


def test_trying_passwords_behind_a_lock_has_to_wait(cast: Cast, sign_in: SignIn) -> None:
    browser = locked(sign_in, cast)
    for _n in range(5):
        browser.post(UNLOCK, {"password": "helemaal verkeerd"})
    assert browser.post(UNLOCK, {"password": PASSWORD}).status_code == 422  # the right one, too late
    for _n in range(6):
        last = browser.post(UNLOCK, {"password": PASSWORD})
    assert (last.status_code, last.headers["Retry-After"]) == (429, "300")
    assert not is_open(browser)
    tried = Entry.objects.filter(action=Action.SIGN_IN_REFUSED, object=cast.teacher.pk)
    assert set(tried.values_list("detail", flat=True)) >= {"asked_again"}
    elsewhere = Client(REMOTE_ADDR="10.1.2.3")
    elsewhere.force_login(cast.teacher)
    elsewhere.post(LOCK)
    assert (
        elsewhere.post(UNLOCK, {"password": PASSWORD}).status_code == 302
    )  # who tries at one computer closes no other


def test_a_password_is_asked_also_where_the_lock_did_not_arrive_yet(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    assert browser.post(UNLOCK, {"password": "x"}, headers={"X-Lock": "yes"}).status_code == 422
    assert Client().post(UNLOCK, {"password": PASSWORD}, headers={"X-Lock": "yes"}).status_code == 401
    assert Client().get(UNLOCK).headers["Location"].startswith(LOGIN)


def test_somebody_else_signs_in_and_the_locked_session_is_gone(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    browser.post(HERE)  # a key for drafts
    browser.post(LOCK)
    assert browser.get(LOGIN).status_code == 200
    first = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post(LOGIN, {"login": cast.coordinator.email, "password": PASSWORD, "device": "own"})
    assert browser.get(HERE).json()["user"] == str(cast.coordinator.pk)
    assert 3500 < browser.get(HERE).json()["locks_in"] <= 3600
    assert not Session.objects.filter(pk=first).exists()
    assert DraftKey.objects.filter(user=cast.teacher).count() == 1  # its owner finds what was not saved


def test_who_tries_to_sign_in_changes_nothing_of_the_locked_session(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    browser.post(LOCK)
    browser.post(LOGIN, {"login": cast.coordinator.email, "password": "helemaal verkeerd", "device": "own"})
    browser.post(UNLOCK, {"password": PASSWORD})
    assert browser.get(HERE).json()["user"] == str(cast.teacher.pk)
    assert browser.get(HERE).json()["locks_in"] <= 900


def test_signing_out_from_behind_the_lock_keeps_the_drafts(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    browser.post(HERE)
    browser.post(LOCK)
    assert browser.get(reverse("account_logout")).status_code == 302  # to look is not to sign out
    browser.post(reverse("account_logout"))
    assert not Session.objects.filter(user=cast.teacher).exists()
    assert DraftKey.objects.filter(user=cast.teacher).count() == 1


def test_a_request_under_way_does_not_undo_the_lock(cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    browser = sign_in(cast.teacher)
    Session.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=2))

    def meanwhile(*args: Any, **kwargs: Any) -> Any:
        Session.objects.update(locked_at=timezone.now())
        return original(*args, **kwargs)

    from hgw.accounts import views

    original = views.url_has_allowed_host_and_scheme
    monkeypatch.setattr(views, "url_has_allowed_host_and_scheme", meanwhile)
    assert browser.post(reverse("school_choose"), {"school": ""}).status_code == 302  # changes the session, and is seen
    assert not is_open(browser)
    assert Session.objects.get(user=cast.teacher).get_decoded()["school"] == ""


def test_a_projection_goes_on_after_unlocking(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.coordinator)
    step = reverse("meeting_step", args=(cast.meeting.pk, "start"))
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)))
    assert 'data-view="beamer"' in browser.get(step).content.decode()
    browser.post(LOCK)
    page = browser.get(step, follow=True)
    assert cast.student.first_name not in page.content.decode()
    browser.post(UNLOCK, {"password": PASSWORD})
    assert 'data-view="beamer"' in browser.get(step).content.decode()
