"""`./dev run`: everything one school server needs, under one supervisor: migrate, collect, two web workers, one task worker."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def main() -> int:
    """Run until a signal ends us or a child dies. The exit code is 1 when something could not start."""
    port = os.environ.get("PORT", "8000")
    if not port.isdigit():
        print(f"PORT: must be a number, not {port!r}", file=sys.stderr)
        return 1
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        if subprocess.run([*MANAGE, *command], check=False, stdout=sys.stderr).returncode:
            return 1
    bind = f"127.0.0.1:{port}"
    web = [sys.executable, "-m", "gunicorn", "hgw.wsgi", "--workers", "2", "--bind", bind, "--log-level", "warning"]
    children = [subprocess.Popen(web), subprocess.Popen([*MANAGE, "db_worker"], stdout=sys.stderr)]
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        if not _answers(f"http://{bind}/aanmelden/login/", children):
            return 1
        print(f"ready\thttp://{bind}/", flush=True)
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 0 if stopping else 1
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=20)


def _answers(url: str, children: list[subprocess.Popen[bytes]]) -> bool:
    for _attempt in range(300):
        if any(child.poll() is not None for child in children):
            return False
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.URLError:
            time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(main())
