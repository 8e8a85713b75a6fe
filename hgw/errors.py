"""What somebody reads when a request could not be answered: a page per status, the same for everybody.

These pages hold no name and no address, ask the database nothing and work without script. What the request itself
brought along as text stands on them, to be copied: a browser does not always give a form back that was sent.
"""

import errno
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from hgw.items.saving import KeyReused, NotSaved
from hgw.items.script import wanted
from hgw.storage import reserve

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RETRY_AFTER = {429: 300, 503: 5}  # seconds
# How PostgreSQL and SQLite call it.
DISK_FULL = {"53100", "SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
AWAY = {"25P03"}  # ended by the server for being idle: what is not called an operational error, and is one
# What a form sends beside what somebody typed: bookkeeping, and the words of choices.
NOT_TYPED = re.compile(
    "csrfmiddlewaretoken|key|base_version|next|seen|short|back|plan|reader|section|visibility|subject|owner|valence|domain"
    "|source|holder|how_known|voice|kind_of_.*|certainty|effect|method|status|horizon|target|scope|band|help_sentence"
    "|audience|role|standing|participation|secrecy|rating|progress|answer|form|checks|parts|goes|link_[0-9]+_kind"
)
MACHINE_WORDS = re.compile(r"on|off|true|false|[0-9:.-]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def error_page(status: int, request: HttpRequest | None = None, *, template: str = "") -> HttpResponse:
    """The page of a status: the same whoever asks for whatever, but for what this request brought along as text."""
    page = render_to_string(template or f"{status}.html", {"typed": typed_in(request) if request else []})
    response = HttpResponse(page, status=status)
    # What was typed stands on it, be it for whoever is signed out by now.
    response.headers["Cache-Control"] = "no-store"
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = str(RETRY_AFTER[status])
    return response


def typed_in(request: HttpRequest) -> list[str]:
    """The texts in a form that was sent, the longest first; none of a form with a password in it."""
    if request.method != "POST":
        return []
    try:
        sent = request.POST
    except Exception:  # it could not be read, which may be why we are here
        return []
    if any("passw" in name or name == "login" for name in sent):
        return []
    texts = [text for name, values in sent.lists() if not NOT_TYPED.fullmatch(name) for text in values]
    found = dict.fromkeys(text for text in texts if isinstance(text, str) and not MACHINE_WORDS.fullmatch(text.strip()))
    return sorted(found, key=len, reverse=True)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 for more than a request may hold."""
    return error_page(413 if isinstance(exception, TOO_BIG) else 400, request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known to this user, not theirs to do."""
    if wanted(request):
        return JsonResponse({"reason": "forbidden"}, status=403)
    return error_page(403, request)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what does not exist and for what this user may not see."""
    return error_page(404, request)


def too_many(request: HttpRequest) -> HttpResponse:
    """429, with the time after which it may be tried again."""
    return error_page(429, request)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with a page of its own: the form is older than the sign-in."""
    if wanted(request):
        return JsonResponse({"reason": "csrf"}, status=403)
    return error_page(403, request, template="403_csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or what the exception says: the database is away (503), the disk is full (507), a refused save (409, 422)."""
    return error_page(_status(sys.exc_info()[1]), request)


def signed_out(request: HttpRequest, *, is_locked: bool) -> HttpResponse:
    """401 for a form that was sent after the sign-in ended, or behind a lock: its text stands on the page.

    Unlocking leaves the token of the form as it is, so the same may be sent again. A new sign-in changes it, and nothing
    here tells whether the same person signs in: what one typed is copied into a fresh form, and never sent as another's.
    """
    return error_page(401, request, template="401_locked.html" if is_locked else "")


def _status(exception: BaseException | None) -> int:
    causes = list(_causes(exception))
    if any(map(_is_full, causes)):
        _make_room()
        return 507
    if any(isinstance(cause, OperationalError | InterfaceError) or _code(cause) in AWAY for cause in causes):
        return 503
    if isinstance(exception, NotSaved):
        return 422 if isinstance(exception, KeyReused) else 409
    return 500


def _causes(exception: BaseException | None) -> Iterator[BaseException]:
    while exception is not None:
        yield exception
        exception = exception.__cause__


def _code(exception: BaseException) -> str:
    """What the database itself calls its error."""
    return str(getattr(exception, "sqlstate", None) or getattr(exception, "sqlite_errorname", ""))


def _is_full(exception: BaseException) -> bool:
    return (
        _code(exception) in DISK_FULL
        or (isinstance(exception, OSError) and exception.errno == errno.ENOSPC)
        or (isinstance(exception, DatabaseError) and "database or disk is full" in str(exception))
    )


def _make_room() -> None:
    """Give up the reserve: this save was refused, and the next try finds room."""
    if connection.vendor == "sqlite":
        reserve.release(Path(connection.settings_dict["NAME"]).resolve().parent)
