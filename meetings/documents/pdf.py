"""Make PDFs in the one child process that may (meetings/documents/pdf_process.py).

The task worker and `export_plans` call `make_pdf`; a web process never does. The child is started at the first
document and serves many. One that hangs, grows or dies takes its own document along and no other.
"""

import atexit
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meetings.documents.pdf_process import READY, UNAVAILABLE, read_message, write_message

PROGRAM = Path(__file__).with_name("pdf_process.py")
# What the child gets of our environment: where libraries and fonts are, no address and no key.
ENVIRONMENT = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_DIRS", "FONTCONFIG_FILE",
    "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH",
)  # fmt: skip
MEGABYTE = 1024 * 1024


class PdfTrouble(Exception):
    """There is no PDF of this document. `code` says why: `unavailable`, `failed`, `timeout`, `died`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Pdf:
    """A finished file, and the characters in it that no font could draw."""

    data: bytes
    missing: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


class PdfMaker:
    """One child process and what it may use per document: seconds on the clock, seconds of computing, megabytes."""

    def __init__(self, *, seconds: float = 120, cpu: int = 90, memory: int = 800, documents: int = 200) -> None:
        self.seconds, self.cpu, self.memory, self.documents = seconds, cpu, memory, documents
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._late = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process id of the child, while there is one."""
        return self._child.pid if self._child else None

    def make(self, html: str) -> Pdf:
        """Return the PDF of one document. Raises `PdfTrouble`; the next document gets a fresh child then."""
        with self._lock:
            clock = threading.Timer(self.seconds, self._too_late)
            self._late = False
            clock.start()
            try:
                return self._answer(html)
            except (EOFError, OSError) as end:
                out_of_time = self._end() == -signal.SIGXCPU or self._late
                raise PdfTrouble("timeout" if out_of_time else "died") from end
            except BaseException:
                self._end()
                raise
            finally:
                clock.cancel()
                if self._served >= self.documents:
                    self._end()

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _answer(self, html: str) -> Pdf:
        child = self._living()
        write_message(child.stdin, html.encode())  # type: ignore[arg-type]  # both ends are pipes
        said: dict[str, Any] = json.loads(read_message(child.stdout))  # type: ignore[arg-type]  # a pipe
        if "trouble" in said:
            raise PdfTrouble(said["trouble"])
        self._served += 1
        return Pdf(read_message(child.stdout), said["missing"])  # type: ignore[arg-type]  # a pipe

    def _living(self) -> "subprocess.Popen[bytes]":
        if self._child and self._child.poll() is None:
            return self._child
        self._end()
        self._child = child = subprocess.Popen(
            [sys.executable, "-I", "-B", str(PROGRAM), str(self.memory * MEGABYTE), str(self.cpu)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
            start_new_session=True,  # Ctrl-C is for us; the child ends when its pipe closes
        )  # fmt: skip
        ready = read_message(child.stdout)  # type: ignore[arg-type]  # a pipe
        if ready != READY:
            raise PdfTrouble("unavailable" if ready == UNAVAILABLE else "died")
        return child

    def _too_late(self) -> None:
        self._late = True
        if self._child:
            self._child.kill()

    def _end(self) -> int | None:
        """End the child, if there is one; return how it ended."""
        child, self._child, self._served = self._child, None, 0
        if child is None:
            return None
        child.kill()
        child.communicate()
        return child.returncode


_maker = PdfMaker()
atexit.register(_maker.close)


def make_pdf(html: str) -> Pdf:
    """Return the PDF of one document, made by this process's child. Raises `PdfTrouble`."""
    return _maker.make(html)
