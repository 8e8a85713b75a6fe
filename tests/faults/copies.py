"""F24: a backup made while thirty people type, put back elsewhere."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyrage
from django.db import connection

from hgw.text import normal
from tests.bench import crowd
from tests.bench.measuring import p95
from tests.faults.scene import Scene
from tests.faults.together import PAUSE
from tests.hgw.storage.installation import ROOT, Installation, Maker

ASKS = """
import json
from hgw.items.models import Revision
from hgw.storage.row_security import WHOLE
from hgw.transaction import reading
with reading(WHOLE):
    for item, version, content in Revision.objects.values_list("item", "version", "content"):
        print(json.dumps([str(item), version, content.get("text", "")]))
"""


BACKUPS, CALM = 20, 3.0  # seconds before each, that it is compared with
AFTER = 1.5  # seconds until what a backup left behind is written


def f24_backup(scene: Scene) -> None:
    """What was acknowledged before a backup began is in it, with the same sums; people hardly notice that it is made.

    A backup of this little takes a second or two, and in that time the few slowest of a handful of saves say nothing: in
    full several are made, and all saves that were due during one are held against those of the seconds before it began.
    Between them is time, as a school makes one a night: of one after the other, the database has its own work to do.
    """
    key = pyrage.x25519.Identity.generate()
    (identity := scene.folder / "school.key").write_text(f"{key}\n")
    url = os.environ["DATABASE_URL"]
    people = [crowd.of_writer(writer) for writer in scene.writers(30)]
    typing = crowd.start(crowd.Crowd(scene.house.port, 3600, people, rate=len(people) / PAUSE))
    try:
        time.sleep(AFTER)  # the first save of each worker
        made = [_backup(scene.folder / f"{n}.age", str(key.to_public())) for n in range(1 if scene.short else BACKUPS)]
    finally:
        typing.terminate()
    waits = crowd.finish(typing)
    for saved in waits.saved:
        scene.ledger.add(saved)
    last = made[-1]
    connection.close()
    elsewhere = _empty(scene.folder, url)
    said = elsewhere.run("restore", last.file, "--identity", identity)
    assert said.splitlines()[-1] == last.sums, "the restored copy has other sums"
    assert elsewhere.run("verify").splitlines()[-1] == last.sums
    there = {(item, version): text for item, version, text in map(json.loads, elsewhere.python(ASKS).splitlines())}
    timed = list(zip(waits.at, waits.waited, waits.saved, strict=True))
    before = [save for due, waited, save in timed if due + waited < last.begin]
    missing = [save for save in before if there.get((save.item, save.version)) != normal(save.text)]
    assert not missing, f"{len(missing)} of {len(before)} saves from before the backup are not in it"
    during = [waited for due, waited, _save in timed if any(one.begin <= due < one.end for one in made)]
    quiet = [waited for due, waited, _save in timed if any(one.begin - CALM <= due < one.begin for one in made)]
    ratio = p95(during) / p95(quiet)
    scene.note = (
        f"{len(before)} saves before backup {len(made)} are in it; p95 of {len(during)} during / {len(quiet)} before"
        f" {ratio:.2f}"
    )
    scene.check_pace(is_kept=ratio <= 1.5)


@dataclass(frozen=True)
class Made:
    """A backup: when it began and ended, by the clock that never goes back, and the sums of what is in it."""

    file: Path
    begin: float
    end: float
    sums: str


def _backup(file: Path, public: str) -> Made:
    """Wait, and make a backup, beside the server."""
    time.sleep(CALM)
    begin = time.monotonic()
    command = [sys.executable, "manage.py", "backup", "--to", str(file), "--recipient", public]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    end = time.monotonic()
    time.sleep(AFTER)
    return Made(file, begin, end, said.splitlines()[-1])


def _empty(folder: Path, url: str) -> Installation:
    """An installation elsewhere, of the same engine, with nothing in it."""
    (place := folder / "elsewhere").mkdir(exist_ok=True)
    return Maker(place, url).empty()
