"""How the server is: what the page `/gezond` and the command `health` say. It changes nothing and speaks of nobody.

Whoever asks need not be signed in, and may ask often: the database gets two short questions, and a locked one is not
waited for. The version of HGW is told, for who upgrades it or helps; that of what it is built upon is not (the log says which
SQLite it is). The sign of life is a file of the supervisor (hgw/run.py) on this machine. A task worker that hangs is
seen by what waits for it, in the database, so on every machine.
"""

import datetime
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult, get_date_max

from hgw.storage import place, reserve, running
from hgw.transaction import reading
from hgw.version import VERSION

FREE = 500 * 1024 * 1024  # bytes; below it a school day may fill the disk
SILENT = 60  # seconds without a sign of life
WAITING = datetime.timedelta(minutes=15)  # a task that is due and was not begun
BACKUP = 36 * 60 * 60  # seconds since the last backup: made once a day, with time for a slow night
PATIENCE = 1000  # milliseconds that a question waits for a lock


@dataclass(frozen=True)
class Finding:
    """One part of the server: its code, whether it is well, and how that is said."""

    code: str
    well: bool
    words: str
    is_notice: bool = False  # well, and yet something for who looks after the server

    @property
    def name(self) -> str:
        return {
            "database": _("Database"),
            "disk": _("Disk"),
            "tasks": _("Task worker"),
            "backup": _("Last copy"),
            "version": _("Version"),
        }[self.code]


@never_cache
@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when everything is well, else 503. The same page for everybody."""
    found = findings()
    well = all(finding.well for finding in found)
    page = render_to_string("health.html", {"findings": found, "well": well})
    return HttpResponse(page, status=200 if well else 503)


def findings() -> list[Finding]:
    """Look at every part once."""
    answers, late = _database()
    return [
        _answer(answers),
        _disk(),
        _tasks(late),
        _backup(),
        Finding("version", True, VERSION),
    ]


def _database() -> tuple[bool, bool]:
    """Whether the database answers, and whether a task waits too long in it."""
    late = timezone.now() - WAITING
    due = Q(run_after__lte=late) | Q(run_after=get_date_max())
    try:
        with reading(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # in SQLite's WAL mode a reader waits for nobody
                cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE}")
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            return True, DBTaskResult.objects.ready().filter(due, enqueued_at__lte=late).exists()
    except (DatabaseError, InterfaceError):
        return False, False


def _answer(answers: bool) -> Finding:
    if not answers:
        return Finding("database", False, _("does not answer"))
    if connection.vendor == "sqlite" and place.notice():
        words = _("answers; its SQLite has a rare fault that 3.51.3 repairs")
        return Finding("database", True, words, is_notice=True)
    return Finding("database", True, _("answers"))


def _disk() -> Finding:
    """The least room there is where we write; the disk of another machine's database is not seen from here."""
    folders: list[Path] = [settings.DATA_DIR]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).resolve().parent)
    try:
        free = min(shutil.disk_usage(folder).free for folder in folders)
    except OSError:
        return Finding("disk", False, _("cannot be read"))
    words = _("%(size)s free") % {"size": filesizeformat(free)}
    if connection.vendor == "sqlite" and not reserve.is_there(folders[-1]):
        words = _("%(size)s free, and no reserve") % {"size": filesizeformat(free)}
    return Finding("disk", free >= FREE, words)


def _tasks(late: bool) -> Finding:
    age = _age(settings.DATA_DIR / running.ALIVE)
    if age is None or age > SILENT:
        return Finding("tasks", False, _("no sign of life"))
    return Finding("tasks", not late, _("a task has waited for too long") if late else _("works"))


def _backup() -> Finding:
    if settings.BACKUP_DIR is None:
        return Finding("backup", True, _("none is kept here"))
    try:
        made = [_age(file) for file in settings.BACKUP_DIR.iterdir() if file.suffix == ".age"]
    except OSError:
        return Finding("backup", False, _("cannot be read"))
    age = min((age for age in made if age is not None), default=None)
    if age is None:
        return Finding("backup", False, _("never"))
    return Finding("backup", age <= BACKUP, _("%(hours)s hours ago") % {"hours": int(age // 3600)})


def _age(file: Path) -> float | None:
    """Seconds since a file was written; None when it is not there."""
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return None
