"""Whether this visitor may begin the first school: somebody at this very machine, in front of an empty database."""

import ipaddress

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from hgw.accounts.models import School, User

# What a web server before us adds. One that is there means that the visitor may sit anywhere.
FORWARDED = (
    "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Server", "X-Real-IP",
)  # fmt: skip

BEGINNING = 716_151  # the number of the lock; any will do that nothing else in this database uses


def may_begin(request: HttpRequest) -> bool:
    """Whether there is no school yet, and the request was made on this machine and came here straight.

    A server that is set up for others (`HGW_HOSTS`, `HGW_ORIGINS`, `HGW_HTTPS`) never lets a visitor begin: there
    the school begins with `new_school`.
    """
    return is_here(request) and not settings.DEMO_MODE and not School.objects.exists() and not User.objects.exists()


def claim_beginning() -> bool:
    """Whether whoever asks is the one who begins: two at the same moment stand in line, and the second finds a school.

    Call it inside the request's transaction. SQLite has one writer as it is; PostgreSQL is asked for a lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BEGINNING])
    return not School.objects.exists() and not User.objects.exists()


def is_here(request: HttpRequest) -> bool:
    """Whether the visitor sits at this machine: nothing about the address, the name asked for or the way says otherwise."""
    straight = not settings.SERVES_OTHERS and not any(request.headers.get(name) for name in FORWARDED)
    # A web server that passes requests on without saying so does it in the old version of the protocol.
    straight = straight and request.META.get("SERVER_PROTOCOL") != "HTTP/1.0"
    return straight and _is_loopback(request.META.get("REMOTE_ADDR", "")) and _names_this_machine(request)


def _names_this_machine(request: HttpRequest) -> bool:
    """Another name that leads to this machine is how a page elsewhere could reach it with somebody's browser."""
    name = request.get_host().rpartition(":")[0] if _has_port(request.get_host()) else request.get_host()
    return name == "localhost" or _is_loopback(name.strip("[]"))


def _has_port(host: str) -> bool:
    return ":" in host and not host.endswith("]")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
