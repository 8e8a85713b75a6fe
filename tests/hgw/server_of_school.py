"""A server of a school, as the files of `server_files` make one: nginx in front, and what it passes on to."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
HOST = "hgw.school.test"
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
ME = pwd.getpwuid(os.geteuid()).pw_name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*command: object, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command], env=os.environ | settings, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that nobody but itself vouches for, and its key."""
    made, key = folder / "hgw.pem", folder / "hgw.key"
    kind = "IP" if name[0].isdigit() else "DNS"
    done = run(
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
        "-addext", f"subjectAltName={kind}:{name}", "-out", made, "-keyout", key,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return made, key


def server_files(folder: Path) -> Path:
    """What the command writes, for a server of whoever runs the tests."""
    made, key = certificate(folder, HOST)
    files = folder / "files"
    call_command(
        "server_files", "--to", files, "--host", HOST, "--user", ME, "--port", free_port(), "--data", folder / "data",
        "--backups", folder / "copies", "--settings-file", files / "hgw.env", "--certificate", made, "--key", key, verbosity=0,
    )  # fmt: skip
    return files


def settings_of(files: Path) -> dict[str, str]:
    lines = [line for line in (files / "hgw.env").read_text().splitlines() if not line.startswith("#")]
    return {name: value.strip("'") for name, value in (line.split("=", 1) for line in lines)}


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on {port}")


@contextmanager
def nginx(files: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """nginx with our configuration on two other ports, for HTTP and for HTTPS."""
    plain, safe = free_port(), free_port()
    ours = (files / "hgw-nginx.conf").read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{safe} ssl;"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl;\n", ""),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert old in ours
        ours = ours.replace(old, new)
    (folder / "site.conf").write_text(ours)
    folders = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user {ME}; daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f"events {{}} http {{ {folders} include {folder}/site.conf; }}"
    )
    started = [NGINX, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    checked = run(*started, "-t")
    assert checked.returncode == 0, checked.stderr
    assert "[emerg]" not in checked.stderr
    server = subprocess.Popen(started, stderr=subprocess.DEVNULL)
    try:
        wait_for(safe)
        yield plain, safe
    finally:
        server.terminate()
        server.wait(timeout=30)
