"""Step 6 and what came of it: who does what, who tells whom, when we look again, how it went."""

from hgw.items.models import CLB
from meetings.documents import words
from meetings.documents.document import Block, Cell, Line, Lines, Prose, Table, cell
from meetings.documents.parts.overview import about
from meetings.documents.sheet import Sheet
from meetings.models import (
    Agreement,
    AgreementReview,
    AgreementStatus,
    Communication,
    FollowUp,
    Goal,
    GoalScore,
    Reader,
)

ANSWER = "Past een voorstel niet bij jullie week? Zeg het gerust. Dan zoeken we samen iets anders."


def agreements(sheet: Sheet) -> list[Block]:
    rows = sheet.rows(Agreement)
    if not rows:
        return []
    if sheet.reader == Reader.CLASS_SHEET:
        return [Lines(tuple(_short(row, sheet) for row in rows))]
    heads = ("Wie", "Doet wat en hoe", "Wanneer", "Waarom")
    blocks: list[Block] = [Table(heads, tuple(_row(row, sheet) for row in rows), look="four")]
    if sheet.reader == Reader.PARENTS and any(row.status == AgreementStatus.PUT_FORWARD for row in rows):
        blocks.append(Prose(ANSWER, faint=True))
    return blocks


def _who(row: Agreement, sheet: Sheet) -> str:
    return words.sentence(sheet.names.write_all([actor.person for actor in row.actors.all()]))


def _short(row: Agreement, sheet: Sheet) -> Line:
    """What to do tomorrow: who, what, how, when."""
    who = _who(row, sheet)
    when = row.when_text or words.period(row.start, row.due)
    status = words.AGREEMENT_STATUS.get(row.status, "")
    notes = (row.how, words.joined(when, row.where, words.SCOPES[row.scope], status))
    return Line(row.what, tuple(filter(None, notes)), f"{who}:" if who else "")


def _row(row: Agreement, sheet: Sheet) -> tuple[Cell, ...]:
    proposed = row.status == AgreementStatus.PUT_FORWARD and sheet.reader == Reader.PARENTS
    named = " ".join(filter(None, (about(row, sheet), words.WE_PROPOSE if proposed else "")))
    if sheet.reader == Reader.PARENTS:
        notes = [words.joined(row.how, row.where), words.AGREEMENT_STATUS_PARENTS.get(row.status, "")]
    else:
        notes = [row.how, words.joined(row.where, words.SCOPES[row.scope], words.AGREEMENT_STATUS.get(row.status, ""))]
    if sheet.reader == Reader.REPORT:
        notes += _thread(row, sheet)
    return (cell(_who(row, sheet)), cell(row.what, *notes, strong=named), _when(row), cell(row.why))


def _when(row: Agreement) -> Cell:
    """In the words that were typed; and until when, or by when."""
    by = f"tegen {words.day(row.due)}" if row.due else ""
    dates = words.period(None if row.when_text else row.start, row.due) if row.start else by
    return cell(row.when_text, dates) if row.when_text else cell(dates)


def _thread(row: Agreement, sheet: Sheet) -> list[str]:
    """Out of what it grew, as far as it may be said."""
    origin = (
        ("De behoefte", row.need),
        ("Het doel", row.goal),
        ("Het kenmerk", row.factor),
        ("De vraag", row.info_request),
    )
    return [f"{label}: {item}" for label, item in origin if item and sheet.shows(item)]


def communication(sheet: Sheet) -> list[Block]:
    """The care team reads who tells whom; everybody else the own line."""
    if not sheet.has("communication"):
        return []
    rows = [row for row in sheet.about(Communication) if _is_for(row, sheet)]
    if not sheet.is_team:
        return [Prose(_to_you(row, sheet)) for row in rows]
    if not rows:
        return []
    return [
        Table(
            ("Aan wie", "Wie vertelt het", "Hoe", "Wanneer"), tuple(_telling(row, sheet) for row in rows), look="four"
        )
    ]


def _is_for(row: Communication, sheet: Sheet) -> bool:
    names = sheet.names
    if sheet.reader == Reader.PARENTS:
        return row.audience == Communication.Audience.PARENTS and names.is_this_guardian(row.to)
    if sheet.reader == Reader.STUDENT:
        own = sheet.student is not None and (names.single or row.subject == sheet.student or names.is_student(row.to))
        return row.audience == Communication.Audience.STUDENT and own
    return bool(names.write(row.to))


def _to_you(row: Communication, sheet: Sheet) -> str:
    by = sheet.names.write(row.by) or "De school"
    you = "mij" if sheet.reader == Reader.STUDENT else "jou"
    how = f": {row.channel}" if row.channel else ""
    if row.done_on:
        return f"{words.sentence(by)} besprak dit met {you} op {words.day(row.done_on)}{how}."
    before = f", tegen {words.day(row.by_date)}" if row.by_date else ""
    return f"{words.sentence(by)} bespreekt dit met {you}{before}{how}."


