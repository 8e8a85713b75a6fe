"""Runs things at the same moment, each on a connection of its own: what two browsers do, without a browser."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from hgw.transaction import writing
from tests import two_roles


def at_once(*acts: Callable[[], Any], transaction: bool = True) -> list[Any]:
    """Start all acts at once, each in a thread and in the one durable transaction of a request.

    Returns what each gave back; an exception it raised stands in the place of its answer.
    """
    answers: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(n: int, act: Callable[[], Any]) -> None:
        two_roles.write_in_this_thread()
        try:
            ready.wait(10)
            if transaction:
                with writing():
                    answers[n] = act()
            else:
                answers[n] = act()
        except Exception as error:  # noqa: BLE001  # handed to the test
            answers[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "two transactions wait for each other"
    return answers


def errors(answers: Sequence[Any]) -> list[Exception]:
    return [answer for answer in answers if isinstance(answer, Exception)]
