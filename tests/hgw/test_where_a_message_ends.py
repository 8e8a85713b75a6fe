"""nginx as our files set it and gunicorn as we start it agree where a message ends: what hides in one is never another.

Each message here holds bytes that look like a second request, at a place where a careless reader begins anew. Whatever
reaches the program leaves a line in its log, with the address that was asked for as a pattern.
"""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.hgw.server_of_school import HOST, ROOT, nginx, server_files, settings_of, wait_for

pytestmark = pytest.mark.once
REFUSED, NOT_OURS, ONE = "refused", "read as one for another host, and refused", "read as one"

# Addresses that lead whoever is not signed in to the door, so that nothing but the program itself is needed.
OUTER, HIDDEN, LAST = "mijn-afspraken/", "leerlingen/", "bronnen/"
OURS = f"Host: {HOST}\r\nX-Forwarded-Proto: https\r\n".encode()


def asks(address: str, *lines: bytes, ours: bytes = OURS) -> bytes:
    return b"".join([f"GET {address} HTTP/1.1\r\n".encode(), ours, *(line + b"\r\n" for line in lines), b"\r\n"])


SMUGGLED = asks(f"/{HIDDEN}")
END = b"0\r\n\r\n"  # of a message in chunks
CHUNKED = b"Transfer-Encoding: chunked"
MOST = END + SMUGGLED


def length(of: bytes) -> bytes:
    return b"Content-Length: %d" % len(of)


def outer(*lines: bytes) -> bytes:
    return asks(f"/{OUTER}", *lines)


def in_chunks(sent: bytes) -> bytes:
    return outer(CHUNKED) + sent


