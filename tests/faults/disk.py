"""F7: the disk runs full while people type, and has room again.

A disk of its own, of a few megabytes, is filled for real. Who may not mount one has a SQLite file that may not grow: the
same refusal by SQLite, only that its log may go on growing.
"""

import os
import pwd
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.db import connection
from django.urls import reverse

from tests.faults.failpoints import FULL, arm, disarm
from tests.faults.scene import Scene
from tests.faults.writer import Typing

SIZE = "24m"
KILO = 1024
NO_MOUNT = "FAULT_NO_MOUNT"  # a setting: as for somebody who may not mount a disk


class NoDisk(Exception):
    """This user may not mount a disk."""


@contextmanager
def small_disk(owner: str = "") -> Iterator[Path]:
    """A file system of its own, of a few megabytes. Raises `NoDisk` for who may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="hgw-small-"))
    try:
        if os.environ.get(NO_MOUNT):
            raise NoDisk
        try:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            raise NoDisk from None
    except NoDisk:
        folder.rmdir()
        raise
    try:
        if owner:
            person = pwd.getpwnam(owner)
            os.chown(folder, person.pw_uid, person.pw_gid)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def no_growth() -> Iterator[None]:
    """The SQLite file of the server may not grow."""
    arm(FULL)
    try:
        yield
    finally:
        disarm(FULL)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """All of the room on this disk is taken."""
    ballast = folder / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            for piece in (256 * KILO, 4 * KILO, 1):
                try:
                    while file.write(b"\0" * piece):
                        pass
                except OSError:  # no room for one more of this size
                    continue
        yield
    finally:
        ballast.unlink()


def f7_full_disk(scene: Scene) -> None:
    """While the disk is full, pages are read and a save is told that it is none; with room again all goes on by itself."""
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).parent
        _fill(scene, full(folder) if folder.is_mount() else no_growth())
        return
    with small_disk("postgres") as folder:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLESPACE small LOCATION %s", [str(folder)])
            cursor.execute("ALTER TABLE items_revision SET TABLESPACE small")
        try:
            _fill(scene, full(folder))
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE items_revision SET TABLESPACE pg_default")
                cursor.execute("DROP TABLESPACE small")


def _fill(scene: Scene, no_room: AbstractContextManager[None]) -> None:
    writers, reader = scene.writers(5), scene.writer("Lezer")
    workers = set(scene.house.workers())
    page = reverse("meeting_step", args=[scene.meeting.pk, "start"])
    with Typing(writers, pause=0.2) as typing:
        time.sleep(1)
        with no_room:
            time.sleep(2)
            told = reader.send(reader.form("Hier is geen plaats meer voor. " * 1000, uuid.uuid4()))
            assert told.status == 507, f"a save on a full disk is told {told.status}"
            assert "Wat we willen bereiken." in reader.read(page), "the page cannot be read"
            saved = _until_nothing_goes_in(scene)
        room = time.monotonic()
        while len(scene.ledger.read()) < saved + len(writers) and time.monotonic() - room < 30:
            time.sleep(0.1)
        again = time.monotonic() - room
    assert not typing.faults, typing.faults
    assert set(scene.house.workers()) == workers, "a worker was started anew"
    assert again < 15, f"saving went on after {again:.0f} s"
    scene.note = f"saving went on {again:.1f} s after there was room"


def _until_nothing_goes_in(scene: Scene) -> int:
    """How much was acknowledged when it stopped.

    A database takes room for its files ahead of what it needs, the more the more people write at once: short texts still
    go in there, and what was called saved is looked for at the end like all the rest. It has an end.
    """
    for _ in range(30):
        saved = len(scene.ledger.read())
        time.sleep(1)
        if len(scene.ledger.read()) == saved:
            return saved
    raise AssertionError("saving goes on where there is no room")
