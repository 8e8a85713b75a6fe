"""What somebody reads when a request could not be answered: a page per status, the same for everybody.

These pages hold no name and no address, ask the database nothing and work without script. What was typed is still in
the form one page back.
"""

import errno
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from hgw.items.saving import KeyReused, NotSaved

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RETRY_AFTER = {429: 300, 503: 5}  # seconds
DISK_FULL = "53100"  # how PostgreSQL calls it


def error_page(status: int) -> HttpResponse:
    """The page of a status. Rendered without the request, so that it is the same whoever asks for whatever."""
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = str(RETRY_AFTER[status])
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 for more than a request may hold."""
    return error_page(413 if isinstance(exception, TOO_BIG) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: known to this user, not theirs to do."""
    return error_page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what does not exist and for what this user may not see."""
    return error_page(404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429, with the time after which it may be tried again."""
    return error_page(429)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with a page of its own: the form is older than the sign-in."""
    response = error_page(403)
    response.content = render_to_string("403_csrf.html").encode()
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or what the exception says: the database is away (503), the disk is full (507), a refused save (409, 422)."""
    return error_page(_status(sys.exc_info()[1]))


def _status(exception: BaseException | None) -> int:
    causes = list(_causes(exception))
    if any(map(_is_full, causes)):
        return 507
    if any(isinstance(cause, OperationalError | InterfaceError) for cause in causes):
        return 503
    if isinstance(exception, NotSaved):
        return 422 if isinstance(exception, KeyReused) else 409
    return 500


def _causes(exception: BaseException | None) -> Iterator[BaseException]:
    while exception is not None:
        yield exception
        exception = exception.__cause__


def _is_full(exception: BaseException) -> bool:
    code: Any = getattr(exception, "sqlstate", None)
    return (
        code == DISK_FULL
        or (isinstance(exception, OSError) and exception.errno == errno.ENOSPC)
        or (isinstance(exception, DatabaseError) and "database or disk is full" in str(exception))
    )
