"""Somebody from outside at the table: an external professional hears everything, and has no sign-in that could be closed.

Whether the family permits that something is shared with somebody outside is asked of them; the program reminds of it and
stops nobody.
"""

from hgw.access import ALWAYS, grounds
from hgw.accounts.models import User
from meetings.models import Meeting, Participant, ParticipantRole
from meetings.readable import readable
from students.models import Consent, Student

HEARS = (Participant.Participation.FULL, Participant.Participation.PART)


def heard_without_permission(meeting: Meeting, user: User) -> list[Student]:
    """The students of whom an external professional hears at this meeting while no permission for it stands.

    None for who does not read all permissions here: to others neither says anything. None on a wall, and none once nothing is
    told any more.
    """
    reads_all = ALWAYS in grounds(user, "read", "consent").get(meeting.school_id, ())
    if not reads_all or user.is_projecting or not meeting.is_open:
        return []
    seats = readable(Participant, meeting, user, "person")
    if not any(seat.role == ParticipantRole.EXTERNAL and seat.participation in HEARS for seat in seats):
        return []
    given = Consent.objects.visible_to(user).standing(Consent.Kind.EXTERNAL_SHARE).filter(student__in=meeting.students)  # type: ignore[attr-defined]  # the queryset of consents
    permitted = set(given.values_list("student", flat=True))
    return [student for student in meeting.students if student.pk not in permitted]
