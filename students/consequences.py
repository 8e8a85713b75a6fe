"""What a save of a permission or a report opened and closed, said to whoever saved it, as far as that person may know it.

A day that was mistyped takes somebody's access along: whoever typed it hears of it at once, and can put it right. And a
permission that is given again opens what was written under one of before: whoever notes it looks at that first.
"""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from hgw.request import Request
from students.models import HealthNote, Student, StudentAccessGrant

KINDS = ("consent", "legalreport")  # what access from outside rests on

Readers = dict[tuple[User, Student], datetime.date]  # who from outside reads whom, and until when


@contextmanager
def said_aloud(request: Request, kind: str, students: Iterable[Student]) -> Iterator[None]:
    """Save an item of this kind, of one of these students, in here: what that does is said on the next page, to this user."""
    if kind not in KINDS:
        yield
        return
    students, user = list(students), request.user
    before, notes = _readers(user, students), _noted(user, students)
    yield
    said = [*_closed(before, _readers(user, students)), *_on_health(user, students, notes)]
    for text in said:
        messages.warning(request, text, extra_tags=user.pk.hex)


def _readers(user: User, students: list[Student]) -> Readers:
    """As far as this user reads to whom a student was opened."""
    rows = StudentAccessGrant.objects.visible_to(user).filter(student__in=students, until__gte=timezone.localdate())
    found: Readers = {}
    for row in rows.select_related("user", "student").order_by("user__name", "student__last_name"):
        who = (row.user, row.student)
        found[who] = max(row.until, found.get(who, row.until))
    return found


def _closed(before: Readers, now: Readers) -> Iterator[str]:
    for (user, student), until in before.items():
        said = {"who": user.name, "student": student}
        last = now.get((user, student))
        if last is None:
            yield _("%(who)s no longer reads the file of %(student)s: what that rested on is gone.") % said
        elif last < until:
            said["day"] = date_format(last, "j F Y")
            yield _("%(who)s reads the file of %(student)s until %(day)s now.") % said


def _noted(user: User, students: list[Student]) -> set[Student]:
    """Of which of these students this user reads a note on health."""
    rows = HealthNote.objects.visible_to(user).filter(student__in=students)
    return {note.student for note in rows.select_related("student")}


def _on_health(user: User, students: list[Student], before: set[Student]) -> Iterator[str]:
    """Which note is there again, and which is closed and waits to be erased."""
    now = _noted(user, students)
    for student in sorted(now - before, key=str):
        yield _(
            "There is a note on health of %(student)s from before. With this permission it can be read again: see whether "
            "it still holds, or erase it on the page of the student."
        ) % {"student": student}
    closed = before - now
    waiting = HealthNote.objects.erasable_by(user).filter(student__in=closed) if closed else ()
    for student in sorted(closed & {note.student for note in waiting}, key=str):
        yield _(
            "The note on health of %(student)s is closed: nobody can read it any more. Erase it on the page of the student "
            "when it is not to be kept."
        ) % {"student": student}
