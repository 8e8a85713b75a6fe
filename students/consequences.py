"""What a save of a permission or a report closed, said to whoever saved it, as far as that person may know it.

A day that was mistyped takes somebody's access along: whoever typed it hears of it at once, and can put it right.
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
from students.models import Student, StudentAccessGrant

KINDS = ("consent", "legalreport")  # what access from outside rests on

Readers = dict[tuple[User, Student], datetime.date]  # who from outside reads whom, and until when


@contextmanager
def said_aloud(request: Request, kind: str, students: Iterable[Student]) -> Iterator[None]:
    """Save an item of this kind, of one of these students, in here: what that closes is said on the next page, to this user."""
    if kind not in KINDS:
        yield
        return
    students = list(students)
    before = _readers(request.user, students)
    yield
    for text in _closed(before, _readers(request.user, students)):
        messages.warning(request, text, extra_tags=request.user.pk.hex)


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
