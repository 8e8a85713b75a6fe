"""Signing in at a provider: for whom an account there is linked, and for nobody else, whatever the provider says."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from hgw.accounts import roles, second_factor
from hgw.accounts.models import RoleAssignment, Session, User
from hgw.accounts.single_sign_on import protocol
from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast, make_role, make_school, make_user
from tests.hgw.fake_provider import FakeProvider, fake_provider, key
from tests.hgw.going_elsewhere import LINKS, come_back, go, is_in, leads_to, link, start, traced

LOGIN = "/aanmelden/login/"
KINDS = ("gewoon", "microsoft", "google", "wilg")
OIDC = KINDS[:3]


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeProvider]:
    with fake_provider() as running:
        settings.SINGLE_SIGN_ON = running.providers()
        yield running


def refused(answer: Any, *, status: int = 403) -> str:
    """What the page says to somebody who was not let in."""
    assert answer.status_code == status, answer.status_code
    assert "accounts/provider_return.html" in [template.name for template in answer.templates]
    return re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode())


def why() -> str:
    """The code of the one refusal in the trace."""
    ((_action, _who, detail),) = traced(Action.SIGN_IN_REFUSED)
    return detail


@pytest.mark.parametrize("kind", KINDS)
def test_who_linked_an_account_comes_in_with_it(cast: Cast, fake: FakeProvider, kind: str) -> None:
    link(cast.teacher, kind)
    browser = Client()
    assert f"/aanmelden/via/{kind}/" in browser.get(LOGIN).content.decode()
    answer = go(fake, browser, kind, next="/mijn-afspraken/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/mijn-afspraken/")
    assert browser.session["_auth_user_id"] == str(cast.teacher.pk)
    assert is_in(browser)
    assert traced(Action.SIGNED_IN) == [(Action.SIGNED_IN, cast.teacher.pk, kind)]


def test_what_is_asked_of_a_provider_is_no_more_than_who_it_is(cast: Cast, fake: FakeProvider) -> None:
    asked = {}
    for kind in KINDS:
        address = urlsplit(leads_to(start(Client(), kind)))
        asked[kind] = {name: values[0] for name, values in parse_qs(address.query).items()}
        assert asked[kind]["redirect_uri"] == f"http://testserver/aanmelden/via/{kind}/terug/"
        assert asked[kind]["response_type"] == "code"
        assert len(asked[kind]["state"]) >= 16
    for kind in OIDC:
        assert asked[kind]["code_challenge_method"] == "S256"
        assert len(asked[kind]["nonce"]) >= 24
    assert {kind: set(asked[kind]["scope"].split()) for kind in KINDS} == {
        "gewoon": {"openid"}, "microsoft": {"openid", "profile"}, "google": {"openid", "email"}, "wilg": {"userinfo"},
    }  # fmt: skip
    assert asked["google"]["hd"] == "school.example"
    assert "nonce" not in asked["wilg"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_kept_but_the_number(cast: Cast, fake: FakeProvider, kind: str) -> None:
    link(cast.teacher, kind)
    browser = Client()
    go(fake, browser, kind)
    row = SocialAccount.objects.get()
    assert (row.extra_data, row.uid) == ({}, "een-nummer")
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    kept = str(dict(browser.session.items()))
    assert not any(word in kept for word in ("een-sleutel", "iemand", "Iemand", "een-nummer", "eyJ"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_address_or_name_opens_nothing(cast: Cast, fake: FakeProvider, kind: str) -> None:
    """And the page is the same as for an address that nobody has."""
    cast.teacher.email, cast.teacher.name = "iemand@school.example", "Iemand"
    cast.teacher.save()
    known = go(fake, Client(), kind)
    fake.claims = {"email": "niemand@elders.example", "name": "Niemand"}
    unknown = go(fake, Client(), kind)
    assert refused(known) == refused(unknown)
    assert "Vraag de coördinator" in refused(known)
    assert not SocialAccount.objects.exists()
    assert {detail for _action, _object, detail in traced(Action.SIGN_IN_REFUSED)} == {f"{kind} not_linked"}


@pytest.mark.parametrize("kind", KINDS)
def test_who_gets_the_address_of_a_colleague_who_left_gets_not_the_account(
    cast: Cast, fake: FakeProvider, kind: str
) -> None:
    link(cast.teacher, kind)
    fake.person = "een-ander-nummer"  # the same name, address and username as before
    fake.claims = {"email": cast.teacher.email, "name": cast.teacher.name}
    browser = Client()
    refused(go(fake, browser, kind))
    assert not is_in(browser)
    assert why() == f"{kind} not_linked"


def test_the_number_counts_at_the_place_that_gave_it(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher, "gewoon")
    refused(go(fake, Client(), "wilg"))
    assert why() == "wilg not_linked"


@pytest.mark.parametrize(
    ("kind", "claims", "code"),
    [
        ("gewoon", {"iss": "https://elders.example"}, "token"),
        ("gewoon", {"aud": "another-program"}, "token"),
        ("gewoon", {"aud": None}, "token"),
        ("gewoon", {"azp": "another-program"}, "audience"),
        ("gewoon", {"exp": int(time.time()) - 60}, "token"),
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
    fake.claims = claims
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


@pytest.mark.parametrize("when", [int(time.time()) - 3600, None])
@pytest.mark.parametrize("kind", ["gewoon", "microsoft"])
def test_a_sign_in_there_of_before_opens_nothing(cast: Cast, fake: FakeProvider, kind: str, when: int | None) -> None:
    """That it has to be a new one stands in the address, where whoever sits at the browser of a colleague can change it."""
    link(cast.teacher, kind)
    browser = Client()
    asked = parse_qs(urlsplit(leads_to(start(browser, kind))).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    fake.claims = {"auth_time": when}
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


# --- who may come in ---


def test_whose_roles_ended_does_not_come_in(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    browser = Client()
    go(fake, browser)
    for role in RoleAssignment.objects.filter(user=cast.teacher):
        roles.end(role, by=cast.users["principal"])
    assert not is_in(browser)
    refused(go(fake, browser))
    assert why() == "gewoon no_role"


def test_who_left_is_linked_no_more(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    roles.leave(cast.teacher, cast.school, by=cast.users["principal"])
    assert not SocialAccount.objects.exists()
    refused(go(fake, Client()))


def test_a_provider_of_one_school_lets_nobody_of_another_in(cast: Cast, fake: FakeProvider, settings: Any) -> None:
    settings.SINGLE_SIGN_ON = fake.providers(schools=frozenset({cast.school.institution_number}))
    link(cast.teacher)
    browser = Client()
    go(fake, browser)
    assert is_in(browser)
    fake.person = "van-elders"
    link(cast.others["homeroom_teacher"], number="van-elders")
    refused(go(fake, Client()))
    assert why() == "gewoon no_role"
    make_role(cast.others["homeroom_teacher"], cast.school, "care_teacher")
    assert go(fake, Client()).status_code == 302


def test_the_last_one_who_runs_a_school_may_be_somebody_without_a_password(cast: Cast, fake: FakeProvider) -> None:
    school = make_school()
    first, second = make_user(school, "school_admin"), make_user(school, "school_admin")
    second.set_unusable_password()
    second.save()
    own = RoleAssignment.objects.get(user=first)
    with pytest.raises(roles.LastOne):
        roles.end(own, by=first)
    link(second)
    roles.end(own, by=first)


# --- the kind of device, the second step ---


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


# --- around it ---


def test_another_person_who_was_signed_in_here_is_signed_out(cast: Cast, fake: FakeProvider, sign_in: Any) -> None:
    link(cast.teacher)
    browser = Client()
    back = fake.signs_in(leads_to(start(browser)))
    browser.post(LOGIN, {"login": cast.coordinator.email, "password": PASSWORD})
    browser.session["of_the_coordinator"] = "x"
    assert come_back(browser, back).status_code == 302
    assert browser.session["_auth_user_id"] == str(cast.teacher.pk)
    assert "of_the_coordinator" not in browser.session


def test_a_stranger_who_asks_for_the_way_back_fills_no_trace(cast: Cast, fake: FakeProvider) -> None:
    for _ in range(3):
        refused(Client().get("/aanmelden/via/gewoon/terug/?state=x&code=y"))
    assert traced(Action.SIGN_IN_REFUSED) == []


def test_one_never_goes_on_elsewhere(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    assert go(fake, Client(), next="https://elders.example/").headers["Location"] == "/"


def test_trying_too_often_is_answered_with_a_page_that_says_when(
    cast: Cast, fake: FakeProvider, counted: None, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    answers = [start(Client()).status_code for _n in range(3)]
    assert answers == [200, 200, 429]


def test_a_provider_that_is_not_set_does_not_exist(cast: Cast, settings: Any) -> None:
    assert "/via/" not in Client().get(LOGIN).content.decode()
    for method in ("get", "post"):
        assert getattr(Client(), method)("/aanmelden/via/microsoft/terug/").status_code == 404
    assert start(Client(), "microsoft").status_code == 404


def test_no_form_and_no_page_may_go_anywhere_but_here(cast: Cast, fake: FakeProvider) -> None:
    """The way to a provider is a page that leads on: the policy for content names no other address for it."""
    for page in (Client().get(LOGIN), start(Client())):
        policy = page.headers["Content-Security-Policy"]
        assert "form-action 'self';" in policy
        assert "http" not in policy


@pytest.mark.once
def test_a_server_without_a_provider_loads_nothing_for_it(tmp_path: Any) -> None:
    code = (
        "import sys, django; django.setup(); from hgw import warming; warming.load(); "
        "print([name for name in ('requests', 'urllib3', 'oauthlib', 'jwt') if name in sys.modules])"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("HGW_")}
    mine = {"HGW_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hgw.settings"}
    said = subprocess.run([sys.executable, "-c", code], env=bare | mine, text=True, capture_output=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_user_is_never_made(cast: Cast, fake: FakeProvider) -> None:
    before = User.objects.count()
    for kind in KINDS:
        go(fake, Client(), kind)
    assert User.objects.count() == before
