"""Build the demonstration of one day, in one transaction."""

import datetime
from pathlib import Path

from hgw.accounts.models import School
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing
from meetings.cases.loading import load
from meetings.demo import around, meetings, school
from meetings.demo.seeding import same_rows

CASES = [Path(__file__).with_name("cases") / f"{name}.yaml" for name in ("nore", "kring", "alles")]


class SchoolExists(Exception):
    """There is a school in the database: the demonstration stays away from it."""


def build(day: datetime.date) -> list[str]:
    """Make both schools and all meetings; one line per user, `role TAB e-mail TAB password`. Raises `SchoolExists`."""
    with writing(WHOLE), same_rows(day) as chance:
        if School.objects.exists():
            raise SchoolExists
        made = school.make(day, chance)
        for file in CASES:
            load(file.read_bytes(), shift_dates=True)
        meetings.make_told(made)
        around.make_around(made)
        school.open_to_outsiders(made)
        around.make_health_note(made)
        return made.lines
