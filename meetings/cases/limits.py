"""What the column "values" of the tables says beyond a type: which day comes after which, who may be named where."""

import re
from collections.abc import Iterator

from meetings.cases.case import Case, Row, full_name, names_of
from meetings.cases.faults import shown

# Table, the later day, the earlier one ("meeting" for the day of the meeting), and whether they may be the same.
DAYS = (
    ("legal_report", "valid_until", "date", False),
    ("consent", "withdrawn_on", "date", True),
    ("reasonable_adjustment", "until", "from", True),
    ("step_2_overview", "seen_until", "seen_from", True),
    ("strength", "seen_until", "seen_from", True),
    ("difficulty", "seen_until", "seen_from", True),
    ("exception", "seen_until", "seen_from", True),
    ("agreement", "due", "start", True),
    ("goal", "target_date", "meeting", True),
    ("review", "date", "meeting", True),
    ("addendum", "date", "meeting", True),
    ("follow_up", "date", "meeting", False),
)
# Sections that are "—" for a reader: no wording can be given for what is never printed.
NEVER_PRINTED = {
    "team": set(),
    "class_sheet": {"wishes", "difficulties", "insight", "info_requests", "needs_parents", "phase"},
    "parents": {"needs_team"},
}


def check(case: Case) -> None:
    """Note everything in the case that lies outside these limits."""
    for limit in (
        days, meeting, students, members, nobody_twice, institution, year, clb_contribution, names_once, ratings, plan_sections, goals,
        goal_scores, clusters, links, skipped, actors, lists_without_doubles, agreement_goals,
    ):  # fmt: skip
        limit(case)


def days(case: Case) -> None:
    for table, later, earlier, same_day in DAYS:
        for row in case.rows(table):
            day, since = row[later], case.date if earlier == "meeting" else row[earlier]
            if day and since and (day < since or (day == since and not same_day)):
                what = "the meeting" if earlier == "meeting" else earlier
                case.faults.add(f"{row.path}.{later}", f"{'before' if same_day else 'not after'} {what}")


def meeting(case: Case) -> None:
    row = case.meeting
    if row["start"] and row["end"] and row["end"] <= row["start"]:
        case.faults.add("meeting.end", "not after start")
    if case.date and not 1900 <= case.date.year <= 2200:
        case.faults.add("meeting.date", "a year between 1900 and 2200 is expected here")
    phases = list(case.rows("phase"))
    for n, phase in enumerate(phases):
        same = [(p.get("student"), p["domain"]) == (phase.get("student"), phase["domain"]) for p in phases[:n]]
        if any(same) and phase["domain"]:
            case.faults.add(f"{phase.path}.domain", "each domain stands here once per student")


def students(case: Case) -> None:
    for row in case.rows("student"):
        if row["birth_date"] and case.date and row["birth_date"] >= case.date:
            case.faults.add(f"{row.path}.birth_date", "not before the meeting")


def members(case: Case) -> None:
    if not case.is_group:
        return
    given = case.top["group"]["members"]
    if not 2 <= len(given) <= 8:
        case.faults.add("group.members", "a group has 2 to 8 members")
    if len(set(given)) != len(given):
        case.faults.add("group.members", "a member stands here twice")


def nobody_twice(case: Case) -> None:
    """Guardians and students are recognised by their names: the same one twice cannot be told apart."""
    rows = list(case.rows("guardian"))
    for n, row in enumerate(rows):
        if any((full_name(row), row["student"]) == (full_name(other), other["student"]) for other in rows[:n]):
            case.faults.add(row.path, "this guardian stands here twice")
    students = list(case.rows("student"))
    for n, row in enumerate(students):
        same = [(full_name(s), s["birth_date"]) == (full_name(row), row["birth_date"]) for s in students[:n]]
        if any(same):
            case.faults.add(row.path, "this student stands here twice")


def institution(case: Case) -> None:
    for row in case.rows("school"):
        number = row["institution_number"]
        if number and not re.fullmatch(r"[0-9]{6}", number):
            case.faults.add("school.institution_number", "six digits, in quotes")


def year(case: Case) -> None:
    for row in case.rows("class_group"):
        if row["year_no"] is not None and not 1 <= row["year_no"] <= 7:
            case.faults.add("class_group.year_no", "a number from 1 to 7")
        if row["stream"] and row["level"] != "secundair":
            case.faults.add("class_group.stream", "secondary school only")


def clb_contribution(case: Case) -> None:
    workers = {row["name"] for row in case.rows("participant") if row["role"] == "clb_worker"}
    for row in case.rows("clb_contribution"):
        if row["by"] and row["by"] not in workers:
            case.faults.add(f"{row.path}.by", f'"{shown(row["by"])}" is no participant with role clb_worker')
        if row["text"] and row["locked_because"]:
            case.faults.add(f"{row.path}.locked_because", "not together with text")


def names_once(case: Case) -> None:
    _once(case, "participant", "name")
    _once(case, "cluster", "name")
    _once(case, "goal_rating", "goal")


def ratings(case: Case) -> None:
    """G15: a closed meeting rated each of its goals."""
    rated = {row["goal"] for row in case.rows("goal_rating")}
    for row in case.rows("meeting_goal") if case.is_closed else ():
        if row["id"] and row["id"] not in rated:
            case.faults.add("step_7_evaluation.goal_ratings", f'G15: no rating of "{shown(row["id"])}"')


def _once(case: Case, table: str, key: str) -> None:
    seen = set()
    for row in case.rows(table):
        if row[key] is not None and row[key] in seen:
            case.faults.add(f"{row.path}.{key}", f'"{shown(row[key])}" stands here twice')
        seen.add(row[key])


