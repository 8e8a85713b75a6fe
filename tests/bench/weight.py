"""P8 and P9: how many bytes a page and a save are on the way to a browser."""

import sys
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import BrowserContext

from meetings.models import MeetingGoal
from tests.bench.measuring import Ratio, one
from tests.bench.paper import chromium
from tests.bench.world import World

GIBBON = 336_000  # bytes, compressed, that another school system loads on every page before there is anything on it


@dataclass(frozen=True)
class Visit:
    requests: int
    bytes: int


def visit(context: BrowserContext, address: str) -> Visit:
    """Everything that Chromium asked for to show the page, headers included, as it came over the line."""
    page = context.new_page()
    log = context.new_cdp_session(page)
    log.send("Network.enable")
    loaded: list[float] = []
    log.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address}: no page")
    page.close()
    asked = [size for size in loaded if size]  # what came out of the cache weighs nothing
    return Visit(len(asked), round(sum(asked)))


def visits(world: World) -> tuple[Visit, Visit]:
    """The first visit to a step of the meeting, and the second one."""
    name, session = settings.SESSION_COOKIE_NAME, world.browser.session
    address = world.server.address(world.step("overzicht"))
    with chromium() as browser:
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": session, "url": address}])
        return visit(context, address), visit(context, address)


def first_bytes(world: World) -> Ratio:
    """P8: the first visit to the meeting, against what another system loads before there is anything on its page."""
    first, again = visits(world)
    print(
        f"P8: first {first.bytes / 1000:.1f} kB in {first.requests} requests, "
        f"again {again.bytes / 1000:.1f} kB in {again.requests}",
        file=sys.stderr,
    )
    return one(first.bytes / GIBBON)


def first_requests(world: World) -> Ratio:
    """P8-requests: how many requests that is."""
    return one(visits(world)[0].requests)


def repeat_bytes(world: World) -> Ratio:
    """P8-repeat: the second visit, against the first."""
    first, again = visits(world)
    return one(again.bytes / first.bytes)


def saved_bytes(world: World) -> Ratio:
    """P9: the answer to a save while somebody types, against the whole page it stands on."""
    goal: Any = MeetingGoal.objects.filter(meeting=world.meeting)[0]
    sent = {"voice": goal.voice, "text": goal.text, "base_version": goal.version, "key": uuid.uuid4()}
    answer = world.browser.post(reverse("item_edit", args=[world.meeting.pk, "meetinggoal", goal.pk]), sent)
    page = world.browser.get(world.step("start"))
    print(f"P9: save {len(answer)} bytes, page {len(page)} bytes", file=sys.stderr)
    return one(len(answer) / len(page))
