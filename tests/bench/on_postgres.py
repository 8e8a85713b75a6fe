"""The save of P1 on a PostgreSQL of its own, that writes to disk as a real one does.

Django has one database for as long as a process lives, so this is a process: `python -m tests.bench.on_postgres`
writes the blocks.
"""

import json
import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests import postgres
from tests.bench.measuring import Ratio

if TYPE_CHECKING:
    from tests.bench.world import World


def save(_world: "World") -> Ratio:
    """P1-postgres: as P1. The computing of the database server counts too."""
    with postgres.server(durable=True) as url, tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"HGW_DATA": data, "DATABASE_URL": url}
        command = [sys.executable, "-m", "tests.bench.on_postgres"]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return Ratio(json.loads(done.stdout))


def main() -> None:
    import django

    django.setup()
    from tests.bench import measures, world
    from tests.bench.server import serving

    world.prepare()
    with serving() as server:
        print(json.dumps(measures.save(world.World(server)).blocks))


if __name__ == "__main__":
    main()
