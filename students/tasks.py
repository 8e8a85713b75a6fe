"""What follows on a file that was opened in need, outside the request: the notice, and the end. Tasks get ids, never text."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hgw import environment
from hgw.access import HOLDS, matrix
from hgw.accounts.models import RoleAssignment, User
from hgw.storage.row_security import WHOLE
from hgw.text import subject_line
from hgw.transaction import reading, writing
from students.models import EmergencyAccess


@task()
def end_emergency(emergency_id: str) -> None:
    """Write down that the half hour is over. Nothing was open any more since: the time itself closes it."""
    with writing(WHOLE):  # the task knows no school before it found the row
        found = EmergencyAccess.objects.filter(pk=emergency_id, until__lte=timezone.now())
        for row in found.select_related("user", "student"):
            row.end(by=None, why="time")


@task()
def send_emergency_notice(emergency_id: str) -> None:
    """Mail whoever answers for the school: who opened a file, and when. Whose file and why stands in the program alone."""
    with reading(WHOLE):
        rows: Any = EmergencyAccess.objects.select_related("school", "user")
        found = rows.filter(pk=emergency_id).first()
        if found is None or not settings.MAIL_IS_SET_UP:
            return
        to = [user.email for user in who_hears(found)]
    with translation.override(found.school.document_language):
        subject = _("A file was opened in need at %(school)s") % {"school": found.school.name}
        text = _(
            "%(who)s opened the file of a student in need, on %(day)s at %(time)s, for half an hour at most.\n\n"
            "Whose file it is, and why, stands in HGW. Please look at it there, and say that you did:\n\n%(link)s\n\n"
            "Do not answer this mail with the name of a student."
        ) % {
            "who": found.user.name,
            "day": date_format(timezone.localtime(found.since), "j F Y"),
            "time": date_format(timezone.localtime(found.since), "H:i"),
            "link": environment.address() + reverse("looks", args=(found.school_id,)),
        }
    for address in to:
        send_mail(subject_line(subject), text, None, [address])


def who_hears(emergency: EmergencyAccess) -> list[User]:
    """Who reads of it by the matrix at that school today, but for the one who opened it."""
    cells = matrix()["emergency"].cells
    roles = [role for role, cell in cells.items() if any("read" in HOLDS[one.act] for one in cell)]
    there = RoleAssignment.objects.on().filter(school=emergency.school_id, role__in=roles)
    people = User.objects.filter(is_active=True, pk__in=there.values("user"))
    return list(people.exclude(pk=emergency.user_id).order_by("name"))
