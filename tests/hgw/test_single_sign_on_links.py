"""How an account elsewhere becomes somebody's who is signed in here, and how that ends."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import (
    KINDS,
    LINKS,
    LOGIN,
    a_while_later,
    come_back,
    go,
    is_in,
    leads_to,
    link,
    signed_in,
    start,
    traced,
    without_password,
)


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_signed_in_links_an_account(cast: Cast, fake: FakeProvider, kind: str) -> None:
    browser = signed_in(cast.teacher)
    assert f"/aanmelden/via/{kind}/" in browser.get(LINKS).content.decode()
    assert go(fake, browser, kind, process="link").headers["Location"] == LINKS
    page = browser.get(LINKS).content.decode()
    assert "Vanaf nu kun je je aanmelden met" in page
    row = SocialAccount.objects.get()
    assert (row.user, row.provider, row.uid) == (cast.teacher, configured.SINGLE_SIGN_ON[kind].realm, "een-nummer")
    assert row.extra_data == {}
    assert traced(Action.SIGN_IN_LINKED) == [(Action.SIGN_IN_LINKED, cast.teacher.pk, kind)]
    other = Client()
    go(fake, other, kind)
    assert is_in(other)


def test_nobody_links_who_is_not_signed_in(cast: Cast, fake: FakeProvider) -> None:
    browser = Client()
    assert start(browser, process="link").headers["Location"] == f"{LOGIN}?next={LINKS}"
    back = fake.signs_in(leads_to(start(signed := signed_in(cast.teacher), process="link")))
    signed.post("/aanmelden/logout/")
    assert come_back(signed, back).status_code == 403  # the state went with the session
    assert not SocialAccount.objects.exists()


def test_what_one_began_another_does_not_end(cast: Cast, fake: FakeProvider) -> None:
    """Two people at one computer: an account is never linked to who sits here by now."""
    browser = signed_in(cast.teacher)
    back = fake.signs_in(leads_to(start(browser, process="link")))
    session = browser.session
    states = dict(session["socialaccount_states"])
    browser.post("/aanmelden/logout/")
    browser.post(LOGIN, {"login": cast.coordinator.email, "password": PASSWORD})
    session = browser.session
    session["socialaccount_states"] = states  # as if it had been kept
    session.save()
    assert come_back(browser, back).status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_open_page_links_nothing_for_who_passes_by(cast: Cast, fake: FakeProvider) -> None:
    browser = signed_in(cast.teacher)
    a_while_later(browser)
    assert start(browser, process="link").headers["Location"] == LINKS
    asks = browser.get(LINKS).headers["Location"]
    assert asks.startswith("/aanmelden/reauthenticate/")
    browser.post(asks, {"password": PASSWORD, "next": LINKS})
    assert browser.get(LINKS).status_code == 200


def test_an_account_signs_in_one_person(cast: Cast, fake: FakeProvider) -> None:
    link(cast.coordinator)
    browser = signed_in(cast.teacher)
    go(fake, browser, process="link")
    assert "meldt zich hier iemand anders aan" in browser.get(LINKS).content.decode()
    assert SocialAccount.objects.get().user == cast.coordinator
    assert is_in(browser)


def test_the_second_step_comes_before_linking(cast: Cast, fake: FakeProvider, settings: Any) -> None:
    settings.SECOND_FACTOR = True
    browser = signed_in(cast.coordinator)
    assert start(browser, process="link").headers["Location"] == LINKS
    assert browser.get(LINKS).headers["Location"].startswith("/aanmelden/tweede-stap/")


def test_a_provider_of_another_school_is_not_offered(cast: Cast, fake: FakeProvider, settings: Any) -> None:
    settings.SINGLE_SIGN_ON = fake.providers(schools=frozenset({cast.other_school.institution_number}))
    browser = signed_in(cast.teacher)
    assert "/aanmelden/via/" not in browser.get(LINKS).content.decode()
    assert go(fake, browser, process="link").status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_link_ends(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    browser = signed_in(cast.teacher)
    pk = SocialAccount.objects.get().pk
    url = reverse("provider_unlink", args=[pk])
    assert url in browser.get(LINKS).content.decode()
    assert signed_in(cast.coordinator).post(url).status_code == 302
    assert SocialAccount.objects.exists()  # nobody ends that of somebody else
    assert browser.post(url).headers["Location"] == LINKS
    assert not SocialAccount.objects.exists()
    assert traced(Action.SIGN_IN_UNLINKED) == [(Action.SIGN_IN_UNLINKED, cast.teacher.pk, "gewoon")]
    other = Client()
    go(fake, other)
    assert not is_in(other)


def test_what_was_begun_with_a_link_ends_with_it(cast: Cast, fake: FakeProvider) -> None:
    link(cast.teacher)
    elsewhere, browser = Client(), signed_in(cast.teacher)
    go(fake, elsewhere)
    assert is_in(elsewhere)
    browser.post(reverse("provider_unlink", args=[SocialAccount.objects.get().pk]))
    assert not is_in(elsewhere)
    assert is_in(browser)


def test_the_last_way_in_stays(cast: Cast, fake: FakeProvider, settings: Any) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    url = reverse("provider_unlink", args=[SocialAccount.objects.get().pk])
    assert url not in browser.get(LINKS).content.decode()
    browser.post(url)
    assert SocialAccount.objects.count() == 1
    link(cast.teacher, "wilg")
    settings.SINGLE_SIGN_ON = {"gewoon": settings.SINGLE_SIGN_ON["gewoon"]}  # the other one is set no more
    browser.post(url)
    assert SocialAccount.objects.count() == 2
    settings.SINGLE_SIGN_ON = fake.providers()
    browser.post(url)
    assert SocialAccount.objects.count() == 1
