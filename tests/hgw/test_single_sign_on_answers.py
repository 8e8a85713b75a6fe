"""What a provider answers is believed where it is signed, for us, of now, and of who set out from here; and when it is silent."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from hgw.accounts.single_sign_on import protocol
from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast
from tests.hgw.fake_provider import FakeProvider, key
from tests.hgw.going_elsewhere import (
    KINDS,
    LINKS,
    LOGIN,
    come_back,
    go,
    is_in,
    leads_to,
    link,
    refused,
    start,
    traced,
    why,
)

MINUTE_AGO = object()


@pytest.mark.parametrize(
    ("kind", "claims", "code"),
    [
        ("gewoon", {"iss": "https://elders.example"}, "token"),
        ("gewoon", {"aud": "another-program"}, "token"),
        ("gewoon", {"aud": None}, "token"),
        ("gewoon", {"azp": "another-program"}, "audience"),
        ("gewoon", {"exp": MINUTE_AGO}, "token"),
        ("gewoon", {"nonce": "of-another-sign-in"}, "nonce"),
        ("gewoon", {"nonce": None}, "nonce"),
        ("gewoon", {"sub": ""}, "number"),
        ("gewoon", {"sub": "9" * 192}, "number"),
        ("gewoon", {"sub": None}, "token"),
        ("microsoft", {"tid": "another-tenant"}, "other_tenant"),
        ("microsoft", {"tid": None}, "other_tenant"),
        ("google", {"hd": "elders.example"}, "other_domain"),
        ("google", {"hd": None}, "other_domain"),
    ],
)
def test_a_token_that_is_not_right_opens_nothing(
    cast: Cast, fake: FakeProvider, kind: str, claims: dict[str, Any], code: str
) -> None:
    for number in ("een-nummer", "9" * 191):
        link(cast.teacher, kind, number)
    minute_ago = int(time.time()) - 60
    fake.claims = {name: minute_ago if said is MINUTE_AGO else said for name, said in claims.items()}
    browser = Client()
    refused(go(fake, browser, kind))
    assert not is_in(browser)
    assert why() == f"{kind} {code}"


def test_a_signature_of_another_key_or_of_none_opens_nothing(cast: Cast, fake: FakeProvider, monkeypatch: Any) -> None:
    import jwt

    link(cast.teacher)
    fake.signed_with = key("another")
    refused(go(fake, Client()))
    fake.signed_with = key()
    sign = jwt.encode
    for algorithm, secret in (("none", None), ("HS256", "een-geheim-dat-lang-genoeg-is-voor-hmac")):
        monkeypatch.setattr(
            "tests.hgw.fake_provider.jwt.encode",
            lambda said, _key, headers, algorithm, other=algorithm, secret=secret: sign(
                said, secret, headers=headers, algorithm=other
            ),
        )
        browser = Client()
        refused(go(fake, browser))
        assert not is_in(browser)
    assert {detail for _action, _object, detail in traced(Action.SIGN_IN_REFUSED)} == {"gewoon token"}


@pytest.mark.parametrize("ago", [3600, None])
@pytest.mark.parametrize("kind", ["gewoon", "microsoft"])
def test_a_sign_in_there_of_before_opens_nothing(cast: Cast, fake: FakeProvider, kind: str, ago: int | None) -> None:
    """That it has to be a new one stands in the address, where whoever sits at the browser of a colleague can change it."""
    link(cast.teacher, kind)
    browser = Client()
    asked = parse_qs(urlsplit(leads_to(start(browser, kind))).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    fake.claims = {"auth_time": ago and int(time.time()) - ago}
    refused(go(fake, browser, kind))
    assert why() == f"{kind} not_anew"
    assert not is_in(browser)


@pytest.mark.parametrize("kind", ["google", "wilg"])
def test_who_comes_in_where_nobody_says_when_shows_it_once_more(cast: Cast, fake: FakeProvider, kind: str) -> None:
    link(cast.teacher, kind)
    browser = Client()
    go(fake, browser, kind)
    assert is_in(browser)
    assert browser.get(LINKS).headers["Location"].startswith("/aanmelden/reauthenticate/")
    assert start(browser, kind, process="link").headers["Location"] == LINKS


def test_a_provider_that_calls_itself_something_else_is_not_asked_on(cast: Cast, fake: FakeProvider) -> None:
    fake.issuer = "https://elders.example"
    refused(start(Client()))
    assert fake.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize("place", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_is_asked_over_the_kind_of_connection_that_the_school_named(
    cast: Cast, fake: FakeProvider, place: str
) -> None:
    fake.places = {place: f"ftp://{fake.address.removeprefix('http://')}/token"}
    refused(start(Client()))
    assert why() == "gewoon token"


@pytest.mark.parametrize(
    ("said", "comes_in"),
    [
        ("dewilg.smartschool.be", True), ("https://dewilg.smartschool.be", True), ("https://dewilg.smartschool.be/", True),
        ("hetanker.smartschool.be", False), ("", False), ("dewilg.smartschool.be.elders.example", False),
    ],
)  # fmt: skip
def test_somebody_of_another_platform_is_somebody_else(
    cast: Cast, fake: FakeProvider, said: str, comes_in: bool
) -> None:
    link(cast.teacher, "wilg")
    fake.platform = said
    browser = Client()
    answer = go(fake, browser, "wilg")
    assert is_in(browser) is comes_in
    if not comes_in:
        refused(answer)
        assert why() == "wilg other_platform"


def test_a_state_counts_once_in_the_session_and_for_the_provider_that_it_was_made_for(
    cast: Cast, fake: FakeProvider
) -> None:
    link(cast.teacher)
    link(cast.teacher, "wilg")
    browser = Client()
    back = fake.signs_in(leads_to(start(browser)))
    refused(come_back(Client(), back))  # another browser
    refused(come_back(browser, back.replace("/via/gewoon/", "/via/wilg/")))  # another provider
    refused(come_back(browser, re.sub("state=[^&]+", "state=dewilg.smartschool.be", back)))  # one that nobody gave
    refused(come_back(browser, re.sub("&state=[^&]+", "", back)))
    assert not is_in(browser)
    assert come_back(browser, back).status_code == 302
    assert is_in(browser)
    again = Client()
    again.cookies = browser.cookies
    refused(come_back(again, back))
    asked = traced(Action.SIGN_IN_REFUSED)
    assert [detail.split()[1] for _action, _object, detail in asked] == ["state"] * 3  # not who never set out from here


def test_a_state_is_too_old_after_ten_minutes(cast: Cast, fake: FakeProvider, monkeypatch: Any) -> None:
    link(cast.teacher)
    browser = Client()
    back = fake.signs_in(leads_to(start(browser)))
    later = time.time() + 601
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: later)
    refused(come_back(browser, back))
    assert not is_in(browser)


def test_an_answer_of_another_issuer_is_refused(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    browser = Client()
    refused(come_back(browser, fake.signs_in(leads_to(start(browser))) + "&iss=https://elders.example"))
    assert not is_in(browser)
    assert why() == "gewoon issuer"


def test_a_code_of_another_sign_in_does_not_fit(cast: Cast, fake: FakeProvider) -> None:
    """PKCE: a code that somebody else got, put into one's own answer."""
    link(cast.teacher)
    browser, thief = Client(), Client()
    code = re.findall("code=([^&]+)", fake.signs_in(leads_to(start(browser))))[0]
    own = fake.signs_in(leads_to(start(thief)))
    refused(come_back(thief, re.sub("code=[^&]+", f"code={code}", own)))
    assert not is_in(thief)


