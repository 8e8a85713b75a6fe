"""Installations of either engine, and a key for their backups."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyrage
import pytest

from tests.hgw.storage.installation import Maker
from tests.postgres import server


class SchoolKey(NamedTuple):
    public: str
    file: Path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """With the durability that it comes with: what is backed up and moved is not to depend on luck."""
    with server(durable=True) as url:
        yield url


@pytest.fixture(scope="session")
def on_files(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("files"), "")


@pytest.fixture(scope="session")
def on_server(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Maker:
    return Maker(tmp_path_factory.mktemp("server"), postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.getfixturevalue("on_files" if request.param == "sqlite" else "on_server")
    return made


@pytest.fixture
def school_key(tmp_path: Path) -> SchoolKey:
    """As age-keygen makes one."""
    key = pyrage.x25519.Identity.generate()
    (file := tmp_path / "school.key").write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")
    return SchoolKey(str(key.to_public()), file)
