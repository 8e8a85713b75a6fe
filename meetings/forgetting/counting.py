"""How much of the meetings would go with some students."""

import uuid
from collections.abc import Set

from django.db.models import Q

from meetings.forgetting.tables import tables
from meetings.models import Meeting, MeetingSubject, Plan
from meetings.models.items import MeetingItem


def count(students: Set[uuid.UUID]) -> dict[str, int]:
    """Whole meetings, those that go on without them, plans, and rows that somebody wrote."""
    about = Meeting.objects.filter(subjects__student__in=students)
    others = MeetingSubject.objects.exclude(student__in=students).values("meeting")
    whole = set(about.exclude(pk__in=others).values_list("pk", flat=True))
    written = 0
    for model, _path in tables():
        if issubclass(model, MeetingItem):
            own = Q(meeting__in=whole) | Q(subject__in=students)
            written += model._base_manager.filter(own).count()
    return {
        "meetings": len(whole),
        "group_meetings": about.filter(pk__in=others).distinct().count(),
        "plans": Plan.objects.filter(student__in=students).count(),
        "texts": written,
    }
