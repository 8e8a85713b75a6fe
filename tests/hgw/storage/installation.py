"""A school's installation of its own for a test: a data folder, a database of either engine, and its commands."""

import os
import shutil
import subprocess
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests import ready_tables
from tests.hgw.storage import ready_process
from tests.postgres import as_role

ROOT = Path(__file__).resolve().parents[3]
FILL = """
import io
from PIL import Image
from hgw.accounts.sessions import SessionStore
from django.core.management import call_command
from hgw.accounts.models import Logo, School
call_command("load_case", "tests/cases/tarik.yaml")
picture = io.BytesIO()
Image.new("RGB", (9, 9), "green").save(picture, "PNG")
Logo.objects.create(school=School.objects.get(), png=picture.getvalue())
session = SessionStore()
session["kanarie"] = 1
session.save()
"""


@dataclass(frozen=True)
class Installation:
    data: Path
    url: str
    owner: str = ""  # where its tables are another role's: the address of that one

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HGW_")}
        reached = {"DATABASE_URL": self.url} | ({"HGW_OWNER_DATABASE_URL": self.owner} if self.owner else {})
        return kept | reached | {"HGW_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "hgw.settings"}

    def manage(self, *words: object, keys: str = "", **settings: str) -> "subprocess.CompletedProcess[str]":
        return ready_process.run(list(map(str, words)), self.environment | settings, keys)

    def run(self, *words: object) -> str:
        """What a command says on stdout; it must succeed and complain of nothing."""
        done = self.manage(*words)
        assert (done.returncode, done.stderr) == (0, ""), (words, done.stderr)
        return done.stdout

    def migrate(self) -> None:
        """Bring the tables up to date; an empty database begins with those that this run of the tests made."""
        if self.owner:
            ready_tables.put_into(self.owner)
        else:
            ready_tables.lay_in(self.file.parent)
        self.run("migrate", "-v0")

    def refuses(self, *words: object, **settings: str) -> str:
        """The one line with which a command says no, having changed nothing."""
        done = self.manage(*words, **settings)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done
        return done.stderr

    def python(self, code: str) -> str:
        return self.run("shell", "--no-imports", "-c", code)

    def sql(self, statement: str) -> None:
        """Change something past the program."""
        with closing(psycopg.connect(as_role(self.url, "app"), autocommit=True)) as opened:
            opened.execute(statement)  # type: ignore[call-overload]  # SQL of ours that is put together here

    @property
    def file(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))


class Maker:
    """Makes installations of one engine: empty ones, and copies of one with tables and of one that holds a case."""

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server
        self._with_tables: Installation | None = None
        self._filled: Installation | None = None

    def empty(self) -> Installation:
        """An installation without tables."""
        return self._new(template="")

    def with_tables(self) -> Installation:
        """An installation in which nobody is yet."""
        if self._with_tables is None:
            self._with_tables = self._new(template="")
            self._with_tables.migrate()
        return self._copy(self._with_tables)

    def filled(self) -> Installation:
        """An installation with a case, a logo and somebody who is signed in."""
        if self._filled is None:
            self._filled = self.with_tables()
            self._filled.python(FILL)
        copy = self._copy(self._filled)
        shutil.copy(self._filled.data / "secret_key", copy.data)  # its trace is sealed with it
        return copy

    def _copy(self, made: Installation) -> Installation:
        if self.server:
            return self._new(template=urlsplit(made.url).path.strip("/"))
        copy = self._new(template="")
        shutil.copy(made.file, copy.file)
        return copy

    def _new(self, template: str) -> Installation:
        name = f"school_{uuid.uuid4().hex[:12]}"
        data = self.folder / name
        data.mkdir()
        if not self.server:
            return Installation(data, f"sqlite:///{data / 'hgw.sqlite3'}")
        with closing(psycopg.connect(self.server, autocommit=True)) as opened:
            opened.execute(f"CREATE DATABASE {name} OWNER owner TEMPLATE {template or 'template1'}")  # type: ignore[call-overload]  # SQL of ours that is put together here
        return Installation(data, *(as_role(self.server, role, name) for role in ("school", "owner")))
