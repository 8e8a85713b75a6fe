"""The rules on the state of a meeting, on its people, their permissions, and who may read what."""

from collections.abc import Iterable

from meetings.cases.case import WITH_AUTHORITY, Breaks, Case, Row, full_name, names_of
from meetings.cases.faults import shown
from meetings.cases.limits import doubles
from meetings.cases.rules_steps import ITEMS
from meetings.cases.tables_people import PHASE_CODES

WITH_READERS = (*ITEMS[1:], "wish_student", "wish_parents", "clb_contribution", "reasonable_adjustment", "addendum")


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


def participants(case: Case) -> Breaks:
    for row in case.rows("participant"):
        family = row["role"] in {"guardian", "student"}
        if case.is_group and family and not row["student"]:
            yield f"{row.path}.student", f"required in a group for role {row['role']}"
        if case.is_group and row["student"] and row["role"] and not family:
            yield f"{row.path}.student", "only for role guardian or student"
        if row["participation"] == "not_this_time" and not row["note"]:
            yield f"{row.path}.note", "required: why not this time"


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


def copies(case: Case) -> Breaks:
    for row in case.rows("guardian"):
        if row["receives_plan"] and row["authority"] in {"deprived", "step_parent"}:
            yield f"{row.path}.receives_plan", f"no copy goes to a guardian with authority {row['authority']}"


def visibility(case: Case) -> Breaks:
    for row in case.rows(*WITH_READERS):
        flags, circle = row["visibility"], row.get("circle") or []
        path = f"{row.path}.visibility"
        if "confidential" in flags and len(set(flags)) > 1:
            yield path, "confidential stands alone"
        elif "confidential" not in flags and "care_team" not in flags:
            yield path, "every list but [confidential] holds care_team"
        for twice, value in doubles(flags, path):
            yield twice, f"{value} stands here twice"
        if circle and "confidential" not in flags:
            yield f"{row.path}.circle", "only beside [confidential]"
        for twice, value in doubles(circle, f"{row.path}.circle"):
            yield twice, f'"{shown(value)}" stands here twice'
