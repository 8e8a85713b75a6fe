"""Steps 4 and 5: where we want to go, and what is needed for it."""

from typing import Any

from meetings.documents import rules, words
from meetings.documents.document import Block, GoalBox, Line, Lines, Prose
from meetings.documents.parts.overview import about
from meetings.documents.sheet import Sheet
from meetings.models import Goal, Need, Reader
from students.models import ReasonableAdjustment


def goals(sheet: Sheet) -> list[Block]:
    """The longer goals, each with the steps towards it; a goal whose longer one is not printed stands by itself."""
    return [_goal(goal, sheet, small) for goal, small in in_order(sheet.rows(Goal))]


def in_order(rows: list[Goal]) -> list[tuple[Goal, bool]]:
    """Each goal and whether it is a step towards one before it."""
    shown = {goal.pk for goal in rows}
    ordered: list[tuple[Goal, bool]] = []

    def add(goal: Goal, small: bool) -> None:
        if goal.pk not in {done.pk for done, _ in ordered}:
            ordered.append((goal, small))
            for rung in rows:
                if rung.parent_id == goal.pk:
                    add(rung, True)

    for goal in rows:
        if goal.parent_id not in shown:
            add(goal, False)
    for goal in rows:  # a circle of goals has no beginning
        add(goal, False)
    return ordered


def _goal(goal: Goal, sheet: Sheet, small: bool) -> GoalBox:
    horizon = words.HORIZONS[goal.horizon] if sheet.is_team else ""
    until = f"tegen {words.day(goal.target_date)}" if goal.target_date else ""
    facts = words.joined(horizon, words.TARGETS[goal.target], "voorlopig" if goal.provisional else "", until)
    seen = f"Zo zien of horen we het: {goal.indicator}" if goal.indicator else ""
    notes = [words.sentence(facts), seen]
    scale: tuple[tuple[str, str], ...] = ()
    if sheet.is_team:
        for link in goal.curriculum_links:
            kind = words.sentence(words.CURRICULUM.get(link.get("kind"), ""))
            notes.append(" ".join(filter(None, (f"{kind}:", link.get("code"), link.get("text")))))
        if goal.checks:
            notes.append(words.sentence(", ".join(words.CHECKS[check] for check in goal.checks)))
        scale = tuple((_level(level, goal), goal.gas[level]) for level in Goal.GAS_LEVELS if goal.gas.get(level))
    return GoalBox(goal.then_can, tuple(filter(None, notes)), about(goal, sheet), small, scale)


def _level(level: str, goal: Goal) -> str:
    sign = level.replace("-", "\N{MINUS SIGN}")
    return f"{sign} (start)" if goal.start_level is not None and int(level) == goal.start_level else sign


def needs_student(sheet: Sheet) -> list[Block]:
    return _needs(sheet, Need.Holder.STUDENT)


def needs_team(sheet: Sheet) -> list[Block]:
    blocks = _needs(sheet, Need.Holder.TEACHER)
    if question := sheet.single("teacher_learning_question"):
        blocks.append(Prose(question, strong="Leervraag:"))
    if sheet.is_team and sheet.meeting.nothing_extra:
        blocks.append(Prose("De leerkracht heeft nu niets extra nodig."))
    return blocks


def needs_parents(sheet: Sheet) -> list[Block]:
    return _needs(sheet, Need.Holder.PARENTS)


def _needs(sheet: Sheet, holder: str) -> list[Block]:
    """Outside the team only what is minimally necessary is left; inside it the bands follow each other."""
    rows = sheet.rows(Need, holder=holder)
    if not sheet.is_team:
        return [Lines(tuple(_need(row, sheet) for row in rows))] if rows else []
    bands = {band: tuple(_need(row, sheet) for row in rows if row.band == band) for band in words.BANDS}
    return [Lines(lines, words.BANDS[band]) for band, lines in bands.items() if lines]


def _need(need: Need, sheet: Sheet) -> Line:
    if sheet.reader in rules.FAMILY:
        proposed = need.status == Need.Status.PUT_FORWARD and sheet.reader == Reader.PARENTS
        return Line(need.text, strong=words.WE_PROPOSE if proposed else "")
    notes = [words.joined(words.SCOPES[need.scope], words.NEED_STATUS[need.status])]
    if need.already_works:
        notes.append(f"Gebeurt al: {need.already_works}")
    if sheet.reader == Reader.REPORT and sheet.shows(need.goal):
        notes.append(f"Voor het doel: {need.goal.then_can}")
    return Line(need.text, tuple(filter(None, notes)), about(need, sheet))


def adjustment_rows(sheet: Sheet) -> list[Any]:
    """The adjustments that came with this meeting."""
    rows = ReasonableAdjustment.objects.filter(
        came_with=sheet.meeting.pk, student__in=sheet.students, removed_at=None
    ).select_related("student")
    return sheet.printed(rows)


def adjustments(sheet: Sheet) -> list[Block]:
    group = sheet.student is None and sheet.meeting.is_group
    lines = []
    for row in adjustment_rows(sheet):
        kind = "" if sheet.reader in rules.FAMILY else f"{words.ADJUSTMENTS[row.kind_of_measure]}:"
        agreed = words.day(row.agreed_with_parents_on) if sheet.is_team else ""
        notes = words.joined(
            words.SCOPES[row.scope],
            ", ".join(row.school_subjects),
            words.period(row.since, row.until),
            f"met de ouders afgesproken op {agreed}" if agreed else "",
        )
        who = f"{row.student.roepnaam} ·" if group else ""
        lines.append(Line(row.description, (notes,) if notes else (), " ".join(filter(None, (who, kind)))))
    return [Lines(tuple(lines))] if lines else []
