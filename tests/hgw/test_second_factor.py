"""The second step at sign-in: who has to have one, how it is set up, taken and ended. Lost: test_second_factor_lost.py."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from hgw.accounts import second_factor
from hgw.accounts.checks import second_factor_is_asked
from hgw.accounts.models import Role
from hgw.audit.models import Action
from meetings.models import MeetingGoal
from tests.factories import PASSWORD, Cast, make_role
from tests.hgw.second_step import CODE, HERE, LOGIN, MOMENT, PAGE, code, entries, is_in, sign_in_as, with_app

pytestmark = pytest.mark.usefixtures("asked")


@pytest.mark.parametrize("role", Role.values)
def test_who_has_to_have_one(cast: Cast, sign_in: Any, role: str) -> None:
    must = role in {"care_coordinator", "principal", "clb_worker", "school_admin"}
    answer = sign_in(cast.users[Role(role)]).get("/leerlingen/")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (302, f"{PAGE}?next=%2Fleerlingen%2F") if must else (200, None)
    )


@pytest.mark.parametrize("role", Role.values)
def test_a_server_may_ask_it_of_everybody(cast: Cast, sign_in: Any, settings: Any, role: str) -> None:
    settings.SECOND_FACTOR_OF_ALL = True
    assert sign_in(cast.users[Role(role)]).get("/leerlingen/").headers["Location"].startswith(PAGE)


def test_a_role_that_ended_asks_for_nothing_and_one_that_is_given_does(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher)
    assert is_in(browser)
    given = make_role(cast.teacher, cast.school, Role.CARE_COORDINATOR)
    assert not is_in(browser)
    given.delete()
    assert is_in(browser)


def test_where_it_is_put_off_nobody_is_asked(cast: Cast, sign_in: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    assert is_in(sign_in(cast.coordinator))


def test_what_is_typed_before_it_is_not_lost(cast: Cast, sign_in: Any) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    sent = {"text": "Nore durft niets te vragen", "key": "0198d7a2-0000-7000-8000-000000000001", "base_version": 0}
    browser = sign_in(cast.coordinator)
    refused = browser.post(url, sent, headers={"X-Save": "keep"})
    assert (refused.status_code, refused.json()) == (401, {"reason": "second_factor"})
    assert browser.post(url, sent, headers={"HX-Request": "true"}).status_code == 401
    page = browser.post(url, sent)
    assert page.status_code == 401
    assert "Nore durft niets te vragen" in page.content.decode()
    assert "401_second_factor.html" in [template.name for template in page.templates]
    assert not MeetingGoal.objects.exists()
    assert (browser.get(HERE).status_code, browser.get(HERE).json()["reason"]) == (401, "second_factor")
    assert browser.post(HERE).status_code == 401


def test_an_app_is_set_up_and_opens_everything(cast: Cast) -> None:
    browser, answer = sign_in_as(cast.coordinator)
    assert answer.headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == f"{PAGE}?next=%2F"
    assert "Je rol opent veel dossiers" in browser.get(PAGE).content.decode()
    form = browser.get(f"{PAGE}app/")
    secret = re.findall(r'id="totp-key">(\w+)<', form.content.decode())[0]
    assert 'src="data:image/svg+xml;base64,' in form.content.decode()
    assert browser.post(f"{PAGE}app/", {"code": "000000"}).status_code == 200
    assert not is_in(browser)
    done = browser.post(f"{PAGE}app/", {"code": code(secret)})
    assert (done.status_code, done.headers["Location"]) == (302, f"{PAGE}codes/")
    codes = re.findall(r"<code>(\d{8})</code>", browser.get(f"{PAGE}codes/").content.decode())
    assert len(codes) == 10
    assert is_in(browser)
    assert entries(Action.SECOND_FACTOR_SET_UP) == [
        (Action.SECOND_FACTOR_SET_UP, cast.coordinator.pk, "totp"),
        (Action.SECOND_FACTOR_SET_UP, cast.coordinator.pk, "recovery_codes"),
    ]
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not any(one in stored for one in codes)


def test_the_code_is_asked_at_each_sign_in_and_counts_once(cast: Cast, asked: Any) -> None:
    secret = with_app(cast.coordinator)
    browser, answer = sign_in_as(cast.coordinator)
    assert answer.headers["Location"] == CODE
    assert not is_in(browser)
    assert browser.get(HERE).json()["reason"] == "signed_out"
    wrong = browser.post(CODE, {"code": "000000"})
    assert wrong.status_code == 200
    assert not is_in(browser)
    assert entries(Action.SIGN_IN_REFUSED, Action.SIGNED_IN) == [
        (Action.SIGN_IN_REFUSED, cast.coordinator.pk, "wrong_code")
    ]
    assert browser.post(CODE, {"code": code(secret)}).headers["Location"] == "/"
    assert is_in(browser)
    for later in (0, 40):  # the code of the moment before still counts, but not twice
        asked.move_to(MOMENT + later)
        other, _answer = sign_in_as(cast.coordinator)
        assert other.post(CODE, {"code": code(secret)}).status_code == 200
        assert not is_in(other)
    assert other.post(CODE, {"code": code(secret, 1)}).status_code == 302
    assert is_in(other)


def test_a_slow_hand_and_a_clock_that_is_not_quite_right(cast: Cast) -> None:
    secret = with_app(cast.coordinator)
    for later, status in ((-2, 200), (-1, 302), (1, 302), (2, 200)):
        browser, _answer = sign_in_as(cast.coordinator)
        assert browser.post(CODE, {"code": code(secret, later)}).status_code == status, later


def test_guessing_codes_has_to_wait(cast: Cast, asked: Any) -> None:
    secret = with_app(cast.coordinator)
    browser, _answer = sign_in_as(cast.coordinator)
    for n in range(5):
        browser.post(CODE, {"code": f"00000{n}"})
    assert browser.post(CODE, {"code": code(secret)}).status_code == 200
    asked.move_to(MOMENT + 301)
    browser, _answer = sign_in_as(cast.coordinator)
    assert browser.post(CODE, {"code": code(secret, 10)}).status_code == 302


def test_halfway_somebody_else_can_begin(cast: Cast) -> None:
    with_app(cast.coordinator)
    browser, _answer = sign_in_as(cast.coordinator)
    page = browser.get(CODE)
    assert page.content.decode().count("<h1") == 1
    assert "passkey-button" not in page.content.decode()  # there is none to use
    assert browser.get(LOGIN).headers["Location"] == CODE
    assert browser.post("/aanmelden/logout/").headers["Location"] == LOGIN
    assert browser.get(LOGIN).status_code == 200


def test_who_has_one_without_having_to_is_asked_it_too(cast: Cast) -> None:
    secret = with_app(cast.teacher)
    browser, answer = sign_in_as(cast.teacher)
    assert answer.headers["Location"] == CODE
    assert not is_in(browser)
    browser.post(CODE, {"code": code(secret)})
    assert is_in(browser)


def test_a_session_that_never_took_it_takes_it_first(cast: Cast, sign_in: Any) -> None:
    """Begun before there was one, or by an invitation: a password is no way around the step that is there."""
    secret = with_app(cast.coordinator)
    browser = sign_in(cast.coordinator)
    again = "/aanmelden/opnieuw/code/"
    for url in ("/", PAGE, f"{PAGE}app/", f"{PAGE}app/weg/", f"{PAGE}passkeys/nieuw/", f"{PAGE}codes/"):
        assert browser.get(url).headers["Location"].startswith(f"{again}?next="), url
    assert browser.post("/aanmelden/reauthenticate/", {"password": PASSWORD}).headers["Location"].startswith(again)
    assert browser.post(again, {"code": code(secret), "next": "/leerlingen/"}).headers["Location"] == "/leerlingen/"
    assert is_in(browser)


def test_a_code_on_paper_takes_its_place_once(cast: Cast) -> None:
    with_app(cast.coordinator)
    first = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    browser, _answer = sign_in_as(cast.coordinator)
    assert browser.post(CODE, {"code": first}).status_code == 302
    assert is_in(browser)
    other, _answer = sign_in_as(cast.coordinator)
    assert other.post(CODE, {"code": first}).status_code == 200


def test_new_codes_on_paper_replace_the_old_ones(cast: Cast) -> None:
    secret = with_app(cast.coordinator)
    old = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    browser, _answer = sign_in_as(cast.coordinator)
    browser.post(CODE, {"code": code(secret)})
    assert browser.get(f"{PAGE}codes/nieuw/").status_code == 200
    assert browser.post(f"{PAGE}codes/nieuw/").headers["Location"] == f"{PAGE}codes/"
    page = browser.get(f"{PAGE}codes/").content.decode()
    assert not any(one in page for one in old)


def test_the_last_one_stays_as_long_as_the_role_asks_for_it(cast: Cast) -> None:
    secret = with_app(cast.coordinator)
    browser, _answer = sign_in_as(cast.coordinator)
    browser.post(CODE, {"code": code(secret)})
    assert "app/weg/" not in browser.get(PAGE).content.decode()
    assert browser.post(f"{PAGE}app/weg/").headers["Location"] == PAGE
    assert second_factor.has(cast.coordinator)


def test_who_need_not_have_one_ends_it(cast: Cast) -> None:
    secret = with_app(cast.teacher)
    browser, _answer = sign_in_as(cast.teacher)
    browser.post(CODE, {"code": code(secret)})
    assert "app/weg/" in browser.get(PAGE).content.decode()
    assert browser.get(f"{PAGE}app/weg/").status_code == 200
    assert browser.post(f"{PAGE}app/weg/").headers["Location"] == PAGE
    assert not Authenticator.objects.exists()
    assert {detail for _action, _who, detail in entries(Action.SECOND_FACTOR_ENDED)} == {"totp", "recovery_codes"}
    make_role(cast.teacher, cast.school, Role.CARE_COORDINATOR)
    assert not is_in(browser)  # what this session showed is no longer there


def test_a_while_after_signing_in_the_password_is_asked_first(cast: Cast, asked: Any) -> None:
    browser, _answer = sign_in_as(cast.teacher)
    asked.move_to(MOMENT + 301)
    asks = browser.get(f"{PAGE}app/").headers["Location"]
    assert asks == "/aanmelden/reauthenticate/?next=%2Faanmelden%2Ftweede-stap%2Fapp%2F"
    assert "Nog eens je wachtwoord" in browser.get(asks).content.decode()
    assert browser.post(asks, {"password": "verkeerd"}).status_code == 200
    assert browser.post(asks, {"password": PASSWORD, "next": f"{PAGE}app/"}).headers["Location"] == f"{PAGE}app/"
    assert browser.get(f"{PAGE}app/").status_code == 200


def test_check_deploy_names_a_server_that_does_not_ask_it(settings: Any) -> None:
    settings.SECOND_FACTOR = False
    assert [(fault.id, fault.level >= 40) for fault in second_factor_is_asked(None)] == [("hgw.second_factor", True)]
    settings.DEMO_MODE = True
    assert second_factor_is_asked(None) == []


@pytest.mark.parametrize(
    ("given", "asked_for"),
    [
        ({}, "True False"),
        ({"HGW_DEMO": "1"}, "False False"),
        ({"HGW_SECOND_FACTOR": "0"}, "False False"),
        ({"HGW_SECOND_FACTOR": "all"}, "True True"),
        ({"HGW_SECOND_FACTOR": "some"}, ""),
    ],
)
def test_of_whom_it_is_asked_is_said_by_the_demonstration_or_by_a_setting(
    given: dict[str, str], asked_for: str, tmp_path: Path
) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("HGW_")}
    said = subprocess.run(
        [sys.executable, "-c", "from hgw import settings as s; print(s.SECOND_FACTOR, s.SECOND_FACTOR_OF_ALL)"],
        env=bare | {"HGW_DATA": str(tmp_path)} | given, text=True, capture_output=True,
    )  # fmt: skip
    assert said.stdout.strip() == asked_for
    assert bool(asked_for) != said.stderr.startswith("HGW_SECOND_FACTOR: ")
