"""What ties the trace together: the mark of each entry, over all it says, and the head of each seal, over many marks.

Both are HMAC-SHA256 under a key that is derived from the signing key of the installation: whoever can only reach the
database can make neither.
"""

import datetime
import hashlib
import hmac
import json
import secrets
import struct
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings

BEGINNING = "0" * 64  # the head of a chain without seals
CONTENT = ("at", "action", "school", "who", "object", "student", "detail")
NONCE = 16  # characters of chance before each mark: two entries that say the same have two marks
PAIR = struct.Struct(">q8s")  # in a seal: the id of an entry, and the beginning of its mark


@lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"hgw.audit.marks", "sha256")


def key_name() -> str:
    """Which key marks and heads are made with here; says nothing about the key itself."""
    return hashlib.sha256(_derived(settings.SECRET_KEY)).hexdigest()[:16]


def mark(entry: Any, nonce: str = "") -> str:
    """The mark of an entry as it stands: 16 characters of chance, then the HMAC of these and of all it says."""
    nonce = nonce or secrets.token_hex(NONCE // 2)
    said = json.dumps([nonce, *(_plain(getattr(entry, name)) for name in CONTENT)])
    return nonce + _hmac(said.encode())


def is_marked(entry: Any) -> bool:
    """Whether the mark on an entry is that of what it says."""
    return hmac.compare_digest(entry.mark, mark(entry, entry.mark[:NONCE]))


def head(previous: str, at: datetime.datetime, marks: Iterable[tuple[int, str]]) -> str:
    """The head of a seal: over the head before it, its moment, and the ids and marks of its entries in order."""
    said = json.dumps([previous, _plain(at), *(f"{pk}:{one}" for pk, one in marks)])
    return _hmac(said.encode())


def packed(marks: Iterable[tuple[int, str]]) -> bytes:
    """Ids and marks as a seal keeps them, to say afterwards which entry was in it."""
    return b"".join(PAIR.pack(pk, _start(one)) for pk, one in marks)


def unpacked(kept: bytes | memoryview) -> Iterator[tuple[int, bytes]]:
    """The ids in a seal, and how the mark of each begins."""
    return PAIR.iter_unpack(bytes(kept))  # type: ignore[return-value]  # the struct says what is in a pair


def begins(one: str, start: bytes) -> bool:
    return _start(one) == start


def _start(one: str) -> bytes:
    return bytes.fromhex(one[NONCE : NONCE + 16]).ljust(8, b"\0")


def _hmac(said: bytes) -> str:
    return hmac.digest(_derived(settings.SECRET_KEY), said, "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, uuid.UUID) else value
