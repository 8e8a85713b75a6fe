"""A browser that goes to a provider and comes back from it, as people do."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.test import Client

from hgw.accounts.models import User
from hgw.audit.models import Action, Entry
from tests.factories import PASSWORD
from tests.hgw.fake_provider import FakeProvider

LINKS, LOGIN = "/aanmelden/koppelingen/", "/aanmelden/login/"
KINDS = ("gewoon", "microsoft", "google", "wilg")
OIDC = KINDS[:3]


def start(browser: Client, to: str = "gewoon", /, **sent: str) -> Any:
    return browser.post(f"/aanmelden/via/{to}/", sent)


def leads_to(page: Any) -> str:
    """The address at the provider to which this page leads by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.status_code
    return unescape(found[1])


def come_back(browser: Client, address: str) -> Any:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def go(fake: FakeProvider, browser: Client, to: str = "gewoon", /, **sent: str) -> Any:
    """There and back: the answer to coming back."""
    return come_back(browser, fake.signs_in(leads_to(start(browser, to, **sent))))


def link(user: User, name: str = "gewoon", number: str = "een-nummer") -> None:
    SocialAccount.objects.create(user=user, provider=settings.SINGLE_SIGN_ON[name].realm, uid=number)


def is_in(browser: Client) -> bool:
    return bool(browser.get("/").status_code == 200)


def traced(*actions: Action) -> list[tuple[str, Any, str]]:
    return list(Entry.objects.filter(action__in=actions).order_by("pk").values_list("action", "object", "detail"))


def signed_in(user: User) -> Client:
    browser = Client()
    assert browser.post(LOGIN, {"login": user.email, "password": PASSWORD}).status_code == 302
    return browser


def without_password(user: User, name: str = "gewoon") -> User:
    user.set_unusable_password()
    user.save()
    link(user, name)
    return user


def a_while_later(browser: Client) -> None:
    """As if this person signed in an hour ago."""
    session = browser.session
    session["account_authentication_methods"] = [
        one | {"at": one["at"] - 3600} for one in session["account_authentication_methods"]
    ]
    session.save()


def refused(answer: Any, *, status: int = 403) -> str:
    """What the page says to somebody who was not let in."""
    assert answer.status_code == status, answer.status_code
    assert "accounts/provider_return.html" in [template.name for template in answer.templates]
    return re.sub(r'"X-CSRFToken": "\w+"', "", answer.content.decode())


def why() -> str:
    """The code of the one refusal in the trace."""
    ((_action, _who, detail),) = traced(Action.SIGN_IN_REFUSED)
    return detail
