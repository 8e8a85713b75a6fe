"""Signing in at a provider: for whom an account there is linked and who works here today, and for nobody else."""

import os
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from hgw.accounts import roles
from hgw.accounts.models import RoleAssignment, User
from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast, make_role, make_school, make_user
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import (
    KINDS,
    LOGIN,
    OIDC,
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


def test_another_person_who_was_signed_in_here_is_signed_out(cast: Cast, fake: FakeProvider, sign_in: Any) -> None:
    link(cast.teacher)
    browser = Client()
    back = fake.signs_in(leads_to(start(browser)))
    browser.post(LOGIN, {"login": cast.coordinator.email, "password": PASSWORD})
    browser.session["of_the_coordinator"] = "x"
    assert come_back(browser, back).status_code == 302
    assert browser.session["_auth_user_id"] == str(cast.teacher.pk)
    assert "of_the_coordinator" not in browser.session


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
