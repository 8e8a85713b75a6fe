"""A server with the demonstration, and one where no school has begun: each in a folder that is gone at the end."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

# A place where people sign in too, so that the pages about it show one. It is never asked.
ELSEWHERE = {
    "HGW_SMARTSCHOOL": "wilg", "HGW_SMARTSCHOOL_WILG_PLATFORM": "dewilg.smartschool.be", "HGW_SMARTSCHOOL_WILG_CLIENT": "x",
    "HGW_SMARTSCHOOL_WILG_SECRET": "x",
}  # fmt: skip


@contextmanager
def server(*, demo: bool) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Its address, its data folder, and who can sign in: by role, as role, e-mail address and password."""
    with tempfile.TemporaryDirectory() as data:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HGW_") and k != "DATABASE_URL"}
        port = int(os.environ.get("PORT", "8765")) + (0 if demo else 1)
        settings = {"HGW_DATA": data, "PORT": str(port)} | (
            ELSEWHERE if demo else {"HGW_DEMO": "0", "HGW_SECOND_FACTOR": "0"}
        )
        running = subprocess.Popen(
            [sys.executable, "-m", "hgw.run"], env=kept | settings, stdout=subprocess.PIPE, text=True
        )
        try:
            assert running.stdout
            lines = (line.rstrip("\n").split("\t") for line in running.stdout)
            address = next((line[1] for line in lines if line[0] == "ready"), "")
            if not address:
                sys.exit("The server did not start.")
            yield address, data, dict(_users(lines)) if demo else {}
        finally:
            running.terminate()
            running.wait(timeout=60)


def _users(lines: Iterator[list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Those of the first school, by role: the list of it ends with the adviser."""
    for line in lines:
        yield line[0], line
        if line[0] == "adviser":
            return
