"""Who is signed in here: asked by a page that stays open while a sign-in ends, and given with the key of its drafts."""

import base64
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from hgw.accounts import draft_keys
from hgw.accounts.models import DraftKey
from meetings.models import MeetingGoal
from tests.factories import Cast

HERE = "/aanmelden/hier"
SignIn = Callable[..., Client]


def test_nobody_is_here(db: None) -> None:
    answer = Client().get(HERE)
    assert (answer.status_code, answer.json()["reason"]) == (401, "signed_out")
    assert answer.json()["token"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert Client().post(HERE).status_code == 401
    assert not DraftKey.objects.exists()


def test_a_key_is_made_once_and_given_again(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    assert browser.get(HERE).json()["draft_key"] is None  # asking changes nothing
    first = browser.post(HERE)
    assert first.json()["user"] == str(cast.teacher.pk)
    assert len(base64.b64decode(first.json()["draft_key"])) == 32
    assert "no-store" in first.headers["Cache-Control"]
    cookie = first.cookies[draft_keys.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert browser.get(HERE).json()["draft_key"] == browser.post(HERE).json()["draft_key"] == first.json()["draft_key"]
    assert DraftKey.objects.count() == 1


def test_another_browser_and_another_user_have_other_keys(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    first = browser.post(HERE).json()["draft_key"]
    assert sign_in(cast.teacher).post(HERE).json()["draft_key"] != first
    same_machine = sign_in(cast.coordinator)
    same_machine.cookies[draft_keys.COOKIE] = browser.cookies[draft_keys.COOKIE].value
    assert same_machine.get(HERE).json()["draft_key"] is None
    assert same_machine.post(HERE).json()["draft_key"] != first


def test_a_cookie_that_somebody_made_up_gets_a_key_of_its_own(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    browser.cookies[draft_keys.COOKIE] = "../../etc"
    assert browser.get(HERE).json()["draft_key"] is None
    assert browser.post(HERE).cookies[draft_keys.COOKIE].value != "../../etc"


def test_signing_out_throws_the_key_away_here_and_nowhere_else(cast: Cast, sign_in: SignIn) -> None:
    here, elsewhere = sign_in(cast.teacher), sign_in(cast.teacher)
    first = here.post(HERE).json()["draft_key"]
    kept = elsewhere.post(HERE).json()["draft_key"]
    here.post(reverse("account_logout"))
    here.force_login(cast.teacher, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert here.post(HERE).json()["draft_key"] != first
    assert elsewhere.get(HERE).json()["draft_key"] == kept


def test_a_page_of_one_person_saves_nothing_for_another(cast: Cast, sign_in: SignIn) -> None:
    """In a second tab somebody else signed in: the cookie is theirs, the text is not."""
    url = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    sent = {
        "text": "Van de juf",
        "key": "0198d7a2-0000-7000-8000-000000000001",
        "base_version": 0,
        "short": 1,
        "voice": "team",
    }
    browser = sign_in(cast.coordinator)
    refused = browser.post(url, sent, headers={"X-Save": "keep", "X-User": str(cast.teacher.pk)})
    assert (refused.status_code, refused.json()) == (401, {"reason": "signed_out"})
    assert not MeetingGoal.objects.exists()
    browser.post(url, sent, headers={"X-User": str(cast.coordinator.pk)})
    assert MeetingGoal.objects.count() == 1


def test_a_script_is_told_that_nobody_is_signed_in(cast: Cast) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    refused = Client().post(url, {"text": "x"}, headers={"X-Save": "keep"})
    assert (refused.status_code, refused.json()) == (401, {"reason": "signed_out"})
