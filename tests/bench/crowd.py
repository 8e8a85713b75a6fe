"""People who save or ask, as a process of its own with one thread: it costs little beside what it measures.

`python -m tests.bench.crowd` reads a `Crowd` as JSON and writes what each answer took. At a fixed rate a wait counts from the
moment when it was due, so that whoever stands behind a slow answer counts too; without a rate each goes on as soon as
answered, after a pause when one is given. SIGTERM ends a crowd at a fixed rate before its time.
"""

import asyncio
import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.faults.ledger import Acknowledged, Ledger
from tests.faults.writer import HOST, Answer, Writer

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Person:
    """Somebody with a form open (`form` is the writer as a dictionary), or one who only asks an address."""

    address: str
    form: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    paragraph: int | None = None  # writes in this one of the text only


@dataclass
class Crowd:
    port: int
    seconds: float
    people: list[dict[str, Any]]
    rate: float = 0.0  # of all together, a second
    pause: float = 0.0  # seconds from one act of somebody to the next


@dataclass
class Waits:
    """`at`: when each was due, by the clock of the machine that never goes back; `waited`: seconds until its answer."""

    at: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    saved: list[Acknowledged] = field(default_factory=list)


def of_writer(writer: Writer, paragraph: int | None = None) -> dict[str, Any]:
    kept = {name: getattr(writer, name) for name in ("name", "port", "cookies", "address", "item", "fields", "version")}
    return asdict(Person(writer.address, form=kept, paragraph=paragraph))


def start(crowd: Crowd) -> "subprocess.Popen[str]":
    """Let them begin; `finish` waits until they have done."""
    running = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.crowd"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdin
    running.stdin.write(json.dumps(asdict(crowd)))
    running.stdin.close()
    running.stdin = None
    return running


def finish(running: "subprocess.Popen[str]") -> Waits:
    """Raises `RuntimeError` when anything but the answer that was expected came back."""
    out, _err = running.communicate(timeout=600)
    if running.returncode:
        raise RuntimeError("the crowd was not served")
    told = json.loads(out)
    return Waits(told["at"], told["waited"], [Acknowledged(**one) for one in told["saved"]])


def run(crowd: Crowd) -> Waits:
    return finish(start(crowd))


class _Act:
    """What one person does, one time after the other."""

    def __init__(self, person: Person, port: int, waits: Waits) -> None:
        self.person, self.port, self.waits = person, port, waits
        self.number, self.turn = 0, asyncio.Lock()
        self.writer = Writer(ledger=Ledger(Path(os.devnull)), **person.form) if person.form else None

    async def once(self, due: float) -> None:
        """A person does one thing at a time: who is due while the last answer is awaited, waits for that too."""
        async with self.turn:
            await (self._save(due) if self.writer else self._ask(due))

    async def _save(self, due: float) -> None:
        writer = self.writer
        assert writer
        self.number += 1
        sent = writer.form(self._text(writer), uuid.uuid4())
        answer = await self._sent("POST", writer.headers(), urlencode(sent, doseq=True).encode())
        if not writer.is_acknowledged(sent, answer):
            raise RuntimeError(f"a save was answered with {answer.status}: {answer.body[:200]}")
        self._count(due)
        self.waits.saved.append(writer.acknowledged(sent, answer, self.waits.waited[-1]))

    def _text(self, writer: Writer) -> str:
        text = f"{writer.name} schrijft zin {self.number}, één die nergens anders staat."
        if self.person.paragraph is None:
            return text
        parts = str(writer.fields["text"]).split("\n\n")
        parts[self.person.paragraph] = text
        return "\n\n".join(parts)

    async def _ask(self, due: float) -> None:
        answer = await self._sent("GET", self.person.headers, b"")
        if answer.status != 200:
            raise RuntimeError(f"{self.person.address} was answered with {answer.status}")
        self._count(due)

    def _count(self, due: float) -> None:
        self.waits.at.append(due)
        self.waits.waited.append(time.monotonic() - due)

    async def _sent(self, method: str, headers: dict[str, str], body: bytes) -> Answer:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        lines = [f"{method} {self.person.address} HTTP/1.0", f"Host: {HOST}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head, _, text = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        told = json.loads(text) if b"application/json" in head else {}
        return Answer(int(head.split()[1]), told, text.decode())


async def _act(crowd: Crowd) -> Waits:
    waits, stop = Waits(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    acts = [_Act(Person(**person), crowd.port, waits) for person in crowd.people]
    begin = time.monotonic()
    if crowd.rate:
        async with asyncio.TaskGroup() as together:
            for number in range(round(crowd.seconds * crowd.rate)):
                due = begin + number / crowd.rate
                await asyncio.sleep(due - time.monotonic())
                if stop.is_set():
                    break
                together.create_task(acts[number % len(acts)].once(due))
        return waits
    end = begin + crowd.seconds
    await asyncio.gather(*(_go_on(act.once, end, crowd.pause) for act in acts))
    return waits


async def _go_on(once: Callable[[float], Awaitable[None]], end: float, pause: float) -> None:
    await asyncio.sleep(random.uniform(0, pause))  # people do not type to one drum
    while (now := time.monotonic()) < end:
        await once(now)
        await asyncio.sleep(max(0.0, now + pause - time.monotonic()))


def main() -> None:
    gc.disable()  # looking for garbage holds up whoever waits here at that moment, and would count as the server's
    waits = asyncio.run(_act(Crowd(**json.load(sys.stdin))))
    json.dump(asdict(waits), sys.stdout)


if __name__ == "__main__":
    main()
