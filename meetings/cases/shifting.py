"""Moving a case in time: as if it had been last week. Words in texts stay as they are."""

import datetime

from django.utils import timezone

from meetings.cases.case import Case
from meetings.cases.faults import Refused

STAYS = "birth_date"


def shift(case: Case) -> None:
    """Move every date but days of birth by the same number of whole weeks, so that the meeting falls in last week.

    Raises `Refused` when a date would leave the calendar.
    """
    today = timezone.localdate()
    last_week = today - datetime.timedelta(days=today.weekday() + 7)
    day = case.meeting["date"]
    weeks = (last_week - (day - datetime.timedelta(days=day.weekday()))) // datetime.timedelta(weeks=1)
    for rows in case.by_table.values():
        for row in rows:
            for key in row.table.keys:
                if key.type == "date" and key.name != STAYS and row[key.name]:
                    try:
                        row[key.name] += datetime.timedelta(weeks=weeks)
                    except OverflowError:
                        case.faults.add(f"{row.path}.{key.name}", "cannot be moved by as many weeks as the meeting")
    if case.faults:
        raise Refused(case.faults.in_order())
