"""F17: a network that loses answers, is slow, and delivers what was given up for lost."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from meetings.models import MeetingGoal
from tests.faults.house import free_port
from tests.faults.scene import Scene
from tests.faults.writer import HOST, Typing

LOST, SLOW = 0.3, 2.0  # the part of the requests that meets with trouble; seconds that each takes at most


class BadNetwork:
    """A proxy before the server. Of the requests it loses some, of some the answer, and some it delivers too late."""

    def __init__(self, port: int, slow: float, patience: float) -> None:
        self.port, self._server, self._slow, self._patience = free_port(), port, slow, patience
        self._chance = random.Random(20)
        self.lost = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await self._whole(reader)
            trouble = self._chance.choice(("request", "answer", "late")) if self._chance.random() < LOST else ""
            self.lost += bool(trouble)
            await asyncio.sleep(self._chance.uniform(0, self._slow))
            if trouble == "request":
                return
            if trouble == "late":  # whoever sent it gave up by now, and perhaps sent something newer
                await asyncio.sleep(self._patience)
            answer = await self._ask(request)
            if not trouble:
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            with suppress(OSError):
                writer.close()

    async def _whole(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        return head + await reader.readexactly(length)

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, self._server)
        try:
            writer.write(request)
            return await reader.read()
        finally:
            writer.close()


@contextmanager
def bad_network(port: int, *, slow: float, patience: float) -> Iterator[BadNetwork]:
    """The proxy, in a thread of its own. What is late when it ends still arrives."""
    network, loop = BadNetwork(port, slow, patience), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(network.serve, HOST, network.port), loop).result()
    try:
        yield network
    finally:
        asyncio.run_coroutine_threadsafe(_finish(), loop).result(60)
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _finish() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others, return_exceptions=True)


def f17_bad_network(scene: Scene) -> None:
    """Three in ten requests meet with trouble, some arrive after newer ones: the last text wins, versions only go up."""
    slow, patience = (0.3, 1.0) if scene.short else (SLOW, 3.0)
    with bad_network(scene.house.port, slow=slow, patience=patience) as network:
        writers = scene.writers(3 if scene.short else 8)
        for writer in writers:
            writer.port, writer.timeout = network.port, patience
        with Typing(writers) as typing:
            time.sleep(12 if scene.short else 60)
    assert not typing.faults, typing.faults
    assert network.lost, "nothing was lost"
    last: dict[str, int] = {}
    for save in scene.ledger.read():
        assert save.version > last.get(save.item, 0), f"version {save.version} after {last[save.item]}"
        last[save.item] = save.version
    newest = {save.item: save.text for save in scene.ledger.read()}
    for item in MeetingGoal.objects.filter(pk__in=newest):
        assert item.text == newest[str(item.pk)], "an older text stands over a newer one"
    scene.note = f"{network.lost} requests met with trouble"
