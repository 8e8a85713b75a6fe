"""What rests on a permission, and permissions that people changed their minds about.

A file holds the permissions that its own rows rest on, given by somebody who may answer. In the school a permission may
have been recorded at an earlier meeting, be taken back, or come from somebody for whom a court decided otherwise since.
"""

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import translation

from hgw.items.models import CONFIDENTIAL
from meetings.cases.case import WITH_AUTHORITY
from meetings.cases.tables_people import PHASE_CODES
from meetings.models import Meeting
from students.models import Consent, Student

if TYPE_CHECKING:
    from meetings.cases.collecting import Collector, Values

WITH_CLB = PHASE_CODES[2:]  # phases in which the CLB takes part
OBSERVATIONS = ("strengths", "difficulties", "exceptions")
BY_THEMSELVES = ("presumed_by_age", "assessed_competent")
PARENTS_ANSWERED = "Bij deze bespreking antwoordden de ouders."


def higher(phase: str | None, than: str) -> bool:
    """Whether a phase with the CLB comes after a lighter one."""
    return phase in WITH_CLB and PHASE_CODES.index(phase) > PHASE_CODES.index(than)


# --- what the rows of a meeting rest on ---


def resting_on(meeting: Meeting, rows: dict[str, list[Any]]) -> list[Consent]:
    """The permissions of an earlier day that something in this meeting rests on, and that did not come with it."""
    students = [subject.student_id for subject in meeting.subjects.all()]
    with_clb = {
        row.student_id
        for row in rows["phase"]
        for phase in (row.after_id, row.requested_id)
        if higher(phase, row.before_id)
    }
    told = {
        student
        for name in ("strength", "difficulty", "exception")
        for row in rows[name]
        if row.source == "clb"
        for student in ([row.subject_id] if row.subject_id else students)
    }
    told |= {student for row in rows["clb_contribution"] if row.text for student in students}
    needed = {"clb_involve": with_clb, "clb_to_school": told}
    found = []
    for student in students:
        for kind, who in needed.items():
            here = [row for row in rows["consent"] if (row.student_id, row.kind_of_consent) == (student, kind)]
            taken_back = kind == "clb_involve" and any(row.granted for row in here)
            if student in who and not taken_back and not any(row.granted and not row.withdrawn_on for row in here):
                given = Consent.objects.standing(kind).filter(student=student).order_by("date", "created_at", "pk")
                found += list(given.reverse()[:1])
    return found


# --- fitting a composed case ---


def fit_permissions(collector: "Collector", case: "Values") -> None:
    """Change a composed case until the rules on permissions hold for it."""
    for student in collector.meeting.students:
        key = collector.keys[student.pk] if collector.meeting.is_group else None
        row = case["students"][key] if key else case["student"]
        _competence(collector, case, student, row, key)
        _answers(collector, case, student, row, key)
    _copies(collector, case)
    _clb(collector, case)
    _phases(case)


def _consents(case: "Values", key: str | None) -> list["Values"]:
    return [row for row in case.get("consents") or () if row.get("student") == key]


def _guardians(case: "Values", key: str | None) -> Iterator["Values"]:
    return (row for row in case["guardians"] if row.get("student") == key)


def _name(guardian: "Values") -> str:
    return f"{guardian['first_name']} {guardian['last_name']}"


def _with_authority(case: "Values", key: str | None) -> set[str]:
    return {_name(row) for row in _guardians(case, key) if row["authority"] in WITH_AUTHORITY}


def _competence(collector: "Collector", case: "Values", student: Student, row: "Values", key: str | None) -> None:
    """Who decides may have changed since the answers were given: the file is about that day."""
    from meetings.cases.collecting import Words

    answered = {consent["given_by"] for consent in _consents(case, key)}
    itself, parents = answered & student.names(), answered & _with_authority(case, key)
    if row["competence"] in BY_THEMSELVES and parents and not itself:
        meeting: datetime.date = collector.meeting.date
        young = meeting.replace(year=meeting.year - 12, day=min(meeting.day, 28))
        row["competence"] = "under_12" if student.birth_date > young else "assessed_not_competent"
        if student.birth_date <= young:
            note = row.get("competence_note") or PARENTS_ANSWERED
            _rewrite(row, collector.written("student", row | {"competence_note": Words(note)}))
    elif row["competence"] not in BY_THEMSELVES and itself and not parents:
        row["competence"] = "presumed_by_age"


