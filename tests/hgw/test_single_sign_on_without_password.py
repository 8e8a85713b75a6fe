"""Who has no password here: the lock, a first password, and what asks once more who is there."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from hgw.accounts.models import Session
from tests.factories import Cast
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import (
    LINKS,
    a_while_later,
    come_back,
    go,
    is_in,
    leads_to,
    link,
    signed_in,
    start,
    without_password,
)

NEW = "vier zwarte paraplu's"


def test_who_has_no_password_chooses_one_after_showing_who_it_is(cast: Cast, fake: FakeProvider) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    a_while_later(browser)
    url = "/aanmelden/password/set/"
    for answer in (browser.get(url), browser.post(url, {"password1": NEW, "password2": NEW})):
        assert answer.headers["Location"] == f"/aanmelden/opnieuw/elders/?next={url.replace('/', '%2F')}"
    assert NEW not in str(dict(browser.session))  # what was sent waits nowhere
    asks = browser.get(answer.headers["Location"])
    assert "/aanmelden/via/gewoon/" in asks.content.decode()
    fake.person = "een-ander"
    assert go(fake, browser, process="again", next=url).status_code == 403  # whoever passes by, with an own account
    cast.teacher.refresh_from_db()
    assert not cast.teacher.has_usable_password()
    fake.person = "een-nummer"
    assert go(fake, browser, process="again", next=url).headers["Location"] == url
    browser.post(url, {"password1": NEW, "password2": NEW})
    cast.teacher.refresh_from_db()
    assert cast.teacher.check_password(NEW)


def test_nothing_of_the_second_step_changes_unasked(cast: Cast, fake: FakeProvider) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    assert browser.get("/aanmelden/tweede-stap/app/").status_code == 200
    a_while_later(browser)
    asks = browser.get("/aanmelden/tweede-stap/app/")
    assert asks.headers["Location"].startswith("/aanmelden/opnieuw/elders/")


def test_the_lock_opens_for_the_same_person(cast: Cast, fake: FakeProvider) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    browser.post("/aanmelden/slot/")
    assert not is_in(browser)
    page = browser.get("/aanmelden/ontgrendelen/?next=/leerlingen/").content.decode()
    assert "/aanmelden/via/gewoon/" in page
    assert 'name="password"' not in page
    fake.person = "een-ander"
    link(cast.coordinator, number="een-ander")
    asked = start(browser, process="again", next="/leerlingen/")
    assert "prompt=login" in leads_to(asked)
    assert come_back(browser, fake.signs_in(leads_to(asked))).status_code == 403
    assert Session.objects.exclude(locked_at=None).count() == 1
    fake.person = "een-nummer"
    assert go(fake, browser, process="again", next="/leerlingen/").headers["Location"] == "/leerlingen/"
    assert is_in(browser)
    assert browser.session["device"] == "shared"


def test_a_provider_stands_for_nobodys_password(cast: Cast, fake: FakeProvider) -> None:
    """A browser that is still signed in there opens no lock, and answers for nobody, of whom a password is known here."""
    link(cast.teacher)
    browser = signed_in(cast.teacher)
    assert start(browser, process="again").status_code == 403
    browser.post("/aanmelden/slot/")
    assert "/aanmelden/via/" not in browser.get("/aanmelden/ontgrendelen/").content.decode()
    assert start(browser, process="again").status_code == 403
    without = without_password(cast.others["homeroom_teacher"], "wilg")
    browser = Client()
    go(fake, browser, "wilg")
    TOTP.activate(without, generate_totp_secret())
    assert start(browser, "wilg", process="again").status_code == 403  # the code says more


@pytest.mark.parametrize("when", [1_000_000, None])
def test_a_sign_in_there_of_long_ago_or_of_any_time_does_not_open_the_lock(
    cast: Cast, fake: FakeProvider, when: int | None
) -> None:
    """That it has to be a new one stood in the address, where whoever sits here can change it: the answer must say when."""
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    browser.post("/aanmelden/slot/")
    fake.claims = {"auth_time": when}
    assert go(fake, browser, process="again").status_code == 403
    assert not is_in(browser)


def test_the_lock_of_who_has_a_second_step_here_opens_and_nothing_else_does(cast: Cast, fake: FakeProvider) -> None:
    """Else whoever passes by locks the page first, and then has shown who is there."""
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    TOTP.activate(cast.teacher, generate_totp_secret())
    a_while_later(browser)
    browser.post("/aanmelden/slot/")
    assert go(fake, browser, process="again", next="/").status_code == 302
    assert is_in(browser)
    for address in ("/aanmelden/password/set/", LINKS, "/aanmelden/tweede-stap/passkeys/nieuw/"):
        assert browser.get(address).headers["Location"].startswith("/aanmelden/opnieuw/code/")


def test_a_file_in_need_asks_at_the_provider(cast: Cast, fake: FakeProvider) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    sent = {
        "key": "0198d7a2-0000-7000-8000-000000000001", "first_name": "Nore", "last_name": "Vandamme",
        "birth_date": "2017-03-04", "reason": "een ongeval",
    }  # fmt: skip
    asks = browser.post("/noodtoegang/", sent)
    assert asks.headers["Location"] == "/aanmelden/opnieuw/elders/?next=%2Fnoodtoegang%2F"
    assert go(fake, browser, process="again", next="/noodtoegang/").status_code == 302
