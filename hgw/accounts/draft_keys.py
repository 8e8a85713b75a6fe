"""Keys of drafts: what somebody typed and did not save yet lies encrypted in the browser, and the key lies here.

One key per user and browser. The browser gets it while its user is signed in, and keeps it in memory only: whoever
finds the drafts without that sign-in reads nothing, and once the key is gone nobody ever does.
"""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from hgw.accounts.models import DraftKey
from hgw.request import Request
from hgw.rows import as_id

COOKIE = "__Host-browser" if settings.HTTPS else "browser"  # which browser this is; says nothing of who sits there
YEAR = 365 * 24 * 60 * 60


def find(request: Request) -> DraftKey | None:
    """The key of who is signed in, in this browser; None when it was never asked for, or thrown away."""
    return _rows(request).first()


def find_or_make(request: Request) -> DraftKey:
    """The key of who is signed in, in this browser. A browser that is not known yet has to be given `remember`."""
    browser = _browser(request) or uuid.uuid4()
    key, _is_new = DraftKey.objects.get_or_create(
        user=request.user, browser=browser, defaults={"secret": secrets.token_bytes(32)}
    )
    return key


def remember(response: HttpResponse, key: DraftKey) -> None:
    """Let the browser be known again as the one this key is for."""
    response.set_cookie(
        COOKIE, str(key.browser), max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax", path="/"
    )


def throw_away(request: Request) -> None:
    """Make the drafts that this user left in this browser unreadable for good."""
    _rows(request).delete()


def _rows(request: Request) -> Any:
    return DraftKey.objects.filter(user=request.user, browser=_browser(request) or uuid.UUID(int=0))


def _browser(request: Request) -> uuid.UUID | None:
    return as_id(request.COOKIES.get(COOKIE, ""))
