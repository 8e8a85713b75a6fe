"""F1 to F4: the server is killed, or ended, while people type."""

import os
import random
import signal
import threading
import time
from contextlib import suppress

from tests.faults.failpoints import DIE_AFTER_COMMIT, WAIT, arm, is_armed
from tests.faults.scene import Scene
from tests.faults.writer import Typing


def f1_workers(scene: Scene) -> None:
    """A worker is killed every 1.5 s while ten people type: nobody waits longer than 5 s."""
    kills = 3 if scene.short else 9
    with Typing(scene.writers(10)) as typing:
        for _kill in range(kills):
            time.sleep(1.5)
            if workers := scene.house.workers():
                with suppress(ProcessLookupError):
                    os.kill(random.choice(workers), signal.SIGKILL)
        time.sleep(1.5)
    assert not typing.faults, typing.faults
    scene.check_pace(is_kept=longest_wait(scene) <= 5)


def f2_between_commit_and_answer(scene: Scene) -> None:
    """A worker dies after the commit and before the answer: sent again with the same key, it is the same version."""
    writer = scene.writer("Schrijver")
    for number in range(2 if scene.short else 10):
        before = writer.version
        arm(DIE_AFTER_COMMIT)
        saved = writer.save(f"Zin {number}, bewaard en niet beantwoord.")
        assert not is_armed(DIE_AFTER_COMMIT), "no worker died"
        assert saved.tries > 1, "the answer came all the same"
        assert saved.version == before + 1, f"version {saved.version} after {before}"


def f3_everything(scene: Scene) -> None:
    """The master is killed and started again, as a supervisor does, while ten people type: back within 10 s."""
    longest = 0.0
    with Typing(scene.writers(10)) as typing:
        for _kill in range(1 if scene.short else 3):
            time.sleep(2)
            os.kill(scene.house.master.pid, signal.SIGKILL)
            time.sleep(0.5)  # its workers go on without it
            scene.house.kill()  # as a supervisor ends all that is left, before it starts anew
            longest = max(longest, scene.house.start())
        time.sleep(2)
    assert not typing.faults, typing.faults
    scene.note = f"back within {longest:.1f} s"
    scene.check_pace(is_kept=longest < 10)


def f4_new_release(scene: Scene) -> None:
    """The server ends in order and starts again while people type; a save that is under way gets its answer."""
    writers = scene.writers(10)
    with Typing(writers, pause=0.5) as typing:
        for _turn in range(1 if scene.short else 3):
            time.sleep(1.5 if scene.short else 6)
            code = scene.house.stop()
            assert code == 0, f"the server ended with {code}"
            scene.house.start()
        time.sleep(1.5)
    assert not typing.faults, typing.faults
    troubled = sum(writer.seen[status] for writer in writers for status in writer.seen if status >= 500)
    assert not troubled, f"{troubled} answers of 500 and more"
    longest_wait(scene)
    _ends_after_a_save(scene)


def _ends_after_a_save(scene: Scene) -> None:
    """A save that the server holds back for a second when it is told to end is answered, at the first try."""
    writer, saved = scene.writer("Onderweg"), []
    arm(WAIT, "1")
    thread = threading.Thread(target=lambda: saved.append(writer.save("Onderweg toen de server stopte.")))
    thread.start()
    while is_armed(WAIT):
        time.sleep(0.01)
    scene.house.stop()
    scene.house.start()
    thread.join(60)
    assert [save.tries for save in saved] == [1], "the save under way was cut off"


def longest_wait(scene: Scene) -> float:
    """How long somebody waited for an acknowledgement, at most; said beside the verdict."""
    waited = max((save.waited for save in scene.ledger.read()), default=0.0)
    scene.note = f"longest wait {waited:.1f} s"
    return waited
