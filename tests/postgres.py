"""Starts a PostgreSQL of its own for a command, and takes it away again: `python -m tests.postgres -- COMMAND…`.

Durability is off: for the ordinary suite, nothing has to outlive a power cut. Nor is there anything to tidy up or to
learn from rows that every test takes back: what the server gathers there misleads it (a walk of 39 s became 101 s).
What is measured wants it as it comes.

Beside the superuser `app` there are the two roles of an installation (hgw/operating.md): `owner` has the tables, `school`
is who the application works as. Tests let `school` take the owner's place for a moment, with SET ROLE.
"""

import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg

UNSAFE = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c jit=off"


# The first two where the server is set up, the rest in each database: what the owner makes there is open to the application.
ROLES = """
CREATE ROLE owner LOGIN CREATEDB;
CREATE ROLE school LOGIN NOINHERIT;
GRANT owner TO school;
ALTER DATABASE postgres OWNER TO owner;
"""
RIGHTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO school;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO school;
"""


@contextmanager
def server(*, durable: bool = False, shows: tuple[Path, Path] | None = None, port: int | None = None) -> Iterator[str]:
    """Yield the superuser's address of a fresh server that listens on a socket in a temporary folder.

    `durable`: it writes to disk before it says that something is written, as a real one does. `shows`: a certificate and
    its key, with which it listens on this `port` of this machine too, beside its socket.
    """
    folder, programs = tempfile.mkdtemp(prefix="hgw-pg-"), _programs()
    if os.geteuid() == 0:  # the server refuses to run as root
        os.chown(folder, _somebody().pw_uid, _somebody().pw_gid)
    as_user = _as_somebody(folder)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)  # type: ignore[call-overload]  # keyword arguments from a dictionary

    data = f"{folder}/data"
    options = f"-c listen_addresses='' -k {folder} {'' if durable else UNSAFE}"
    if shows:
        own = [shutil.copy(file, folder) for file in shows]
        for file in own:
            os.chmod(file, 0o600)
            if os.geteuid() == 0:
                os.chown(file, _somebody().pw_uid, _somebody().pw_gid)
        options += (
            f" -p {port} -c listen_addresses=127.0.0.1 -c ssl=on -c ssl_cert_file={own[0]} -c ssl_key_file={own[1]}"
        )
    try:
        run(f"{programs}/initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(f"{programs}/pg_ctl", "start", "-w", "-D", data, "-l", f"{folder}/log", "-o", options)
        url = f"postgres://app@{quote(folder, safe='')}{f':{port}' if port else ''}/postgres"
        run_sql(ROLES, url)
        for database in ("postgres", "template1"):
            run_sql(RIGHTS, as_role(url, "app", database))
        yield url
    finally:
        subprocess.run(
            [f"{programs}/pg_ctl", "stop", "-m", "immediate", "-D", data], check=False, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **as_user,  # type: ignore[call-overload]  # keyword arguments from a dictionary
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)


def as_role(url: str, role: str, database: str = "") -> str:
    """The address at which another role comes in, in this database or in another one."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"postgres://{role}@{parts.hostname}{port}/{database or parts.path.strip('/')}"


def two_roles(url: str) -> dict[str, str]:
    """The environment in which the application owns no tables."""
    return {"DATABASE_URL": as_role(url, "school"), "HGW_OWNER_DATABASE_URL": as_role(url, "owner")}


def run_sql(sql: str, url: str) -> None:
    """Run statements that are divided by semicolons."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in filter(None, map(str.strip, sql.split(";"))):
            connection.execute(statement)  # type: ignore[call-overload]  # SQL of ours


def stop(url: str) -> None:
    """End the server at this address at once, as a crash would."""
    _control(url, "stop", "-m", "immediate")


def start(url: str) -> None:
    """Start the server at this address again, with the settings it had."""
    _control(url, "restart", "-w", "-l", f"{_folder(url)}/log")


def complaints(url: str, last: int = 12) -> str:
    """What the server at this address wrote in its log of what went wrong, and of which statement: the last lines of it."""
    said = Path(_folder(url), "log").read_text(errors="replace").splitlines()
    wrong = [line[:300] for line in said if any(word in line for word in ("ERROR:", "FATAL:", "PANIC:", "STATEMENT:"))]
    return "\n".join(wrong[-last:])


def _control(url: str, *act: str) -> None:
    command = [f"{_programs()}/pg_ctl", *act, "-D", f"{_folder(url)}/data"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_somebody(_folder(url))  # type: ignore[call-overload]  # keyword arguments from a dictionary
    )  # fmt: skip


def _folder(url: str) -> str:
    return unquote(urlsplit(url).hostname or "")


def program(name: str) -> str:
    """Where one of the programs of PostgreSQL is."""
    return f"{_programs()}/{name}"


def _programs() -> str:
    """The folder with the programs of PostgreSQL."""
    folders = [os.environ.get("PG_BIN", ""), *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)]
    programs = next((f for f in folders if f and os.path.exists(f"{f}/initdb")), None)
    if programs is None:
        found = shutil.which("initdb")
        if found is None:
            sys.exit("PostgreSQL is needed for the tests: install the package postgresql, or set PG_BIN")
        programs = os.path.dirname(found)
    return programs


def _somebody() -> pwd.struct_passwd:
    """Whoever runs the server when we are root."""
    return pwd.getpwnam(next(u for u in ("postgres", "nobody") if any(p.pw_name == u for p in pwd.getpwall())))


def _as_somebody(folder: str) -> dict[str, object]:
    if os.geteuid() != 0:
        return {"cwd": folder}
    return {"cwd": folder, "user": _somebody().pw_uid, "group": _somebody().pw_gid, "extra_groups": []}


def processes(url: str) -> list[int]:
    """The ids of the processes of the server at this address, those of its connections too."""
    main = int(Path(_folder(url), "data", "postmaster.pid").read_text().split()[0])
    return [main, *map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split())]


if __name__ == "__main__":
    command = sys.argv[sys.argv.index("--") + 1 :]
    with server() as url:
        code = subprocess.run(command, env=os.environ | two_roles(url), check=False).returncode
    sys.exit(code)
