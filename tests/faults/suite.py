"""The faults on one database, one after the other: run by `./dev faults` with the database in the environment."""

import argparse
import os
import sys
import time
import traceback
from pathlib import Path

import django

Path(os.environ["HGW_DATA"], "static").mkdir()  # looked for as soon as a browser of ours signs in
django.setup()

from django.conf import settings  # noqa: E402  # after Django was set up, as all below
from django.core.management import call_command  # noqa: E402  # see above
from django.db import connection, connections  # noqa: E402  # see above

from tests.faults.catalogue import FAULTS  # noqa: E402  # see above
from tests.faults.house import House  # noqa: E402  # see above
from tests.faults.proof import Found, prove  # noqa: E402  # see above
from tests.faults.scene import Scene, new_ledger, school  # noqa: E402  # see above
from tests.log_canary import planted  # noqa: E402  # see above
from tests.postgres import complaints  # noqa: E402  # see above


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("ids", nargs="+")
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with one here
    folder = Path(os.environ["HGW_DATA"])
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    cast, failed = school(), False
    _settle()
    house = House(folder / "server.log")
    for name in options.ids:
        failed |= not _try(name, Scene(cast, house, folder, options.short, new_ledger(folder, name)))
        house.ensure()
    house.stop()
    if word := planted(house.log.read_text(errors="replace")):
        print(f"words of somebody in the log of the server: …{word}…", file=sys.stderr, flush=True)
        failed = True
    connections.close_all()
    return 1 if failed else 0


def _settle() -> None:
    """Let PostgreSQL tidy and learn what a database of a minute old has not yet, and one of a school has: left to itself it
    does so in the middle of what is timed, catalogues and all, and each worker plans its questions anew."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _try(name: str, scene: Scene) -> bool:
    """Let one fault happen, and say what came of it."""
    begin, found, wrong = time.monotonic(), Found(), ""
    act = FAULTS[name].act
    assert act, f"{name} is a matter of other tests"
    try:
        act(scene)
    except Exception as error:  # noqa: BLE001  # said in the line, and the others go on
        wrong = str(error) or type(error).__name__
        if not isinstance(error, AssertionError):
            traceback.print_exc()
    try:
        found = prove(scene)
    except Exception as error:  # noqa: BLE001  # a database that cannot be asked is a verdict too
        wrong = wrong or str(error)
        traceback.print_exc()
    faults = [wrong] if wrong else []
    faults += found.faults + (["nothing was acknowledged"] if not found.acknowledged else [])
    well = not faults and not found.lost and not found.doubled
    database = "postgres" if connection.vendor == "postgresql" else "sqlite"
    verdict = "pass" if well else "FAIL"
    print(name, database, found.acknowledged, found.found, found.lost, found.doubled, verdict, sep="\t", flush=True)
    spent = f"{time.monotonic() - begin:.0f} s" + (f"; {scene.note}" if scene.note else "")
    for line in [*faults, spent]:
        print(f"{name} {database}: {line}", file=sys.stderr, flush=True)
    if not well:
        print(f"{name} {database}: the server said\n{scene.house.log.read_text()[-800:]}", file=sys.stderr, flush=True)
        if database == "postgres":
            said = complaints(os.environ["DATABASE_URL"])
            print(f"{name} {database}: the database said\n{said}", file=sys.stderr, flush=True)
    return well


if __name__ == "__main__":
    sys.exit(main())
