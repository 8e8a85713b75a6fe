"""An invitation that is taken with an account elsewhere."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from hgw.accounts import invitations
from hgw.accounts.models import Invitation, User
from hgw.audit.models import Action
from tests.factories import Cast, make_user
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import (
    KINDS,
    come_back,
    go,
    is_in,
    leads_to,
    link,
    start,
    traced,
    without_password,
)

NEW = "vier zwarte paraplu's"


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
