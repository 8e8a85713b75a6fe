"""P11: what a web worker holds in memory after many requests of every kind."""

import sys
from itertools import cycle, islice

from django.urls import reverse

from students.models import Student
from tests.bench.measuring import Ratio, one
from tests.bench.server import BARE, Browser, serving
from tests.bench.world import World

# What a worker holds does not grow any more after the first few hundred; 2,000 take minutes and say the same.
REQUESTS = 500
STEPS = ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie")


def worker(world: World) -> Ratio:
    """P11: a worker of ours, against one with the same apps and middleware and a view that says ok."""
    student = Student.objects.visible_to(world.coordinator).order_by("pk")[0]
    pages = [
        reverse("today"), reverse("students"), reverse("student", args=[student.pk]), reverse("my_agreements"),
        reverse("library"), reverse("meeting", args=[world.meeting.pk]),
        reverse("meeting_documents", args=[world.meeting.pk]), reverse("who_reads_what", args=[world.meeting.pk]),
        *map(world.step, STEPS),
    ]  # fmt: skip
    found = []
    for application, addresses in (("tests.bench.served", pages), (BARE, ["/bare/"])):
        with serving(application) as server:
            _ask(server.browser(world.coordinator), addresses)
            found.append(server.memory())
    print(f"P11: {found[0]:.0f} MB, bare {found[1]:.0f} MB, after {REQUESTS} requests", file=sys.stderr)
    return one(found[0] / found[1])


def _ask(browser: Browser, addresses: list[str]) -> None:
    for address in islice(cycle(addresses), REQUESTS):
        browser.get(address)
