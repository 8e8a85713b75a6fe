"""Commands that fail on a row say which kind of fault it was, and nothing of the row."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.hgw.storage.conftest import SchoolKey
from tests.hgw.storage.installation import Installation, Maker

pytestmark = pytest.mark.once
CANARY = "kanarie"
TEXT = f"UPDATE meetings_goal SET then_can = '{CANARY} zingt'"


def with_canary(maker: Maker) -> Installation:
    school = maker.filled()
    if maker.server:
        school.sql(TEXT)
    else:
        with closing(sqlite3.connect(school.file)) as opened:
            opened.execute(TEXT)
            opened.commit()
    return school


def told(school: Installation, *words: object) -> str:
    """What a command that must fail says, in one line."""
    done = school.manage(*words)
    assert done.returncode in {1, 2}
    assert CANARY not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_a_copy_that_cannot_be_put_back(on_server: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    school, file = with_canary(on_server), tmp_path / "school.age"
    school.run("backup", "--to", file, "--recipient", school_key.public)
    target = on_server.empty()
    # A rule that the row with the text breaks: PostgreSQL says so with all of the row.
    target.sql(
        "CREATE FUNCTION no_text() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN"
        " IF to_regclass('public.meetings_goal') IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'no_text') THEN"
        " ALTER TABLE public.meetings_goal ADD CONSTRAINT no_text CHECK (then_can = ''); END IF; END$$"
    )
    target.sql(
        "CREATE EVENT TRIGGER no_text ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION no_text()"
    )
    said = told(target, "restore", file, "--identity", school_key.file)
    assert said == "The backup was not put back: pg_restore failed: a row breaks a rule of its table\n"


def test_a_row_that_does_not_arrive(on_files: Maker, on_server: Maker) -> None:
    school = with_canary(on_files)
    server, file = on_server.with_tables(), on_files.with_tables()
    server.sql("ALTER TABLE meetings_goal ADD CONSTRAINT no_text CHECK (then_can = '')")
    with closing(sqlite3.connect(file.file)) as opened:
        opened.execute(
            "CREATE TRIGGER no_text BEFORE INSERT ON meetings_goal BEGIN SELECT json_extract(new.then_can, '$'); END"
        )
        opened.commit()
    assert told(school, "move_to", server.url) == "URL: CheckViolation (SQLSTATE 23514)\n"
    assert told(school, "move_to", file.url) == "URL: SQLITE_ERROR\n"


def test_a_server_that_is_away(on_files: Maker) -> None:
    said = told(on_files.filled(), "move_to", "postgres://nobody@127.0.0.1:1/school")
    assert said == "URL: OperationalError: the database server is away, or does not let us in\n"
