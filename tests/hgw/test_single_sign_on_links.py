"""How an account elsewhere becomes somebody's: linked by who is signed in, or with an invitation; and how that ends."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from hgw.accounts import invitations
from hgw.accounts.models import Invitation, Session, User
from hgw.audit.models import Action
from tests.factories import PASSWORD, Cast, make_user
from tests.hgw.fake_provider import FakeProvider, fake_provider
from tests.hgw.going_elsewhere import LINKS, come_back, go, is_in, leads_to, link, start, traced

LOGIN, NEW = "/aanmelden/login/", "vier zwarte paraplu's"
KINDS = ("gewoon", "microsoft", "google", "wilg")


@pytest.fixture
def fake(settings: Any) -> Iterator[FakeProvider]:
    with fake_provider() as running:
        settings.SINGLE_SIGN_ON = running.providers()
        yield running


def signed_in(user: User) -> Client:
    browser = Client()
    assert browser.post(LOGIN, {"login": user.email, "password": PASSWORD}).status_code == 302
    return browser


def a_while_later(browser: Client) -> None:
    """As if this person signed in an hour ago."""
    session = browser.session
    session["account_authentication_methods"] = [
        one | {"at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()


def without_password(user: User, name: str = "gewoon") -> User:
    user.set_unusable_password()
    user.save()
    link(user, name)
    return user


# --- linking ---


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


# --- unlinking ---


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


# --- without a password ---


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


# --- an invitation ---


def invite(cast: Cast, email: str = "nieuw@school.example", **fields: Any) -> str:
    given = {"school": cast.school, "email": email, "name": "Nieuwe Juf", "roles": ["homeroom_teacher"]}
    return invitations.path_of(invitations.invite(Invitation(**(given | fields)), by=cast.users["school_admin"]))


def with_account(path: str, **more: str) -> dict[str, str]:
    return {"process": "invitation", "invitation": path.strip("/").split("/")[-1], "name": "Els Nieuw"} | more


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_invited_comes_in_with_an_account_elsewhere(cast: Cast, fake: FakeProvider, kind: str) -> None:
    path, browser = invite(cast), Client()
    assert f"/aanmelden/via/{kind}/" in browser.get(path).content.decode()
    assert go(fake, browser, kind, **with_account(path)).headers["Location"] == "/"
    user = User.objects.get(email="nieuw@school.example")
    assert (user.name, user.has_usable_password(), user.has_a_way_in()) == ("Els Nieuw", False, True)
    assert user.assignments.get().role == "homeroom_teacher"
    assert is_in(browser)
    assert traced(Action.SIGNED_IN) == [(Action.SIGNED_IN, user.pk, kind)]
    assert go(fake, Client(), kind).status_code == 302
    assert Client().get(path).status_code == 404  # once


def test_a_name_is_asked_first(cast: Cast, fake: FakeProvider) -> None:
    path = invite(cast)
    page = start(Client(), **with_account(path, name=" "))
    assert page.status_code == 422
    assert page.content.decode().count('class="errorlist') == 1
    assert f'action="{path}"' in page.content.decode()


def test_what_was_no_invitation_is_none(cast: Cast, fake: FakeProvider) -> None:
    for token in ("a/b", "", "x"):
        assert start(Client(), process="invitation", invitation=token).status_code == 404


def test_an_invitation_that_ended_meanwhile_opens_nothing(cast: Cast, fake: FakeProvider) -> None:
    path, browser = invite(cast), Client()
    back = fake.signs_in(leads_to(start(browser, **with_account(path))))
    invitations.withdraw(Invitation.objects.get(), by=cast.users["school_admin"])
    assert come_back(browser, back).headers["Location"] == path
    assert not User.objects.filter(email="nieuw@school.example").exists()
    assert start(Client(), **with_account("/uitnodiging/made:up/")).status_code == 404


def test_an_invitation_opens_no_account_that_is_somebodys(cast: Cast, fake: FakeProvider) -> None:
    """Not by its address, and not by an account elsewhere that signs in somebody else."""
    elsewhere = cast.others["principal"]
    path, browser = invite(cast, elsewhere.email, roles=["principal"]), Client()
    assert go(fake, browser, **with_account(path)).headers["Location"] == path
    assert not SocialAccount.objects.exists()
    link(cast.coordinator)
    path = invite(cast)
    assert go(fake, Client(), **with_account(path)).status_code == 403
    assert not User.objects.filter(email="nieuw@school.example").exists()
    assert Client().get(path).status_code == 200


def test_who_came_in_elsewhere_is_not_invited_into_a_new_password(cast: Cast, fake: FakeProvider) -> None:
    """An account without a password is somebody's all the same."""
    user = without_password(make_user(cast.school, "homeroom_teacher"))
    path = invite(cast, user.email)
    sent = {"name": "Iemand Anders", "password1": NEW, "password2": NEW}
    assert Client().post(path, sent).status_code == 422
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert user.name != "Iemand Anders"


def test_an_invitation_is_taken_by_who_signs_in_elsewhere_first(cast: Cast, fake: FakeProvider) -> None:
    elsewhere = without_password(cast.others["principal"])
    path, browser = invite(cast, elsewhere.email, roles=["principal"]), Client()
    assert go(fake, browser, next=path).headers["Location"] == path
    assert browser.post(path).status_code == 302
    assert elsewhere.assignments.filter(school=cast.school, role="principal").exists()


def test_an_invitation_of_a_school_is_not_taken_at_the_place_of_another(
    cast: Cast, fake: FakeProvider, settings: Any
) -> None:
    settings.SINGLE_SIGN_ON = fake.providers(schools=frozenset({cast.other_school.institution_number}))
    path = invite(cast)
    assert "/aanmelden/via/" not in Client().get(path).content.decode()
    assert start(Client(), **with_account(path)).headers["Location"] == path
