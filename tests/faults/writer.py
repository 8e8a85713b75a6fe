"""Somebody who types: sends saves as the script of a page does, one at a time, and tries again until one is answered."""

import hashlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hgw.text import normal
from tests.faults.ledger import Acknowledged, Ledger

Fields = Mapping[str, str | list[str]]
HOST = "127.0.0.1"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds between two tries
PATIENCE = 60.0  # seconds after which a test that still has no answer is over


class NotAnswered(Exception):
    """No acknowledgement and no refusal, for as long as we waited."""


class Refused(Exception):
    """The server said why it does not save this. Never sent again as it is."""

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        super().__init__(status, told.get("reason", ""))
        self.status, self.told = status, told


@dataclass
class Answer:
    """What came back: the status, and what was told with it; status 0 when nothing came."""

    status: int
    told: dict[str, Any] = field(default_factory=dict)
    body: str = ""
    retry_after: float = 60.0  # seconds, as the server asks


def fingerprint(fields: Fields) -> str:
    """What the acknowledgement of these fields must hold: only that proves that this text arrived."""
    lines = [
        f"{name}={normal(value)}\n"
        for name in sorted(fields)
        for value in (fields[name] if isinstance(fields[name], list) else [fields[name]])
        if isinstance(value, str)
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass
class Writer:
    """One browser with one form open. `fields` is the form as it stands; `version` what it was read with."""

    name: str
    port: int
    cookies: dict[str, str]
    address: str
    item: str
    fields: dict[str, str | list[str]]
    version: int
    ledger: Ledger
    timeout: float = 15.0  # seconds after which the browser gives a request up
    seen: Counter[int] = field(default_factory=Counter)  # how often each status came
    chance: random.Random = field(default_factory=random.Random)

    def save(self, text: str, *, key: uuid.UUID | None = None) -> Acknowledged:
        """Send this text until it is acknowledged, and write that down. Raises `Refused` or `NotAnswered`."""
        sent = self.form(text, key or uuid.uuid4())
        begin, pause, tries = time.monotonic(), FIRST_PAUSE, 0
        while time.monotonic() - begin < PATIENCE:
            tries += 1
            answer = self.send(sent)
            if self.is_acknowledged(sent, answer):
                saved = self.acknowledged(sent, answer, time.monotonic() - begin, tries)
                self.ledger.add(saved)
                return saved
            if answer.status in {401, 403, 404, 409, 413, 422, 423}:
                raise Refused(answer.status, answer.told | {"body": answer.body})
            time.sleep(min(pause * self.chance.uniform(0.75, 1.25), answer.retry_after))
            pause = min(2 * pause, LONGEST_PAUSE)
        raise NotAnswered(f"{self.name}: {text[:40]!r} after {tries} tries, {dict(self.seen)}")

    def form(self, text: str, key: uuid.UUID) -> dict[str, Any]:
        """The body of a save, made when it is sent for the first time."""
        return {**self.fields, "text": text, "key": str(key), "base_version": str(self.version)}

    def acknowledged(self, sent: Mapping[str, Any], answer: Answer, waited: float, tries: int = 1) -> Acknowledged:
        """Go on from what was saved; what there is to write down of it."""
        text, before = sent["text"], set(str(self.fields["text"]).split("\n"))
        self.version = answer.told["version"]
        self.fields["text"] = text
        if merged := bool(answer.told["merged"]):
            self.fields |= answer.told["fields"]
        own = [line for line in text.split("\n") if line not in before]
        return Acknowledged(sent["key"], answer.told["item"], self.version, text, own, merged, waited, tries)

    def headers(self, how: str = "keep") -> dict[str, str]:
        """What the script of the page sends along."""
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies["csrftoken"],
            "X-Save": how,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def send(self, sent: Mapping[str, Any], how: str = "keep") -> Answer:
        """One try. The one place that knows how a save travels."""
        asking = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout)
        try:
            asking.request("POST", self.address, urlencode(sent, doseq=True).encode(), self.headers(how))
            reply = asking.getresponse()
            body = reply.read().decode()
        except (OSError, http.client.HTTPException):
            self.seen[0] += 1
            return Answer(0)
        finally:
            asking.close()
        self.seen[reply.status] += 1
        told = json.loads(body) if reply.headers.get_content_type() == "application/json" else {}
        return Answer(reply.status, told, body, float(reply.headers.get("Retry-After", 60)))

    def read(self, address: str) -> str:
        """A page, as this browser gets it."""
        asking = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout)
        try:
            asking.request("GET", address, headers={"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())})
            return asking.getresponse().read().decode()
        finally:
            asking.close()

    @staticmethod
    def is_acknowledged(sent: Mapping[str, Any], answer: Answer) -> bool:
        """Whether this answer calls this very text saved; whatever else it is, the text is not saved."""
        typed = {name: value for name, value in sent.items() if name not in {"key", "base_version"}}
        told = answer.told
        return (
            answer.status == 200
            and told.get("key") == sent["key"]
            and isinstance(told.get("version"), int)
            and told.get("hash") == fingerprint(typed)
        )


class Typing:
    """Writers who go on typing, each in a thread, until they are told to stop. `faults` is what went wrong with them.

    `pause`: seconds from one save to the next, when the answer comes sooner.
    """

    def __init__(self, writers: list[Writer], *, pause: float = 0.0) -> None:
        self.faults: list[BaseException] = []
        self._writers, self._pause = writers, pause
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._type, args=(writer,), daemon=True) for writer in writers]

    def __enter__(self) -> "Typing":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Let everybody finish the save that is under way."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE + 30)

    def _type(self, writer: Writer) -> None:
        try:
            self._stop.wait(writer.chance.uniform(0, self._pause))  # people do not type to one drum
            for text in self._texts(writer):
                begin = time.monotonic()
                writer.save(text)
                self._stop.wait(max(0.0, self._pause - (time.monotonic() - begin)))
        except Exception as error:  # noqa: BLE001  # told by the fault, with everything else
            self.faults.append(error)

    def _texts(self, writer: Writer) -> Iterator[str]:
        number = 0
        while not self._stop.is_set():
            number += 1
            yield f"{writer.name} schrijft zin {number}, één die nergens anders staat."