def _answers(collector: "Collector", case: "Values", student: Student, row: "Values", key: str | None) -> None:
    """An answer of somebody who may not answer (any more) is no permission; its words stand beside who gave it."""
    may = student.names() if row["competence"] in BY_THEMSELVES else _with_authority(case, key)
    for consent in _consents(case, key):
        if consent["given_by"] not in may:
            case["consents"] = [other for other in case["consents"] if other is not consent]
            _note(collector, case, student, consent, key)


def _note(collector: "Collector", case: "Values", student: Student, consent: "Values", key: str | None) -> None:
    from meetings.cases.collecting import Words

    name = consent["given_by"]
    seat = next((row for row in case["participants"] if row["name"] == name), None)
    if seat is None:
        role = (
            "guardian"
            if name in map(_name, _guardians(case, key))
            else "student"
            if name in student.names()
            else "external"
        )
        seat = {
            "student": key if role != "external" else None, "name": Words(name), "role": role, "role_label": "genoemd in de bespreking",
            "standing": "professional" if role == "external" else "experience_expert", "participation": "not_this_time", "present": False,
        }  # fmt: skip
        case["participants"].append(seat)
    words = Words("\n\n".join(filter(None, (seat.get("note"), _in_words(consent)))))
    _rewrite(seat, collector.written("participant", seat | {"note": words}))


def _rewrite(row: "Values", values: "Values") -> None:
    """Give a row that stands in the case other values, in the order of its table."""
    row.clear()
    row.update(values)


def _in_words(consent: "Values") -> str:
    with translation.override("nl"):
        about = Consent.Kind(consent["kind"]).label
    parts = [
        f"Antwoord van {consent['date']:%d/%m/%Y} ({about}): {'ja' if consent['granted'] else 'nee'}.",
        consent["what"],
        f"Met wie: {consent['with_whom']}" if consent.get("with_whom") else "",
        f"Genoteerd door: {consent['recorded_by']}" if consent.get("recorded_by") else "",
        f"Ingetrokken op {consent['withdrawn_on']:%d/%m/%Y}." if consent.get("withdrawn_on") else "",
    ]
    return "\n".join(filter(None, parts))


def _copies(collector: "Collector", case: "Values") -> None:
    """Who got the right to a copy after the meeting closed was not told in it, and got none."""
    if not collector.meeting.is_closed:
        return
    excused = {row.get("subject") for row in case.get("gate_reasons") or () if row["gate"] == "G13"}
    rows = case["step_6_agreements"].get("communication", ())
    for guardian in case["guardians"]:
        key = guardian.get("student")
        told = {row["to"] for row in rows if row["audience"] == "parents" and row.get("subject") == key}
        if not excused & {key, None} and _name(guardian) not in told:
            guardian["receives_plan"] = False


def _clb(collector: "Collector", case: "Values") -> None:
    """What the CLB told under a permission that was taken back: heard, and no contribution that may be shared.

    The file loads without saying where it came from, so from then on it is confidential: it prints for nobody.
    """
    from meetings.cases.collecting import Line

    told = {
        row.get("student")
        for row in case.get("consents") or ()
        if row["kind"] == "clb_to_school" and row["granted"] and not row.get("withdrawn_on")
    }
    everybody = list(case["students"]) if case.get("students") else [None]
    for name in OBSERVATIONS:
        for row in case["step_2_overview"].get(name, ()):
            about = [row["subject"]] if row.get("subject") else everybody
            if row.get("source") == "clb" and not set(about) <= told:
                row["source"], row["visibility"] = "heard", Line([CONFIDENTIAL])
    given: Any = case["meeting"].get("clb_contribution")
    if given and given.get("text") and not set(everybody) <= told:
        given["locked_because"], given["visibility"] = given.pop("text"), Line([CONFIDENTIAL])
        case["meeting"]["clb_contribution"] = collector.written("clb_contribution", given)


def _phases(case: "Values") -> None:
    """A phase with the CLB for which no permission stands in the file was not decided: its reason stays."""
    given = {
        row.get("student") for row in case.get("consents") or () if row["kind"] == "clb_involve" and row["granted"]
    }
    found = case["meeting"].get("phase") or []
    for row in found if isinstance(found, list) else [found]:
        for name in ("after", "requested"):
            if higher(row.get(name), row["before"]) and row.get("student") not in given:
                del row[name]
                if name == "after" and case["meeting"]["status"] in {"closed", "amended"}:
                    row["after"] = row["before"]
