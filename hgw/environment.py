"""What an installation may set, read from the environment: a wrong value stops the start with one line that names it."""

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from hgw.storage import place
from hgw.storage.row_security import SETTING, WHOLE


def stop(name: str, why: str) -> NoReturn:
    """End the program with one line that names the setting."""
    sys.exit(f"{name}: {why}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "")
    if value not in {"", "0", "1"}:
        stop(name, f"must be 0 or 1, not {value!r}")
    return default if value == "" else value == "1"


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def port() -> int:
    """`PORT`, where the server listens on this machine."""
    value = text("PORT", "8000") or "8000"
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        stop("PORT", f"must be a number from 1 to 65535, not {value!r}")
    return int(value)


def log_form() -> str:
    """`HGW_LOG`: `text` for people, `json` for a machine that gathers logs."""
    value = text("HGW_LOG") or "text"
    if value not in {"text", "json"}:
        stop("HGW_LOG", f"must be text or json, not {value!r}")
    return value


def backup_folder() -> Path | None:
    """`HGW_BACKUPS`, where the copies of the database are; None without it."""
    value = text("HGW_BACKUPS")
    if value and not Path(value).is_absolute():
        stop("HGW_BACKUPS", f"must be a full path, not {value!r}")
    return Path(value) if value else None


def data_folder(root: Path) -> Path:
    """`HGW_DATA`, made when it is not there; `.data` in the project without it."""
    folder = Path(text("HGW_DATA") or root / ".data").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop("HGW_DATA", f"{folder} cannot be made: {error.strerror}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        stop("HGW_DATA", f"{folder} cannot be written to")
    return folder


def _address(url: str, name: str) -> tuple[SplitResult, int | None]:
    """The parts of an address, and its port."""
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        stop(name, f"is no address: {error}")


def origins(name: str) -> list[str]:
    """Addresses that pages may be sent from, each with http:// or https:// before it."""
    found = names(name, "")
    for origin in found:
        parts, _port = _address(origin, name)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            stop(name, f"must hold addresses like https://school.example, not {origin!r}")
    return found


def address() -> str:
    """Where people reach this installation: the first of `HGW_ORIGINS`, else of `HGW_HOSTS`, else this machine."""
    if found := names("HGW_ORIGINS", ""):
        return found[0].rstrip("/")
    scheme = "https" if flag("HGW_HTTPS", default=False) else "http"
    if found := [host for host in names("HGW_HOSTS", "") if not host.startswith((".", "*"))]:
        return f"{scheme}://{found[0]}"
    return f"http://127.0.0.1:{port()}"


def answer_within(seconds: int) -> None:
    """How long one question may take on PostgreSQL, in this process: pages less than commands, 0 for ever."""
    global _patience
    _patience = seconds


_patience = 60


def work_for_the_whole_installation() -> None:
    """Let every connection of this process see the rows of all schools, in any transaction and outside of it.

    For a program that changes tables. Whatever else works for all of them says so to its transaction (hgw/transaction.py).
    """
    global _schools
    _schools = WHOLE


_schools = ""


def _postgres_settings() -> list[str]:
    """What a connection asks for itself: nobody waits without end, and what was answered as saved is on disk."""
    return [
        "synchronous_commit=on",
        "lock_timeout=3s",
        f"statement_timeout={_patience}s",
        f"idle_in_transaction_session_timeout={6 * _patience}s",
        *([f"{SETTING}={_schools}"] if _schools else []),
    ]


# How PostgreSQL is reached over a network, as its own programs call it. Others of them are for the environment (PGSSLCERT…).
SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


def _way_there(query: str, name: str) -> dict[str, str]:
    """What an address says after its question mark. A setting that we would not pass on is refused, never left out."""
    said = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)  # a path may hold one; it is no space here
    way = dict(said)
    if len(way) < len(said) or bool(said) != bool(query) or not way.keys() <= {"sslmode", "sslrootcert"}:
        stop(name, "may end in ?sslmode=… and &sslrootcert=…, and in nothing else")
    if way.get("sslmode", "prefer") not in SSL_MODES:
        stop(name, f"sslmode must be one of {', '.join(sorted(SSL_MODES))}")
    return way


def database(url: str, data: Path, name: str = "DATABASE_URL") -> dict[str, object]:
    """The DATABASES entry for a database address: `sqlite:///path` or `postgres://user:password@host:port/name`.

    Without an address: a SQLite file in the data folder. A host that starts with a slash (percent-encoded) is a socket folder.
    After a PostgreSQL address may stand `?sslmode=verify-full&sslrootcert=/path`: whether the server has to show who it is.
    """
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite://").removeprefix("/") if url else ""
        file = ("/" + path.lstrip("/") if url.startswith("sqlite:////") else path) or data / "hgw.sqlite3"
        if why := place.why_not(Path(file)):
            stop(name if url else "HGW_DATA", why)
        return {
            "ENGINE": "hgw.storage.sqlite3",
            "NAME": file,
            # Persistent connections: reopening a WAL file for each request costs more than the query.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,  # for a reader; a writer's is in the backend
                # A save asks fewer than this; the questions of a page are long, and each one kept ready fills memory.
                "cached_statements": 16,
                "transaction_mode": "IMMEDIATE",
                # FULL, because what was called saved must outlive a power cut. No memory-mapped reading: it
                # makes damage worse in older SQLite libraries.
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;"
                    "PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    parts, port_number = _address(url, name)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        stop(name, "must begin with sqlite:/// or postgres:// and name a database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port_number or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _way_there(parts.query, name)
        | {
            "connect_timeout": 10,  # seconds; whoever waits for a page is told sooner than the network would
            "options": " ".join(f"-c {setting}" for setting in _postgres_settings()),
        },
    }


def mailer() -> dict[str, object]:
    """Where e-mail goes: the server of `HGW_SMTP` (`smtp://user:password@host:587`, always with TLS), else the terminal."""
    url = os.environ.get("HGW_SMTP", "")
    if not url:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts, port_number = _address(url, "HGW_SMTP")
    if parts.scheme != "smtp" or not parts.hostname:
        stop("HGW_SMTP", "must look like smtp://user:password@host:587")
    options = {"host": parts.hostname, "port": port_number or 587, "use_tls": True, "timeout": 20}
    login = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options | login}


def secret_key(data: Path) -> str:
    """The signing key: from `HGW_SECRET_KEY`, else made once and kept in the data folder, readable by its owner only."""
    if key := os.environ.get("HGW_SECRET_KEY"):
        if len(key) < 50:
            stop("HGW_SECRET_KEY", "must have at least 50 characters")
        return key
    file = data / "secret_key"
    if not file.exists():
        # Written beside it and then given its name: another process finds either no key or the whole one.
        draft = data / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(60))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass  # another process was first
        finally:
            draft.unlink()
    return file.read_text()
