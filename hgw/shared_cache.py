"""What the processes of one server have to know of each other for a while: how often somebody tried, which code is used up."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache


class SharedFileCache(FileBasedCache):
    """The framework's cache in files, in which of two processes that add the same key one is told that it was first.

    What is no longer valid is taken away by whoever reads it, which may be just when another writes it anew; so reading
    waits its turn too.
    """

    def __init__(self, place: str, params: dict[str, Any]) -> None:
        super().__init__(place, params)
        self._place = place

    def add(self, *args: Any, **kwargs: Any) -> bool:
        with self._turn():
            return super().add(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        with self._turn():
            return super().get(*args, **kwargs)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        place = Path(self._place)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (place / "turn").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
