"""`server_files`: what a server of the school's own needs around the program, from the forms in `hgw/server/`."""

import re
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from hgw.commands import Refusal, RefusingCommand

FORMS = settings.BASE_DIR / "hgw" / "server"
SETTINGS, PROGRAM = "hgw.env", "hgw-manage"
# What may stand in a unit, a shell script and nginx's configuration alike, without quotes.
PATH = re.compile(r"/[A-Za-z0-9._/-]+")
ALLOWED = {
    "host": re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"),
    "user": re.compile(r"[a-z_][a-z0-9_-]{0,31}"),
    "port": re.compile(r"[1-9][0-9]{0,4}"),
}


class Command(RefusingCommand):
    help = "Write systemd units, nginx configuration and settings for one server, to be looked at and then installed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", metavar="DIR", required=True, help="folder for the files, made when it is not there"
        )
        parser.add_argument("--host", metavar="NAME", required=True, help="name of the server in the school's network")
        for name, value, meaning in (
            ("user", "hgw", "who runs the program"),
            ("port", "8000", "where the program listens, on this machine"),
            ("data", "/var/lib/hgw", "folder of the data"),
            ("backups", "/var/backups/hgw", "folder of the nightly copies"),
            ("settings", "/etc/hgw.env", "where hgw.env will stand"),
            ("certificate", "/etc/ssl/certs/hgw.pem", "for HTTPS, with its chain"),
            ("key", "/etc/ssl/private/hgw.key", "of the certificate"),
        ):
            # Under names of our own: `--settings` is Django's.
            option = "--settings-file" if name == "settings" else f"--{name}"
            parser.add_argument(option, dest=f"its_{name}", default=value, help=f"{meaning} (default: {value})")

    def handle(self, *args: Any, **options: Any) -> None:
        values = {name.removeprefix("its_"): value for name, value in options.items() if name.startswith("its_")}
        values |= {"host": options["host"], "program": str(settings.BASE_DIR), "python": sys.executable}
        for name, value in values.items():
            if not ALLOWED.get(name, PATH).fullmatch(value):
                raise Refusal(f"{name}: cannot be {value!r}")
        # What systemd hides from a service that is protected from homes (ProtectHome).
        at_home = any(
            Path(values[name]).parts[1:2] in {("home",), ("root",)} for name in ("program", "data", "backups")
        )
        values["home"] = "read-only" if at_home else "yes"
        folder = Path(options["to"])
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for form in sorted(FORMS.glob("hgw*")):
                self._write(folder / form.name, re.sub(r"@([a-z]+)@", lambda m: values[m[1]], form.read_text("utf-8")))
        except OSError as error:
            raise Refusal(f"{error.filename}: {error.strerror}") from error

    def _write(self, file: Path, text: str) -> None:
        """Write one file and name it on stdout. Settings that are there already stay: they may hold a password."""
        if file.name == SETTINGS and file.exists():
            return
        file.touch({SETTINGS: 0o600, PROGRAM: 0o755}.get(file.name, 0o644))
        file.write_text(text, "utf-8")
        self.stdout.write(str(file))
