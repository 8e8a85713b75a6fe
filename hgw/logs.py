"""What the server writes about its own work: when, where and what kind of thing, never about whom.

A log is read by people who may read no case, and kept where nobody looks after it. So a line holds no address that
was asked for (only the pattern it matched), no query string, no words of an exception (a database quotes the row it
refuses) and no local values; what another library would put into its sentence is left out of it.
"""

import datetime
import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
FROM_PROXY = re.compile(r"[0-9a-f]{32}")  # nothing else, for a visitor could write a name into it
OWN = ("hgw", "students", "meetings", "django.tasks", "django_tasks_db")  # say ids and codes only, so in full
PLAIN = (
    "django",
    "gunicorn",
    "allauth",
)  # a sentence of theirs is shown with its gaps; without gaps it may be filled already

request_id: ContextVar[str] = ContextVar("request_id", default="")
logger = logging.getLogger("hgw.request")


class RequestIdMiddleware:
    """Gives each request an id, for its lines in the log and for the answer; the proxy's own where it sends one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get(HEADER, "")
        number = sent if FROM_PROXY.fullmatch(sent) else secrets.token_hex(16)
        token, begin = request_id.set(number), time.perf_counter()
        try:
            response = self.get_response(request)
            took = round(1000 * (time.perf_counter() - begin))
            fields = {**_asked(request), "status": response.status_code, "ms": took}
            logger.info("answered", extra={"fields": fields})
            response.headers[HEADER] = number
            return response
        finally:
            request_id.reset(token)


def _asked(request: HttpRequest) -> dict[str, str]:
    """Method and pattern; the address itself may hold the key of a lost password, or a name typed by hand."""
    match = request.resolver_match
    return {"method": str(request.method), "route": match.route if match else ""}


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(event(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """A line for people, and below it where an error came from."""

    def format(self, record: logging.LogRecord) -> str:
        said = event(record)
        trace = said.pop("trace", [])
        first = " ".join(str(said.pop(name)) for name in ("time", "level", "logger", "message"))
        return "\n".join([" ".join([first, *(f"{name}={value}" for name, value in said.items())]), *trace])


def event(record: logging.LogRecord) -> dict[str, Any]:
    """What a record may say, by name."""
    when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    said: dict[str, Any] = {
        "time": when.isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": _sentence(record),
    }
    if number := request_id.get():
        said["request"] = number
    if isinstance(request := getattr(record, "request", None), HttpRequest):
        said |= _asked(request)
    if isinstance(status := getattr(record, "status_code", None), int):
        said["status"] = status
    if _is_of(record, OWN):
        said |= getattr(record, "fields", {})
    else:
        said["at"] = f"{record.module}:{record.lineno}"
    if record.exc_info and record.exc_info[1]:
        said["trace"] = list(_trace(record.exc_info[1]))
    return said


def _is_of(record: logging.LogRecord, names: tuple[str, ...]) -> bool:
    return any(record.name == name or record.name.startswith(f"{name}.") for name in names)


def _sentence(record: logging.LogRecord) -> str:
    if _is_of(record, OWN):
        try:
            return record.getMessage()
        except (TypeError, ValueError):  # a slip of ours in a log line must not print its values either
            return str(record.msg)
    return str(record.msg) if record.args and _is_of(record, PLAIN) else "(not shown)"


def _trace(error: BaseException) -> Iterator[str]:
    """The kind of an error and the lines of code it went through, the cause first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _trace(before)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
