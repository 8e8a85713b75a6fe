"""The file of a backup: a tar archive, encrypted with age for whoever holds the school's key.

The server needs the public half only, so that nobody who breaks into it can read its backups. `age -d -i KEYFILE FILE`
opens one without this program: in it are `manifest.json`, `database` (a SQLite file or a dump of pg_dump) and
`secret_key`.
"""

import json
import os
import sys
import tarfile
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyrage

from hgw.storage.gentle import Gentle

FORMAT = 1
MANIFEST, DATABASE, SECRET_KEY = PARTS = ("manifest.json", "database", "secret_key")


class Unreadable(Exception):
    """The file is no backup, or not for this key."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    engine: str
    made_at: str
    version: str
    migrations: list[str]
    tables: list[dict[str, Any]] = field(default_factory=list)
    format: int = FORMAT


def recipient_of(key: str) -> Any:
    """The public key that a backup is for. Raises `ValueError`."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError as error:
        raise ValueError(str(error)) from error


def identity_of(file: Path) -> Any:
    """The secret key in a file as age-keygen makes it, `-` for standard input. Raises `ValueError` or `OSError`."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    keys = [line.strip() for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-")]
    if len(keys) != 1:
        raise ValueError("holds no key")
    try:
        return pyrage.x25519.Identity.from_str(keys[0])
    except pyrage.IdentityError as error:
        raise ValueError("holds no key") from error


def write(file: Path, recipient: Any, manifest: Manifest, database: Path, secret_key: str) -> None:
    """Write the archive under its name once all of it is on disk; nothing of it is ever there in plain."""
    draft = file.with_name(f"{file.name}.part")
    read_end, write_end = os.pipe()
    trouble: list[BaseException] = []

    def fill() -> None:
        try:
            with os.fdopen(write_end, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|gz", compresslevel=1) as tar:
                _add(tar, MANIFEST, json.dumps(asdict(manifest)).encode(), database.parent)
                _add(tar, SECRET_KEY, secret_key.encode(), database.parent)
                tar.add(database, DATABASE)
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits
            trouble.append(error)

    filling = threading.Thread(target=fill)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with os.fdopen(read_end, "rb") as plain:
                filling.start()
                pyrage.encrypt_io(plain, Gentle(out), [recipient])
            filling.join()
            if trouble:
                raise trouble[0]
            out.flush()
            os.fsync(out.fileno())
        draft.rename(file)
        sync(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, name: str, content: bytes, folder: Path) -> None:
    (folder / name).write_bytes(content)
    tar.add(folder / name, name)


def read(file: Path, identity: Any, folder: Path) -> Manifest:
    """Lay the parts of a backup into a folder. Raises `Unreadable` when it is not whole, or not for this key."""
    plain = folder / "archive"
    try:
        with file.open("rb") as sealed, plain.open("wb") as out:
            pyrage.decrypt_io(sealed, out, [identity])
        with tarfile.open(plain, "r:gz") as tar:
            for name in PARTS:
                tar.extract(name, folder, filter="data")
        plain.unlink()
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (pyrage.DecryptError, tarfile.TarError, KeyError, ValueError, TypeError, EOFError) as error:
        raise Unreadable(str(error)) from error
    except OSError as error:
        if error.errno is None:  # the library found a piece that is not what was sealed, in the middle of the file
            raise Unreadable(str(error)) from error
        raise
    if manifest.format != FORMAT:
        raise Unreadable("it was made by another version of this program")
    return manifest


def sync(folder: Path) -> None:
    """Have the names in a folder on disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
