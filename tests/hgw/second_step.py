"""Somebody with a second step: an app is given, a code is made of it, and one signs in as far as the code."""

from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from hgw.accounts.models import User
from hgw.audit.models import Action, Entry
from tests.factories import PASSWORD

LOGIN = "/aanmelden/login/"
CODE = "/aanmelden/code/"
PAGE = "/aanmelden/tweede-stap/"
HERE = "/aanmelden/hier"
MOMENT = 1_772_438_400  # the second of each test: codes of the app are of half a minute


def code(secret: str, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, MOMENT // 30 + later))


def with_app(user: User) -> str:
    """Give somebody an app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def sign_in_as(user: User) -> tuple[Client, Any]:
    browser = Client()
    return browser, browser.post(LOGIN, {"login": user.email, "password": PASSWORD})


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def entries(*actions: Action) -> list[tuple[str, Any, str]]:
    return list(Entry.objects.filter(action__in=actions).order_by("pk").values_list("action", "object", "detail"))
