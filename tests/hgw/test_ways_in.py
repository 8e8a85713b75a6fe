"""Whoever has an account is told by mail that a way to come in with it changed, and the trace knows."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from hgw.accounts.models import User
from hgw.accounts.ways_in import Change, changed, tell_of_change
from hgw.audit.models import Action, Entry
from tests.factories import PASSWORD, Cast, make_user
from tests.hgw.fake_provider import FakeProvider
from tests.hgw.going_elsewhere import LINKS, go, link, signed_in, without_password
from tests.hgw.second_step import PAGE, code, with_app
from tests.hgw.test_sign_in import NEW, link_in, send_what_waits, sign_in_as
from tests.hgw.test_single_sign_on_invitation import invite, with_account

KINDS = "een app met codes, of een passkey, die het ook zonder je wachtwoord kan openen"
NIGHT = datetime.datetime(2026, 3, 28, 23, 30, tzinfo=datetime.UTC)  # half past midnight here; the clocks change at two


@pytest.fixture(autouse=True)
def sends_mail(settings: Any) -> None:
    settings.MAIL_IS_SET_UP = True


def told() -> list[tuple[str, str]]:
    """Who was told what, now that the task worker did what waited; and no other message."""
    for waits in DBTaskResult.objects.filter(task_path__endswith="tell_of_change").order_by("enqueued_at"):
        tell_of_change.call(*waits.args_kwargs["args"])
    found = []
    for message in mail.outbox:
        steps, links = "een tweede stap ingesteld" in message.body, "een account elders aan" in message.body
        assert ("Haal op deze pagina weg wat niet van jou is" in message.body) == (steps or links)
        place = "/aanmelden/tweede-stap/" if steps else LINKS if links else "/aanmelden/password/reset/"
        assert message.body.endswith(place)  # a new password does not end what was set up or linked
        (to,) = message.to
        found.append((to, re.sub(r"^Op .+ om \d\d:\d\d ", "", message.body.splitlines()[0])))
    mail.outbox.clear()
    DBTaskResult.objects.all().delete()
    return found


def test_a_changed_password(cast: Cast) -> None:
    browser, _answer = sign_in_as(cast.teacher)
    assert told() == []  # coming in is no change
    sent = {"oldpassword": PASSWORD, "password1": "kort", "password2": "kort"}
    browser.post("/aanmelden/password/change/", sent)
    assert told() == []  # nor is what was refused
    browser.post("/aanmelden/password/change/", sent | {"password1": NEW, "password2": NEW})
    assert told() == [(cast.teacher.email, "is het wachtwoord van je account in HGW gewijzigd.")]
    (entry,) = Entry.objects.filter(action=Action.PASSWORD_CHANGED)
    assert (entry.who, entry.object, entry.school, entry.detail) == (cast.teacher.pk, cast.teacher.pk, None, "")


def test_a_password_that_was_chosen_by_the_link_in_a_mail(cast: Cast) -> None:
    Client().post("/aanmelden/password/reset/", {"email": cast.teacher.email})
    send_what_waits()
    (message,) = mail.outbox
    mail.outbox.clear()
    assert told() == []  # to ask for it changes nothing
    browser = Client()
    place = browser.get(link_in(message), follow=True).redirect_chain[-1][0]
    browser.post(place, {"password1": NEW, "password2": NEW})
    assert told() == [(cast.teacher.email, "is het wachtwoord van je account in HGW gewijzigd.")]
    assert Entry.objects.get(action=Action.PASSWORD_CHANGED, object=cast.teacher.pk).detail == "by_mail"


def test_a_first_password_of_who_came_in_elsewhere(cast: Cast, fake: FakeProvider) -> None:
    without_password(cast.teacher)
    browser = Client()
    go(fake, browser)
    browser.post("/aanmelden/password/set/", {"password1": NEW, "password2": NEW})
    said = "is voor je account in HGW een wachtwoord gekozen. Het had er nog geen."
    assert told() == [(cast.teacher.email, said)]
    assert Entry.objects.get(action=Action.PASSWORD_CHANGED, object=cast.teacher.pk).detail == "first"


@pytest.mark.parametrize("how", ["password", "provider"])
@pytest.mark.parametrize("was_there", [True, False])
def test_an_account_that_begins(cast: Cast, fake: FakeProvider, how: str, was_there: bool) -> None:
    """By whoever holds the link: the message goes to the address, where the invitation may not have been read."""
    email = "nieuw@school.example"
    if was_there:
        without_way_in = make_user(name="Vroeger Hier", is_active=False)
        without_way_in.close_ways_in()
        email = without_way_in.email
    path = invite(cast, email)
    if how == "password":
        Client().post(path, {"name": "Els Nieuw", "password1": NEW, "password2": NEW})
    else:
        go(fake, Client(), "gewoon", **with_account(path))
    said = "is met dit adres een account in HGW begonnen, met de uitnodiging van de school."
    assert told() == [(email, said)]


def test_a_second_step_is_one_message(cast: Cast, asked: Any) -> None:
    """With the app come codes on paper, and with the last step they go."""
    browser, _answer = sign_in_as(cast.teacher)
    page = browser.get(f"{PAGE}app/").content.decode()
    secret = page.partition('id="totp-key">')[2].partition("<")[0]
    browser.post(f"{PAGE}app/", {"code": "000000"})
    assert told() == []
    browser.post(f"{PAGE}app/", {"code": code(secret)})
    assert told() == [(cast.teacher.email, f"is voor je account in HGW een tweede stap ingesteld: {KINDS}.")]
    browser.post(f"{PAGE}codes/nieuw/")
    ((to, said),) = told()
    assert to == cast.teacher.email
    assert said.startswith("zijn voor je account in HGW nieuwe codes op papier gemaakt")
    browser.post(f"{PAGE}app/weg/")
    assert told() == [(cast.teacher.email, "is een tweede stap van je account in HGW weggehaald.")]


def test_a_second_step_that_somebody_else_takes_away(cast: Cast, sign_in: Any) -> None:
    for by in ("page", "command"):
        with_app(cast.coordinator)
        if by == "page":
            browser = sign_in(cast.users["principal"])
            browser.post(reverse("user_second_factor", args=(cast.school.pk, cast.coordinator.pk)))
        else:
            call_command("second_factor_away", cast.coordinator.email)
        assert told() == [(cast.coordinator.email, "is een tweede stap van je account in HGW weggehaald.")]


def test_an_account_elsewhere(cast: Cast, fake: FakeProvider) -> None:
    browser = signed_in(cast.teacher)
    go(fake, browser, "gewoon", process="link")
    ((to, said),) = told()
    assert to == cast.teacher.email
    assert said.startswith("is een account elders")
    go(fake, browser, "gewoon", process="link")
    assert told() == []  # it was linked already
    url = reverse("provider_unlink", args=[browser.get(LINKS).context["links"][0].pk])
    browser.post(url)
    ((to, said),) = told()
    assert to == cast.teacher.email
    assert said.startswith("is de koppeling tussen")
    link(cast.coordinator)
    go(fake, Client())
    assert told() == []  # nor is coming in with it a change


@pytest.mark.parametrize("change", Change)
def test_it_says_when_in_the_time_of_the_school_and_waits_with_nobodys_name(cast: Cast, change: Change) -> None:
    with time_machine.travel(NIGHT, tick=False):
        changed(cast.teacher, change)
    (waits,) = DBTaskResult.objects.all()
    assert cast.teacher.email not in str(waits.args_kwargs)
    tell_of_change.call(*waits.args_kwargs["args"])
    (message,) = mail.outbox
    assert message.body.startswith("Op 29 maart 2026 om 00:30 ")
    assert cast.teacher.name not in message.body + str(waits.args_kwargs)


def test_nobody_is_told_without_mail_or_who_left_meanwhile(cast: Cast, settings: Any) -> None:
    changed(cast.teacher, Change.PASSWORD)
    User.objects.filter(pk=cast.teacher.pk).update(is_active=False)
    assert told() == []
    settings.MAIL_IS_SET_UP = False
    changed(cast.coordinator, Change.PASSWORD)
    assert not DBTaskResult.objects.exists()