def _telling(row: Communication, sheet: Sheet) -> tuple[Cell, ...]:
    by_date = f"tegen {words.day(row.by_date)}" if row.by_date else ""
    done = f"gebeurd op {words.day(row.done_on)}" if row.done_on else ""
    to = cell(words.sentence(sheet.names.write(row.to)), words.AUDIENCES[row.audience], strong=about(row, sheet))
    return (to, cell(sheet.names.write(row.by)), cell(row.channel), cell(by_date or done, done if by_date else ""))


def next_meeting(sheet: Sheet) -> FollowUp | None:
    if not sheet.has("followup"):
        return None
    return next(iter(sheet.about(FollowUp)), None)


def followup(sheet: Sheet) -> list[Block]:
    """The date comes first; on the class sheet it is all there is."""
    row = next_meeting(sheet)
    if row is None:
        return []
    blocks: list[Block] = [Prose("", strong=words.sentence(f"{words.day(row.date, weekday=True)}."))]
    if sheet.reader == Reader.CLASS_SHEET:
        return blocks
    if row.purpose:
        blocks.append(Prose(row.purpose))
    if who := sheet.names.write_all(row.attendees):
        blocks.append(Prose(f"Wie komt: {who}."))
    return blocks


def evaluation(sheet: Sheet) -> list[Block]:
    """Per goal where it stands, its place on the scale, and whether what was agreed helped."""
    goals = [goal for goal in sheet.rows(Goal) if not sheet.for_clb or CLB in goal.visibility]
    agreed = sheet.rows(Agreement)
    reviews = (
        AgreementReview.objects.standing()
        .filter(agreement__in=agreed)
        .select_related("by")
        .order_by("date", "position")
    )
    by_agreement: dict[object, list[AgreementReview]] = {}
    for review in reviews:
        by_agreement.setdefault(review.agreement_id, []).append(review)
    scores: dict[object, list[GoalScore]] = {}
    for score in GoalScore.objects.standing().filter(goal__in=goals).select_related("by").order_by("date", "position"):
        scores.setdefault(score.goal_id, []).append(score)
    lines = []
    told = set()
    for goal in goals:
        own = [a for a in agreed if a.goal_id == goal.pk or (a.need and a.need.goal_id == goal.pk)]
        told |= {a.pk for a in own}
        notes = _outcome(goal, scores.get(goal.pk, []), sheet) + [
            note for a in own for note in _reviews(a, by_agreement.get(a.pk, []), sheet)
        ]
        if notes:
            lines.append(Line(goal.then_can, tuple(notes), about(goal, sheet)))
    blocks: list[Block] = [Lines(tuple(lines))] if lines else []
    rest = [a for a in agreed if a.pk not in told and sheet.is_team and not sheet.for_clb]
    others = tuple(Line(n) for a in rest for n in _reviews(a, by_agreement.get(a.pk, []), sheet))
    return [*blocks, Lines(others, "Andere afspraken")] if others else blocks


def _outcome(goal: Goal, scores: list[GoalScore], sheet: Sheet) -> list[str]:
    status = words.GOAL_STATUS_STUDENT if sheet.reader == Reader.STUDENT else words.GOAL_STATUS
    notes = [words.sentence(status[goal.status])] if goal.status != Goal.Status.OPEN or scores else []
    for score in scores:
        level = "0" if score.level == 0 else f"{score.level:+d}"
        place = goal.gas.get(level, "")
        mark = level.replace("-", "\N{MINUS SIGN}") if sheet.is_team else ""
        by = f"gezien door {sheet.names.write(score.by)}" if sheet.is_team else ""
        note = score.note if sheet.reader == Reader.REPORT else ""
        notes.append(words.joined(f"{words.day(score.date)}: {' '.join(filter(None, (mark, place)))}", by, note))
    if goal.outcome_note and sheet.reader == Reader.REPORT:
        notes.append(goal.outcome_note)
    return notes


def _reviews(agreement: Agreement, reviews: list[AgreementReview], sheet: Sheet) -> list[str]:
    """What came of an agreement; outside the team only whether it helped."""
    if not sheet.is_team:
        effects = [words.EFFECTS[review.effect] for review in reviews if words.EFFECTS[review.effect]]
        return [f"{agreement.what}: {effects[-1]}"] if effects else []
    notes = []
    for review in reviews:
        came = words.joined(
            f"{words.day(review.date)}, {sheet.names.write(review.by)}",
            words.PROGRESS[review.progress],
            words.EFFECTS[review.effect],
            review.note if sheet.reader == Reader.REPORT else "",
        )
        notes.append(f"{agreement.what}: {came}")
    return notes
