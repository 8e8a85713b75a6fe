"""Making a backup while people save, and putting one back: database, history, trace, logos, and the signing key.

What is in it is what was saved at one moment. Web sessions are not: who is in comes in again.
"""

import datetime
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from hgw import demo, environment
from hgw.accounts.models import School, User
from hgw.audit.sealing import try_to_seal
from hgw.commands import Refusal
from hgw.storage import archive, gentle, postgres, running
from hgw.storage.archive import Manifest
from hgw.storage.contents import Table, opened, snapshot, tables
from hgw.storage.faults import file_faults
from hgw.storage.plain_copies import new_file, plain_copy
from hgw.version import VERSION


class NotWhole(Exception):
    """What came out is not what went in."""


def make(file: Path, recipient: Any) -> list[Table]:
    """Write a backup of the database as it is now, its trace sealed; return its sums. Saves go on meanwhile."""
    try_to_seal()
    with plain_copy(settings.DATA_DIR) as folder:
        copy = new_file(folder / archive.DATABASE)
        found = _copy_sqlite(copy) if connection.vendor == "sqlite" else _copy_postgres(copy)
        manifest = Manifest(
            engine=connection.vendor,
            made_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            version=VERSION,
            migrations=_migrations(),
            tables=[asdict(table) for table in found],
        )
        archive.write(file, recipient, manifest, copy, settings.SECRET_KEY)
    return found


def _copy_sqlite(copy: Path) -> list[Table]:
    """A piece at a time, in one transaction: in the write-ahead log a reader sees one moment, and holds no writer up."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20, isolation_level=None)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        target.execute("PRAGMA synchronous = OFF")  # gone in a minute; having it on disk would hold saves up
        source.execute("BEGIN")
        pages = gentle.PIECE // source.execute("PRAGMA page_size").fetchone()[0]
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # only now it is a moment
        source.backup(target, pages=pages, progress=lambda *_left: gentle.settle_file(copy))
        source.execute("COMMIT")
        target.execute("PRAGMA secure_delete = ON")
        if target.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_session'").fetchone():
            target.execute("DELETE FROM accounts_session")
        target.commit()
    with opened(environment.database(f"sqlite:///{copy}", settings.DATA_DIR), "copy") as there:
        _check_file(there)
        return tables("copy")


def _copy_postgres(copy: Path) -> list[Table]:
    """What is summed up and what is copied are one moment: the program reads the snapshot of our transaction."""
    with snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        postgres.dump(copy, name)
        return tables()


def _check_file(there: Any) -> None:
    for fault in file_faults(there):
        raise NotWhole(fault)


def _migrations() -> list[str]:
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def put_back(
    file: Path, identity: Any, *, replace: bool, then: Callable[[Manifest], None] = lambda manifest: None
) -> tuple[Manifest, list[Table]]:
    """Put a backup in the place of the database; return what it says of itself, and the sums of what was put back.

    `then` is called before a server may start with it: for who must not come back.

    Raises `Refusal` before anything is changed, `NotWhole` when the result is not what the backup says; a SQLite file
    is looked at before it takes the place of the other.
    """
    beside = (
        Path(connection.settings_dict["NAME"]).resolve().parent if connection.vendor == "sqlite" else settings.DATA_DIR
    )
    try:
        with running.alone(settings.DATA_DIR), plain_copy(beside) as folder:
            manifest = archive.read(file, identity, folder)
            _refuse(manifest, replace)
            found = _load(manifest, folder / archive.DATABASE)
            _keep_key((folder / archive.SECRET_KEY).read_text())
            (settings.DATA_DIR / demo.MARKER).unlink(missing_ok=True)  # whatever was here before
            then(manifest)
    except running.Busy:
        raise Refusal("A server runs with this data; stop it first.") from None
    return manifest, found


def _refuse(manifest: Manifest, replace: bool) -> None:
    if manifest.engine != connection.vendor:
        raise Refusal(f"This is a backup of {manifest.engine}, and the database here is {connection.vendor}.")
    known = _known_migrations()
    if newer := [name for name in manifest.migrations if name not in known]:
        raise Refusal(f"This backup was made by a newer version ({manifest.version}; {newer[0]}).")
    if not replace and not _is_empty():
        raise Refusal("There is a school in this database; with --replace the backup takes its place.")
    if connection.vendor == "postgresql" and postgres.others_connected():
        raise Refusal("Somebody works with this database; stop every server first.")


def is_of_this_version(manifest: Manifest) -> bool:
    """Whether the tables of a backup are those of this program."""
    return set(manifest.migrations) == _known_migrations()


def _known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    assert loader.disk_migrations is not None
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {".".join(key) for key in {*loader.disk_migrations, *replaced}}


def _is_empty() -> bool:
    there = set(connection.introspection.table_names())
    return not any(m._meta.db_table in there and m._base_manager.exists() for m in (School, User))


def _load(manifest: Manifest, copy: Path) -> list[Table]:
    if connection.vendor == "postgresql":
        postgres.load(copy)
        with snapshot():
            return _compared(manifest, tables())
    with opened(environment.database(f"sqlite:///{copy}", settings.DATA_DIR), "copy") as there:
        _check_file(there)
        found = _compared(manifest, tables("copy"))
    _take_place(copy, Path(connection.settings_dict["NAME"]))
    return found


def _compared(manifest: Manifest, found: list[Table]) -> list[Table]:
    """The sums that were found. Those of an older version's tables are no longer to be had, but for the texts."""
    same = is_of_this_version(manifest)
    now = {table.name: table for table in found}
    for before in (Table(**line) for line in manifest.tables):
        after = now.get(before.name)
        if after != before if same else after and after.texts != before.texts:
            raise NotWhole(f"{before.name} is not what it was when the backup was made.")
    return found


def _take_place(copy: Path, file: Path) -> None:
    """Give the copy the name of the database, when nobody has that open any more."""
    connection.close()
    if file.exists():
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as old:
            try:  # leaving the log is allowed to nobody but the last one; nothing of it is then left beside the file
                alone = old.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete"
            except sqlite3.OperationalError:
                alone = False
            except sqlite3.DatabaseError:
                alone = True  # so broken that there is nothing to lose
        if not alone:
            raise Refusal("Somebody works with this database; stop every server first.")
    for left in ("-wal", "-shm", "-journal"):
        file.with_name(file.name + left).unlink(missing_ok=True)
    copy.chmod(0o600)
    with copy.open("rb") as new:
        os.fsync(new.fileno())
    copy.replace(file)
    archive.sync(file.parent)


def _keep_key(key: str) -> None:
    """Sign with the key of the backup from now on: what was signed before holds, and drafts can be read."""
    if environment.text("HGW_SECRET_KEY"):
        return
    draft = settings.DATA_DIR / "secret_key.restored"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
        new.write(key)
        new.flush()
        os.fsync(new.fileno())
    draft.replace(settings.DATA_DIR / "secret_key")
