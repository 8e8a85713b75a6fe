"""A second step that is lost: who takes it away for somebody, and what no longer opens anything."""

import base64
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.urls import reverse

from hgw.accounts import second_factor
from hgw.accounts.models import Role
from hgw.audit.models import Action, Entry
from tests.factories import Cast
from tests.hgw.second_step import CODE, LOGIN, MOMENT, PAGE, code, is_in, sign_in_as, with_app

pytestmark = pytest.mark.usefixtures("asked")


def test_who_runs_the_users_takes_a_lost_one_away(cast: Cast, sign_in: Any, settings: Any) -> None:
    secret = with_app(cast.coordinator)
    lost, _answer = sign_in_as(cast.coordinator)
    lost.post(CODE, {"code": code(secret)})
    others = sign_in(cast.teacher)
    assert is_in(lost)
    settings.SECOND_FACTOR = False  # for who does it: that the step is asked is tried above
    browser = sign_in(cast.users[Role.PRINCIPAL])
    url = reverse("user_second_factor", args=(cast.school.pk, cast.coordinator.pk))
    assert url in browser.get(reverse("users", args=(cast.school.pk,))).content.decode()
    assert "tweede stap" in browser.get(url).content.decode()
    assert second_factor.has(cast.coordinator)  # looking takes nothing away
    assert browser.post(url).status_code == 302
    settings.SECOND_FACTOR = True
    assert not Authenticator.objects.exists()
    assert lost.get("/").headers["Location"] == f"{LOGIN}?next=/"
    assert is_in(others)
    (entry,) = Entry.objects.filter(action=Action.SECOND_FACTOR_ENDED)
    assert (entry.who, entry.object, entry.school, entry.detail) == (
        cast.users[Role.PRINCIPAL].pk, cast.coordinator.pk, cast.school.pk, "taken_away",
    )  # fmt: skip
    browser, answer = sign_in_as(cast.coordinator)
    assert answer.headers["Location"] == "/"
    assert browser.get("/").headers["Location"].startswith(PAGE)


def test_nobody_takes_away_ones_own_or_that_of_who_works_elsewhere(cast: Cast, sign_in: Any, settings: Any) -> None:
    settings.SECOND_FACTOR = False
    principal, stranger = cast.users[Role.PRINCIPAL], cast.others[Role.CARE_COORDINATOR]
    for user in (principal, stranger):
        with_app(user)
    browser = sign_in(principal)
    own = browser.post(reverse("user_second_factor", args=(cast.school.pk, principal.pk)))
    assert own.headers["Location"] == PAGE
    assert browser.post(reverse("user_second_factor", args=(cast.school.pk, stranger.pk))).status_code == 404
    assert second_factor.has(principal)
    assert second_factor.has(stranger)


def test_the_command_for_when_nobody_is_left_to_do_it(cast: Cast, capsys: Any) -> None:
    with_app(cast.coordinator)
    call_command("second_factor_away", cast.coordinator.email.upper())
    assert not Authenticator.objects.exists()
    (entry,) = Entry.objects.filter(action=Action.SECOND_FACTOR_ENDED)
    assert (entry.who, entry.object, entry.school) == (None, cast.coordinator.pk, None)
    for email in (cast.coordinator.email, "niemand@school.example"):
        with pytest.raises(SystemExit):
            call_command("second_factor_away", email)


def test_another_signing_key_makes_no_code_right(cast: Cast, settings: Any) -> None:
    secret = with_app(cast.coordinator)
    settings.SECRET_KEY = "x" * 60
    browser, _answer = sign_in_as(cast.coordinator)
    for tried in (code(secret), format_hotp_value(hotp_value("", MOMENT // 30))):
        assert browser.post(CODE, {"code": tried}).status_code == 200
    assert not is_in(browser)


def test_seeds_and_codes_on_paper_cannot_be_guessed(cast: Cast) -> None:
    """They come from the library: a seed for the app has 160 bits, codes on paper are made of one of 320, eight digits each."""
    seeds, papers = set(), set()
    for user in (cast.coordinator, cast.teacher, cast.users[Role.PRINCIPAL]):
        seeds.add(with_app(user))
        papers.add(tuple(RecoveryCodes.activate(user).generate_codes()))
    assert (len(seeds), len(papers)) == (3, 3)
    assert {len(base64.b32decode(seed)) for seed in seeds} == {20}
    codes = [code for paper in papers for code in paper]
    assert len(codes) == 30
    assert len(set(codes)) == 30
    assert {len(code) for code in codes} == {8}
