"""Coming in by invitation: once, in time, for the one who was asked; and never into somebody else's account."""

import datetime
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from hgw.accounts import invitations, roles
from hgw.accounts.models import Invitation, User
from hgw.accounts.tasks import send_invitation
from hgw.audit.models import Action, Entry
from tests.factories import PASSWORD as OLD
from tests.factories import Cast, make_user

PASSWORD = "vier zwarte paraplu's"


def invite(cast: Cast, email: str = "nieuw@school.example", **fields: Any) -> str:
    given = {"school": cast.school, "email": email, "name": "Nieuwe Juf", "roles": ["homeroom_teacher"]}
    return invitations.path_of(invitations.invite(Invitation(**(given | fields)), by=cast.users["school_admin"]))


def sent(**more: str) -> dict[str, str]:
    return {"name": "Els Nieuw", "password1": PASSWORD, "password2": PASSWORD} | more


def test_somebody_new_chooses_a_name_and_a_password(cast: Cast) -> None:
    path, browser = invite(cast, valid_until=timezone.localdate() + datetime.timedelta(days=30)), Client()
    Invitation.objects.get().class_groups.add(cast.class_group)  # type: ignore[attr-defined]  # from the other side
    page = browser.get(path)
    assert 'value="Nieuwe Juf"' in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert browser.post(path, sent()).headers["Location"] == "/"
    user = User.objects.get(email="nieuw@school.example")
    (role,) = user.assignments.all()
    assert (role.school, role.role) == (cast.school, "homeroom_teacher")
    assert role.valid_until == timezone.localdate() + datetime.timedelta(days=30)
    assert list(role.class_groups.all()) == [cast.class_group]  # type: ignore[attr-defined]  # from the other side
    assert browser.get(f"/leerlingen/{cast.student.pk}/").status_code == 200  # signed in, and sees the class
    assert Entry.objects.filter(action=Action.ROLE_GIVEN, object=user.pk, who=cast.users["school_admin"].pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"password1": "kort", "password2": "kort"}, {"password1": "password1234", "password2": "password1234"},
        {"password2": "iets anders helemaal"}, {"name": ""}, {"name": "a\x00b"},
        {"password1": "nieuw@school.example", "password2": "nieuw@school.example"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_link_still_works(cast: Cast, wrong: dict[str, str]) -> None:
    path, browser = invite(cast), Client()
    answer = browser.post(path, sent(**wrong))
    assert answer.status_code == 422
    assert 'class="errorlist"' in answer.content.decode()
    assert not User.objects.filter(email="nieuw@school.example").exists()
    assert browser.post(path, sent()).status_code == 302


def test_a_link_works_once(cast: Cast) -> None:
    path = invite(cast)
    Client().post(path, sent())
    for answer in (Client().get(path), Client().post(path, sent(name="Iemand Anders"))):
        assert answer.status_code == 404
    assert User.objects.get(email="nieuw@school.example").name == "Els Nieuw"


def test_a_link_expires_is_taken_back_and_cannot_be_made_up(cast: Cast, sign_in: Any) -> None:
    late = invite(cast)
    Invitation.objects.update(expires_at=timezone.now())
    withdrawn = invite(cast, "twee@school.example")
    row = Invitation.objects.get(email="twee@school.example")
    admin = sign_in(cast.users["school_admin"])
    assert admin.post(f"/school/{cast.school.pk}/uitnodigingen/{row.pk}/intrekken/").status_code == 302
    made_up = withdrawn.rstrip("/")[:-3] + "abc/"
    bare = f"/uitnodiging/{row.pk}/"
    for path in (late, withdrawn, made_up, bare):
        assert Client().get(path).status_code == 404, path
        assert Client().post(path, sent()).status_code == 404, path
    assert not User.objects.filter(name="Els Nieuw").exists()
    assert Entry.objects.filter(action=Action.INVITATION_WITHDRAWN, object=row.pk).exists()


def test_a_second_invitation_ends_the_first(cast: Cast) -> None:
    first, second = invite(cast), invite(cast, "Nieuw@SCHOOL.example")
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_who_works_at_another_school_signs_in_and_gets_the_role(cast: Cast, sign_in: Any) -> None:
    user = cast.others["principal"]
    path = invite(cast, user.email, roles=["principal"])
    taken_over = Client().post(path, sent())
    assert taken_over.status_code == 422
    user.refresh_from_db()
    assert user.check_password(OLD)
    assert user.name != "Els Nieuw"
    browser = sign_in(user)
    assert browser.get(path).status_code == 200
    assert not user.assignments.filter(school=cast.school).exists()  # looking takes nothing
    assert browser.post(path).status_code == 302
    assert user.assignments.filter(school=cast.school, role="principal").count() == 1
    assert browser.post(path).status_code == 404


def test_no_school_opens_an_account_that_waits_at_another(cast: Cast) -> None:
    waiting = make_user(cast.other_school, "care_coordinator")
    waiting.set_unusable_password()
    waiting.save()
    assert Client().post(invite(cast, waiting.email), sent()).status_code == 422
    waiting.refresh_from_db()
    assert not waiting.has_usable_password()
    own = invitations.path_of(
        invitations.invite(
            Invitation(school=cast.other_school, email=waiting.email, roles=["care_coordinator"]),
            by=cast.others["school_admin"],
        )
    )
    assert Client().post(own, sent()).status_code == 302
    assert waiting.assignments.count() == 1  # the role that was there already is not doubled


def test_somebody_else_cannot_take_it(cast: Cast, sign_in: Any) -> None:
    path = invite(cast)
    browser = sign_in(cast.others["principal"])
    assert "nieuw@school.example" in browser.get(path).content.decode()
    assert browser.post(path).status_code == 403
    assert Invitation.objects.waiting().count() == 1


def test_the_page_does_not_tell_who_has_an_account(cast: Cast) -> None:
    known, unknown = invite(cast, cast.others["principal"].email), invite(cast, "onbekend@school.example")
    pages = [
        re.sub(r'csrf\w+" value="\w+"|X-CSRFToken": "\w+"', "", Client().get(p).content.decode())
        for p in (known, unknown)
    ]
    for text, email in ((0, cast.others["principal"].email), (1, "onbekend@school.example")):
        pages[text] = pages[text].replace(email, "?")
    assert re.sub(r"/uitnodiging/\S+|%2Fuitnodiging\S+", "", pages[0]) == re.sub(
        r"/uitnodiging/\S+|%2Fuitnodiging\S+", "", pages[1]
    )


def test_a_closed_account_begins_anew(cast: Cast) -> None:
    user = make_user(name="Vroeger Hier", is_active=False)
    user.set_unusable_password()
    user.save()
    path, browser = invite(cast, user.email), Client()
    assert browser.post(path, sent()).status_code == 302
    user.refresh_from_db()
    assert user.is_active
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("leaves", [True, False])
def test_nothing_of_who_had_the_address_before_signs_in_who_has_it_now(cast: Cast, leaves: bool) -> None:
    """An address of an office goes to the successor; the passkey of who left must not come along."""
    principal = cast.users["principal"]
    TOTP.activate(principal, generate_totp_secret())
    Authenticator.objects.create(user=principal, type=Authenticator.Type.WEBAUTHN, data={})
    if leaves:
        SocialAccount.objects.create(user=principal, provider="https://elders.example", uid="een")
        roles.leave(principal, cast.school, by=cast.users["school_admin"])
        assert not Authenticator.objects.exists()
    else:  # closed when a second step outlived it
        User.objects.filter(pk=principal.pk).update(is_active=False, password="!")
    assert Client().post(invite(cast, principal.email), sent()).status_code == 302
    principal.refresh_from_db()
    assert principal.check_password(PASSWORD)
    assert not Authenticator.objects.exists()
    assert not SocialAccount.objects.exists()


def test_the_message_holds_the_link(cast: Cast) -> None:
    path = invite(cast)
    send_invitation.call(str(Invitation.objects.get().pk))
    (message,) = mail.outbox
    assert message.to == ["nieuw@school.example"]
    assert f"http://127.0.0.1:8000{path}" in message.body
    assert "\n" not in message.subject
    Client().post(path, sent())
    send_invitation.call(str(Invitation.objects.get().pk))
    assert len(mail.outbox) == 1  # it was taken meanwhile


@pytest.mark.parametrize("is_set_up", [True, False])
def test_a_message_goes_where_mail_is_set_up(cast: Cast, sign_in: Any, is_set_up: bool) -> None:
    import uuid

    from django_tasks_db.models import DBTaskResult

    given = {
        "email": "nieuw@school.example", "roles": ["principal"], "valid_from": timezone.localdate(), "key": uuid.uuid4(),
    }  # fmt: skip
    with override_settings(MAIL_IS_SET_UP=is_set_up):
        browser = sign_in(cast.users["school_admin"])
        answer = browser.post(f"/school/{cast.school.pk}/gebruikers/uitnodigen/", given)
        assert answer.status_code == 302
        page = browser.get(answer.headers["Location"]).content.decode()
    link = invitations.path_of(Invitation.objects.get())
    assert f"http://testserver{link}" in page
    assert DBTaskResult.objects.count() == int(is_set_up)
    assert "nieuw@" not in str(list(DBTaskResult.objects.values()))


def test_a_school_whose_name_looks_like_an_encoded_word_stands_in_the_subject_as_it_is(cast: Cast) -> None:
    """A mail program would decode it, line ends and all."""
    type(cast.school).objects.filter(pk=cast.school.pk).update(name="=?utf-8?q?=0D=0ABcc:_iemand=40elders.example?=")
    invite(cast)
    send_invitation.func(str(Invitation.objects.get().pk))
    subject = str(mail.outbox[0].message()["Subject"])
    assert "=0D=0ABcc" in subject
    assert "\n" not in subject
