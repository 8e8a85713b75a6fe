"""The kind of device and the second step, for who signs in at a provider."""

import time
from dataclasses import replace
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from hgw.accounts import second_factor
from hgw.accounts.models import Session
from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import (
    LOGIN,
    come_back,
    go,
    is_in,
    leads_to,
    link,
    start,
    traced,
)


@pytest.mark.parametrize(("chosen", "device"), [("own", "own"), ("shared", "shared"), ("", "shared"), ("x", "shared")])
def test_what_kind_of_device_it_is_counts_here_too(cast: Cast, fake: FakeProvider, chosen: str, device: str) -> None:
    link(cast.teacher)
    browser = Client()
    page = start(browser, device=chosen)
    assert "prompt=login" in leads_to(page)  # whoever sits here says which it is, and is not signed in there still
    come_back(browser, fake.signs_in(leads_to(page)))
    assert browser.session["device"] == device
    lasts = Session.objects.get(pk=browser.session.session_key).expire_date.timestamp() - time.time()
    assert round(lasts / 3600) == (12 if device == "own" else 4)


def test_the_second_step_stays_for_whom_a_role_asks_for_it(cast: Cast, fake: FakeProvider, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    link(cast.coordinator)
    browser = Client()
    go(fake, browser)
    assert browser.get("/").headers["Location"].startswith("/aanmelden/tweede-stap/")
    TOTP.activate(cast.coordinator, generate_totp_secret())
    RecoveryCodes.activate(cast.coordinator)
    browser = Client()
    assert go(fake, browser).headers["Location"] == "/aanmelden/code/"
    assert not is_in(browser)
    paper = RecoveryCodes.activate(cast.coordinator).get_unused_codes()[0]
    assert browser.post("/aanmelden/code/", {"code": paper}).headers["Location"] == "/"
    assert is_in(browser)
    assert traced(Action.SIGNED_IN)[-1] == (Action.SIGNED_IN, cast.coordinator.pk, "gewoon")


@pytest.mark.parametrize(
    ("believed", "claims", "is_enough"),
    [
        ("mfa", {"amr": ["pwd", "mfa"]}, True), ("mfa", {"amr": ["pwd"]}, False), ("mfa", {}, False),
        ("mfa", {"amr": "pwd mfa"}, False), ("", {"amr": ["mfa", ""]}, False), ("phr", {"acr": "phr"}, True),
        ("c1", {"acrs": ["c1"]}, True),
    ],
)  # fmt: skip
def test_a_second_step_there_counts_where_the_school_says_so_and_the_token_shows_it(
    cast: Cast, fake: FakeProvider, settings: Any, believed: str, claims: dict[str, Any], is_enough: bool
) -> None:
    settings.SECOND_FACTOR = True
    settings.SINGLE_SIGN_ON = {
        name: replace(one, second_factor=believed) for name, one in settings.SINGLE_SIGN_ON.items()
    }
    link(cast.coordinator)
    fake.claims = claims
    browser = Client()
    go(fake, browser)
    assert is_in(browser) is is_enough
    TOTP.activate(cast.coordinator, generate_totp_secret())
    browser = Client()
    go(fake, browser)
    assert is_in(browser) is is_enough


def test_who_shows_the_second_step_there_gets_none_here_without_it(
    cast: Cast, fake: FakeProvider, settings: Any
) -> None:
    """Else one factor, or a mailbox, would be enough to put an own second step in its place."""
    settings.SECOND_FACTOR = True
    settings.SINGLE_SIGN_ON = {name: replace(one, second_factor="mfa") for name, one in settings.SINGLE_SIGN_ON.items()}
    link(cast.coordinator)
    fake.claims = {"amr": ["mfa"]}
    go(fake, Client())
    fake.claims = {"amr": ["pwd"]}
    browser = Client()
    go(fake, browser)
    for address in (
        "/",
        "/aanmelden/tweede-stap/",
        "/aanmelden/tweede-stap/app/",
        "/aanmelden/tweede-stap/passkeys/nieuw/",
    ):
        page = browser.get(address)
        assert page.status_code == 403
        assert "Die zet je waar je je met je andere account aanmeldt." in page.content.decode()
    by_password = Client()
    by_password.post(LOGIN, {"login": cast.coordinator.email, "password": PASSWORD})
    assert by_password.get("/aanmelden/tweede-stap/app/").status_code == 403
    assert browser.get("/", headers={"X-Save": "keep"}).status_code == 401
    assert second_factor.holders([cast.coordinator]) == {cast.coordinator.pk}
    providers, settings.SINGLE_SIGN_ON = settings.SINGLE_SIGN_ON, {}  # nobody can show it there any more
    assert by_password.get("/aanmelden/tweede-stap/app/").status_code == 200
    settings.SINGLE_SIGN_ON = providers
    assert second_factor.take_away(cast.coordinator, school=cast.school, by=cast.users["principal"])
    browser = Client()
    go(fake, browser)
    assert browser.get("/aanmelden/tweede-stap/app/").status_code == 200  # begun anew
