"""Signing in and out, and a new password: by e-mail and password, for whom the school made an account."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hgw.accounts.models import User
from hgw.accounts.tasks import send_new_password
from tests.factories import PASSWORD, Cast

LOGIN = "/aanmelden/login/"
NOW = datetime.datetime(2026, 3, 2, 8, 30, tzinfo=datetime.UTC)
NEW = "nog een lang wachtwoord"


def sign_in_as(user: User, password: str = PASSWORD, **more: Any) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post(LOGIN, {"login": user.email, "password": password, **more})


def is_signed_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_who_has_an_account_signs_in_and_out(cast: Cast) -> None:
    browser, answer = sign_in_as(cast.teacher)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert is_signed_in(browser)
    page = browser.get("/aanmelden/logout/")
    assert page.status_code == 200
    assert is_signed_in(browser)  # looking does not sign out
    assert "Clear-Site-Data" not in page.headers
    signed_out = browser.post("/aanmelden/logout/")
    assert signed_out.headers["Location"] == LOGIN
    assert signed_out.headers["Clear-Site-Data"] == '"cache"'
    assert not is_signed_in(browser)


def test_one_goes_on_where_one_was_and_never_elsewhere(cast: Cast) -> None:
    asked = Client().get("/mijn-afspraken/")
    assert asked.headers["Location"] == f"{LOGIN}?next=/mijn-afspraken/"
    assert b'name="next" value="/mijn-afspraken/"' in Client().get(asked.headers["Location"]).content
    assert sign_in_as(cast.teacher, next="/mijn-afspraken/")[1].headers["Location"] == "/mijn-afspraken/"
    assert sign_in_as(cast.teacher, next="https://elders.example/")[1].headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(cast: Cast) -> None:
    known = sign_in_as(cast.teacher, "helemaal verkeerd")[1]
    unknown = Client().post(LOGIN, {"login": "niemand@school.example", "password": "helemaal verkeerd"})
    messages = [
        re.findall(r'<ul class="errorlist.*?</ul>', answer.content.decode(), re.DOTALL) for answer in (known, unknown)
    ]
    assert known.status_code == unknown.status_code == 200
    assert messages[0] == messages[1] != []
    assert b"helemaal verkeerd" not in known.content


def test_who_left_does_not_come_in(cast: Cast) -> None:
    browser, _answer = sign_in_as(cast.teacher)
    User.objects.filter(pk=cast.teacher.pk).update(is_active=False)
    assert not is_signed_in(browser)
    browser, _answer = sign_in_as(cast.teacher)
    assert not is_signed_in(browser)


def test_whose_role_ended_comes_in_and_finds_nothing(cast: Cast) -> None:
    cast.teacher.assignments.update(valid_until=timezone.localdate() - datetime.timedelta(days=1))
    browser, _answer = sign_in_as(cast.teacher)
    assert "Nore" not in browser.get("/").content.decode()
    assert browser.get(f"/besprekingen/{cast.meeting.pk}/").status_code == 404


def failed(user: User, place: str) -> Any:
    """A wrong password from this address."""
    return Client().post(LOGIN, {"login": user.email, "password": "verkeerd"}, REMOTE_ADDR=place)


def came_in(user: User, place: str) -> bool:
    answer = Client().post(LOGIN, {"login": user.email, "password": PASSWORD}, REMOTE_ADDR=place)
    return bool(answer.status_code == 302)


def test_trying_too_often_has_to_wait_and_nobody_else_has(cast: Cast, counted: None) -> None:
    """Longer each time, up to an hour; who is at another computer, or somebody else at this one, comes in."""
    with time_machine.travel(NOW, tick=False) as clock:
        for _n in range(5):
            assert failed(cast.teacher, "10.0.0.7").status_code == 200
        assert not came_in(cast.teacher, "10.0.0.7")  # the right one, too late
        assert came_in(cast.teacher, "10.0.0.8")
        assert came_in(cast.coordinator, "10.0.0.7")
        clock.shift(5 * 60 + 1)
        assert came_in(cast.teacher, "10.0.0.7")
        for _n in range(2):
            clock.shift(5 * 60 + 1)
            for _try in range(5):
                failed(cast.teacher, "10.0.0.7")
        clock.shift(5 * 60 + 1)
        assert not came_in(cast.teacher, "10.0.0.7")  # fifteen in an hour
        clock.shift(60 * 60)
        assert came_in(cast.teacher, "10.0.0.7")


def test_one_who_tries_many_addresses_closes_the_door_for_nobody_beside(cast: Cast, counted: None) -> None:
    for n in range(40):
        Client().post(LOGIN, {"login": f"{n}@school.example", "password": "x"})
    assert Client().post(LOGIN, {"login": cast.teacher.email, "password": PASSWORD}).status_code == 302


def test_trying_many_addresses_is_answered_with_a_page_that_says_when(cast: Cast, counted: None, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "6/m/ip"}
    for _n in range(7):
        answer = Client().post(LOGIN, {"login": f"{_n}@school.example", "password": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert "vijf minuten" in answer.content.decode()


def test_nobody_makes_an_account(db: None) -> None:
    sent = {"email": "nieuw@school.example", "password1": NEW, "password2": NEW}
    for answer in (Client().get("/aanmelden/signup/"), Client().post("/aanmelden/signup/", sent)):
        assert answer.status_code == 200
        assert "account/signup_closed.html" in [template.name for template in answer.templates]
    assert not User.objects.filter(email="nieuw@school.example").exists()
    assert b"signup" not in Client().get(LOGIN).content


def link_in(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/aanmelden/password/reset/key/\S+)", message.body)
    assert found
    return found[1]


def send_what_waits() -> None:
    """What the task worker does."""
    for waits in DBTaskResult.objects.filter(task_path__endswith="send_new_password"):
        send_new_password.call(*waits.args_kwargs["args"])


def test_a_new_password_by_mail(cast: Cast) -> None:
    asked = Client().post("/aanmelden/password/reset/", {"email": cast.teacher.email}, follow=True)
    assert asked.status_code == 200
    assert mail.outbox == []  # nobody waits for it, so that nobody learns from it whose address it is
    send_what_waits()
    (message,) = mail.outbox
    assert message.to == [cast.teacher.email]
    browser = Client()
    form = browser.get(link_in(message), follow=True)
    place = form.redirect_chain[-1][0]
    done = browser.post(place, {"password1": NEW, "password2": NEW}, follow=True)
    assert "account/password_reset_from_key_done.html" in [template.name for template in done.templates]
    assert not is_signed_in(sign_in_as(cast.teacher)[0])
    assert is_signed_in(sign_in_as(cast.teacher, NEW)[0])
    again = Client().get(link_in(message), follow=True)
    assert b"password1" not in again.content  # used up


def test_asking_for_an_unknown_address_looks_the_same(cast: Cast) -> None:
    known = Client().post("/aanmelden/password/reset/", {"email": cast.teacher.email}, follow=True)
    unknown = Client().post("/aanmelden/password/reset/", {"email": "niemand@school.example"}, follow=True)
    pages = [re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode()) for answer in (known, unknown)]
    assert pages[0].replace(cast.teacher.email, "?") == pages[1].replace("niemand@school.example", "?")
    args = [waits.args_kwargs["args"] for waits in DBTaskResult.objects.order_by("enqueued_at")]
    assert args == [[str(cast.teacher.pk)], [""]]  # the same work, and no address anywhere
    send_what_waits()
    assert [message.to for message in mail.outbox] == [[cast.teacher.email]]


@pytest.mark.parametrize("weak", ["kort", "password1234"])
def test_a_weak_password_is_refused(cast: Cast, weak: str) -> None:
    browser, _answer = sign_in_as(cast.teacher)
    sent = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert browser.post("/aanmelden/password/change/", sent).status_code == 200
    assert is_signed_in(sign_in_as(cast.teacher)[0]) is True


def test_a_changed_password_ends_the_other_sessions(cast: Cast) -> None:
    elsewhere, _answer = sign_in_as(cast.teacher)
    browser, _answer = sign_in_as(cast.teacher)
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/aanmelden/password/change/", sent).status_code == 302
    assert not is_signed_in(elsewhere)
    assert is_signed_in(sign_in_as(cast.teacher, NEW)[0])


@pytest.mark.parametrize(
    "page", ["login/", "logout/", "signup/", "password/reset/", "password/reset/done/", "inactive/"]
)
def test_the_pages_are_ours(cast: Cast, sign_in: Any, page: str) -> None:
    browser = sign_in(cast.teacher) if page == "logout/" else Client()
    text = browser.get(f"/aanmelden/{page}").content.decode()
    assert text.count("<h1") == 1
    assert 'class="sign-in"' in text
    assert "style=" not in text
    assert "<title> · HGW" not in text


def test_nothing_of_who_is_signed_in_is_kept(cast: Cast) -> None:
    browser, _answer = sign_in_as(cast.teacher)
    assert browser.get("/").headers["Cache-Control"] == "no-store"
