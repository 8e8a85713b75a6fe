"""Answers the question whether there is anything new before a session, a user or a transaction comes into it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from meetings.urls.room import POLL
from meetings.views.room import room_poll


class RoomMiddleware:
    """Stands before the session: thirty browsers ask every two seconds, and nearly always there is nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return room_poll(request) if request.path_info == f"/{POLL}" else self.get_response(request)
