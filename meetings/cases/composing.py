"""A whole case as plain values: everything somebody typed in the meeting, in the order of the tables."""

from typing import Any

from django.db.models import Model

from meetings.cases.case import NO_NUMBER
from meetings.cases.collecting import Collector, Values
from meetings.cases.fitting import fit
from meetings.cases.kept import CHOICES, MEETING_KEYS, STEP_TEXTS
from meetings.cases.schema import FORMAT, tables
from meetings.cases.tables_people import SECTIONS
from meetings.models import Meeting, PlanText
from students.models import Student


def compose(collector: Collector) -> Values:
    """The whole case, ready to be written."""
    meeting = collector.meeting
    given: Values = {"format": FORMAT}
    given |= _people(collector)
    given["meeting"] = _meeting(collector)
    given["participants"] = collector.list("participant")
    for name, table in (
        ("consents", "consent"),
        ("legal_reports", "legal_report"),
        ("reasonable_adjustments", "reasonable_adjustment"),
    ):
        given[name] = collector.list(table)
    given |= _steps(collector)
    given["gate_reasons"] = collector.list("gate_reason")
    given["plan_texts"] = _plan_texts(collector)
    given["statements"], given["addenda"] = collector.list("statement"), collector.list("addendum")
    fit(collector, given)
    given["participants"] += _named_elsewhere(collector, given["participants"], meeting)
    return {key.name: given[key.name] for key in tables()["case"].keys if given.get(key.name) is not None}


def _of(collector: Collector, name: str, row: Model, **more: Any) -> Values:
    """A row that is kept under the same names as in the file."""
    keys = [key.name for key in tables()[name].keys]
    return collector.written(name, {key: more.get(key, getattr(row, key, None)) for key in keys})


def _people(collector: Collector) -> Values:
    meeting = collector.meeting
    given: Values = {
        "school": _of(
            collector, "school", meeting.school, institution_number=meeting.school.institution_number or NO_NUMBER
        ),
        "class_group": _class_group(collector),
        "guardians": [
            _of(collector, "guardian", row, student=collector.keys.get(row.student_id)) for row in collector.guardians
        ],
    }
    if meeting.group is None:
        return given | {"student": _of(collector, "student", meeting.students[0])}
    group = {"members": list(collector.keys.values())}
    rows = {collector.keys[student.pk]: _of(collector, "student", student) for student in meeting.students}
    return given | {"group": _of(collector, "group", meeting.group, **group), "students": rows}


def _class_group(collector: Collector) -> Values:
    """The class of the file, else the one in which the first student with a class sat on the day."""
    meeting = collector.meeting
    found = (student.class_on(meeting.date) for student in meeting.students)
    row = meeting.class_group or next(filter(None, found), None)
    if row is not None:
        return _of(collector, "class_group", row)
    level = next(iter(meeting.school.levels), "lager")
    return collector.written("class_group", {"code": "-", "level": level})


def _meeting(collector: Collector) -> Values:
    meeting = collector.meeting
    given: Values = {key: getattr(meeting, key) for key in MEETING_KEYS}
    given |= _texts(collector, "meeting") | {"kind": meeting.kind_of_meeting}
    given["chair"], given["reporter"] = collector.person(meeting.chair_id), collector.person(meeting.reporter_id)
    if meeting.is_closed:
        given["status"] = "amended" if collector.rows["addendum"] else "closed"
    if meeting.status != Meeting.Status.CANCELLED:
        given.pop("cancel_reason")
    phases = collector.list("phase")
    given["phase"] = phases[0] if len(phases) == 1 and not meeting.is_group else phases
    given["clb_contribution"] = next(iter(collector.list("clb_contribution")), None)
    return collector.written("meeting", given)


def _texts(collector: Collector, table: str) -> Values:
    return {key: collector.texts.get(name, "") for (of, key), name in STEP_TEXTS.items() if of == table}


def _choices(collector: Collector, table: str) -> Values:
    return {key: getattr(collector.meeting, column) for (of, key), column in CHOICES.items() if of == table}


