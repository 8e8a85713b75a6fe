"""F9, F11 to F13: several people, or one impatient one, at the same moment."""

import statistics
import threading
import uuid
from collections.abc import Callable
from typing import Any

from hgw.items.models import Revision, SavedKey
from tests.bench import machine
from tests.bench.crowd import Crowd, of_writer, run
from tests.bench.measuring import p95
from tests.faults.scene import Scene
from tests.faults.writer import Answer, Refused, Writer


def at_once[T](*acts: Callable[[], T]) -> list[T]:
    """What each of these gives, begun at the same moment."""
    ready, answers = threading.Barrier(len(acts)), dict[int, T]()

    def run(number: int, act: Callable[[], T]) -> None:
        ready.wait(10)
        answers[number] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answers[number] for number in range(len(acts))]


def f9_one_field(scene: Scene) -> None:
    """Two begin from the same text. In one place: one is saved, the other told, both kept. In two places: both stand."""
    for turn in range(3 if scene.short else 10):
        item = scene.item("Eerste alinea.\n\nTweede alinea.\n\nDerde alinea.")
        one, two = scene.writer("Els", item), scene.writer("Samir", item)
        texts = [f"{who} herschrijft alles, beurt {turn}." for who in ("Els", "Samir")]
        answers = at_once(lambda: _outcome(one, texts[0]), lambda: _outcome(two, texts[1]))  # noqa: B023  # done in this turn
        assert sorted(answer.status for answer in answers) == [200, 409], answers
        refused = next(answer for answer in answers if answer.status == 409)
        assert refused.told["kept"], "what was refused is not in the history"
        kept = Revision.objects.filter(item=item.pk, version__gte=1).values_list("content__text", flat=True)
        assert set(texts) <= set(kept), "one of the texts is in no revision"

        item = scene.item("Eerste alinea.\n\nTweede alinea.\n\nDerde alinea.")
        one, two = scene.writer("Els", item), scene.writer("Samir", item)
        texts = [
            "Eerste alinea van Els.\n\nTweede alinea.\n\nDerde alinea.",
            "Eerste alinea.\n\nTweede alinea.\n\nSamir.",
        ]
        answers = at_once(lambda: _outcome(one, texts[0]), lambda: _outcome(two, texts[1]))  # noqa: B023  # done in this turn
        assert [answer.status for answer in answers] == [200, 200], answers
        assert item.fresh().text == "Eerste alinea van Els.\n\nTweede alinea.\n\nSamir."


def _outcome(writer: Writer, text: str) -> Answer:
    try:
        writer.save(text)
    except Refused as refusal:
        return Answer(refusal.status, refusal.told)
    return Answer(200)


SHARED = 5  # of the thirty write in one item, each in a paragraph of their own
PAUSE = 2.0  # seconds from one save of somebody to the next
P95 = 3.0  # times that of one alone
TURNS_OF_OTHERS = 4.0  # that somebody waits for at most, beside the own one


def f11_thirty(scene: Scene) -> None:
    """Thirty people write for a minute, five of them in one item: no error, and it stays as quick as for one.

    Nobody waits longer than five times what is usual: four turns of others, and the own one. Where plain work beside it
    took several times as long as usual at its worst, an own turn may too: that is the machine, and no turn of anybody.
    """
    seconds = 10 if scene.short else 60
    alone = _type(scene, [of_writer(scene.writer("Alleen"))], seconds / 3)
    shared = scene.item("\n\n".join(f"Alinea van {n}." for n in range(SHARED)))
    writers = [of_writer(scene.writer(f"Samen {n}", shared), paragraph=n) for n in range(SHARED)]
    people = writers + [of_writer(writer) for writer in scene.writers(30 - SHARED)]
    beside = machine.start(seconds, statistics.median(alone))
    waits = _type(scene, people, seconds)
    unevenness = machine.finish(beside)
    thirty, one = p95(waits), p95(alone)
    longest = max(waits) / statistics.median(waits)
    scene.note = (
        f"p95 {1000 * thirty:.0f} ms, of one {1000 * one:.0f} ms, max/p50 {longest:.1f}, of plain work {unevenness:.1f}"
    )
    text = shared.fresh().text.split("\n\n")
    assert [any(f"Samen {n} " in line for line in text) for n in range(SHARED)] == [True] * SHARED, text
    scene.check_pace(is_kept=thirty <= P95 * one and longest <= TURNS_OF_OTHERS + unevenness)


def _type(scene: Scene, people: list[dict[str, Any]], seconds: float) -> list[float]:
    """How long each save took that these people made, one every two seconds each, in a process of their own: thirty threads
    beside the test would wait for each other. Any answer but a save ends it.

    They come one after the other, at an even rate: who waits long then waits for the server, and not because chance let five
    press at once, which it does in every other run. All of them at once is the measure P3.
    """
    waits = run(Crowd(scene.house.port, seconds, people, rate=len(people) / PAUSE))
    for saved in waits.saved:
        scene.ledger.add(saved)
    return waits.waited


def f12_double_click(scene: Scene) -> None:
    """The same save twice at once, twenty times: one effect, and both answers call it the same version."""
    writer = scene.writer("Dubbel")
    for turn in range(5 if scene.short else 20):
        sent = writer.form(f"Dubbel geklikt, beurt {turn}.", uuid.uuid4())
        answers = at_once(lambda: writer.send(sent), lambda: writer.send(sent))  # noqa: B023  # done in this turn
        assert [answer.status for answer in answers] == [200, 200], answers
        assert len({answer.told["version"] for answer in answers}) == 1, answers
        saved = writer.save(
            f"Dubbel geklikt, beurt {turn}.", key=uuid.UUID(sent["key"])
        )  # a third time, for the ledger
        assert saved.version == answers[0].told["version"]


def f13_other_text(scene: Scene) -> None:
    """A key comes back with another text: refused, nothing stored."""
    writer, key = scene.writer("Speler"), uuid.uuid4()
    writer.save("De eerste tekst.", key=key)
    for _turn in range(3):
        answer = writer.send(writer.form("Een andere tekst met dezelfde sleutel.", key))
        assert (answer.status, answer.told.get("reason")) == (422, "key_reused"), answer
    assert Revision.objects.filter(item=writer.item).count() == 2
    assert SavedKey.objects.filter(item=writer.item).count() == 2
