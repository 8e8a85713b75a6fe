"""What the page one starts on says of it: once a year that there is something to destroy, and what waits for a second yes."""

import uuid

from django.utils import timezone

from hgw.access import ALWAYS, grounds
from hgw.accounts.models import School, User
from students.forgetting.permissions import may_confirm
from students.forgetting.rules import due
from students.models import Erasure

SEASON = (9, 10)  # months: what had to be kept until 31 August comes on the list on 1 September


def to_forget(user: User) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """Schools this user answers for: those where somebody is to be destroyed now, and those that wait for this user's yes."""
    schools = [pk for pk, own in grounds(user, "read", "audit").items() if ALWAYS in own]
    if not schools:
        return [], []
    waiting = [one for one in Erasure.objects.waiting().filter(school__in=schools) if may_confirm(user, one)]
    today = timezone.localdate()
    asked = {one.student for one in waiting}
    must_go, to_confirm = [], []
    for school in School.objects.filter(pk__in=schools) if asked or today.month in SEASON else ():
        gone = due(school, today)
        if today.month in SEASON and any(not one.erasure for one in gone):
            must_go.append(school.pk)
        if any(one.student.pk in asked for one in gone):
            to_confirm.append(school.pk)
    return must_go, to_confirm
