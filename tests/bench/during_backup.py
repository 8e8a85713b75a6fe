"""P14: how long a save takes while a backup is made of a database of two hundred megabytes."""

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pyrage
from django.db import connection

from hgw.accounts.models import School, User
from hgw.items.models import Revision
from tests.bench import crowd
from tests.bench.live import EDITORS, people, room, say
from tests.bench.measuring import Ratio, Tails
from tests.bench.world import World

SIZE = 200_000_000  # bytes
TEXT = 4000  # characters; of one revision
CALM = 20.0  # seconds before each backup
ROUNDS = 3


def saves(world: World) -> Ratio:
    """P14: thirty people, fifteen saves a second, before each backup and while it is made."""
    fill(world.coordinator)
    key = str(pyrage.x25519.Identity.generate().to_public())
    before: list[float] = []
    during: list[float] = []
    with room() as scene:
        editors = people(scene, EDITORS)
        crowd.run(crowd.Crowd(scene.house.port, 3, people(scene, EDITORS), rate=15))  # the first save of each worker
        running = crowd.start(crowd.Crowd(scene.house.port, 3600, editors, rate=15))
        try:
            spans = [_backup(scene.folder / f"{n}.age", key) for n in range(ROUNDS)]
        finally:
            running.terminate()
        waits = crowd.finish(running)
    for due, waited in zip(waits.at, waits.waited, strict=True):
        for begin, end in spans:
            if begin <= due < end:
                during.append(waited)
            elif begin - CALM <= due < begin:
                before.append(waited)
    say("P14 before", before)
    say(f"P14 during {sum(end - begin for begin, end in spans) / ROUNDS:.1f} s of backup", during)
    return Tails(a=during, b=before)


def _backup(file: Path, key: str) -> tuple[float, float]:
    """Wait, and make a backup; when it began and ended."""
    time.sleep(CALM + 1)
    begin = time.monotonic()
    command = [sys.executable, "manage.py", "backup", "--to", str(file), "--recipient", key]
    subprocess.run(command, cwd=crowd.ROOT, check=True, stdout=subprocess.DEVNULL)
    end = time.monotonic()
    file.unlink()
    time.sleep(3)  # what it left behind is written by now
    return begin, end


def fill(by: User) -> None:
    """Let the history grow until the database is large enough."""
    school = School.objects.all()[0]
    while _size() < SIZE:
        Revision.objects.bulk_create(
            Revision(
                school=school, kind="meetinggoal", item=uuid.uuid4(), version=1, act="added", author=by,
                content={"text": os.urandom(TEXT // 2).hex()},
            )
            for _ in range(2000)
        )  # fmt: skip


def _size() -> int:
    if connection.vendor == "sqlite":
        return Path(connection.settings_dict["NAME"]).stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
