"""What `check --deploy` asks of an installation beside what Django asks itself: who may come in, and who may read along.

Each says one thing that is wrong, with an id that `SILENCED_SYSTEM_CHECKS` knows. About the database server itself:
hgw/storage/checks.py.
"""

import datetime
import ipaddress
import os
import socket
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils import timezone

from hgw import environment
from hgw.version import LIBRARIES_OF

WEASYPRINT = 70  # before it, a document could make the program fetch an address (CVE-2026-55073)
LIBRARIES_LAST = datetime.timedelta(days=62)  # they are renewed once a month (hgw/operating.md)
ENCRYPTED = {"require", "verify-ca", "verify-full"}  # modes of libpq that never fall back to plain text


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where any name of the server is believed; a warning for pages of others that come without HTTPS."""
    found: list[CheckMessage] = []
    if any(host.lstrip(".") in {"*", ""} for host in settings.ALLOWED_HOSTS):
        found.append(Error("HGW_HOSTS takes any name: a link in a mail could lead elsewhere.", id="hgw.hosts"))
    if plain := [origin for origin in settings.CSRF_TRUSTED_ORIGINS if not origin.startswith("https://")]:
        found.append(Warning(f"HGW_ORIGINS trusts pages without HTTPS: {', '.join(plain)}.", id="hgw.origins"))
    return found


@register(Tags.security, deploy=True)
def session_cookie_is_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the session goes without HTTPS, or where a script reads it.

    Django asks this of its own app of sessions, which is not in use here.
    """
    found: list[CheckMessage] = []
    if not settings.SESSION_COOKIE_SECURE:
        said = "The session goes over the network without HTTPS: set HGW_HTTPS=1."
        found.append(Error(said, id="hgw.session_cookie_secure"))
    if not settings.SESSION_COOKIE_HTTPONLY:
        found.append(Error("A script on a page could read the session.", id="hgw.session_cookie_httponly"))
    return found


@register(Tags.security, deploy=True)
def files_are_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error per file that others on the machine may read: the signing key, the database, its log, the presence file."""
    files = [settings.DATA_DIR / "secret_key"]
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        files += [
            Path(f"{file}{end}") for file in (database["NAME"], settings.ROOM_FILE) for end in ("", "-wal", "-shm")
        ]
    open_to_others = [file for file in files if file.exists() and file.stat().st_mode & 0o077]
    return [Error(f"{file} can be read by others: chmod 600 it.", id="hgw.private") for file in open_to_others]


@register(Tags.security, deploy=True)
def database_is_near(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error where the database answers the whole internet, a warning where others in the network may read along."""
    found: list[CheckMessage] = []
    for name, host, mode in _database_hosts():
        addresses = list(_addresses(host))
        if any(address.is_global for address in addresses):
            said = f"{name}: {host} is an address that the whole internet reaches. Use a socket, or the school's own network."
            found.append(Error(said, id="hgw.database_address"))
        elif not all(address.is_loopback for address in addresses) and mode not in ENCRYPTED:
            said = f"{name}: what goes to {host} may go unencrypted. Let it end in ?sslmode=verify-full."
            found.append(Warning(said, id="hgw.database_encryption"))
    return found


@register(Tags.security, deploy=True)
def libraries_are_new(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning where this version and its libraries are so old that a hole in one of them may be known and mended by now."""
    if timezone.localdate() - LIBRARIES_OF <= LIBRARIES_LAST:
        return []
    said = f"The libraries of this version are those of {LIBRARIES_OF}: see whether there is a newer version of HGW."
    return [Warning(said, id="hgw.libraries")]


def _database_hosts() -> Iterator[tuple[str, str, str]]:
    """The databases that are reached over the network, and in which mode of libpq; a socket folder and a file are not."""
    owner = environment.text("HGW_OWNER_DATABASE_URL")
    named: dict[str, Any] = {"DATABASE_URL": settings.DATABASES["default"]}
    if owner:
        named["HGW_OWNER_DATABASE_URL"] = environment.database(owner, settings.DATA_DIR, "HGW_OWNER_DATABASE_URL")
    for name, entry in named.items():
        host = str(entry.get("HOST", ""))
        if host and not host.startswith("/"):
            yield name, host, entry.get("OPTIONS", {}).get("sslmode") or os.environ.get("PGSSLMODE", "")


def _addresses(host: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The addresses of a machine; none when its name is not known here."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return
    for one in sorted(found):
        yield ipaddress.ip_address(one.partition("%")[0])


@register(Tags.security, deploy=True)
def pdf_library_is_new_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error for a WeasyPrint with holes that are known."""
    try:
        found = version("weasyprint")
    except PackageNotFoundError:
        return []  # no PDF is made at all, and the page says so
    if int(found.partition(".")[0]) >= WEASYPRINT:
        return []
    return [Error(f"WeasyPrint {found} has holes that {WEASYPRINT}.0 mends. Install it.", id="hgw.weasyprint")]