def test_a_stranger_who_asks_for_the_way_back_fills_no_trace(cast: Cast, fake: FakeProvider) -> None:
    for _ in range(3):
        refused(Client().get("/aanmelden/via/gewoon/terug/?state=x&code=y"))
    assert traced(Action.SIGN_IN_REFUSED) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_that_is_away_says_so_and_the_password_opens(cast: Cast, fake: FakeProvider, kind: str) -> None:
    link(cast.teacher, kind)
    browser = Client()
    going = leads_to(start(browser, kind))
    fake.close()
    assert "antwoordt niet" in refused(come_back(browser, fake.signs_in(going)), status=503)
    assert why() == f"{kind} provider_down"
    assert browser.get(LOGIN).status_code == 200
    browser.post(LOGIN, {"login": cast.teacher.email, "password": PASSWORD})
    assert is_in(browser)


def test_a_provider_that_is_away_from_the_beginning_says_so(cast: Cast, fake: FakeProvider) -> None:
    fake.close()
    refused(start(Client()), status=503)
    assert why() == "gewoon provider_down"


def test_a_provider_that_was_silent_is_left_alone_for_a_while(cast: Cast, fake: FakeProvider, monkeypatch: Any) -> None:
    """Whoever waits for it holds up one of the two processes that save what others type."""
    link(cast.teacher)
    fake.is_broken = True
    refused(start(Client()), status=503)
    fake.is_broken, fake.asked = False, []
    refused(start(Client()), status=503)
    assert fake.asked == []
    later = time.monotonic() + 31
    monkeypatch.setattr("hgw.accounts.single_sign_on.protocol.time.monotonic", lambda: later)
    browser = Client()
    go(fake, browser)
    assert is_in(browser)


def test_a_provider_that_is_out_of_order_opens_nothing(cast: Cast, fake: FakeProvider) -> None:
    for kind in ("gewoon", "wilg"):
        link(cast.teacher, kind)
        browser = Client()
        back = fake.signs_in(leads_to(start(browser, kind)))
        fake.is_broken = True
        assert come_back(browser, back).status_code in {403, 503}
        assert not is_in(browser)
        fake.is_broken = False
        protocol._silent_since.clear()


def test_who_breaks_it_off_there_is_back_at_the_beginning(cast: Cast, fake: FakeProvider) -> None:
    browser = Client()
    state = parse_qs(urlsplit(leads_to(start(browser))).query)["state"][0]
    page = browser.get(f"/aanmelden/via/gewoon/terug/?error=access_denied&state={state}")
    assert LOGIN in refused(page)
    assert why() == "gewoon cancelled"


def test_no_save_waits_for_a_provider(cast: Cast, fake: FakeProvider, monkeypatch: Any) -> None:
    """Whatever is asked of another server is asked outside of a transaction, of which SQLite has one that writes."""
    from django.db import connection

    from hgw.accounts.single_sign_on.adapter import ProviderAdapter

    link(cast.teacher)
    depth, seen = len(connection.savepoint_ids), []
    ask = ProviderAdapter.get_requests_session
    monkeypatch.setattr(
        ProviderAdapter, "get_requests_session",
        lambda self: (seen.append(len(connection.savepoint_ids) - depth), ask(self))[1],
    )  # fmt: skip
    go(fake, Client())
    assert set(seen) == {0}
    assert len(seen) >= 3
