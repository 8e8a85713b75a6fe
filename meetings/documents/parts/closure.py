"""Step 7 and what stands around the meeting: the phase, who works on it, how the meeting went, what was added."""

from meetings.documents import words
from meetings.documents.document import Block, Cell, Line, Lines, Prose, Quote, Table, cell
from meetings.documents.parts.overview import about
from meetings.documents.people import THE_OTHER_PARENT
from meetings.documents.sheet import Sheet
from meetings.models import Addendum, GateReason, MeetingGoal, Participant, PhaseDecision, Reader, Statement
from students.models import Phase

NO_CONSENT = "Lezen en bespreken is geen toestemming: het zegt alleen dat het plan samen bekeken is."


def phase(sheet: Sheet) -> list[Block]:
    """Where the student is in the support continuum; for guardians in words, when somebody ticked it."""
    if not sheet.has("phase"):
        return []
    rows = PhaseDecision.objects.standing().filter(meeting=sheet.meeting, student__in=sheet.students)
    decisions = list(rows.select_related("before", "after", "requested"))
    sheet.read.link(decisions)
    group = sheet.student is None and sheet.meeting.is_group
    if sheet.reader == Reader.PARENTS:
        return [Lines(tuple(_explained(row) for row in decisions))] if decisions else []
    lines = [
        Line(
            _move(row),
            tuple(
                filter(
                    None, (f"Gevraagd, nog niet beslist: {_name(row.requested)}" if row.requested else "", row.reason)
                )
            ),
            f"{row.student.roepnaam}, {words.GUIDANCE_DOMAINS[row.guidance_domain]}:"
            if group
            else f"{words.sentence(words.GUIDANCE_DOMAINS[row.guidance_domain])}:",
        )
        for row in decisions
    ]
    blocks: list[Block] = [Lines(tuple(lines))] if lines else []
    return [*blocks, *_legal_reports(sheet, group)]


def _name(phase: Phase | None) -> str:
    return phase.name_nl[:1].lower() + phase.name_nl[1:] if phase and not phase.name_nl.isupper() else str(phase or "")


def _move(row: PhaseDecision) -> str:
    if row.after is None:
        return f"nu {_name(row.before)}"
    when = words.day(row.meeting.date)
    if row.after == row.before:
        return f"{_name(row.after)}, zoals voordien ({when})"
    return f"van {_name(row.before)} naar {_name(row.after)} ({when})"


def _explained(row: PhaseDecision) -> Line:
    now = words.PHASES_PARENTS[(row.after or row.before).code].format(name=row.student.roepnaam)
    notes = [row.reason]
    if row.requested:
        notes.insert(0, "We vroegen om samen te bekijken of er meer hulp nodig is. Dat is nog niet beslist.")
    return Line(now, tuple(filter(None, notes)), f"{words.GUIDANCE_DOMAINS_PARENTS[row.guidance_domain]}:")


def _legal_reports(sheet: Sheet, group: bool) -> list[Block]:
    """That there is one and until when; where the paper is, is for the report."""
    lines = []
    for row in sheet.legal_reports():
        until = f"geldig tot {words.day(row.valid_until)}" if row.valid_until else ""
        notes = words.joined(row.issued_by, words.day(row.date), until)
        where = row.location_note if sheet.reader == Reader.REPORT else ""
        who = f"{row.student.roepnaam}:" if group else ""
        lines.append(Line(words.REPORTS[row.kind_of_report], tuple(filter(None, (notes, where))), who))
    return [Lines(tuple(lines), "Verslagen van het CLB")] if lines else []


def participants(sheet: Sheet) -> list[Block]:
    """Who takes part, with room to write when the plan was read and discussed."""
    if not sheet.has("participants"):
        return []
    rows = [row for row in (_seat(seat, sheet) for seat in sheet.read.standing(Participant)) if row]
    rows = [
        row for n, row in enumerate(rows) if row not in rows[:n] or row[0] != cell(words.sentence(THE_OTHER_PARENT))
    ]
    if not rows:
        return []
    if not sheet.has("ack"):
        return [Table(("Naam", "Rol"), tuple(rows), look="people")]
    signed = tuple((*row, Cell()) for row in rows)
    heads = ("Naam", "Rol", "Gelezen en besproken op")
    return [Table(heads, signed, look="sign"), Prose(NO_CONSENT, faint=True)]


