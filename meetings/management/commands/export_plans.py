"""`export_plans ID --to DIR [--with-report]`: every copy of a meeting's documents that may be handed out, as PDF files."""

import os
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hgw.storage.row_security import WHOLE
from hgw.transaction import reading, writing
from meetings.documents import Copy, build, copies_of, render_html
from meetings.documents.pdf import Pdf, PdfTrouble, make_pdf
from meetings.documents.printing import record_print
from meetings.models import Meeting, PlanIssue


class Command(BaseCommand):
    help = "Write the documents of a meeting as PDF files, and a line per file: reader, student, recipient, file name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", metavar="ID", help="of the meeting")
        parser.add_argument("--to", metavar="DIR", required=True, type=Path, help="an empty or new folder")
        parser.add_argument("--with-report", action="store_true", help="the report of the meeting too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make every file first, then write down that they are printed, and only then hand them out."""
        folder: Path = options["to"]
        with reading(WHOLE):
            meeting = _meeting(options["id"])
            _check(folder)
            pages = [(copy, _page(meeting, copy)) for copy in copies_of(meeting, with_report=options["with_report"])]
            lines = [_line(meeting, copy) for copy, _html in pages]
        files = [(copy, self._file(html)) for copy, html in pages]
        _make(folder)
        with writing({meeting.school_id}):
            for copy, pdf in files:
                issue = record_print(meeting, copy, by=None)
                PlanIssue.objects.filter(pk=issue.pk).update(
                    sha256=pdf.sha256, missing_glyphs=pdf.missing.strip()[:200], delivered_how="export_plans"
                )
        names = [f"leerlingplan_{meeting.pk}_{copy.reader}_{n}.pdf" for n, (copy, _pdf) in enumerate(files, 1)]
        for name, (_copy, pdf) in zip(names, files, strict=True):
            _write(folder / name, pdf.data)
        for name, line in zip(names, lines, strict=True):
            self.stdout.write("\t".join((*line, name)))

    def _file(self, html: str) -> Pdf:
        try:
            return make_pdf(html)
        except PdfTrouble as trouble:
            raise CommandError(f"no PDF could be made ({trouble.code})", returncode=1) from trouble


def _meeting(given: str) -> Meeting:
    try:
        meeting = Meeting.objects.filter(pk=uuid.UUID(given)).select_related("school", "group").first()
    except ValueError:
        meeting = None
    if meeting is None:
        raise CommandError(f"no meeting {given}", returncode=2)
    if meeting.status == Meeting.Status.CANCELLED:
        raise CommandError("this meeting was cancelled: no documents come out of it", returncode=2)
    return meeting


def _check(folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty", returncode=2)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}", returncode=2) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}", returncode=2) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(f"{folder}: no permission to write there", returncode=2)


def _page(meeting: Meeting, copy: Copy) -> str:
    document = build(
        meeting, copy, issued_by=meeting.school.name, issued_on=timezone.now(),
        version=copy.plan.version if copy.plan else None,
    )  # fmt: skip
    return render_html(document)


def _line(meeting: Meeting, copy: Copy) -> tuple[str, str, str]:
    """Reader, the student's key in a case file, the guardian's full name for a copy of theirs."""
    student = "student"
    if meeting.is_group:
        student = meeting.subjects.get(student=copy.student).key if copy.student else "group"
    return str(copy.reader), student, str(copy.guardian or "").replace("\t", " ")


def _write(file: Path, data: bytes) -> None:
    """Write a new file that only its owner reads."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(data)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=1) from error