def _steps(collector: Collector) -> Values:
    lists = collector.list
    parts: Values = {
        "step_1_start": {
            "meeting_goals": lists("meeting_goal"),
            "wish_student": lists("wish_student"),
            "wish_parents": lists("wish_parents"),
        },
        "step_2_overview": {
            "strengths": lists("strength"),
            "difficulties": lists("difficulty"),
            "exceptions": lists("exception"),
        },
        "step_3_insight": {
            "factors": lists("factor"),
            "clusters": lists("cluster"),
            "links": lists("link"),
            "info_requests": lists("info_request"),
        },
        "step_4_goals": {"goals": lists("goal"), "goal_scores": lists("goal_score")},
        "step_5_needs": {
            "student": lists("need_student"),
            "teacher": lists("need_teacher"),
            "parents": lists("need_parents"),
        },
        "step_6_agreements": {
            "agreements": lists("agreement"),
            "communication": lists("communication"),
            "follow_up": next(iter(lists("follow_up")), None),
        },
        "step_7_evaluation": {
            "goal_ratings": _ratings(collector),
            "satisfied": collector.written("satisfied", _choices(collector, "satisfied")),
        },
    }
    for name, part in parts.items():
        part |= _texts(collector, name) | _choices(collector, name)
    written = {name: collector.written(name, part) for name, part in parts.items()}
    for name in ("step_4_goals", "step_5_needs"):
        more = {key: value for key, value in written[name].items() if key != "skip_reason"}
        if "skip_reason" in written[name] and not any(more.values()):
            written[name] = {"skip_reason": written[name]["skip_reason"]}
    return written


def _ratings(collector: Collector) -> list[Values]:
    """The ratings in the order of the file they came in; those that were given here follow."""
    rated = [goal for goal in collector.rows["meeting_goal"] if goal.rating or goal.rating_note]
    rated.sort(key=lambda goal: (goal.rating_position is None, goal.rating_position or 0))
    return [
        collector.written(
            "goal_rating", {"goal": collector.ids.of(goal.pk), "rating": goal.rating, "note": goal.rating_note}
        )
        for goal in rated
    ]


def _plan_texts(collector: Collector) -> Values | None:
    rows = PlanText.objects.filter(meeting=collector.meeting, removed_at=None).exclude(text="")
    by_student = collector.grouped(rows.select_related("plan").order_by("position", "created_at", "pk"), "plan")
    by_key = {collector.keys[plan.student_id]: texts for plan, texts in by_student.items()}  # type: ignore[attr-defined]  # grouped by plan
    found = {key: _plan_text(collector, by_key[key]) for key in collector.keys.values() if key in by_key}
    if not collector.meeting.is_group:
        return next(iter(found.values()), None)
    return found or None


def _plan_text(collector: Collector, rows: list[PlanText]) -> Values:
    own = {row.section: row.text for row in rows if row.reader == "student"}
    reason = next((row.text for row in rows if (row.reader, row.section) == ("parents", "reason")), None)
    said = next((row for row in rows if row.section == "compliment" and not row.reader), None)
    compliment = {"text": said.text, "by": collector.person(said.by_id)} if said else None
    sections = [
        collector.written("plan_section", {"reader": row.reader, "section": row.section, "text": row.text})
        for row in rows
        if row.reader in {"team", "class_sheet", "parents"} and row.section in SECTIONS
    ]
    return collector.written("plan_text", {
        "compliment": collector.written("compliment", compliment) if compliment else None,
        "parents_reason": reason,
        "student": collector.written("student_text", own) if own else None,
        "sections": sections,
    })  # fmt: skip


def _named_elsewhere(collector: Collector, participants: list[Values], meeting: Meeting) -> list[Values]:
    """Who is named in the meeting and is nobody of this file yet: a file lists everybody it names."""
    known = {str(row["name"]) for row in participants} | {str(row) for row in collector.guardians}
    known |= {name for student in Student.objects.filter(pk__in=collector.keys) for name in student.names()}
    clb = {row.by_id for row in collector.rows["clb_contribution"]}
    workers = {collector.people[pk].name for pk in clb if pk}
    return [
        collector.written("participant", {
            "name": name, "role": "clb_worker" if name in workers else "external", "role_label": "genoemd in de bespreking",
            "standing": "professional", "participation": "not_this_time", "present": False,
            "note": "Staat niet in de lijst van deelnemers; de naam komt voor in deze bespreking.",
        })
        for name in collector.named
        if name not in known
    ]  # fmt: skip
