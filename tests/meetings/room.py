"""A browser in the live room, as a test holds it: it asks whether there is anything new, and what."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from meetings.models import Meeting
from meetings.room import ticket


class InRoom:
    """Somebody with a step of a meeting open."""

    def __init__(self, browser: Client, meeting: Meeting, slug: str = "overzicht", tab: str = "a1") -> None:
        self.browser, self.meeting, self.slug, self.tab = browser, meeting, slug, tab
        page = browser.get(reverse("meeting_step", args=(meeting.pk, slug))).content.decode()
        self.known = dict(re.findall(r'data-(ticket|mark|state|since)="([^"]*)"', page))

    def poll(self, at: str = "", **query: str) -> Any:
        """Ask whether there is anything new, without the cookies of a sign-in: a ticket is enough."""
        headers = {"X-Room": self.known["ticket"]}
        return Client().get(reverse("room_poll"), {"tab": self.tab, "at": at, **query}, headers=headers)

    def hears(self, at: str = "") -> bool:
        """Whether it asks what is new: because there is anything, or because rights changed."""
        answer = self.poll(at)
        if answer.status_code == 410:
            return True
        assert answer.status_code == 200
        return bool(answer.json()["mark"] != self.known["mark"])

    def ask(self) -> Any:
        """What is new; from then on it is known."""
        sent = {"state": self.known["state"], "since": self.known["since"]}
        answer = self.browser.get(reverse("room_changes", args=(self.meeting.pk, self.slug)), sent)
        assert answer.status_code == 200
        news = answer.json()
        self.known = {name: str(news[name]) for name in ("ticket", "mark", "state", "since")}
        return news


def ids(news: Any) -> set[str]:
    """The items that an answer names in its lists."""
    return {row[0] for rows in news["lists"].values() for row in rows}


def old_ticket(user: Any, meeting: Meeting) -> str:
    """A ticket that was good an hour ago."""
    import time_machine

    with time_machine.travel("2026-01-01 10:00"):
        return ticket.issue(user, meeting.pk)
