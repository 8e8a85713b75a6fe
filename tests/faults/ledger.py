"""What the server called saved, written down outside its database: nothing that befalls the server reaches it."""

import json
import os
import threading
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Acknowledged:
    """One save that a writer saw acknowledged."""

    key: str
    item: str
    version: int
    text: str  # as it was typed
    own: list[str]  # the lines of it that were not there before
    merged: bool
    waited: float  # seconds from the first try to the answer
    tries: int


class Ledger:
    """The acknowledged saves of one fault, in a file that is on disk before the writer goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def add(self, save: Acknowledged) -> None:
        line = json.dumps(asdict(save))
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            os.fdatasync(self._file.fileno())

    def read(self) -> list[Acknowledged]:
        """All of them, as the file has them."""
        return [Acknowledged(**json.loads(line)) for line in self.path.read_text(encoding="utf-8").splitlines()]
