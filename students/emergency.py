"""A student's file in need: who may open it, which student is meant, how often, and for which requests it is open.

The right itself is the matrix's (hgw/access.toml, [emergency]). A session holds the id of what was opened in it; at each
request that is looked up, and its student is put where the door in hgw/access.py reads it. So it ends with the session,
and another session of the same user never has it.
"""

import datetime
import time
import uuid
from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw.access import grounds, may
from hgw.accounts.asking_again import JUST_NOW, ask_again
from hgw.accounts.models import User
from hgw.audit.models import Action, Entry, hidden, looked
from hgw.request import Request
from hgw.text import folded
from hgw.transaction import reading, schools_of
from students.models import EmergencyAccess, Student
from students.tasks import end_emergency, send_emergency_notice

KEY = "emergency"  # in the session: the id of what was opened
ASKED = "emergency_asked"  # in the session: when a new sign-in was asked for, in seconds
# A day holds one accident with three students in it, no more; whoever needs more calls the school. With as many names
# mistyped again: more tries than that look for somebody.
MOST, TRIES = 3, 6


class EmergencyMiddleware:
    """Puts the student that this session has open in need where the door reads it. Stands behind the sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.emergency = None
        if request.user.is_authenticated and KEY in request.session:
            request.emergency = _running(request)
        if request.emergency:
            request.user.opened_in_need = frozenset({request.emergency.student_id})
        return self.get_response(request)


def _running(request: Request) -> EmergencyAccess | None:
    with reading(schools_of(request.user)):  # before the transaction of the request begins
        rows = EmergencyAccess.objects.running().filter(pk=request.session[KEY], user=request.user.pk)
        found = rows.select_related("student").first()
    if found and found.school_id in schools_to_unlock_in(request.user):
        return found
    del request.session[KEY]
    messages.info(request, _("What you opened in need is closed again."))
    return None


def schools_to_unlock_in(user: User) -> set[uuid.UUID]:
    """The schools where this user may open a file in need."""
    return set(grounds(user, "unlock", "emergency"))


def can_unlock(user: User, student: Student) -> bool:
    """Whether this user may open the file of this student in need, and does not read it already."""
    return student.school_id in schools_to_unlock_in(user) and not may(user, "read", student, "student_file")


def unlock(request: Request, student: Student, reason: str, *, key: uuid.UUID) -> None:
    """Open the student in this session, and tell whoever answers for the school; once for each key, that of the form."""
    request.session[KEY] = str(key)
    request.session.pop(ASKED, None)  # the next one asks for a sign-in of its own
    if EmergencyAccess.objects.filter(pk=key, user=request.user).exists():
        return  # a second click
    begun = EmergencyAccess.begin(request.user, student, reason, key=key)
    end_emergency.using(run_after=begun.until).enqueue(str(begun.pk))
    send_emergency_notice.enqueue(str(begun.pk))


def find(user: User, first_name: str, last_name: str, birth_date: datetime.date) -> Student | None:
    """The one student of this user's schools with exactly this name and day of birth; accents and capitals do not count.

    This does not ask the door: who needs it may see no list. It says nothing of who has another name or another day, and
    nothing of another school.
    """
    first, last = _plain(first_name), _plain(last_name)
    born = Student.objects.filter(school__in=schools_to_unlock_in(user), birth_date=birth_date)
    meant = [
        student
        for student in born
        if _plain(student.last_name) == last and first in {_plain(student.first_name), _plain(student.preferred_name)}
    ]
    return meant[0] if len(meant) == 1 else None


def _plain(name: str) -> str:
    return " ".join(folded(name).split())


def has_tries_left(user: User) -> bool:
    """Whether this user may try once more today."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    mine = Entry.objects.filter(who=user.pk, at__gte=today)
    opened = mine.filter(action=Action.EMERGENCY_OPENED).count()
    return opened < MOST and opened + mine.filter(action=Action.EMERGENCY_REFUSED).count() < TRIES


def note_refusal(request: Request, name: str, why: str) -> None:
    """Have it in the trace that somebody was refused, and by a keyed hash whom he or she asked for. `why` is a code."""
    asked = hidden("emergency", _plain(name))
    for school in schools_to_unlock_in(request.user):
        looked(request, Action.EMERGENCY_REFUSED, school=school, object=asked, detail=why)


def signed_in_again(request: Request) -> bool:
    """Whether the user showed, for this and a few minutes ago, that it is he or she. For another page does not count."""
    asked = request.session.get(ASKED)
    if asked is None:
        return False
    shown = [one for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    return any(one["at"] >= max(asked, time.time() - JUST_NOW) for one in shown)


def ask_to_sign_in_again(request: Request) -> HttpResponse:
    """Ask that first; what was sent waits in the session and goes on by itself."""
    request.session[ASKED] = time.time()
    return ask_again(request)
