"""A backup counts when it was put back: made while people save, opened elsewhere, and nothing of it is missing."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from hgw.storage import running
from tests.hgw.storage.conftest import SchoolKey
from tests.hgw.storage.installation import ROOT, Installation, Maker

pytestmark = pytest.mark.once

# Saves one text after the other, and says of each that it is saved, once it is.
SAVES = """
import django, uuid
django.setup()
from hgw.audit.models import Key
from hgw.transaction import writing
while True:
    number = uuid.uuid4()
    with writing():
        Key.objects.create(id=number, kind="user", label=f"text {number}")
    print(number, flush=True)
"""
ASKS = """
from hgw.accounts.models import Session
from hgw.accounts.models import Logo
from hgw.audit.models import Key
print(Session.objects.count(), Logo.objects.get().png[:4] == b"\\x89PNG")
for number, label in Key.objects.values_list("id", "label"):
    print(number, label, sep="\\t")
"""
# A backup that stands still when its copy is made.
STOPS_HALFWAY = """
import sys, time
from django.core.management import execute_from_command_line
from hgw.storage import archive
def write(*given):
    print("copied", flush=True)
    time.sleep(600)
archive.write = write
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


def total(said: str) -> str:
    return said.splitlines()[-1]


def backed_up(school: Installation, key: SchoolKey, file: Path) -> str:
    said = school.run("backup", "--to", file, "--recipient", key.public)
    assert said.splitlines()[0] == f"backup\t{file}"
    return total(said)


