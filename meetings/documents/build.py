"""Gather what stands on one copy."""

import datetime

from django.utils import timezone

from hgw.accounts.logo import data_url
from hgw.accounts.models import Logo, User
from meetings.documents import words
from meetings.documents.copies import Copy
from meetings.documents.document import Block, Document, Prose, Section
from meetings.documents.own_plan import WHO_HEARS_IT, own_plan
from meetings.documents.parts import PARTS
from meetings.documents.parts.overview import compliments
from meetings.documents.rules import has_section
from meetings.documents.sections import FILE_TITLES, FOR_PARENTS, HEADINGS, TITLES, Heading
from meetings.documents.sheet import Sheet
from meetings.models import Meeting, Reader
from students.models import ClassGroup, Student

PROVISIONAL = "voorlopig"


def build(
    meeting: Meeting,
    copy: Copy,
    *,
    issued_by: str,
    issued_on: datetime.datetime,
    version: int | None = None,
    viewer: User | None = None,
    confidential: bool = False,
) -> Document:
    """Gather what stands on one copy, and nothing else.

    `viewer` is the user for whom it is made on the page: a CLB worker's team version is narrower. `confidential` adds
    to a report the confidential items that this viewer may read, and the copy says so. Without a viewer the system
    makes it, and no confidential item is on it.
    """
    sheet = Sheet(meeting, copy, viewer, confidential)
    class_group = copy.student.class_on(meeting.date) if copy.student else None
    level = _level(class_group, meeting) if copy.reader == Reader.STUDENT else ""
    sections = own_plan(sheet, level) if copy.reader == Reader.STUDENT else _sections(sheet)
    return Document(
        reader=copy.reader,
        title=FILE_TITLES[copy.reader],
        heading=TITLES[copy.reader].format(name=_heading_name(copy)),
        school=words.joined(meeting.school.name, f"schooljaar {meeting.school_year}"),
        about=_about(meeting, copy, str(class_group or "")),
        footer=_footer(meeting, copy, issued_by, issued_on, version),
        sections=sections,
        status="" if meeting.is_closed else PROVISIONAL,
        notices=tuple(_notices(meeting, copy, sheet)),
        closing=WHO_HEARS_IT if copy.reader == Reader.STUDENT else "",
        level=level,
        logo=_logo(meeting),
        contact=meeting.school.contact_line,
    )


def _sections(sheet: Sheet) -> tuple[Section, ...]:
    sections = (_section(heading, sheet) for heading in HEADINGS if has_section(heading.rows, sheet))
    return tuple(section for section in sections if section.blocks)


def _section(heading: Heading, sheet: Sheet) -> Section:
    """What somebody wrote for this reader stands instead of the items; with neither the section is empty."""
    wording = sheet.wording(heading.code)
    blocks: list[Block] = [Prose(wording)] if wording else PARTS[heading.code](sheet)
    if heading.code == "strengths":
        blocks += compliments(sheet)
    return Section(heading.code, _words(heading, sheet), tuple(blocks))


def _words(heading: Heading, sheet: Sheet) -> str:
    if sheet.student is None and sheet.meeting.is_group and heading.group:
        return heading.group
    name = sheet.student.roepnaam if sheet.student else sheet.meeting.names
    text = FOR_PARENTS.get(heading.code, heading.words) if sheet.reader == Reader.PARENTS else heading.words
    return text.format(name=name)


def _heading_name(copy: Copy) -> str:
    """The roepnaam; the team needs to know exactly who it is."""
    if copy.student is None:
        return ""
    full = copy.reader in (Reader.TEAM, Reader.CLASS_SHEET)
    return str(copy.student) if full else copy.student.roepnaam


def _about(meeting: Meeting, copy: Copy, class_name: str) -> str:
    date = words.day(meeting.date, weekday=True)
    if copy.student is None:
        who = ", ".join(f"{student} ({_class(student, meeting)})" for student in meeting.students)
        return words.joined(who, f"bespreking van {date}")
    if copy.reader == Reader.PARENTS:
        about = f"{copy.student}, {class_name}"
        return words.joined(f"Voor {copy.guardian}", about, f"bespreking van {words.day(meeting.date)}")
    if copy.reader == Reader.STUDENT:
        return words.joined(copy.student.roepnaam, class_name, words.day(meeting.date))
    return words.joined(class_name, f"bespreking van {date}")


def _class(student: Student, meeting: Meeting) -> str:
    class_group = student.class_on(meeting.date)
    return str(class_group) if class_group else ""


def _logo(meeting: Meeting) -> str:
    logo = Logo.objects.filter(school=meeting.school_id).first()
    return data_url(logo.png) if logo else ""


def _level(class_group: ClassGroup | None, meeting: Meeting) -> str:
    """The level of the class on the day of the meeting; without a class that of the school, when it has one only."""
    if class_group:
        return str(class_group.level)
    return meeting.school.levels[0] if len(meeting.school.levels) == 1 else "lager"


def _footer(meeting: Meeting, copy: Copy, issued_by: str, issued_on: datetime.datetime, version: int | None) -> str:
    number = version or (copy.plan.version if copy.plan else None)
    day = timezone.localtime(issued_on).date() if timezone.is_aware(issued_on) else issued_on.date()
    return words.joined(
        f"Versie voor: {_for_whom(copy)}",
        f"versie {number}" if number else "",
        PROVISIONAL if not meeting.is_closed else "",
        words.day(day),
        f"uitgegeven door {issued_by}",
        "vertrouwelijk",
    )


def _for_whom(copy: Copy) -> str:
    if copy.reader == Reader.REPORT or copy.student is None:
        return "het zorgteam (verslag)"
    name = copy.student.roepnaam
    return {
        Reader.TEAM: f"het team van {name}",
        Reader.CLASS_SHEET: f"de leraren van {name}",
        Reader.PARENTS: f"ouders van {name} ({copy.guardian})",
        Reader.STUDENT: name,
    }[copy.reader]


def _notices(meeting: Meeting, copy: Copy, sheet: Sheet) -> list[str]:
    notices = []
    if not meeting.is_closed:
        notices.append("Voorlopig: de bespreking is nog niet afgerond. Wat hier staat, kan nog veranderen.")
    if meeting.closed_kind == Meeting.ClosedKind.INFO_ROUND:
        notices.append(
            "Dit was een inforonde: we zoeken eerst nog iets uit. Daarna komen we opnieuw samen en kiezen we doelen."
        )
    if sheet.confidential:
        notices.append(f"Dit exemplaar bevat vertrouwelijke stukken. Het is alleen voor {sheet.viewer}.")
    if copy.reader == Reader.PARENTS and copy.guardian and copy.guardian.language_support:
        notices.append(f"☐ Samen overlopen met hulp: {copy.guardian.language_support}")
    return notices
