"""What an installation may set, read from the environment: a wrong value stops the start with one line that names it."""

import os
import secrets
import sys
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit


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


def database(url: str, data: Path) -> dict[str, object]:
    """The DATABASES entry for a database address: `sqlite:///path` or `postgres://user:password@host:port/name`.

    Without an address: a SQLite file in the data folder. A host that starts with a slash (percent-encoded) is a socket folder.
    """
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite://").removeprefix("/") if url else ""
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ("/" + path.lstrip("/") if url.startswith("sqlite:////") else path) or data / "hgw.sqlite3",
            # Persistent connections: reopening a WAL file for each request costs more than the query.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                # FULL, because what was called saved must outlive a power cut. No memory-mapped reading: it
                # makes damage worse in older SQLite libraries.
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;"
                    "PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        stop("DATABASE_URL", "must begin with sqlite:/// or postgres:// and name a database")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def mailer() -> dict[str, object]:
    """Where e-mail goes: the server of `HGW_SMTP` (`smtp://user:password@host:587`, always with TLS), else the terminal."""
    url = os.environ.get("HGW_SMTP", "")
    if not url:
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        stop("HGW_SMTP", "must look like smtp://user:password@host:587")
    options = {"host": parts.hostname, "port": parts.port or 587, "use_tls": True, "timeout": 20}
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
        data.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(60))
        except FileExistsError:
            pass  # another worker was first
    return file.read_text()
