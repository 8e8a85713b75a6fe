"""A browser on a shared computer or on one's own device, and whether its session is open."""

import datetime
from typing import Any

from django.test import Client

from tests.factories import PASSWORD

LOGIN, HERE = "/aanmelden/login/", "/aanmelden/hier"


def on_device(user: Any, device: str | None = None) -> Client:
    browser = Client()
    sent = {"login": user.email, "password": PASSWORD} | ({"device": device} if device else {})
    assert browser.post(LOGIN, sent).status_code == 302
    return browser


def minutes(clock: Any, n: float) -> None:
    clock.shift(datetime.timedelta(minutes=n))


def is_open(browser: Client) -> bool:
    answer = browser.get(HERE, headers={"X-By-Itself": "yes"})
    return answer.status_code == 200