# What is sent, and what becomes of it through the proxy and at the program itself.
MESSAGES = {
    "a length and chunks": (outer(length(MOST), CHUNKED) + MOST, REFUSED, REFUSED),
    "chunks and a length": (outer(CHUNKED, length(MOST)) + MOST, REFUSED, REFUSED),
    "none, then a length": (outer(b"Content-Length: 0", length(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "a length, then none": (outer(length(SMUGGLED), b"Content-Length: 0") + SMUGGLED, REFUSED, REFUSED),
    "the same length twice": (outer(length(SMUGGLED), length(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "two lengths in a line": (outer(b"Content-Length: 0, %d" % len(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "a length with a sign": (outer(b"Content-Length: +%d" % len(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "a length of less than nothing": (outer(b"Content-Length: -1") + SMUGGLED, REFUSED, REFUSED),
    "a length by sixteens": (outer(b"Content-Length: 0x10") + SMUGGLED, REFUSED, REFUSED),
    "xchunked": (outer(b"Transfer-Encoding: xchunked") + MOST, REFUSED, REFUSED),
    "xchunked and a length": (outer(b"Transfer-Encoding: xchunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "not in chunks and a length": (outer(b"Transfer-Encoding: identity", length(MOST)) + MOST, REFUSED, REFUSED),
    "in chunks and not": (outer(CHUNKED, b"Transfer-Encoding: identity") + MOST, REFUSED, REFUSED),
    "in chunks, and then in no way": (outer(b"Transfer-Encoding: chunked, identity") + MOST, REFUSED, REFUSED),
    "in chunks twice": (outer(CHUNKED, CHUNKED) + MOST, REFUSED, REFUSED),
    "a space before the colon": (outer(b"Transfer-Encoding : chunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "a length with a space before the colon": (outer(b"Content-Length : %d" % len(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "a strange space after the colon": (outer(b"Transfer-Encoding:\x0bchunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "a line that goes on": (outer(b"X-Other: a", b" Transfer-Encoding: chunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "a value on the next line": (outer(b"Transfer-Encoding:", b" chunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "chunks after a bare line feed": (outer(b"X-Other: a\nTransfer-Encoding: chunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "a length after a bare line feed": (outer(b"X-Other: a\n" + length(SMUGGLED)) + SMUGGLED, ONE, REFUSED),
    "nothing but bare line feeds": (outer(length(SMUGGLED)).replace(b"\r\n", b"\n") + SMUGGLED, ONE, REFUSED),
    "a bare carriage return": (outer(b"X-Other: a\rTransfer-Encoding: chunked", length(MOST)) + MOST, REFUSED, REFUSED),
    "a NUL": (outer(b"X-Other: a\0", length(SMUGGLED)) + SMUGGLED, REFUSED, REFUSED),
    "two hosts": (outer(b"Host: elsewhere.test"), REFUSED, REFUSED),
    "a chunk that is longer than it says": (in_chunks(b"2\r\nabcd\r\n" + MOST), REFUSED, ONE),
    "a chunk that is shorter than it says": (in_chunks(b"%x\r\nab\r\n" % (len(END) + 14) + MOST), REFUSED, ONE),
    "a chunk of less than nothing": (in_chunks(b"-2\r\nab\r\n" + MOST), REFUSED, ONE),
    "a chunk with 0x": (in_chunks(b"0x2\r\nab\r\n" + MOST), REFUSED, ONE),
    "a chunk of more than can be counted": (in_chunks(b"10000000000000002\r\nab\r\n" + MOST), REFUSED, ONE),
    "a chunk with a line feed beside it": (in_chunks(b"2;\nab\r\n%x\r\n" % len(SMUGGLED) + SMUGGLED + END), REFUSED, ONE),
    "chunks in the older version": (outer(CHUNKED).replace(b"HTTP/1.1", b"HTTP/1.0") + MOST, REFUSED, REFUSED),
    "an address elsewhere": (asks(f"http://elsewhere.test/{OUTER}", length(SMUGGLED)) + SMUGGLED, NOT_OURS, ONE),
    "our own address, whole": (asks(f"http://{HOST}/{OUTER}", length(SMUGGLED)) + SMUGGLED, ONE, ONE),
    "a fair message": (outer(length(SMUGGLED)) + SMUGGLED, ONE, ONE),
    "a fair message in chunks": (in_chunks(b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n" + END), ONE, ONE),
}  # fmt: skip


@dataclass(frozen=True)
class Server:
    """`safe` and `port`: where the proxy and the program listen; what the program said it was asked is in `log`."""

    safe: int
    port: int
    log: Path

    def asked(self) -> list[str]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line["route"] for line in lines if line["logger"] == "hgw.request"]


def _let_pages_find_their_files(static: Path) -> None:
    """In a second, for nobody asks for the files themselves."""
    names = {name: name for finder in finders.get_finders() for name, _storage in finder.list([])}
    static.mkdir(parents=True)
    (static / "staticfiles.json").write_text(json.dumps({"version": "1.1", "hash": "", "paths": names}))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    files = server_files(folder)
    said = settings_of(files)
    _let_pages_find_their_files(folder / "data" / "static")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HGW_") and k != "DATABASE_URL"}
    # The command of hgw/run.py.
    command = [sys.executable, "-m", "gunicorn", "--config", "python:hgw.web_server", "--bind", f"127.0.0.1:{said['PORT']}"]  # fmt: skip
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(command, env=kept | said, stdout=log, stderr=log, cwd=ROOT)
    try:
        wait_for(int(said["PORT"]))
        with nginx(files, folder) as (_plain, safe):
            yield Server(safe, int(said["PORT"]), folder / "log")
    finally:
        program.terminate()
        program.wait(timeout=30)


def answers(port: int, sent: bytes, *, is_safe: bool) -> list[int]:
    """What is answered until the other side ends it. A last, fair request asks for that, should anything be left open."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), 60) as line:
        context = ssl._create_unverified_context()  # the certificate is of this test
        with context.wrap_socket(line) if is_safe else line as speaking:
            try:
                speaking.sendall(sent + asks(f"/{LAST}", b"Connection: close"))
                while more := speaking.recv(65536):
                    got += more
            except (ConnectionError, ssl.SSLError):  # it was ended with some of it unread
                pass
    return [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d+)", got, re.MULTILINE)]


def becomes(server: Server, sent: bytes, *, is_safe: bool) -> str:
    before = len(server.asked())
    told = answers(server.safe if is_safe else server.port, sent, is_safe=is_safe)
    asked = server.asked()[before:]
    if not asked and all(status in {400, 501} for status in told) and len(told) <= 1:
        return REFUSED
    # The program ends the line after its answer, and the proxy goes on to the next message.
    messages = 2 if is_safe else 1
    if asked == ["", LAST][:messages] and told == [400, 302][:messages]:
        return NOT_OURS
    if asked == [OUTER, LAST][:messages] and told == [302, 302][:messages]:
        return ONE
    return f"{asked} {told}"


def test_through_the_proxy_no_message_holds_another(server: Server) -> None:
    found = {name: becomes(server, sent, is_safe=True) for name, (sent, _, _) in MESSAGES.items()}
    assert found == {name: through for name, (_, through, _) in MESSAGES.items()}


def test_nor_at_the_program_itself(server: Server) -> None:
    found = {name: becomes(server, sent, is_safe=False) for name, (sent, _, _) in MESSAGES.items()}
    assert found == {name: direct for name, (_, _, direct) in MESSAGES.items()}


def test_two_messages_would_be_seen_as_two(server: Server) -> None:
    assert answers(server.safe, outer() + SMUGGLED, is_safe=True) == [302, 302, 302]
    assert server.asked()[-3:] == [OUTER, HIDDEN, LAST]
