"""What another site makes a browser ask for: a link leads here, and nothing else does."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import Cast

LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 200),
        (LINK, 200),
        (LINK | {"Sec-Fetch-Site": "same-site"}, 200),
        (LINK | {"Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403),
    ],
)
def test_a_page_is_for_who_comes_to_it(cast: Cast, sign_in: Any, said: dict[str, str], status: int) -> None:
    assert sign_in(cast.teacher).get("/", headers=said).status_code == status


def test_no_form_of_another_site_is_taken(cast: Cast, sign_in: Any) -> None:
    browser, sent = sign_in(cast.teacher), {"language": "en", "next": "/"}
    assert browser.post("/taal/setlang/", sent, headers=LINK).status_code == 403
    assert browser.post("/taal/setlang/", sent, headers=LINK | {"Sec-Fetch-Site": "same-origin"}).status_code == 302


@pytest.mark.django_db
def test_who_is_not_signed_in_is_led_to_the_sign_in_by_a_link() -> None:
    assert Client().get("/", headers=LINK).status_code == 302
