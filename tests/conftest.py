"""What every test finds: a data folder of its own, a database as in production, and the cast of a school."""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before Django reads its settings: no test may touch a data folder that somebody uses.
os.environ.setdefault("HGW_DATA", tempfile.mkdtemp(prefix="hgw-test-"))
os.environ["HGW_SECOND_FACTOR"] = "0"  # for the servers that tests start

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

from hgw.audit import guards
from meetings.room import store
from students.forgetting import erased_list
from tests import ready_tables, two_roles, walked
from tests.factories import Cast
from tests.log_canary import canary
from tests.recorded_cast import recorded_cast

# How long making an example takes says how busy the machine is, nothing about the product.
hypothesis_settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(canary)
    config.pluginmanager.register(walked.Plugin())
    gc.set_threshold(100_000)  # memory is no matter here, and looking for what may go costs three in a hundred
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Scrypt is slow on purpose
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    }  # nobody is: see `counted`
    # The second step at sign-in is for the tests about it, which ask for it: the others sign in without a password too.
    settings.SECOND_FACTOR = False
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.ROOM_FILE = settings.DATA_DIR / f"room-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3"
    two_roles.begin_as_a_fresh_connection()
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in production: in memory there is no second connection and no lock to meet.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database["TEST"]["NAME"] = os.path.join(os.environ["HGW_DATA"], f"test-{worker}.sqlite3")


def pytest_itemcollected(item: pytest.Item) -> None:
    """What asks nothing of the database is the same with either: it may not reach it, so this is sure."""
    asked = {"db", "transactional_db", "live_server", "on_postgres"} & set(getattr(item, "fixturenames", ()))
    if not asked and not item.get_closest_marker("django_db") and not item.get_closest_marker("browser"):
        item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_sessionstart() -> None:
    canary.begin()  # now that logging is set up


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: Any
) -> bool:
    """Whether there is a database to begin with: the copy of one that this run of the tests made, or that of before."""
    with django_db_blocker.unblock():
        return ready_tables.are_copied(connection) or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    two_roles.come_in_as_owner()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, pytestconfig: pytest.Config) -> Iterator[None]:
    """Tests work with the application's role; emptying the tables between them is the owner's.

    It is also the one thing that the guards of the trace have to let through.
    """
    operations: Any = type(connection.ops)
    plain, vendor = operations.sql_flush, connection.vendor

    def sql_flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        return two_roles.by_owner([*guards.off(vendor), *plain(self, *args, **kwargs), *guards.on(vendor)])

    operations.sql_flush = sql_flush
    operations.execute_sql_flush = _patient(operations.execute_sql_flush)
    two_roles.come_in_as_application()
    yield
    two_roles.come_in_as_owner()  # who takes the database away
    with django_db_blocker.unblock():
        told = _wait_for_others()
    if told:
        with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"still in the database after its last test: {told}", file=sys.stderr)


def _wait_for_others() -> list[tuple[Any, ...]]:
    """A server of a browser test may still answer what the page asked last, and for that the room may have come in once
    more, to stay; with somebody in it PostgreSQL takes no database away. Who is still there after that is sent out, and
    named."""
    for _again in range(100):
        if connection.vendor != "postgresql":
            return []
        store.close()
        if not _others("count(*) > 0")[0][0]:
            return []
        time.sleep(0.1)
    if os.environ.get(two_roles.OWNER):  # with one role for all it is we ourselves
        two_roles.come_in_as_superuser()
    told = _others("pg_terminate_backend(pid), usename, state, backend_start, state_change, left(query, 200)")
    two_roles.come_in_as_owner()
    return told


def _others(what: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT {what} FROM pg_stat_activity WHERE {others}")
        return list(cursor.fetchall())


def _patient(plain: Callable[..., None]) -> Callable[..., None]:
    """A server of a browser test may still be saving what the page sent last: on PostgreSQL the two wait for each other, and
    it ends the one that empties the tables. It is done a second later."""

    def execute(self: Any, statements: list[str]) -> None:
        for _again in range(5):
            try:
                return plain(self, statements)
            except OperationalError:
                time.sleep(1)
        return plain(self, statements)

    return execute


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """The phases of support come back after a test that empties the tables: any test may be the next one in this process."""
    try:
        yield
    finally:
        if nextitem and _empties(item):
            with item.config.stash[blocking_manager_key].unblock():
                _load_phases()


@pytest.fixture(autouse=True)
def vocabulary(request: pytest.FixtureRequest) -> None:
    """And they are there at the beginning of one, whatever was the last one."""
    if _empties(request.node):
        request.getfixturevalue("transactional_db")
        _load_phases()


def _empties(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


def _load_phases() -> None:
    from students.models import Phase
    from students.models.phases import load_phases

    load_phases(Phase)


@pytest.fixture(autouse=True)
def empty_room() -> Iterator[None]:
    """Nobody is in any meeting when a test begins: meetings of two tests may have the same id."""
    yield
    with store._store.lock:  # a server of a browser test may still be asked by a page that goes
        opened = store._store.wrapper
        if opened is not None and opened.vendor == "postgresql" and opened.connection is not None:
            for table in ("room_number", "room_seen", "room_ready", "room_rights"):
                opened.connection.execute(f"DELETE FROM {table}")
        store._store._drop()
        for name in ("", "-wal", "-shm"):
            Path(f"{settings.ROOM_FILE}{name}").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def nobody_erased(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test begins with a list of erased students: students of two tests may have the same id, also beside each other."""
    monkeypatch.setattr(erased_list, "NAME", f"erased-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.tsv")
    yield
    (settings.DATA_DIR / erased_list.NAME).unlink(missing_ok=True)


@pytest.fixture
def cast(db: None) -> Cast:
    """Two schools with somebody in every role, a student with guardians, and an open meeting about that student."""
    return recorded_cast()


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """`sign_in(user)` gives a browser in which this user is signed in; `htmx=True` for one that asks for fragments."""

    def browser(user: object = None, *, htmx: bool = False) -> Client:
        client = Client(headers={"HX-Request": "true"} if htmx else {})
        if user is not None:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return browser


@pytest.fixture
def counted(settings: Any, tmp_path: Path) -> None:
    """How often somebody tries is counted, as in production."""
    settings.CACHES = {"default": {"BACKEND": "hgw.shared_cache.SharedFileCache", "LOCATION": tmp_path / "tries"}}


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"
