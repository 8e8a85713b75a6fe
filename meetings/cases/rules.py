"""The rules of the format over more than one key. Each notes what breaks it, and says why it is there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from meetings.cases import limits
from meetings.cases.case import WITH_AUTHORITY, Case, Row, full_name, names_of
from meetings.cases.faults import shown
from meetings.cases.tables_people import PHASE_CODES

Breaks = Iterator[tuple[str, str]]  # path and message
ITEMS = (
    "meeting_goal", "strength", "difficulty", "exception", "factor", "info_request", "goal", "need_student",
    "need_teacher", "need_parents", "agreement",
)  # fmt: skip
WITH_READERS = (*ITEMS[1:], "wish_student", "wish_parents", "clb_contribution", "reasonable_adjustment", "addendum")


@dataclass(frozen=True)
class Rule:
    number: int
    why: str
    breaks: Callable[[Case], Breaks]


RULES: list[Rule] = []


def rule(number: int, why: str) -> Callable[[Callable[[Case], Breaks]], Callable[[Case], Breaks]]:
    def register(breaks: Callable[[Case], Breaks]) -> Callable[[Case], Breaks]:
        RULES.append(Rule(number, why, breaks))
        return breaks

    return register


def check(case: Case) -> None:
    """Note every broken rule. The people of the case are known to be there."""
    limits.people(case)
    for each in RULES:
        for path, message in each.breaks(case):
            case.faults.add(path, message)


@rule(1, "The state of a meeting says which texts can exist.")
def state(case: Case) -> Breaks:
    status, addenda = case.meeting["status"], case.top["addenda"]
    if status == "amended" and not addenda:
        yield "addenda", "an amended meeting has at least one addendum"
    if status != "amended" and addenda:
        yield "addenda", "only an amended meeting has addenda"
    if case.meeting["closed_kind"] and not case.is_closed:
        yield "meeting.closed_kind", "in a closed meeting only"
    if case.meeting["cancel_reason"] and status != "cancelled":
        yield "meeting.cancel_reason", "in a cancelled meeting only"


@rule(2, "A complete meeting ends in goals and agreements; an information round ends in a next meeting.")
def closed_kind(case: Case) -> Breaks:
    if not case.is_closed:
        return
    skipped = {name: case.step(name)["skip_reason"] for name in ("step_4_goals", "step_5_needs")}
    insight = case.step("step_3_insight")["insight_state"]
    kind, follow_up = case.meeting["closed_kind"], case.step("step_6_agreements")["follow_up"]
    if kind == "full":
        if not list(case.rows("goal")):
            yield "step_4_goals.goals", "a full meeting has at least one goal"
        if not list(case.rows("agreement")):
            yield "step_6_agreements.agreements", "a full meeting has at least one agreement"
        for name, reason in skipped.items():
            if reason:
                yield f"{name}.skip_reason", "a full meeting skips no step"
        if insight == "not_yet":
            yield "meeting.closed_kind", "insight_state: not_yet is closed as info_round only"
    if kind == "info_round":
        if insight != "not_yet":
            yield "step_3_insight.insight_state", "an info_round has insight_state: not_yet"
        for name, reason in skipped.items():
            if not reason:
                yield f"{name}.skip_reason", "an info_round has a skip_reason here"
        if not (follow_up and follow_up["attendees"]):
            yield "step_6_agreements.follow_up", "an info_round has a follow_up with attendees"


@rule(3, "In a group it must be clear whose guardian, or which student; who is not there this time is not forgotten.")
def participants(case: Case) -> Breaks:
    for row in case.rows("participant"):
        family = row["role"] in {"guardian", "student"}
        if case.is_group and family and not row["student"]:
            yield f"{row.path}.student", f"required in a group for role {row['role']}"
        if case.is_group and row["student"] and row["role"] and not family:
            yield f"{row.path}.student", "only for role guardian or student"
        if row["participation"] == "not_this_time" and not row["note"]:
            yield f"{row.path}.note", "required: why not this time"


@rule(4, "A change of phase is reasoned, and the CLB comes in with permission only.")
def phases(case: Case) -> Breaks:
    for row in case.rows("phase"):
        before, after, requested = row["before"], row["after"], row["requested"]
        if not row["reason"] and (requested or (after and before and after != before)):
            yield f"{row.path}.reason", "required: after differs from before, or a phase is requested"
        for key in ("after", "requested"):
            if row[key] in {"extended", "iac_ov4"} and before and _higher(row[key], before):
                student = case.student_of(row)
                if not _granted(case, "clb_involve", student):
                    yield f"{row.path}.{key}", "needs a granted clb_involve of this student in consents"
    if case.is_group and case.is_closed:
        decided = {row["student"] for row in case.rows("phase")}
        for key in case.students:
            if key not in decided:
                yield "meeting.phase", f"no row for {key}"


def _higher(phase: str, than: str) -> bool:
    return PHASE_CODES.index(phase) > PHASE_CODES.index(than)


def _granted(case: Case, kind: str, student: str | None, *, standing: bool = False) -> bool:
    """Whether this student has a granted consent of this kind; `standing` asks that it was not withdrawn."""
    return any(
        row["kind"] == kind
        and row["granted"]
        and (student is None or case.student_of(row) == student)
        and not (standing and row["withdrawn_on"])
        for row in case.rows("consent")
    )


@rule(5, "What the CLB tells rests on a permission that still stands.")
def clb(case: Case) -> Breaks:
    for row in case.rows("clb_contribution"):
        if row["text"]:
            if not row["by"]:
                yield f"{row.path}.by", "required with text"
            yield from _without_consent(case, case.students, f"{row.path}.text")
    for row in case.rows("strength", "difficulty", "exception"):
        if row["source"] == "clb":
            about = case.student_of(row)
            yield from _without_consent(case, [about] if about else case.students, f"{row.path}.source")


def _without_consent(case: Case, students: Iterable[str], path: str) -> Breaks:
    for key in students:
        if not _granted(case, "clb_to_school", key, standing=True):
            yield path, f"needs a granted clb_to_school of {shown(key)} in consents that was not withdrawn"


@rule(6, "G3: a meeting that only holds problems ends in a plan that only holds problems.")
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


@rule(7, "Who told something decides who may read it; a guardian speaks for the own child.")
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


@rule(8, "G6: without enough insight, what is still needed is written down; nobody is observed unawares.")
def info_requests(case: Case) -> Breaks:
    requests = list(case.rows("info_request"))
    if case.is_closed and case.step("step_3_insight")["insight_state"] in {"partly", "not_yet"} and not requests:
        yield "step_3_insight.info_requests", "G6: with insight_state partly or not_yet at least one is needed"
    for row in requests:
        method = row["method"] or ""
        observed = method.endswith("_observation") or method in {"tally", "abc"}
        if observed and not row["discussed_beforehand"]:
            yield f"{row.path}.discussed_beforehand", f"must be true with method {method}"


@rule(9, "A soft gate may stay open, with a reason.")
def gates(case: Case) -> Breaks:
    if not case.is_closed:
        return
    reasons = {(row["gate"], row["subject"]) for row in case.rows("gate_reason")}
    for gate, student, message in _open_gates(case):
        subject = student if case.is_group else None
        if not {(gate, subject), (gate, None)} & reasons:
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


@rule(10, "G13: student and guardians hear what was agreed, each guardian who gets a copy apart.")
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


@rule(11, "G12: an agreement that leaves open when, or why it is there, is not done.")
def agreements(case: Case) -> Breaks:
    with_goals = any(case.rows("goal"))
    for row in case.rows("agreement") if case.is_closed else ():
        if not row["when_text"] and not row["due"]:
            yield f"{row.path}.due", "G12: when_text or due is required in a closed meeting"
        if with_goals and not (row["need"] or row["goal"] or row["info_request"]):
            yield f"{row.path}.info_request", "at least one of need, goal and info_request is required"


@rule(12, "Who decides on matters of the CLB is a question of competence and authority, not of who is in the room.")
def consents(case: Case) -> Breaks:
    for row in case.rows("student"):
        if (row["competence"] or "").startswith("assessed_") and not row["competence_note"]:
            yield f"{row.path}.competence_note", f"required with competence {row['competence']}"
    for row in case.rows("consent"):
        yield from _given_by(case, row)
        if row["granted"] and not row["form"]:
            yield f"{row.path}.form", "required with granted: true"


def _given_by(case: Case, row: Row) -> Breaks:
    key = case.student_of(row)
    student = case.students.get(key or "")
    if student is None or not row["given_by"]:
        return
    if student["competence"] in {"presumed_by_age", "assessed_competent"}:
        if row["given_by"] not in names_of(student):
            yield f"{row.path}.given_by", f"with competence {student['competence']} the student answers"
    elif row["given_by"] not in {full_name(g) for g in case.guardians(key) if g["authority"] in WITH_AUTHORITY}:
        yield f"{row.path}.given_by", f"with competence {student['competence']} a guardian with authority answers"


@rule(13, "A court, or the lack of any legal tie, decided that no copy goes there.")
def copies(case: Case) -> Breaks:
    for row in case.rows("guardian"):
        if row["receives_plan"] and row["authority"] in {"deprived", "step_parent"}:
            yield f"{row.path}.receives_plan", f"no copy goes to a guardian with authority {row['authority']}"


@rule(14, "Confidential is for a named few; everything else is for the care team at least.")
def visibility(case: Case) -> Breaks:
    for row in case.rows(*WITH_READERS):
        flags, circle = row["visibility"], row.get("circle") or []
        path = f"{row.path}.visibility"
        if "confidential" in flags and len(set(flags)) > 1:
            yield path, "confidential stands alone"
        elif "confidential" not in flags and "care_team" not in flags:
            yield path, "every list but [confidential] holds care_team"
        for twice, value in limits.doubles(flags, path):
            yield twice, f"{value} stands here twice"
        if circle and "confidential" not in flags:
            yield f"{row.path}.circle", "only beside [confidential]"
        for twice, value in limits.doubles(circle, f"{row.path}.circle"):
            yield twice, f'"{shown(value)}" stands here twice'


@rule(15, "A reference must not lead from one child's item to another child's.")
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
