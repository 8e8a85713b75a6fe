"""What somebody looks for is sent in the body of a request, kept with the sign-in, and shown again without standing in an address."""

import re
import uuid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.http import HttpRequest
from pytest_django.asserts import assertContains, assertNotContains

from hgw.accounts.models import Session
from hgw.accounts.sessions import SessionStore
from hgw.audit.models import Action, Entry
from students.kept_searches import KEPT, MOST, keep
from tests.factories import Cast, make_class, make_student
from tests.students.test_students import URL, names


@pytest.fixture
def school(cast: Cast) -> Cast:
    """Beside the student of the cast one in another class."""
    make_student(cast.school, make_class(cast.school, "6C"), first_name="Zoë", last_name="Östlund")
    return cast


def test_what_was_looked_for_is_in_no_address(school: Cast, sign_in: Any) -> None:
    browser = sign_in(school.coordinator)
    for headers in ({}, {"HX-Request": "true", "HX-Target": "student-list"}):
        sent = {"name": "Zoë", "class_group": str(school.class_group.pk), "phase": "increased"}
        answer = browser.post(URL, sent, headers=headers)
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        number = uuid.UUID(query.pop("search")[0])
        assert query == {"class_group": [sent["class_group"]], "phase": ["increased"]}
        page = browser.get(answer.headers["Location"], headers=headers)
        links = re.findall(r'(?:href|action|hx-[a-z]+)="([^"]*)"', page.content.decode())
        assert not [link for link in links if re.search("zo", unquote(link), re.IGNORECASE)]
        assert page.context["number"] == number
    assert re.search(
        r'<form class="finder"[^>]* method="post" action="/leerlingen/" hx-post="/leerlingen/"',
        browser.get(URL).content.decode(),
    )


def test_a_name_in_an_address_is_not_looked_for(school: Cast, sign_in: Any) -> None:
    answer = sign_in(school.coordinator).get(URL, {"name": "zoe"})
    assert names(answer) == ["Östlund", "Vandamme"]
    assert not Entry.objects.filter(action=Action.STUDENTS_SEARCHED).exists()


def test_back_shows_each_search_again_and_notes_it_once(school: Cast, sign_in: Any) -> None:
    browser = sign_in(school.coordinator)
    shown = [browser.post(URL, {"name": name}).headers["Location"] for name in ("zoe", "vandamme")]
    for address, found in [*zip(shown, ("Östlund", "Vandamme"), strict=True)] * 2:
        page = browser.get(address)
        assert names(page) == [found]
    assertContains(page, 'value="vandamme"')
    assert Entry.objects.filter(action=Action.STUDENTS_SEARCHED).count() == 2
    elsewhere = sign_in(school.coordinator).get(shown[0])
    assert names(elsewhere) == ["Östlund", "Vandamme"]
    assertNotContains(elsewhere, 'value="zoe"')  # three letters by themselves may stand in a token of the page


def test_who_is_still_typing_looks_under_the_same_number(school: Cast, sign_in: Any) -> None:
    browser = sign_in(school.coordinator)
    other = browser.post(URL, {"name": "vandamme"}).headers["Location"]
    number = str(browser.get(URL).context["number"])
    for n in range(20):
        typed = browser.post(URL, {"name": "z" * n + "oe", "search": number}, headers={"HX-Request": "true"})
        assert typed.headers["Location"] == f"{URL}?search={number}"
    assert names(browser.get(other)) == ["Vandamme"]
    emptied = browser.post(URL, {"name": " ", "search": number}, headers={"HX-Request": "true"})
    assert emptied.headers["Location"] == URL
    for _n in range(MOST):
        browser.post(URL, {"name": "zoe"})
    assert len(browser.session[KEPT]) == MOST
    assert names(browser.get(other)) == ["Östlund", "Vandamme"]


def test_a_search_undoes_nothing_that_another_request_put_in_the_session(school: Cast, sign_in: Any) -> None:
    """A search that was on its way while a meeting was put on the screen for a whole room."""
    browser = sign_in(school.coordinator)
    key = browser.cookies["sessionid"].value
    request: Any = HttpRequest()
    request.session = SessionStore(key)
    assert not request.session.get("projecting")  # read, as it was
    other = SessionStore(key)
    other["projecting"] = "yes"
    other.save()
    number = keep(request, "zoe")
    assert SessionStore(key)["projecting"] == "yes"
    assert SessionStore(key)[KEPT] == {str(number): "zoe"}
    assert not request.session.modified
    Session.objects.all().delete()
    keep(request, "zoe")  # signed out meanwhile: nothing to keep it with
    assert not Session.objects.exists()


@pytest.mark.parametrize("name", ["a" * 201, "a\x00b"])
def test_what_cannot_be_a_name_is_said_beside_the_field(school: Cast, sign_in: Any, name: str) -> None:
    answer = sign_in(school.coordinator).post(URL, {"name": name})
    assert answer.status_code == 422
    assert list(answer.context["choice"].errors) == ["name"]
    assertContains(answer, "errorlist", status_code=422)
    assert not Entry.objects.filter(action=Action.STUDENTS_SEARCHED).exists()
