"""Projection of a meeting: the whole session shows the steps of that meeting to the room, and nothing else.

The server leaves things out, not the stylesheet. While a session projects, nothing confidential exists for its user
(`User.is_projecting`, asked by hgw/access.py), and every page that is not of the steps of this meeting answers with the
question whether to stop. It ends when somebody says so, or signs out; a meeting that closed shows that question too.

Nothing else ends it: the room goes on reading the screen when a sign-in runs out. So the browser holds a signed cookie
beside its session, and whoever signs in there next, in whatever tab, projects that meeting still.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from hgw.errors import error_page, typed_in
from hgw.request import Request
from hgw.transaction import reading, schools_of
from meetings.kinds import kinds
from meetings.models import Meeting
from meetings.permissions import single

KEY = "projection"  # in the session: the id of the meeting that is projected
COOKIE = "projecting"  # the same id, in the browser: it outlives the session
SALT = "meetings.projection"
MARK = "X-Projecting"  # sent along by each fragment that a projected page asks for
# Addresses that stay open: they say nothing of anybody.
OPEN = {
    "projection_stop", "account_logout", "set_language", "session_here", "session_lock", "session_unlock", "health",
}  # fmt: skip
# Addresses of the meeting that is projected: its steps, and what is written there.
OF_STEPS = {
    "projection_start", "meeting_step", "meeting_choice", "goal_rating", "need_band",
    "item_add", "item_edit", "item_remove", "item_restore", "item_move", "room_changes",
}  # fmt: skip


def begin(request: Request, meeting: Meeting) -> None:
    """Project this meeting from now on. What earlier pages still had to say is dropped: it may name anybody."""
    request.session[KEY] = str(meeting.pk)
    list(messages.get_messages(request))


def end(request: Request) -> Meeting | None:
    """Give the session back all that its user may see; return the meeting that was projected, for the trace alone."""
    shown = request.session.pop(KEY, None)
    request.projection_ended = True  # type: ignore[attr-defined]  # for the answer, which takes the cookie along
    return Meeting.objects.filter(pk=shown).first() if shown else None


def is_projecting(request: Request) -> bool:
    """Whether this session projects, be it a meeting that cannot be shown any more."""
    return KEY in request.session


def projected(request: Request) -> Meeting | None:
    """The meeting that this session projects; None when it closed, is gone, or is not this user's to project."""
    rows = Meeting.objects.visible_to(request.user).allowed(request.user, "write", "projection").open()
    found: Meeting | None = single(rows.filter(pk=request.session[KEY]))
    return found


class ProjectionMiddleware:
    """Keeps a session that projects to the steps of its meeting. Stands behind the sign-in, before any view is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not hasattr(request, "session"):
            return response
        leaves = request.method == "POST" and _url_name(request) == "account_logout"
        signed_out = leaves and not request.user.is_authenticated
        if (signed_out or hasattr(request, "projection_ended")) and COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        elif (here := request.session.get(KEY)) and here != _in_browser(request):
            response.set_cookie(
                COOKIE, signing.dumps(here, salt=SALT), secure=request.is_secure(), httponly=True, samesite="Lax"
            )
        return response

    def process_view(
        self, request: Request, view: Callable[..., HttpResponseBase], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if request.user.is_authenticated and KEY not in request.session and (here := _in_browser(request)):
            request.session[KEY] = here  # the sign-in is another one, the screen is the same
        # A page that was sent for projection stays one, also when the projection was ended in another tab.
        if not (KEY in request.session or MARK in request.headers) or not request.user.is_authenticated:
            return None
        request.user.is_projecting = True
        if KEY not in request.session or self._is_shown(request, kwargs):
            return None
        return _ask_first(request)

    def _is_shown(self, request: Request, kwargs: dict[str, Any]) -> bool:
        name = _url_name(request)
        if name in OPEN:
            return True
        of_meeting = name in OF_STEPS and str(kwargs.get("pk")) == request.session[KEY]
        if not of_meeting or not _stands_in_a_step(kwargs.get("kind_name")):
            return False
        # A save that comes too late is answered by its own view, which gives the text back.
        if request.method == "POST":
            return True
        with reading(schools_of(request.user)):  # before the transaction of the request begins
            return projected(request) is not None


def _url_name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name or "") if request.resolver_match else ""


def _in_browser(request: HttpRequest) -> str:
    """The id of the meeting that this browser projects, '' for none. A cookie of a day ago is no projection any more."""
    try:
        return str(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=settings.SESSION_COOKIE_AGE))
    except signing.BadSignature:
        return ""


def _stands_in_a_step(kind_name: str | None) -> bool:
    """Whether items of this kind are written in the steps; who takes part, permissions and reports are not."""
    kind = kinds().get(kind_name) if kind_name else None
    return kind is None or kind.name == "steptext" or kind.step is not None


def _ask_first(request: Request) -> HttpResponse:
    """Whether to stop, in the place of a page that the room is not to see. What was typed for it is never dropped."""
    question, by_htmx = reverse("projection_stop"), bool(request.headers.get("HX-Request"))
    if request.method in {"GET", "HEAD"}:
        question += "?" + urlencode({"next": request.path})
        return HttpResponse(headers={"HX-Redirect": question}) if by_htmx else redirect(question)
    if by_htmx:
        return HttpResponse(status=423)  # the page it came from keeps its text, and says that it was not saved
    return error_page(423, request) if typed_in(request) else redirect(question)