def test_a_backup_under_load_is_whole_elsewhere(maker: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    school, file = maker.filled(), tmp_path / "school.age"
    ledgers = [tmp_path / f"ledger-{n}" for n in range(3)]
    writers = []
    for ledger in ledgers:
        with ledger.open("wb") as out:
            writers.append(
                subprocess.Popen([sys.executable, "-c", SAVES], cwd=ROOT, env=school.environment, stdout=out)
            )
    try:
        end = time.monotonic() + 120
        while not all(ledger.stat().st_size > 1000 for ledger in ledgers) and time.monotonic() < end:
            time.sleep(0.1)
        saved = [line for ledger in ledgers for line in ledger.read_text().rpartition("\n")[0].splitlines()]
        sums = backed_up(school, school_key, file)
        during = [line for ledger in ledgers for line in ledger.read_text().rpartition("\n")[0].splitlines()]
    finally:
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait(timeout=30)
    assert len(during) > len(saved) > 0, "saves went on meanwhile"
    assert file.stat().st_mode & 0o077 == 0
    sealed = file.read_bytes()
    assert b"text " not in sealed
    assert b"SQLite" not in sealed
    assert [left.name for left in school.data.iterdir() if left.name.startswith("plain-")] == []

    elsewhere = maker.empty()
    said = elsewhere.run("restore", file, "--identity", school_key.file)
    assert said.startswith("restored\t")
    assert total(said) == sums
    assert total(elsewhere.run("verify")) == sums
    _ok, _rows, head = elsewhere.run("audit_verify").split("\t")
    assert int(head, 16), "the trace came along, sealed"
    first, *kept = elsewhere.python(ASKS).splitlines()
    assert first == "0 True", "no web session, and the logo"
    there = dict(line.split("\t") for line in kept)
    assert [number for number in saved if there.get(number) != f"text {number}"] == []
    assert (elsewhere.data / "secret_key").read_text() == (school.data / "secret_key").read_text()
    assert (elsewhere.data / "secret_key").stat().st_mode & 0o077 == 0
    assert elsewhere.manage("migrate", "--check").returncode == 0
    # It lives: the next row gets a number of its own.
    elsewhere.python(
        "import uuid; from hgw.audit.models import record; "
        "record('school.changed', school=uuid.uuid4(), who=None, object=uuid.uuid4())"
    )


def test_what_cannot_be_put_back_changes_nothing(maker: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    school, file = maker.filled(), tmp_path / "school.age"
    backed_up(school, school_key, file)
    before = total(school.run("verify"))
    (other := tmp_path / "other.key").write_text(str(pyrage.x25519.Identity.generate()))
    (cut := tmp_path / "cut.age").write_bytes(file.read_bytes()[:-1000])
    (bad := bytearray(file.read_bytes()))[len(bad) // 2] ^= 1
    (changed := tmp_path / "changed.age").write_bytes(bad)

    def restore(file: Path, *words: str, key: Path = school_key.file, **settings: str) -> str:
        return school.refuses("restore", file, "--identity", key, *words, **settings)

    assert "--replace" in restore(file)
    for broken in (cut, changed, ROOT / "manage.py"):
        assert "no whole backup" in restore(broken, "--replace")
    assert "no whole backup" in restore(file, "--replace", key=other)
    assert "no secret key" in restore(file, "--replace", key=ROOT / "manage.py")
    assert "no such file" in restore(tmp_path / "nothing.age", "--replace")
    held = running.serve(school.data)
    assert "server runs" in restore(file, "--replace")
    os.close(held)
    assert total(school.run("verify")) == before


def test_a_backup_takes_the_place_of_what_is_there_when_asked(
    maker: Maker, school_key: SchoolKey, tmp_path: Path
) -> None:
    school, file = maker.filled(), tmp_path / "school.age"
    before = backed_up(school, school_key, file)
    school.python("from hgw.accounts.models import School; School.objects.update(name='De Kanarie')")
    assert total(school.run("verify")) != before
    keys = school_key.file.read_text()
    done = school.manage(
        "restore", file, "--identity", "-", "--replace", keys=keys
    )  # a key that never lies on the server
    assert (done.returncode, done.stderr, total(done.stdout)) == (0, "", before)
    assert total(school.run("verify")) == before


def test_a_database_that_somebody_works_with_stays(on_files: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    """Also one that is no server: a program that has the file open goes on with what is no longer there."""
    school, file = on_files.filled(), tmp_path / "school.age"
    backed_up(school, school_key, file)
    with closing(sqlite3.connect(school.file)) as somebody:
        somebody.execute("SELECT count(*) FROM accounts_school").fetchone()
        said = school.refuses("restore", file, "--identity", school_key.file, "--replace")
        assert "Somebody works" in said
        assert somebody.execute("SELECT count(*) FROM accounts_school").fetchone() == (1,)


def test_each_engine_keeps_to_its_own_backups(
    on_files: Maker, on_server: Maker, school_key: SchoolKey, tmp_path: Path
) -> None:
    for maker, other in ((on_files, on_server), (on_server, on_files)):
        file = tmp_path / f"{maker.server[:8] or 'file'}.age".replace(":", "").replace("/", "")
        backed_up(maker.filled(), school_key, file)
        assert "This is a backup of" in other.empty().refuses("restore", file, "--identity", school_key.file)


def test_a_backup_that_cannot_be_made_is_none(on_files: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    school, folder = on_files.filled(), tmp_path / "copies"
    folder.mkdir()
    (folder / "old.age").touch()

    def backup(name: str, recipient: str = school_key.public) -> str:
        return school.refuses("backup", "--to", folder / name, "--recipient", recipient)

    assert "there already" in backup("old.age")
    assert "no folder" in backup("nowhere/new.age")
    assert "no public key" in backup("new.age", recipient="age1kanarie")
    with closing(sqlite3.connect(school.file)) as broken:
        broken.execute("UPDATE accounts_logo SET school_id = 'nobody'")
        broken.commit()
    done = school.manage("backup", "--to", folder / "new.age", "--recipient", school_key.public)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith("No backup was made: accounts_logo")
    assert [file.name for file in folder.iterdir()] == ["old.age"]


def test_a_killed_backup_leaves_nothing_that_stays(maker: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    """Killed without a word, its plain copy is gone with the next one; asked to end, it takes that along itself."""
    school = maker.filled()
    command = [
        sys.executable,
        "-c",
        STOPS_HALFWAY,
        "backup",
        "--to",
        tmp_path / "new.age",
        "--recipient",
        school_key.public,
    ]
    for number, left in (signal.SIGKILL, 1), (signal.SIGTERM, 0):
        making = subprocess.Popen(command, cwd=ROOT, env=school.environment, stdout=subprocess.PIPE, text=True)
        assert making.stdout
        assert making.stdout.readline() == "copied\n"
        (copy,) = school.data.glob("plain-*/database")
        assert copy.stat().st_size > 10_000
        assert (copy.stat().st_mode | copy.parent.stat().st_mode) & 0o077 == 0
        other = backed_up(school, school_key, tmp_path / f"{number}-meanwhile.age")
        assert copy.exists(), "the copy of one that is at work is not taken away"
        os.kill(making.pid, number)
        making.communicate(timeout=60)
        assert len(list(school.data.glob("plain-*"))) == left
        assert backed_up(school, school_key, tmp_path / f"{number}.age") == other
        assert not list(school.data.glob("plain-*"))
    assert not (tmp_path / "new.age").exists()


def test_the_key_of_an_installation_that_has_its_own_is_not_taken(
    on_files: Maker, school_key: SchoolKey, tmp_path: Path
) -> None:
    file, elsewhere = tmp_path / "school.age", on_files.empty()
    backed_up(on_files.filled(), school_key, file)
    done = elsewhere.manage("restore", file, "--identity", school_key.file, HGW_SECRET_KEY="x" * 50)
    assert done.returncode == 0
    assert done.stderr.startswith("HGW_SECRET_KEY: ")
    assert not (elsewhere.data / "secret_key").exists()


def test_age_itself_opens_a_backup(on_files: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    """Without this program, if there is none: the format is not ours."""
    file = tmp_path / "school.age"
    backed_up(on_files.filled(), school_key, file)
    key = next(line for line in school_key.file.read_text().splitlines() if line.startswith("AGE-"))
    plain = pyrage.decrypt(file.read_bytes(), [pyrage.x25519.Identity.from_str(key)])
    (tmp_path / "plain.tar.gz").write_bytes(plain)
    shutil.unpack_archive(tmp_path / "plain.tar.gz", tmp_path / "plain", filter="data")
    assert sorted(part.name for part in (tmp_path / "plain").iterdir()) == ["database", "manifest.json", "secret_key"]
    with closing(sqlite3.connect(tmp_path / "plain" / "database")) as opened:
        assert opened.execute("SELECT count(*) FROM accounts_school").fetchone() == (1,)
        assert opened.execute("SELECT count(*) FROM accounts_session").fetchone() == (0,)
