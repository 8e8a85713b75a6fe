"""Two hundred plans through the task worker, as on a server: none is lost, and each holds the words of its own reader alone.

Run by `./dev prove batch` with a database of its own in the environment.
"""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import django

STUDENTS, READERS = 50, ("team", "class_sheet", "parents", "student")
# Where each reader's own words stand: a section that the reader has.
SECTION = {"team": "goals", "class_sheet": "goals", "parents": "goals", "student": "can"}


def main() -> int:
    Path(os.environ["HGW_DATA"], "static").mkdir(exist_ok=True)
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with one here
    call_command("migrate", verbosity=0)
    issues = _ask()
    begin = time.monotonic()
    command = [sys.executable, "manage.py", "task_worker", "--batch", "-v0", "--no-startup-delay"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    took = time.monotonic() - begin
    wrong = [word for pk, (student, reader) in issues.items() for word in _faults(pk, student, reader)]
    for words, count in Counter(wrong).items():
        print(f"{count} times: {words}", file=sys.stderr)
    print(f"plans: {len(issues)}, with the words of their reader alone: {len(issues) - len(wrong)}, in {took:.0f} s")
    return 1 if wrong else 0


def _word(student: int, reader: str) -> str:
    """A word that stands on one copy and on no other one."""
    return f"voor{student:03d}{reader.replace('_', '')}"


def _ask() -> dict[Any, tuple[int, str]]:
    """A school with fifty students and their plans, of which every copy is asked for: id of the print, student, reader."""
    from django.db import transaction

    from meetings.documents.copies import Copy
    from meetings.documents.printing import record_print
    from meetings.models import Goal, Plan, PlanText, Reader
    from meetings.tasks import make_file
    from tests.access_case import make_row
    from tests.factories import make_cast, make_guardian, make_meeting, make_student

    found = {}
    with transaction.atomic():
        cast = make_cast()
        for number in range(STUDENTS):
            student = make_student(cast.school, cast.class_group)
            guardian = make_guardian(student)
            meeting = make_meeting([student], by=cast.coordinator)
            plan = Plan.objects.get(meeting=meeting)
            make_row(Goal, meeting, then_can="lezen", visibility=("care_team", "class_sheet", "parents", "student"))
            for reader in READERS:
                PlanText.objects.create(
                    school=cast.school, meeting=meeting, plan=plan, reader=reader, section=SECTION[reader],
                    text=_word(number, reader),
                )  # fmt: skip
                whose = guardian if reader == "parents" else None
                issue = record_print(meeting, Copy(Reader(reader), student, whose, plan), by=cast.coordinator)
                make_file.enqueue(str(issue.pk))
                found[issue.pk] = number, reader
    return found


def _faults(pk: Any, student: int, reader: str) -> list[str]:
    """What is wrong with one print, at most one thing."""
    from meetings.models import PlanIssue

    issue = PlanIssue.objects.get(pk=pk)
    if issue.trouble or not issue.pdf or len(issue.sha256) != 64:
        return [f"{reader}: no file ({issue.trouble or 'it was never made'})"]
    text = subprocess.run(["pdftotext", "-", "-"], input=bytes(issue.pdf), capture_output=True, check=True).stdout
    met = set(re.findall(r"voor\d{3}[a-z]+", re.sub(r"\s|\u00ad", "", text.decode())))
    mine = _word(student, reader)
    if not any(word.startswith(mine) for word in met):
        return [f"{reader}: its own words are missing"]
    others = [word for word in met if not word.startswith(mine)]
    return [f"{reader}: words of somebody else"] if others else []


if __name__ == "__main__":
    sys.exit(main())
