"""A measure on a PostgreSQL of its own, that writes to disk as a real one does; its computing counts too.

Django has one database for as long as a process lives, so this is a process: `python -m tests.bench.on_postgres P1`
writes what it found.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from tests import postgres
from tests.bench.measuring import Ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench.world import World


def as_on_sqlite(name: str) -> "Callable[[World], Ratio]":
    """The measure of this name, on PostgreSQL."""

    def measure(_world: "World") -> Ratio:
        with postgres.server(durable=True) as url, tempfile.TemporaryDirectory() as data:
            environment = os.environ | postgres.two_roles(url) | {"HGW_DATA": data}
            command = [sys.executable, "-m", "tests.bench.on_postgres", name]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        found: Ratio = pickle.loads(done.stdout)  # of our own process
        return found

    return measure


def main() -> None:
    import django

    from hgw import environment

    environment.work_for_the_whole_installation()  # this process, which writes what is measured; not the server
    django.setup()
    from tests.bench import measures, world
    from tests.bench.server import serving

    world.prepare()
    with serving() as server:
        found = measures.MEASURES[sys.argv[1]].run(world.World(server))
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
