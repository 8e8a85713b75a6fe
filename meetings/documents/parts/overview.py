"""Steps 1 and 2: what goes well, what student and guardians want, why this plan, what is difficult."""

from meetings.documents import words
from meetings.documents.document import Block, Columns, Line, Lines, Prose, Quote
from meetings.documents.sheet import Sheet
from meetings.models import Factor, MeetingItem, Observation, Reader, Wish


def about(item: MeetingItem, sheet: Sheet) -> str:
    """In the report of a group: whom a line is about."""
    if sheet.student is None and sheet.meeting.is_group and item.subject:
        return f"{item.subject.roepnaam}:"
    return ""


def strengths(sheet: Sheet) -> list[Block]:
    rows = sheet.rows(Observation)
    good = [row for row in rows if row.valence == Observation.Valence.STRENGTH]
    works = [row for row in rows if row.valence == Observation.Valence.EXCEPTION]
    blocks: list[Block] = []
    if sheet.is_team:
        name = (
            sheet.student.roepnaam if sheet.student else "Leerlingen" if sheet.meeting.is_group else sheet.meeting.names
        )
        columns = [
            Lines(
                tuple(_seen(row, sheet) for row in good if row.domain == domain),
                words.DOMAINS[domain].format(name=name),
            )
            for domain in words.DOMAINS
        ]
        columns = [column for column in columns if column.lines]
        blocks += [Columns(tuple(columns))] if len(columns) > 1 else columns
    elif good:
        blocks.append(Lines(tuple(_seen(row, sheet) for row in good)))
    if works:
        blocks.append(Lines(tuple(_seen(row, sheet) for row in works), "Dan lukt het wél"))
    uses = tuple(
        Line(factor.how_used, strong=about(factor, sheet))
        for factor in sheet.rows(Factor)
        if factor.how_used and factor.kind_of_factor == Factor.Kind.PROTECTIVE
    )
    if uses:
        blocks.append(Lines(uses, "Zo gebruiken we de sterktes"))
    return blocks


def compliments(sheet: Sheet) -> list[Block]:
    """In the report of a group each says for whom it is meant."""
    group = sheet.student is None and sheet.meeting.is_group
    return [
        Quote(
            row.text,
            words.joined(
                sheet.names.write(row.by) if row.by else "", f"voor {row.plan.student.roepnaam}" if group else ""
            ),
            praise=True,
        )
        for row in sheet.compliments
    ]


def wishes(sheet: Sheet) -> list[Block]:
    rows = sheet.rows(Wish)
    ordered = [row for row in rows if row.owner == Wish.Owner.STUDENT] + [
        row for row in rows if row.owner == Wish.Owner.PARENTS
    ]
    return [Quote(row.text, _whose(row, sheet)) for row in ordered if row.text] + [
        Prose(f"{_whose(row, sheet)}.", faint=True) for row in ordered if not row.text and sheet.is_team
    ]


def _whose(wish: Wish, sheet: Sheet) -> str:
    name = wish.subject.roepnaam if wish.subject else sheet.student.roepnaam if sheet.student else sheet.meeting.names
    if wish.owner == Wish.Owner.STUDENT:
        who = name
    elif wish.guardian:
        who = sheet.names.write(wish.guardian)
    elif sheet.reader == Reader.PARENTS:
        who = "jullie"
    else:
        who = f"de ouders van {name}"
    return words.joined(words.sentence(who), words.HOW_KNOWN[wish.how_known] if sheet.is_team else "")


def reason(sheet: Sheet) -> list[Block]:
    """Guardians have this only as a text of the plan; single texts are the team's."""
    now, question = sheet.single("reason_now"), sheet.single("help_question")
    blocks: list[Block] = [Prose(now)] if now else []
    return [*blocks, Prose(question, strong="Onze hulpvraag:")] if question else blocks


def difficulties(sheet: Sheet) -> list[Block]:
    rows = sheet.rows(Observation, valence=Observation.Valence.DIFFICULTY)
    if not rows:
        return []
    blocks: list[Block] = []
    if sheet.is_team:
        name = (
            sheet.student.roepnaam if sheet.student else "Leerlingen" if sheet.meeting.is_group else sheet.meeting.names
        )
        for domain, label in words.DOMAINS.items():
            lines = tuple(_seen(row, sheet) for row in rows if row.domain == domain)
            if lines:
                blocks.append(Lines(lines, label.format(name=name)))
        window = words.period(sheet.meeting.seen_from, sheet.meeting.seen_until)
        if window:
            blocks.append(Prose(f"Gezien of gehoord {window}, waar niets anders staat.", faint=True))
    else:
        blocks.append(Lines(tuple(_seen(row, sheet) for row in rows)))
    return blocks


def _seen(row: Observation, sheet: Sheet) -> Line:
    """One remark; the team also reads how it is known, the report where it leads."""
    notes: list[str] = []
    if sheet.is_team:
        notes.append(words.joined(_origin(row, sheet), row.talent, words.HOLDERS.get(row.holder, "")))
    if sheet.reader == Reader.REPORT:
        used = next(filter(None, (row.used_in_goal, row.used_in_need, row.used_in_agreement)), None)
        if sheet.shows(used):
            notes.append(f"Zetten we in bij: {used}")
        if sheet.shows(row.counterpart):
            notes.append(f"Andere kijk op hetzelfde: {row.counterpart}")
    return Line(row.text, tuple(filter(None, notes)), about(row, sheet))


def _origin(row: Observation, sheet: Sheet) -> str:
    """How it is known: by whom it was seen or told, and when."""
    told = f"verteld door {sheet.names.write(row.told_by)}" if row.told_by else ""
    known = told or words.SOURCES.get(row.source, "")
    observer = sheet.names.write(row.observer) if row.observer else ""
    by = (
        f"{known} door {observer}".strip()
        if observer and known in {"", "gezien", "gehoord"}
        else words.joined(known, observer)
    )
    return ", ".join(filter(None, (by, words.period(row.seen_from, row.seen_until))))