def _seat(seat: Participant, sheet: Sheet) -> tuple[Cell, ...]:
    name = sheet.names.write(seat.person)
    if not name:
        return ()
    role = "" if name == THE_OTHER_PARENT else sheet.names.role(seat)
    notes = (
        words.joined(words.STANDINGS[seat.standing], words.PARTICIPATION[seat.participation]) if sheet.is_team else ""
    )
    return (cell(words.sentence(name)), cell(role, notes))


def ack(sheet: Sheet) -> list[Block]:
    """For the student, when somebody ticked it: a line to write on."""
    return [Prose("Ik las dit blad en praatte erover met ………………………… op …………………………")] if sheet.has("ack") else []


def meeting(sheet: Sheet) -> list[Block]:
    """How the meeting itself went: the report only."""
    if not sheet.has("meeting"):
        return []
    rows = tuple(
        (
            cell(goal.text, strong=about(goal, sheet)),
            cell(words.VOICES[goal.voice]),
            cell(words.RATINGS.get(goal.rating, "nog niet beoordeeld"), goal.rating_note),
        )
        for goal in sheet.read.standing(MeetingGoal)
    )
    blocks: list[Block] = [Table(("Doel van de bespreking", "Van wie", "Bereikt?"), rows, look="rated")] if rows else []
    blocks += [Prose(text, strong=f"{label}:") for label, text in _facts(sheet) if text]
    lines = tuple(
        Line(
            row.reason,
            (sheet.names.write(row.by),),
            " ".join(filter(None, (about(row, sheet), f"{words.GATES[row.gate]}:"))),
        )
        for row in sheet.read.standing(GateReason)
    )
    return [*blocks, Lines(lines, "Waarom we verdergingen")] if lines else blocks


def _facts(sheet: Sheet) -> list[tuple[str, str]]:
    held = sheet.meeting
    hours = f"{held.start:%H.%M}" if held.start else ""
    if held.start and held.end:
        hours = f"{held.start:%H.%M} tot {held.end:%H.%M}"
    asked = {who: getattr(held, f"satisfied_{who}") for who in words.SATISFIED_WHO}
    satisfied = ", ".join(f"{words.SATISFIED_WHO[who]} {words.SATISFIED[answer]}" for who, answer in asked.items())
    return [
        ("Titel", held.title),
        ("Groepje", words.joined(held.group.name, held.group.purpose) if held.group else ""),
        ("Wanneer en waar", words.joined(words.day(held.date, weekday=True), hours, held.place)),
        ("Voorzitter", held.chair.name if held.chair else ""),
        ("Verslaggever", held.reporter.name if held.reporter else ""),
        ("Wat we liever niet willen", sheet.single("avoid")),
        ("Wanneer we tevreden zijn", sheet.single("satisfaction")),
        ("Genoeg inzicht", words.INSIGHT.get(held.insight_state, "")),
        ("Waarom we nog geen doelen kozen", sheet.single("skip_reason_goals")),
        ("Waarom we nog geen behoeften kozen", sheet.single("skip_reason_needs")),
        ("Tevreden over de bespreking", satisfied),
        ("Wat we over ons overleg leerden", sheet.single("learned")),
        ("Wat uitgewisseld mag worden met het CLB en anderen", sheet.single("info_exchange_answer")),
        ("Waarom de bespreking niet doorging", sheet.single("cancel_reason")),
    ]


def statements(sheet: Sheet) -> list[Block]:
    """What guardians or student add in their own words: in the report, and on the copy of whose words they are."""
    if not sheet.has("statements"):
        return []
    whose = {student.pk for student in sheet.students}
    rows = [row for row in sheet.read.standing(Statement) if row.student_id in whose]
    own = [row for row in rows if _is_own(row, sheet)]
    blocks: list[Block] = [
        Quote(row.text, words.joined(words.sentence(sheet.names.write(row.by)), words.day(row.date))) for row in own
    ]
    corrections = tuple(
        Line(row.text, (words.joined(sheet.names.write(row.by), words.day(row.date)),), about(row, sheet))
        for row in sheet.rows(Addendum)
    )
    return [*blocks, Lines(corrections, "Verbeterd na de bespreking")] if corrections else blocks


def _is_own(row: Statement, sheet: Sheet) -> bool:
    if sheet.reader == Reader.PARENTS:
        return sheet.names.is_this_guardian(row.by.name)
    if sheet.reader == Reader.STUDENT:
        return sheet.names.is_student(row.by.name)
    return sheet.reader == Reader.REPORT
