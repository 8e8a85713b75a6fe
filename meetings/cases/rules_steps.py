"""The rules on what is written in the seven steps: the gates, and references from item to item."""

from collections.abc import Iterator

from meetings.cases.case import Breaks, Case, full_name
from meetings.cases.faults import shown

ITEMS = (
    "meeting_goal", "strength", "difficulty", "exception", "factor", "info_request", "goal", "need_student",
    "need_teacher", "need_parents", "agreement",
)  # fmt: skip


def strengths(case: Case) -> Breaks:
    own = {
        case.student_of(row)
        for row in case.rows("strength")
        if row["domain"] == "ll" and (row["holder"] or "student") == "student"
    }
    for key in case.students if case.is_closed else ():
        if key not in own:
            yield (
                "step_2_overview.strengths",
                f"G3: no strength of domain ll of {shown(case.goes_by(key))}'s own",
            )


def told_by(case: Case) -> Breaks:
    for row in case.rows("strength", "difficulty", "exception"):
        told = row["source"] == "told_by_parent"
        if told and not row["told_by"]:
            yield f"{row.path}.told_by", "required with source told_by_parent"
        if row["told_by"] and not told:
            yield f"{row.path}.told_by", "only with source told_by_parent"
        if row["told_by"] and not _child_of(case, row["told_by"], row["subject"]):
            yield f"{row.path}.subject", f'not the student of "{shown(row["told_by"])}"'
    for row in case.rows("wish_parents"):
        if row["guardian"] and not _child_of(case, row["guardian"], row["student"]):
            yield f"{row.path}.guardian", "not a guardian of this student"


def _child_of(case: Case, guardian: str, student: str | None) -> bool:
    if not case.is_group:
        return True
    children = {row["student"] for row in case.guardians() if full_name(row) == guardian}
    return not children or student in children


def info_requests(case: Case) -> Breaks:
    requests = list(case.rows("info_request"))
    if case.is_closed and case.step("step_3_insight")["insight_state"] in {"partly", "not_yet"} and not requests:
        yield "step_3_insight.info_requests", "G6: with insight_state partly or not_yet at least one is needed"
    for row in requests:
        method = row["method"] or ""
        observed = method.endswith("_observation") or method in {"tally", "abc"}
        if observed and not row["discussed_beforehand"]:
            yield f"{row.path}.discussed_beforehand", f"must be true with method {method}"


def gates(case: Case) -> Breaks:
    if not case.is_closed:
        return
    reasons = {(row["gate"], row["subject"]) for row in case.rows("gate_reason")}
    for gate, student, message in _open_gates(case):
        about = [student] if student else list(case.students)
        if (gate, None) not in reasons and not all((gate, key) in reasons for key in about):
            yield "gate_reasons", f"{gate} is not met and has no reason: {message}"


def _open_gates(case: Case) -> Iterator[tuple[str, str | None, str]]:
    for key in case.students:
        for whose in ("student", "parents"):
            wishes = [row for row in case.rows(f"wish_{whose}") if case.student_of(row) == key]
            if not wishes or not all(row["text"] or row["how_known"] == "not_yet_asked" for row in wishes):
                yield "G2", key, f"wish_{whose} of {shown(case.goes_by(key))}"
    around = {row["domain"] for row in case.rows("strength")}
    if not {"ols", "opv"} <= around:
        yield "G4", None, "a strength in ols and one in opv"
    factors = {row["domain"] for row in case.rows("factor")}
    if factors == {"ll"}:
        yield "G7", None, "a factor outside ll"
    horizons = {row["horizon"] for row in case.rows("goal")}
    if not case.step("step_4_goals")["skip_reason"] and horizons & {"medium", "long"} and "quick" not in horizons:
        yield "G9", None, "a quick goal beside a medium or long one"
    needs = case.step("step_5_needs")
    if not needs["skip_reason"] and not needs["teacher"] and not needs["nothing_extra"]:
        yield "G11", None, "a teacher need, or nothing_extra"
    follow_up = case.step("step_6_agreements")["follow_up"]
    if not (follow_up and follow_up["attendees"]) and case.meeting["closed_kind"] != "info_round":
        yield "G14", None, "a follow_up with attendees"


def communication(case: Case) -> Breaks:
    rows = [row for row in case.rows("communication") if row["audience"] in {"parents", "student"}]
    for row in rows:
        if case.is_group and not row["subject"]:
            yield f"{row.path}.subject", f"required in a group with audience {row['audience']}"
    if not case.is_closed:
        return
    excused = {row["subject"] for row in case.rows("gate_reason") if row["gate"] == "G13"}
    for key in case.students:
        if excused & ({None, key} if case.is_group else {None}):
            continue
        own = [row for row in rows if case.student_of(row) == key]
        for audience in ("parents", "student"):
            if not any(row["audience"] == audience for row in own):
                yield (
                    "step_6_agreements.communication",
                    f"G13: no row with audience {audience} for {shown(case.goes_by(key))}, and no gate_reasons row G13",
                )
        told = {row["to"] for row in own if row["audience"] == "parents"}
        for guardian in case.guardians(key):
            if case.gets_copy(guardian) and full_name(guardian) not in told:
                yield (
                    "step_6_agreements.communication",
                    f'G13: no row of the own for "{shown(full_name(guardian))}", who gets a copy',
                )


def agreements(case: Case) -> Breaks:
    with_goals = any(case.rows("goal"))
    for row in case.rows("agreement") if case.is_closed else ():
        if not row["when_text"] and not row["due"]:
            yield f"{row.path}.due", "G12: when_text or due is required in a closed meeting"
        if with_goals and not (row["need"] or row["goal"] or row["info_request"]):
            yield f"{row.path}.info_request", "at least one of need, goal and info_request is required"


def subjects(case: Case) -> Breaks:
    if not case.is_group:
        return
    for row in case.rows(*ITEMS, "consent"):
        for key in row.table.keys:
            if key.type != "ref" or not row[key.name]:
                continue
            names = row[key.name] if key.many else [row[key.name]]
            for n, name in enumerate(names):
                other, own = case.by_id.get(name), case.student_of(row)
                theirs = other.get("subject") if other is not None else None
                if own and theirs and own != theirs:
                    place = f"{row.path}.{key.name}" + (f"[{n}]" if key.many else "")
                    yield place, f'"{shown(name)}" is about {shown(theirs)}, this about {shown(own)}'