def plan_sections(case: Case) -> None:
    for text in case.rows("plan_text"):
        seen = set()
        for row in text["sections"]:
            reader, section = row["reader"], row["section"]
            if (reader, section) in seen:
                case.faults.add(f"{row.path}.section", f"{section} stands here twice for {reader}")
            if section in NEVER_PRINTED.get(reader, set()):
                case.faults.add(f"{row.path}.section", f"{section} is never printed for {reader}")
            seen.add((reader, section))


def goals(case: Case) -> None:
    for row in case.rows("goal"):
        if row["start_level"] is not None and level(row["start_level"]) not in (row["gas"] or {}):
            case.faults.add(f"{row.path}.start_level", "not a level of gas")
        above = _goal_above(case, row)
        for _step in case.by_id:
            if above is row:
                case.faults.add(f"{row.path}.parent", "a goal is no step towards itself")
            if above is None or above is row:
                break
            above = _goal_above(case, above)


def _goal_above(case: Case, goal: Row) -> Row | None:
    found = case.by_id.get(goal["parent"] or "")
    return found if found is not None and found.table.name == "goal" else None


def goal_scores(case: Case) -> None:
    for row in case.rows("goal_score"):
        goal = case.by_id.get(row["goal"])
        if goal is None or goal.table.name != "goal":
            continue
        if not goal["gas"]:
            case.faults.add(f"{row.path}.goal", "this goal has no gas")
        elif row["level"] is not None and level(row["level"]) not in goal["gas"]:
            case.faults.add(f"{row.path}.level", "not a level of gas of its goal")


def level(number: int) -> str:
    """A level as the key of a goal scale."""
    return f"{number:+d}" if number else "0"


def clusters(case: Case) -> None:
    named = {row["cluster"] for row in case.rows("factor")}
    for row in case.rows("cluster"):
        if row["name"] and row["name"] not in named:
            case.faults.add(f"{row.path}.name", "no factor has this cluster")


def links(case: Case) -> None:
    for row in case.rows("link"):
        if row["from"] and row["from"] == row["to"]:
            case.faults.add(f"{row.path}.to", "the same factor as from")


def skipped(case: Case) -> None:
    """A reason for skipping a step stands alone in it."""
    for name in ("step_4_goals", "step_5_needs"):
        step = case.step(name)
        if step["skip_reason"] and any(step[key.name] for key in step.table.keys if key.name != "skip_reason"):
            case.faults.add(f"{name}.skip_reason", "stands alone; this step has more in it")


def actors(case: Case) -> None:
    for row in case.rows("agreement"):
        for path, _name in doubles([actor["name"] for actor in row["who"]], f"{row.path}.who"):
            case.faults.add(f"{path}.name", "once per agreement")


def lists_without_doubles(case: Case) -> None:
    for row in case.rows("factor"):
        for path, name in doubles(row["from_observations"], f"{row.path}.from_observations"):
            case.faults.add(path, f'"{shown(name)}" stands here twice')
    for row in case.rows("follow_up"):
        for path, name in doubles(row["attendees"], f"{row.path}.attendees"):
            case.faults.add(path, f'"{shown(name)}" stands here twice')


def agreement_goals(case: Case) -> None:
    for row in case.rows("agreement"):
        need = case.by_id.get(row["need"] or "")
        known = need is not None and need.get("goal") in case.by_id
        if need and known and row["goal"] and need["goal"] != row["goal"]:
            case.faults.add(f"{row.path}.goal", f'not the goal of its need, "{shown(need["goal"])}"')


def doubles(values: list[str], path: str) -> Iterator[tuple[str, str]]:
    """Path and value of everything that stands in a list for the second time."""
    for n, value in enumerate(values):
        if value in values[:n]:
            yield f"{path}[{n}]", value


# --- who may be named where: asked by rules.py, once the people are known ---


def people(case: Case) -> None:
    """Note who is named at a place where only a guardian, or only a student, may be."""
    guardian = {full_name(row) for row in case.guardians()}
    for row in case.rows("wish_parents"):
        _among(case, row, "guardian", guardian, "guardian")
    for row in case.rows("strength", "difficulty", "exception"):
        _among(case, row, "told_by", guardian, "guardian")
    for row in case.rows("statement"):
        _among(case, row, "by", _family(case, row), "guardian or name of this student")
    for row in case.rows("participant"):
        _name_by_role(case, row)
    for row in case.rows("communication"):
        key = case.student_of(row)
        if row["audience"] == "parents":
            _among(case, row, "to", {full_name(g) for g in case.guardians(key)}, "guardian of this student")
        if row["audience"] == "student":
            names = {n for k, s in case.students.items() if key in (None, k) for n in names_of(s)}
            _among(case, row, "to", names, "name of this student")


def _name_by_role(case: Case, row: Row) -> None:
    key = case.student_of(row)
    if row["role"] == "guardian":
        _among(case, row, "name", {full_name(g) for g in case.guardians(key)}, "guardian of this student")
    if row["role"] == "student":
        names = {name for k, s in case.students.items() if key in (None, k) for name in names_of(s)}
        _among(case, row, "name", names, "name of this student")


def _family(case: Case, row: Row) -> set[str]:
    """The names of the student a row is about, and of that student's guardians."""
    key = case.student_of(row)
    own = {name for k, s in case.students.items() if key in (None, k) for name in names_of(s)}
    return own | {full_name(g) for g in case.guardians(key)}


def _among(case: Case, row: Row, key: str, names: set[str], what: str) -> None:
    if row[key] and row[key] not in names:
        case.faults.add(f"{row.path}.{key}", f'"{shown(row[key])}" is no {what}')
