"""What is measured, under the ids of the list of measures. A measure returns its ratio; its target stands beside it.

What is measured here is the computing of one web worker; paper, weight, memory, the live room, a browser and a backup have
modules of their own.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from meetings.models import MeetingGoal, Reader
from tests.bench import door, during_backup, in_browser, live, memory, paper, weight
from tests.bench.measuring import Ratio
from tests.bench.on_postgres import as_on_sqlite
from tests.bench.world import World


def null(world: World) -> Ratio:
    """The same page against itself: what the machine adds."""
    page = reverse("library")
    # More blocks than a measure: a minute of a busy neighbour must not call a whole run void.
    return world.compare(lambda: world.browser.get(page), lambda: world.browser.get(page), blocks=25)


def save(world: World) -> Ratio:
    """P1: saving a typed goal of the meeting, all that its acknowledgement promises done, against a view with one INSERT
    behind the same server and sign-in."""
    goal = MeetingGoal.objects.filter(meeting=world.meeting)[0]
    address = reverse("item_edit", args=[world.meeting.pk, "meetinggoal", goal.pk])
    version = goal.version

    def saving() -> None:
        nonlocal version
        sent = {"voice": goal.voice, "text": f"Versie {version}", "base_version": version, "key": uuid.uuid4()}
        told = json.loads(world.browser.post(address, sent))
        if (told["key"], told["version"]) != (str(sent["key"]), version + 1):
            raise RuntimeError("the save was not acknowledged")
        version += 1

    return world.compare(saving, lambda: world.browser.post("/bare/", {"key": uuid.uuid4()}))


def students(world: World) -> Ratio:
    """P6-students: the list of students of a school with 1,000 of them, against the one of the demonstration."""
    address, large = reverse("students"), world.server.browser(world.large)
    return world.compare(lambda: large.get(address), lambda: world.browser.get(address))


def fragment(world: World) -> Ratio:
    """P9-cpu: the foot of a step, asked for anew after each save, against the whole page of the step."""
    address = world.step("overzicht")
    foot = world.server.browser(world.coordinator)
    foot.headers |= {"HX-Request": "true", "HX-Target": "gates"}
    return world.compare(lambda: foot.get(address), lambda: world.browser.get(address))


def step(world: World) -> Ratio:
    """S1: a step of a meeting in progress, against the page of sources, which reads no case.

    Nothing says what this should be: a page full of forms beside a page of text. It is here to be watched.
    """
    address, sources = world.step("overzicht"), reverse("library")
    return world.compare(lambda: world.browser.get(address), lambda: world.browser.get(sources))


@dataclass(frozen=True)
class Measure:
    run: Callable[[World], Ratio]
    target: float | None  # None: measured, but nothing to hold it against
    is_long: bool = False  # only when it is named, or with --all


# A word before a dash names all that begin with it.
MEASURES = {
    "P1": Measure(save, 3.0),
    "P1-postgres": Measure(as_on_sqlite("P1"), 3.0),
    "P2": Measure(live.many_against_one, 3.0, is_long=True),
    "P2-postgres": Measure(as_on_sqlite("P2"), 3.0, is_long=True),
    "P3": Measure(live.longest, 4.0),
    "P3-postgres": Measure(as_on_sqlite("P3"), 4.0),
    "P4-parents": Measure(paper.against_cold(Reader.PARENTS), 0.2),
    "P4-student": Measure(paper.against_cold(Reader.STUDENT), 0.2),
    "P4-class_sheet": Measure(paper.against_cold(Reader.CLASS_SHEET), 0.2),
    "P4-team": Measure(paper.against_cold(Reader.TEAM), 0.35),
    **{
        f"P4-{reader}-warm": Measure(paper.against_warm(reader), None)
        for reader in (Reader.PARENTS, Reader.STUDENT, Reader.CLASS_SHEET, Reader.TEAM)
    },
    "P6-students": Measure(students, 1.5),
    "P8": Measure(weight.first_bytes, 0.2),
    "P8-requests": Measure(weight.first_requests, 12),
    "P8-repeat": Measure(weight.repeat_bytes, None),
    "P9": Measure(weight.saved_bytes, 0.03),
    "P9-cpu": Measure(fragment, 0.4),
    "P10": Measure(in_browser.keystroke, 4.0),
    "P11": Measure(memory.worker, 1.25),
    "P12": Measure(door.through, 1.3),
    "P12-roles": Measure(door.of_many_roles, 1.1),
    "P14": Measure(during_backup.saves, 1.5, is_long=True),
    "P14-postgres": Measure(as_on_sqlite("P14"), 1.5, is_long=True),
    "IDLE": Measure(live.quiet, None),
    "IDLE-growth": Measure(live.growth, 1.1),
    "S1": Measure(step, None),
}
# Of the list of measures, not made yet: they need far more rows, or two servers.
NOT_YET = ("P5", "P6", "P7", "P13", "P15")


def named(word: str) -> list[str]:
    """The measures that a word on the command line names."""
    return [name for name in MEASURES if name == word or name.startswith(f"{word}-")]
