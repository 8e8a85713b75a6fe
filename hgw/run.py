"""`./dev run`: everything one school server needs, under one supervisor: migrate, collect, two web workers, one task worker."""

import functools
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from hgw import demo, environment
from hgw.children import end_with
from hgw.storage import plain_copies, reserve, running

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]
HOST = "127.0.0.1"  # other machines come in through a web server that speaks HTTPS
BEAT, DAY = 10, 24 * 60 * 60  # seconds
PAUSE = 5  # seconds until a task worker that ended is started again
ERASE_AGAIN = "erase_again"  # a file in the data folder that `restore` leaves with a copy of an older version
# At the start and once a day, beside the server. A student whose erasure was confirmed is gone for good, also when the server
# was killed in the middle of it.
CHORES = ([*MANAGE, "once_a_day", "-v0"], [*MANAGE, "forget", "-v0"])


class Stopped(Exception):
    """A signal asked us to end."""


class Failed(Exception):
    """A process ended that should not have, or would not start."""


class Worker:
    """The task worker. It ends when the database is away for a moment, and is started again: pages live on meanwhile."""

    def __init__(self, server: int) -> None:
        self._server, self._due = server, 0.0
        self.process = self._begin()

    def look_after(self, now: float) -> None:
        if self.process.poll() is None:
            return
        self._due = self._due or now + PAUSE
        if now >= self._due:
            self.process, self._due = self._begin(), 0.0

    def _begin(self) -> subprocess.Popen[bytes]:
        return _start([*MANAGE, "task_worker"], self._server)


def main() -> int:
    """Run until a signal ends us or the web server dies. The exit code is 1 when something could not start, or died."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    chores: list[subprocess.Popen[bytes]] = []
    data = worker = None
    try:
        port = environment.port()
        _free(port)
        data = environment.data_folder(ROOT)
        server = _hold(data)
        plain_copies.sweep(data)
        is_demo = demo.wanted(data)
        # The children read the same settings as we do, and all of them know whether this is the demonstration.
        os.environ |= {"HGW_DATA": str(data), "HGW_DEMO": "1" if is_demo else "0"}
        _prepare(children)
        _erase_again(children, data)
        users = demo.users(data, MANAGE) if is_demo else []
        bind = f"{HOST}:{port}"
        web = [sys.executable, "-m", "gunicorn", "--config", "python:hgw.web_server", "--bind", bind]
        children.append(_start(web, server))
        worker = Worker(server)
        _wait_for_answer(port, children)
        print(f"ready\thttp://{bind}/", *users, sep="\n", flush=True)
        _watch(children, worker, chores, data)
    except Stopped:
        return 0
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        _end([*children, *([worker.process] if worker else []), *chores])
        if data:
            (data / running.ALIVE).unlink(missing_ok=True)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _free(port: int) -> None:
    """Ask for the port before anything else: an answer on it would otherwise be somebody else's."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            environment.stop("PORT", f"{port} is in use or not allowed; choose another one")


def _hold(data: Path) -> int:
    """The sign that a server runs here, for each of its processes to hold."""
    try:
        return running.serve(data)
    except running.Busy:
        environment.stop("HGW_DATA", f"a copy is being put back in {data}; try again in a moment")


def _start(command: list[str], *held: int) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own: Ctrl-C reaches us alone, and we end the children in order.

    It ends with us, should we be killed.
    """
    follow = functools.partial(end_with, os.getpid())
    return subprocess.Popen(
        command, stdout=sys.stderr, start_new_session=True, cwd=ROOT, pass_fds=held, preexec_fn=follow
    )


def _prepare(children: list[subprocess.Popen[bytes]]) -> None:
    """Bring tables and static files up to date, both at once: each is mostly waiting for its own start."""
    tasks = [_start([*MANAGE, "migrate", "-v0"]), _start([*MANAGE, "collectstatic", "--noinput", "-v0"])]
    children += tasks
    codes = [task.wait() for task in tasks]
    children.clear()
    if any(codes):
        raise Failed("The server did not start.")


def _erase_again(children: list[subprocess.Popen[bytes]], data: Path) -> None:
    """Nobody who was erased is back in a copy that was put back: before anybody can look."""
    if not (data / ERASE_AGAIN).exists():
        return
    children.append(_start([*MANAGE, "forget", "--again", "-v0"]))
    code = children[-1].wait()
    children.clear()
    if code:
        raise Failed("The server did not start: who was erased could not be erased again.")
    (data / ERASE_AGAIN).unlink()


def _check(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is not None:
            raise Failed(f"A process of the server ended with exit code {child.returncode}.")


def _watch(
    children: list[subprocess.Popen[bytes]], worker: Worker, chores: list[subprocess.Popen[bytes]], data: Path
) -> NoReturn:
    """Look after the children until one ends, and touch the sign of life. A chore that fails is tried again next day."""
    database = environment.database(environment.text("DATABASE_URL"), data)
    beat = chore = time.monotonic()
    while True:
        _check(children)
        now = time.monotonic()
        worker.look_after(now)
        if now >= beat:
            if worker.process.poll() is None:
                (data / running.ALIVE).touch()
            if str(database["ENGINE"]).endswith("sqlite3"):
                reserve.look_after(Path(str(database["NAME"])).resolve().parent)
            beat = now + BEAT
        if now >= chore:
            chores[:] = [_start(one) for one in CHORES]
            chore = now + DAY
        for done in chores:
            done.poll()  # else it stays in the table of processes
        time.sleep(0.2)


def _wait_for_answer(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    """Return when a page answers. A redirection to HTTPS or a refused host name is an answer too."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        _check(children)
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/aanmelden/login/")
            if connection.getresponse().status < 500:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise Failed("The server does not answer.")


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """End every child; whatever is not gone after 20 seconds is killed with all that it started."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    end = time.monotonic() + 20
    for child in children:
        try:
            child.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
