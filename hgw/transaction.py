"""The only transaction of a request, and of a command: opened here, never by a view.

Reading happens in a read-only transaction, so that a view cannot change anything on GET and never waits for
SQLite's one writer. What a read leaves in the trace is written just before the answer goes out: if that fails,
the answer fails. Anything else gets one durable transaction, and an answer of 400 or more undoes it: who is told
"not saved" finds nothing saved. One refusal keeps something (`response.keeps`): a text that lost to a colleague's is set
aside in the history before its writer is told. And what was undone is in the trace all the same: what the answer shows,
and that somebody was refused something of a case (403, 404) or tried too often (429).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse

from hgw.accounts import sessions
from hgw.request import Request

if TYPE_CHECKING:
    from hgw.audit.models import Entry

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE)


class WriteWhileReading(RuntimeError):
    """A view tried to change the database on GET."""


@contextmanager
def reading() -> Iterator[None]:
    """A read-only transaction. Raises `WriteWhileReading` when the code inside tries to write."""
    outermost = not connection.in_atomic_block
    connection.ensure_connection()  # SQLite reads its mode when it connects: before we keep it to put it back
    settings_of: Any = connection  # SQLite alone has a mode
    mode = getattr(connection, "transaction_mode", None)
    if outermost and connection.vendor == "sqlite":
        settings_of.transaction_mode = "DEFERRED"  # IMMEDIATE would take the write lock for every page
    try:
        with transaction.atomic(), connection.execute_wrapper(_refuse_writes):
            if outermost and connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
            yield
    finally:
        if outermost and connection.vendor == "sqlite":
            settings_of.transaction_mode = mode


@contextmanager
def writing() -> Iterator[None]:
    """A durable transaction: when it ends without an error, what it wrote is on disk. Cannot be nested."""
    with transaction.atomic(durable=True):
        yield


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if WRITES.match(sql):
        raise WriteWhileReading(sql.split(None, 3)[:3])
    return execute(sql, params, many, context)


class TransactionMiddleware:
    """Runs each view inside its transaction; stands last in the list, so that it wraps the view alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse:
        request.trace = []
        try:
            response = (
                _read(view, request, args, kwargs)
                if request.method in SAFE_METHODS
                else _act(view, request, args, kwargs)
            )
        except (Http404, PermissionDenied) as refusal:
            _write(_refused(request, kwargs, 404 if isinstance(refusal, Http404) else 403))
            raise
        return response


def _refused(request: Request, kwargs: dict[str, Any], status: int) -> "list[Entry]":
    from hgw.audit.refusals import refused  # models: not there yet when settings name this middleware

    return list(refused(request, kwargs, status))


def _read(view: Callable[..., HttpResponse], request: Request, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    with reading():
        response = _answer(view, request, args, kwargs)
    _write([*request.trace, *_refused(request, kwargs, response.status_code)])
    if sessions.is_to_be_seen(request):
        _note_who_is_there(request)
    return response


def _note_who_is_there(request: Request) -> None:
    """Once a minute. A page that was only read is not refused for it: where nothing can be written it locks sooner."""
    with suppress(DatabaseError), writing():
        sessions.seen(request)


def _act(view: Callable[..., HttpResponse], request: Request, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    with writing():
        response = _answer(view, request, args, kwargs)
        undone = response.status_code >= 400 and not getattr(response, "keeps", False)
        if undone:
            transaction.set_rollback(True)
        else:
            _save(request.trace)
            if sessions.is_to_be_seen(request):
                sessions.seen(request)
    if undone:
        _write([*request.trace, *_refused(request, kwargs, response.status_code)])
    return response


def _write(entries: "list[Entry]") -> None:
    if entries:
        with writing():
            _save(entries)


def _save(entries: "list[Entry]") -> None:
    for entry in entries:
        entry.save(force_insert=True)


def _answer(view: Callable[..., HttpResponse], request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render") and callable(response.render):
        response = response.render()  # inside the transaction: templates read the database too
    return response
