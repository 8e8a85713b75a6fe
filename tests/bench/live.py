"""P2, P3 and what a quiet room costs: thirty people in one meeting, on the server of a school with its two workers.

They are a process of their own (`crowd`), and what counts is how long they wait, not how much is computed for them.
"""

import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from meetings.models import Meeting
from meetings.room import ticket
from tests.bench import crowd
from tests.bench.measuring import Ratio, Tails, one, p95
from tests.bench.server import Browser, cpu_of
from tests.bench.world import World
from tests.factories import Cast, make_cast, make_item
from tests.faults.house import House
from tests.faults.scene import KIND, Scene, new_ledger

EDITORS = 30
LONG = 120.0  # seconds
CLOSED = 30.0
POLLS = EDITORS / 2  # a second: each browser asks once in two seconds
MANY = 10


@cache
def cast() -> Cast:
    """A school beside the demonstration, with everybody in it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with one here
    return make_cast()


@contextmanager
def room() -> Iterator[Scene]:
    """A meeting that is going on, and a server for it alone."""
    folder = Path(os.environ["HGW_DATA"])
    house = House(folder / "server.log", "tests.bench.served")
    try:
        yield Scene(cast(), house, folder, short=False, ledger=new_ledger(folder, "bench"))
    finally:
        house.stop()


def people(scene: Scene, many: int) -> list[dict[str, Any]]:
    return [crowd.of_writer(writer) for writer in scene.writers(many)]


def many_against_one(_world: World) -> Ratio:
    """P2: how long a save takes at worst but one in twenty, with thirty who save fifteen times a second together, against one who
    saves twice a second."""
    with room() as scene:
        alone = crowd.run(crowd.Crowd(scene.house.port, LONG, people(scene, 1), rate=2))
        together = crowd.run(crowd.Crowd(scene.house.port, LONG, people(scene, EDITORS), rate=15))
    say("P2 one", alone.waited)
    say("P2 thirty", together.waited)
    return Tails(a=together.waited, b=alone.waited)


def longest(_world: World) -> Ratio:
    """P3: the longest that anybody waited against what half of them did, with thirty who save again as soon as they can."""
    with room() as scene:
        waits = crowd.run(crowd.Crowd(scene.house.port, CLOSED, people(scene, EDITORS))).waited
    say("P3", waits)
    return one(max(waits) / statistics.median(waits))


def quiet(_world: World) -> Ratio:
    """IDLE: how much of one core thirty browsers take that have a meeting open in which nothing happens."""
    with room() as scene:
        around = crowd.Crowd(scene.house.port, 20, [_asks(scene, scene.meeting) for _ in range(EDITORS)], rate=POLLS)
        crowd.run(crowd.Crowd(scene.house.port, 2, around.people, rate=POLLS))
        workers = scene.house.workers()
        before, begin = cpu_of(workers), time.monotonic()
        crowd.run(around)
        return one((cpu_of(workers) - before) / (time.monotonic() - begin))


def growth(world: World) -> Ratio:
    """IDLE-growth: the same question in a meeting with ten times as many items."""
    asks = []
    for many in (MANY * 5, 5):
        meeting = (
            Meeting.objects.exclude(pk=world.meeting.pk).filter(status="in_progress")[0] if many > 5 else world.meeting
        )
        for _ in range(many):
            make_item(meeting, KIND, world.coordinator, text="Wat we willen bereiken.", voice="team")
        browser = Browser(world.server.port, "")
        browser.headers["X-Room"] = ticket.issue(world.coordinator, meeting.pk)
        asks.append((browser, f"{reverse('room_poll')}?tab={uuid.uuid4().hex}&at="))
    (large, at_large), (small, at_small) = asks
    return world.compare(lambda: large.get(at_large), lambda: small.get(at_small))


def _asks(scene: Scene, meeting: Meeting) -> dict[str, Any]:
    """A browser with this meeting open, each of somebody else."""
    shown = {"X-Room": ticket.issue(scene.person(), meeting.pk)}
    return {"address": f"{reverse('room_poll')}?tab={uuid.uuid4().hex}&at=", "headers": shown}


def say(name: str, waits: list[float]) -> None:
    middle, high, most = statistics.median(waits), p95(waits), max(waits)
    print(
        f"{name}: {len(waits)} saves, p50 {1000 * middle:.0f} ms, p95 {1000 * high:.0f} ms, max {1000 * most:.0f} ms",
        file=sys.stderr,
        flush=True,
    )
