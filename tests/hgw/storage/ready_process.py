"""A process in which the program is loaded already: each command of an installation runs in a copy of it.

Two hundred commands, each in a process and a data folder of its own, spent more time on loading than on their work. The
copy reads its settings anew, from the environment it is given; how a command begins from nothing is for the tests that
start a server, or call `manage.py` themselves.
"""

import atexit
import importlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 300  # seconds for one command
AHEAD = ("django.db.backends.postgresql.base", "hgw.storage.sqlite3.base", "pyrage", "hgw.urls", "code", "yaml")


@cache
def _process() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.hgw.storage.ready_process"]
    started = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(started.communicate)
    return started


def run(words: list[str], environment: dict[str, str], keys: str = "") -> "subprocess.CompletedProcess[str]":
    """What `manage.py` with these words says in this environment, with `keys` typed to it."""
    ready = _process()
    assert ready.stdin
    assert ready.stdout
    with tempfile.TemporaryDirectory() as folder:
        typed, out, err = (Path(folder, name) for name in ("in", "out", "err"))
        typed.write_text(keys)
        print(json.dumps([words, environment, *map(str, (typed, out, err))]), file=ready.stdin, flush=True)
        code = int(ready.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


def main() -> None:
    import django
    from django.core.management import get_commands, load_command_class

    os.environ["DJANGO_SETTINGS_MODULE"] = "hgw.settings"
    django.setup()
    for name, app in get_commands().items():
        if str(app).startswith(("hgw", "students", "meetings")) or name in {"migrate", "shell"}:
            load_command_class(str(app), name)
    for module in AHEAD:
        importlib.import_module(module)
    for line in sys.stdin:
        if not (child := os.fork()):
            _become(*json.loads(line))
        _pid, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(words: list[str], environment: dict[str, str], typed: str, out: str, err: str) -> NoReturn:
    """Be the command, as far as anybody can tell."""
    code = 1
    try:
        for number, file in enumerate((typed, out, err)):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
        signal.alarm(PATIENCE)
        random.seed()
        os.environ.clear()
        os.environ.update(environment)
        _forget_settings()
        sys.argv = ["manage.py", *words]
        from manage import main as manage

        manage()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _forget_settings() -> None:
    """What was read of the environment of the process that stood ready."""
    from django.conf import empty, settings
    from django.core.cache import caches
    from django.db import connections

    del sys.modules["hgw.settings"]
    settings._wrapped = empty
    for handler in (connections, caches):
        if hasattr(handler._connections, "default"):
            del handler["default"]
        handler._settings = None
        handler.__dict__.pop("settings", None)


if __name__ == "__main__":
    main()
