"""A meeting before a room that reads along: what it may show, and how a browser comes to project it."""

import re
import uuid
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from meetings import steps
from meetings.models import Meeting
from tests.access_case import CANARIES

SLUGS = [step.slug for step in steps.STEPS]
HTMX = {"HX-Request": "true"}
STOP = "/projectie/stoppen/"
# What the steps show the room: what the whole table reads.
SHOWN = {"kanarieteam", "kanarieclb", "kanarieeigen"}
UNSHOWN = set(CANARIES) - SHOWN | {"kanarievorige", "Volgendkind"}


def step(meeting: Meeting, slug: str) -> str:
    return reverse("meeting_step", args=(meeting.pk, slug))


def project(client: Client, meeting: Meeting, **data: str) -> Any:
    return client.post(reverse("projection_start", args=(meeting.pk,)), data)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def unshown_in(answer: Any) -> set[str]:
    return {word for word in UNSHOWN if word in text_of(answer)}


def numbers(version: int = 1) -> dict[str, Any]:
    return {"base_version": str(version), "key": str(uuid.uuid4())}


def without_numbers(page: str) -> str:
    """The page without the keys that are made anew each time."""
    page = re.sub(r' data-(ticket|mark|state|since)="[^"]*"', "", page)  # of the room: whoever looks at it sees nothing
    page = re.sub(r'name="(key|csrfmiddlewaretoken)" value="[^"]*"', "", page)
    return re.sub(r'"X-CSRFToken": "[^"]*"', "", page)


def signed_in_again(client: Client, user: Any) -> None:
    """The session is gone, and with it all it held; then somebody signs in, in the same browser."""
    kept = {name: morsel for name, morsel in client.cookies.items() if name != settings.SESSION_COOKIE_NAME}
    client.cookies.clear()
    client.cookies.update(kept)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
