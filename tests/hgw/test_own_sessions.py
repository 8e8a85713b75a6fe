"""The page of where one is signed in, and what signs out there: one's own sessions, and nobody else's."""

import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.accounts import browsers, invitations
from hgw.accounts.models import Invitation, Session, User
from hgw.audit.models import Action, Entry
from tests.factories import PASSWORD, Cast, make_school, shown_just_now

PAGE = "/aanmelden/sessies/"
OTHERS = "/aanmelden/sessies/einde/"
LOGIN = "/aanmelden/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1"
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
    "Safari/537.36 Edg/140.0.0.0"
)
START = datetime.datetime(2026, 11, 16, 9, tzinfo=datetime.UTC)


def signed_in(user: User, agent: str = FIREFOX, device: str = "shared") -> Client:
    browser = Client(headers={"User-Agent": agent})
    assert browser.post(LOGIN, {"login": user.email, "password": PASSWORD, "device": device}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def elsewhere(browser: Client) -> list[Any]:
    """What the page of this browser shows of the others."""
    return list(browser.get(PAGE).context["elsewhere"])


def end(browser: Client, pk: Any) -> Any:
    return browser.post(reverse("own_session_end", args=[pk]))


def ended() -> list[tuple[Any, ...]]:
    found = Entry.objects.filter(action=Action.SESSIONS_ENDED).order_by("pk")
    return list(found.values_list("who", "object", "school", "detail"))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Windows"), (CHROME, "Chrome · Android"), (SAFARI, "Safari · iPhone"), (EDGE, "Edge · Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux"), ("<script>alert(1)</script>", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_name_and_system_alone(agent: str, name: str) -> None:
    assert browsers.named(agent) == name


def test_the_page_shows_where_one_is_signed_in_and_nothing_of_anybody_else(cast: Cast) -> None:
    with time_machine.travel(START, tick=False) as clock:
        phone = signed_in(cast.teacher, CHROME, "own")
        clock.shift(datetime.timedelta(minutes=3))
        signed_in(cast.coordinator, SAFARI)
        here = signed_in(cast.teacher)
        clock.shift(datetime.timedelta(minutes=5))
        assert is_in(phone)
        page = here.get(PAGE)
        text = page.content.decode()
    (own,), (other,) = page.context["here"], page.context["elsewhere"]
    assert (own.browser, own.is_shared, other.browser, other.is_shared) == (
        "Firefox · Windows", True, "Chrome · Android", False,
    )  # fmt: skip
    for said in ("aangemeld op 16 november 2026 om 10:00", "laatst gezien op 16 november 2026 om 10:08"):
        assert text.count(said) == 1
    assert text.index("Firefox · Windows") < text.index("Chrome · Android")
    assert "Safari" not in text
    assert text.count("Daar afmelden") == 1
    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in text]


def test_a_session_that_ended_is_not_shown(cast: Cast) -> None:
    signed_in(cast.teacher, CHROME)
    here = signed_in(cast.teacher)
    Session.objects.exclude(pk=here.session.session_key).update(expire_date=timezone.now())
    assert elsewhere(here) == []
    assert "nergens anders aangemeld" in here.get(PAGE).content.decode()


def test_signing_out_there_ends_that_one_alone(cast: Cast) -> None:
    phone, laptop, here = (signed_in(cast.teacher, agent) for agent in (CHROME, EDGE, FIREFOX))
    (gone,) = (one for one in elsewhere(here) if one.browser == "Chrome · Android")
    assert end(here, gone.pk).headers["Location"] == PAGE
    assert phone.get("/").headers["Location"] == f"{LOGIN}?next=/"
    add = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    refused = phone.post(add, {"text": "x"}, headers={"X-Save": "keep"})
    assert (refused.status_code, refused.json()) == (401, {"reason": "signed_out"})
    assert is_in(laptop)
    assert [one.browser for one in elsewhere(here)] == ["Edge · Mac"]
    assert ended() == [(cast.teacher.pk, cast.teacher.pk, None, "one")]


def test_signing_out_everywhere_else_leaves_this_one(cast: Cast) -> None:
    others = [signed_in(cast.teacher, agent) for agent in (CHROME, EDGE)]
    colleague, here = signed_in(cast.coordinator), signed_in(cast.teacher)
    for _twice in range(2):
        assert here.post(OTHERS).headers["Location"] == PAGE
    assert [is_in(browser) for browser in (*others, colleague, here)] == [False, False, True, True]
    assert ended() == [(cast.teacher.pk, cast.teacher.pk, None, "others")]


def test_nobody_elses_can_be_named_nor_the_one_in_which_one_sits(cast: Cast) -> None:
    phone, here = signed_in(cast.teacher, CHROME), signed_in(cast.teacher)
    colleague, colleagues_phone = signed_in(cast.coordinator), signed_in(cast.coordinator, CHROME)
    (theirs,) = elsewhere(colleague)
    (own,) = here.get(PAGE).context["here"]
    for pk in (theirs.pk, own.pk, cast.teacher.pk):
        assert end(here, pk).status_code == 404
    assert here.post(f"{PAGE}{phone.session.session_key}/einde/").status_code == 404
    assert all(is_in(browser) for browser in (phone, here, colleague, colleagues_phone))
    assert ended() == []


def test_the_password_is_asked_again_and_then_it_goes_on(cast: Cast) -> None:
    phone, laptop, here = (signed_in(cast.teacher, agent) for agent in (CHROME, EDGE, FIREFOX))
    gone = next(one for one in elsewhere(here) if one.browser == "Chrome · Android")
    for url, ends in ((reverse("own_session_end", args=[gone.pk]), phone), (OTHERS, laptop)):
        shown_just_now(here, ago=10 * 60)
        asks = here.post(url).headers["Location"]
        assert asks.startswith("/aanmelden/reauthenticate/")
        assert is_in(ends)
        here.post(asks, {"password": "een verkeerd wachtwoord"})
        assert is_in(ends)
        assert here.post(asks, {"password": PASSWORD}).headers["Location"] == PAGE
        assert not is_in(ends)
    assert is_in(here)


def test_who_comes_in_by_invitation_knows_the_browser_again(cast: Cast) -> None:
    ask = Invitation(school=make_school(), email="nieuw@school.example", roles=["principal"])
    path = invitations.path_of(invitations.invite(ask, by=None))
    browser = Client(headers={"User-Agent": SAFARI})
    browser.post(path, {"name": "Els Nieuw", "password1": PASSWORD, "password2": PASSWORD})
    assert [one.browser for one in browser.get(PAGE).context["here"]] == ["Safari · iPhone"]


def test_a_session_of_which_no_browser_is_known_is_shown_too(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.teacher)
    text = sign_in(cast.teacher).get(PAGE).content.decode()
    assert text.count("Een browser die niet zegt welke het is · een gedeelde computer") == 2


def test_a_new_password_leaves_no_other_session_behind(cast: Cast) -> None:
    signed_in(cast.teacher, CHROME)
    colleague, here = signed_in(cast.coordinator), signed_in(cast.teacher)
    new = "nog een lang wachtwoord"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/aanmelden/password/change/", sent).status_code == 302
    assert is_in(here)
    assert elsewhere(here) == []
    assert Session.objects.filter(user=cast.teacher).count() == 1
    assert is_in(colleague)
