"""F24: a backup made while thirty people type, put back elsewhere."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pyrage
from django.db import connection

from hgw.text import normal
from tests.bench.measuring import p95
from tests.faults.scene import Scene
from tests.faults.writer import Typing
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


def f24_backup(scene: Scene) -> None:
    """What was acknowledged before a backup began is in it, with the same sums; people hardly notice that it is made.

    A backup of this little takes a second or two, and in that time the few slowest of a handful of saves say nothing: in
    full as many are made, one after the other, as there is time that was watched before them.
    """
    key = pyrage.x25519.Identity.generate()
    (identity := scene.folder / "school.key").write_text(f"{key}\n")
    seconds = 5 if scene.short else 20
    url = os.environ["DATABASE_URL"]
    with Typing(scene.writers(30), pause=2.0) as typing:
        time.sleep(seconds)
        quiet, begun, number = scene.ledger.read(), time.monotonic(), 0
        while number == 0 or (not scene.short and time.monotonic() - begun < seconds):
            number, before = number + 1, scene.ledger.read()
            file = scene.folder / f"school-{number}.age"
            sums = _backup(file, str(key.to_public()))
        during = scene.ledger.read()[len(quiet) :]
    assert not typing.faults, typing.faults
    connection.close()
    elsewhere = _empty(scene.folder, url)
    said = elsewhere.run("restore", file, "--identity", identity)
    assert said.splitlines()[-1] == sums, "the restored copy has other sums"
    assert elsewhere.run("verify").splitlines()[-1] == sums
    there = {(item, version): text for item, version, text in map(json.loads, elsewhere.python(ASKS).splitlines())}
    missing = [save for save in before if there.get((save.item, save.version)) != normal(save.text)]
    assert not missing, f"{len(missing)} of {len(before)} saves from before the backup are not in it"
    ratio = p95([save.waited for save in during]) / p95([save.waited for save in quiet])
    scene.note = f"{len(before)} saves before backup {number} are in it; p95 during all / before {ratio:.2f}"
    scene.check_pace(is_kept=ratio <= 1.5)


def _backup(file: Path, public: str) -> str:
    """Make the backup, beside the server; the sums of what is in it."""
    command = [sys.executable, "manage.py", "backup", "--to", str(file), "--recipient", public]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()[-1]


def _empty(folder: Path, url: str) -> Installation:
    """An installation elsewhere, of the same engine, with nothing in it."""
    (place := folder / "elsewhere").mkdir(exist_ok=True)
    return Maker(place, url).empty()
