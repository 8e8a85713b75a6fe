"""School years and the holidays that every Flemish school has, worked out from the rules; a school adds its own days."""

import datetime

from django.utils.translation import gettext as _

from hgw.accounts.models import School
from students.models import Holiday

Days = tuple[datetime.date, datetime.date]
Suggestion = tuple[str, datetime.date, datetime.date]  # name, first day, last day
WEEK = datetime.timedelta(days=7)


def year_around(day: datetime.date) -> Days:
    """First and last day of the school year that holds this day; in July and August the year that is about to begin."""
    first = day.year if day.month >= 7 else day.year - 1
    return datetime.date(first, 9, 1), datetime.date(first + 1, 8, 31)


def holidays(first: datetime.date) -> list[Suggestion]:
    """The holidays of the school year that begins on this day, as the government sets them by rule."""
    year = first.year
    all_saints, christmas, easter = datetime.date(year, 11, 1), datetime.date(year, 12, 25), easter_sunday(year + 1)
    autumn = monday_of(all_saints) if all_saints.weekday() != 6 else all_saints + datetime.timedelta(days=1)
    winter = monday_of(christmas) if christmas.weekday() < 5 else monday_of(christmas) + WEEK
    carnival = monday_of(easter) - 6 * WEEK
    ascension = easter + datetime.timedelta(days=39)
    return [
        (_("Autumn holiday"), autumn, last_of(autumn, 1)),
        (_("Christmas holiday"), winter, last_of(winter, 2)),
        (_("Carnival holiday"), carnival, last_of(carnival, 1)),
        (_("Easter holiday"), _spring(easter), max(last_of(_spring(easter), 2), easter + datetime.timedelta(days=1))),
        (_("Labour Day"), datetime.date(year + 1, 5, 1), datetime.date(year + 1, 5, 1)),
        (_("Ascension Day and the day after"), ascension, ascension + datetime.timedelta(days=1)),
        (_("Whit Monday"), easter + datetime.timedelta(days=50), easter + datetime.timedelta(days=50)),
        (_("Summer holiday"), datetime.date(year + 1, 7, 1), datetime.date(year + 1, 8, 31)),
    ]


def why_no_school(school: School, day: datetime.date) -> str:
    """Why there is no school on this day, in words for beside the day; empty when there is, as far as the school said."""
    holiday = Holiday.objects.filter(school_year__school=school, start__lte=day, end__gte=day).first()
    if holiday:
        return _("No school on this day: %(holiday)s.") % {"holiday": holiday.name}
    return _("This day falls in a weekend.") if day.weekday() >= 5 else ""


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def last_of(monday: datetime.date, weeks: int) -> datetime.date:
    return monday + weeks * WEEK - datetime.timedelta(days=1)


def _spring(easter: datetime.date) -> datetime.date:
    """The Monday on which the two weeks of Easter begin: the first of April, unless Easter lies before or long after it."""
    if easter.month == 3:
        return easter + datetime.timedelta(days=1)
    if easter > datetime.date(easter.year, 4, 15):
        return monday_of(easter) - WEEK
    return datetime.date(easter.year, 4, 7) - datetime.timedelta(days=datetime.date(easter.year, 4, 7).weekday())


def easter_sunday(year: int) -> datetime.date:
    """Easter in the Gregorian calendar: the Sunday after the first full moon of spring."""
    century = year // 100
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - year % 19) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    shift = moon - weekday
    month = 3 + (shift + 40) // 44
    return datetime.date(year, month, shift + 28 - 31 * (month // 4))
