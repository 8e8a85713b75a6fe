"""An upgrade that is killed half-way, with texts in the tables: run again, it ends, and every text is as it was."""

import os
import signal
import subprocess
import sys

import pytest

from tests.hgw.storage.installation import ROOT, Installation, Maker

pytestmark = pytest.mark.once
# Where an installation of the first release stands.
FIRST = (("meetings", "0001"), ("students", "0002"), ("accounts", "0001"), ("audit", "0001"))


def killed_at(school: Installation, nth: int) -> list[str]:
    """Begin to change the tables, and kill that while its nth change is under way; the changes it had begun."""
    process = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "migrate", "--no-color"], cwd=ROOT, env=school.environment,
        stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    begun, said = list[str](), ""
    assert process.stdout
    while letter := process.stdout.read(1):
        said += letter
        if said.endswith("..."):
            begun.append(said.split()[-1].strip("."))
            said = ""
            if len(begun) == nth:
                os.kill(process.pid, signal.SIGKILL)
                break
    process.wait(timeout=60)
    process.stdout.close()
    return begun


def test_an_upgrade_that_is_killed_is_run_again(maker: Maker) -> None:
    school = maker.filled()
    for app, name in FIRST:
        school.run("migrate", app, name, "-v0")
    before = school.run("verify").splitlines()
    assert int(before[-1].split("\t")[1]) > 100
    for nth in (1, 3, 2):
        assert len(killed_at(school, nth)) == nth
        assert school.run("verify").splitlines() == before, "also half-way"
    school.run("migrate", "-v0")
    school.run("migrate", "--check")
    assert school.run("verify").splitlines() == before
