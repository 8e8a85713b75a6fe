"""Moving to another database: everything arrives, or nothing does; and the sums that say so."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from hgw.accounts.models import School
from hgw.storage.moving import _nobody_writes
from hgw.storage.sqlite3 import base
from tests.factories import make_school
from tests.hgw.storage.installation import Maker


def total(said: str) -> str:
    return said.splitlines()[-1]


NEXT = """
import uuid
from hgw.audit.models import Entry, record
last = Entry.objects.last().pk
record("school.changed", school=uuid.uuid4(), who=None, object=uuid.uuid4())
assert Entry.objects.last().pk > last
"""


@pytest.mark.once
def test_there_and_back_again(on_files: Maker, on_server: Maker) -> None:
    school, server, back = on_files.filled(), on_server.with_tables(), on_files.with_tables()
    before = school.run("verify")
    school.python("from hgw.audit.sealing import seal; assert seal()")
    trace = school.run("audit_verify")
    for target in (server, back):
        shutil.copy(school.data / "secret_key", target.data)
    for source, target in ((school, server), (server, back)):
        said = source.run("move_to", target.url).splitlines()
        here = [line.removeprefix("here\t") for line in said if line.startswith("here\t")]
        there = [line.removeprefix("there\t") for line in said if line.startswith("there\t")]
        assert here == there == before.splitlines()
        assert target.run("verify") == before
        assert target.run("audit_verify") == trace
    # Numbers go on where they were, and who was signed in still is.
    for target in (server, back):
        target.python("from hgw.accounts.models import Session; assert Session.objects.count() == 1")
        target.python(NEXT)
    assert school.run("verify") == before


@pytest.mark.once
def test_what_arrives_otherwise_does_not_arrive(on_files: Maker, on_server: Maker) -> None:
    school, server = on_files.filled(), on_server.with_tables()
    server.sql(
        "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN NEW.version := NEW.version + 1; RETURN NEW; END$$"
    )
    server.sql("CREATE TRIGGER louder BEFORE INSERT ON meetings_goal FOR EACH ROW EXECUTE FUNCTION louder()")
    done = school.manage("move_to", server.url)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stdout.splitlines()[-1].startswith("there\ttotal\t"), "the texts are equal, and a column is not"
    server.python("from hgw.accounts.models import School; assert not School.objects.exists()")


@pytest.mark.once
def test_a_database_that_cannot_take_it_stays_as_it_is(on_files: Maker, on_server: Maker, tmp_path: Path) -> None:
    school, other = on_files.filled(), on_files.filled()
    before = total(other.run("verify"))
    assert "not empty" in school.refuses("move_to", other.url)
    assert "migrate it first" in school.refuses("move_to", on_server.empty().url)
    assert "is to be moved" in school.refuses("move_to", school.url)
    assert school.refuses("move_to", "mysql://school").startswith("URL: ")
    assert school.refuses("move_to", "postgres://nobody@127.0.0.1:1/school").startswith("URL: ")
    assert total(other.run("verify")) == before


@pytest.mark.django_db(transaction=True)
def test_nobody_saves_while_it_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PATIENCE", 0.3)
    answers: list[object] = []

    def save() -> None:
        try:
            answers.append(make_school())
        except OperationalError as error:
            answers.append(error)
        finally:
            connection.close()

    for is_held in (True, False):
        other = threading.Thread(target=save)
        if is_held:
            with _nobody_writes():
                other.start()
                other.join(30)
        else:
            other.start()
            other.join(30)
    assert [isinstance(answer, OperationalError) for answer in answers] == [True, False]
    assert School.objects.count() == 1


CHANGES = {
    "a text": "UPDATE meetings_goal SET then_can = 'kanarie' WHERE id = (SELECT min(CAST(id AS text)){cast} FROM meetings_goal)",
    "a version": "UPDATE meetings_goal SET version = 7",
}


@pytest.mark.once
@pytest.mark.parametrize("change", CHANGES)
def test_verify_finds_what_was_changed_past_the_history(change: str, maker: Maker) -> None:
    school = maker.filled()
    before = school.run("verify")
    names = [line.split("\t")[0] for line in before.splitlines()]
    assert names == [*sorted(names[:-1]), "total"]
    statement = CHANGES[change].format(cast="::uuid" if maker.server else "")
    if maker.server:
        school.sql(statement)
    else:
        with closing(sqlite3.connect(school.file)) as opened:
            opened.execute(statement)
            opened.commit()
    done = school.manage("verify")
    assert done.returncode == 1
    assert "kanarie" not in done.stdout + done.stderr
    assert all(line.startswith("meetings_goal\t") for line in done.stderr.splitlines())
    assert done.stderr
    assert (total(done.stdout) != total(before)) == (change == "a text")


@pytest.mark.once
def test_verify_finds_what_is_wrong_with_a_file(on_files: Maker) -> None:
    school = on_files.filled()
    with closing(sqlite3.connect(school.file)) as opened:
        opened.execute("UPDATE accounts_logo SET school_id = 'nobody'")
        opened.commit()
    done = school.manage("verify")
    assert (done.returncode, done.stderr.count("accounts_school that is not there")) == (1, 1)
