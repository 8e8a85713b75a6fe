"""What a page offers can be done: every link and every form that somebody gets, followed and sent by that person."""

import html
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from hgw.accounts.models import Role
from tests.recorded_cast import recorded_cast
from tests.test_access import ADDRESSES, STEPS, World, add_rows, ask, signed_in

# The same pages with either database.
pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        found = World(add_rows(recorded_cast()))
        found.browsers = {(str(role), True): signed_in(user) for role, user in found.cast.users.items()}
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def world(built: World, db: None) -> World:
    return built


# What a page leads to, and what it sends.
LINK = re.compile(r"""<a\b[^>]*?\shref="([^"#]+)["#]""")
FORM = re.compile(r"""(<form\b[^>]*>)(.*?)</form>""", re.DOTALL)
OTHER = re.compile(r"""\s(formaction|hx-get|hx-post)="([^"#]+)["#]""")


def offered(page: str, here: str) -> Iterator[tuple[str, str]]:
    """Method and address of everything that somebody can follow or send from this page."""
    page = html.unescape(re.sub(r"<template\b.*?</template>", "", page, flags=re.DOTALL))
    for url in LINK.findall(page):
        yield "get", url
    for form, inside in FORM.findall(page):
        inside = re.sub(r"<fieldset disabled>.*?</fieldset>", "", inside, flags=re.DOTALL)
        named = re.search(r'\sid="([^"]+)', form)
        if not re.search(r"""<button\b(?![^>]*(?:type="button"|\sdisabled>))""", inside) and not (
            named and f'form="{named[1]}"' in page
        ):
            continue  # nothing to send it with
        action = re.search(r'\saction="([^"#]*)', form)
        yield "post" if 'method="post"' in form.lower() else "get", (action and action[1]) or here
    for attribute, url in OTHER.findall(page):
        yield "get" if attribute == "hx-get" else "post", url


def shape(method: str, url: str) -> tuple[Any, ...] | None:
    """What is alike among addresses: the view, what of its arguments is no id, and the names in its question."""
    path, _, query = url.partition("?")
    try:
        match = resolve(path)
    except Resolver404:
        return None  # a file, another site
    words = tuple(sorted((name, value) for name, value in match.kwargs.items() if not isinstance(value, uuid.UUID)))
    return method, match.url_name, words, tuple(sorted(part.partition("=")[0] for part in query.split("&")))


MOST = 2  # of each shape: rows of one kind are offered alike


@pytest.mark.parametrize("who", [str(role) for role in Role])
def test_nobody_is_offered_what_would_be_refused(world: World, who: str) -> None:
    """Every link and every form of every page that somebody gets can be followed and sent by that person."""
    browser = world.browsers[who, True]
    done: Counter[Any] = Counter()
    seen: set[tuple[str, str]] = set()
    wrong = []
    for name, address in ADDRESSES.items():
        given = address.kwargs(world.cast)
        if address.expected("get", who, here=True) != 200:
            continue
        slugs = STEPS if name == "meeting_step" else ("",)
        for slug in slugs:
            url = reverse(name.split()[0], kwargs=given | ({"slug": slug} if slug else {}))
            data = address.data(world.cast) if name.startswith("document_preview") else {}
            answer = ask(browser, "get", url, data)
            for method, other in offered(answer.content.decode(), url):
                found = shape(method, other)
                if found is None or (method, other) in seen or done[found] >= MOST:
                    continue
                seen.add((method, other))
                done[found] += 1
                status = ask(browser, method, other).status_code
                # Without what it would send, a form may be about nothing (404).
                if status in ({403, 404, 405} if method == "get" else {403, 405}):
                    wrong.append(f"on {url}: {method} {other}: {status}")
    assert len(seen) > 10
    assert wrong == []
