"""The only transaction of a request, and of a command: opened here, never by a view.

Reading happens in a read-only transaction, so that a view cannot change anything on GET and never waits for
SQLite's one writer. What a read leaves in the trace is written just before the answer goes out: if that fails,
the answer fails. Anything else gets one durable transaction, and an answer of 400 or more undoes it: who is told
"not saved" finds nothing saved. One refusal keeps something (`response.keeps`): a text that lost to a colleague's is set
aside in the history before its writer is told. And what was undone is in the trace all the same: what the answer shows,
and that somebody was refused something of a case (403, 404) or tried too often (429).

A view that needs another server's answer gets it before (`after_asking`): nobody's save waits for that server.

Each says for which schools it works: on PostgreSQL no other rows are there then (hgw/storage/row_security.py). A request
works for the schools of who is signed in, a command for `WHOLE`. What a transaction was told ends with it, and never
belongs to a connection: behind a pool that is somebody else's a moment later.
"""

import re
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse

from hgw.accounts import sessions
from hgw.request import Request
from hgw.storage.row_security import SETTING, WHOLE

if TYPE_CHECKING:
    from hgw.audit.models import Entry

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|CREATE|DROP)\b", re.IGNORECASE)


class WriteWhileReading(RuntimeError):
    """A view tried to change the database on GET."""


Schools = Collection[uuid.UUID] | str  # ids of schools, or `WHOLE`


@contextmanager
def reading(schools: Schools | None = None) -> Iterator[None]:
    """A read-only transaction for these schools. Raises `WriteWhileReading` when the code inside tries to write.

    Without `schools` it works for whom the transaction around it does, and for none when it is the outermost.
    """
    outermost = not connection.in_atomic_block
    connection.ensure_connection()  # SQLite reads its mode when it connects: before we keep it to put it back
    settings_of: Any = connection  # SQLite alone has a mode
    mode = getattr(connection, "transaction_mode", None)
    if outermost and connection.vendor == "sqlite":
        settings_of.transaction_mode = "DEFERRED"  # IMMEDIATE would take the write lock for every page
    try:
        with _schools_put_back(), transaction.atomic(), connection.execute_wrapper(_refuse_writes):
            _begin(schools, read_only=outermost)
            yield
    finally:
        if outermost and connection.vendor == "sqlite":
            settings_of.transaction_mode = mode


@contextmanager
def writing(schools: Schools | None = None) -> Iterator[None]:
    """A durable transaction for these schools: when it ends without an error, what it wrote is on disk. Cannot be nested."""
    with _schools_put_back(), transaction.atomic(durable=True):
        _begin(schools, read_only=False)
        yield


def schools_of(user: Any) -> Schools:
    """The schools where somebody has a role today: a request of theirs works for these. None of who left, or is not known."""
    return {school for _role, school in user.roles} if user.is_authenticated else set()


def work_also_for(school: uuid.UUID) -> None:
    """Let the transaction at hand work for one more school: one that begins in it, or that lets somebody in."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        told = _told(cursor)
        if told != WHOLE:
            _tell(cursor, _in_words({*told.strip("{}").split(","), str(school)}))


@contextmanager
def _schools_put_back() -> Iterator[None]:
    """A transaction inside another one leaves that as it was. None is, but in tests."""
    if connection.vendor != "postgresql" or not connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        told = _told(cursor)
    try:
        yield
    finally:
        if not (connection.needs_rollback or connection.closed_in_transaction):
            with connection.cursor() as cursor:
                _tell(cursor, told)


def _begin(schools: Schools | None, *, read_only: bool) -> None:
    """Tell PostgreSQL what this transaction is: in one message with its beginning, so that nobody waits longer for it."""
    if connection.vendor != "postgresql":
        return
    from hgw.storage.postgres import begin_with  # SQLite loads nothing of it

    told = schools if schools is None or isinstance(schools, str) else _in_words(map(str, schools))
    statements = ["SET TRANSACTION READ ONLY"] if read_only else []
    statements += [f"SET LOCAL {SETTING} = '{told}'"] if told is not None else []  # ids, or a word of ours
    if statements:
        begin_with(statements)


def _in_words(schools: Iterable[str]) -> str:
    return "{%s}" % ",".join(sorted(filter(None, schools)))  # noqa: UP031  # braces belong to it


def _tell(cursor: Any, told: str) -> None:
    cursor.execute(f"SET LOCAL {SETTING} = %s", [told])


def _told(cursor: Any) -> str:
    """For which schools the transaction works at this moment."""
    cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [SETTING])
    return str(cursor.fetchone()[0])


def _refuse_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if WRITES.match(sql):
        raise WriteWhileReading(sql.split(None, 3)[:3])
    return execute(sql, params, many, context)


View = Callable[..., HttpResponse]


def after_asking(ask: Callable[..., Any]) -> Callable[[View], View]:
    """Let a view begin with what another server says: `ask` is called with the same arguments before the transaction begins,
    and what it gives is `request.elsewhere`.

    Such a view writes on GET too, for that is how another server leads a browser back: it has to find in the session that
    this browser set out from here.
    """

    def mark(view: View) -> View:
        view.asks_elsewhere = ask  # type: ignore[attr-defined]  # carried along by each decorator around it
        return view

    return mark


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
        ask = getattr(view, "asks_elsewhere", None)
        try:
            if ask:
                request.elsewhere = ask(request, *args, **kwargs)
            does = _read if request.method in SAFE_METHODS and not ask else _act
            response = does(view, request, args, kwargs)
        except (Http404, PermissionDenied) as refusal:
            _write(_refused(request, kwargs, 404 if isinstance(refusal, Http404) else 403))
            raise
        return response


def _refused(request: Request, kwargs: dict[str, Any], status: int) -> "list[Entry]":
    from hgw.audit.refusals import refused  # models: not there yet when settings name this middleware

    return list(refused(request, kwargs, status))


def _read(view: Callable[..., HttpResponse], request: Request, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    with reading(_schools(request)):
        response = _answer(view, request, args, kwargs)
    _write([*request.trace, *_refused(request, kwargs, response.status_code)])
    if sessions.is_to_be_seen(request):
        _note_who_is_there(request)
    return response


def _note_who_is_there(request: Request) -> None:
    """Once a minute. A page that was only read is neither refused nor held up for it: where somebody writes for longer than
    a second it is left, and the session locks a little sooner."""
    with suppress(DatabaseError), _impatient(), writing():
        sessions.seen(request)


@contextmanager
def _impatient() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    queue: Any = connection
    queue.patience = 1.0
    try:
        yield
    finally:
        queue.patience = None


def _act(view: Callable[..., HttpResponse], request: Request, args: Any, kwargs: dict[str, Any]) -> HttpResponse:
    with writing():
        _ask_rights_anew(request)
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


def _ask_rights_anew(request: Request) -> None:
    """What somebody may do is asked in here: whoever waited for a turn may have lost it meanwhile."""
    if request.user.is_authenticated:
        request.user.forget_roles()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            _tell(cursor, _in_words(map(str, schools_of(request.user))))


def _schools(request: Request) -> Schools | None:
    """Asked before the transaction, in the place of in it; SQLite need not know."""
    return schools_of(request.user) if connection.vendor == "postgresql" else None


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
