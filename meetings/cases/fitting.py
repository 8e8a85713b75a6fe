"""What the pages let somebody write and the format has no place for: put where it can stand, so that no word is lost.

People change their minds: a step is skipped and then filled in after all, a trait leaves its cluster, a permission is
taken back, a meeting is moved to another day. What was typed before stays, and the file that we write loads again.
"""

from meetings.cases.collecting import Collector, Values, Words
from meetings.cases.permissions import fit_permissions
from meetings.models import StepText

# A step that may be skipped, and the soft gate under which its reason can stand beside what is in the step.
SKIPPED = {"step_4_goals": ("skip_reason_goals", "G9"), "step_5_needs": ("skip_reason_needs", "G11")}


def fit(collector: Collector, case: Values) -> None:
    """Change a composed case until the rules of the format hold for it."""
    _skip_reasons(collector, case)
    _clusters(collector, case)
    _agreements(collector, case)
    _communication(collector, case)
    fit_permissions(collector, case)


def _skip_reasons(collector: Collector, case: Values) -> None:
    """A reason for skipping a step stands alone in it: beside goals or needs it is why the team went on."""
    for step, (field, gate) in SKIPPED.items():
        part = case[step]
        if collector.meeting.closed_kind == "info_round":
            part.pop("nothing_extra", None)  # a tick from before: the step was skipped
        if "skip_reason" in part and len(part) > 1:
            row = StepText.objects.get(meeting=collector.meeting, field=field)
            by = row.updated_by.name if row.updated_by else collector.person(collector.meeting.chair_id)
            by = by or collector.meeting.students[0].roepnaam
            collector.named[by] = None
            reason = {"gate": gate, "reason": part.pop("skip_reason"), "by": by}
            case["gate_reasons"] = [*(case.get("gate_reasons") or []), collector.written("gate_reason", reason)]


def _clusters(collector: Collector, case: Values) -> None:
    """A cluster that no trait carries any more goes into the words of the whole, which the same people read."""
    insight = case["step_3_insight"]
    carried = {factor.get("cluster") for factor in insight.get("factors", ())}
    left = [cluster for cluster in insight.get("clusters", ()) if cluster["name"] not in carried]
    if left:
        insight["clusters"] = [cluster for cluster in insight["clusters"] if cluster not in left]
        words = [": ".join(filter(None, (row["name"], row.get("hypothesis")))) for row in left]
        insight["hypothesis"] = Words("\n\n".join(filter(None, (insight.get("hypothesis"), *words))))
        case["step_3_insight"] = collector.written("step_3_insight", insight)


def _agreements(collector: Collector, case: Values) -> None:
    """An agreement serves the goal of its need, also when that need got another goal; nobody reports before the meeting."""
    part = case["step_6_agreements"]
    goal_of = {
        need["id"]: need["goal"]
        for holder in ("student", "teacher", "parents")
        for need in case["step_5_needs"].get(holder, ())
        if need.get("id")
    }
    for row in part.get("agreements", ()):
        if row.get("need") in goal_of and "goal" in row:
            row["goal"] = goal_of[row["need"]]
        for review in row.get("reviews", ()):
            review["date"] = max(review["date"], collector.meeting.date)


def _communication(collector: Collector, case: Values) -> None:
    """Who is told under a name that no parent or student of the file has (any more) is told as somebody else."""
    students = {collector.keys[student.pk]: student.names() for student in collector.meeting.students}
    parents: dict[str, set[str]] = {key: set() for key in students}
    for guardian in collector.guardians:
        parents[collector.keys[guardian.student_id]].add(str(guardian))
    for row in case["step_6_agreements"].get("communication", ()):
        known = {"parents": parents, "student": students}.get(row["audience"])
        about = [row["subject"]] if row.get("subject") else list(students)
        alone = collector.meeting.is_group and not row.get("subject")
        if known is not None and (alone or not any(row["to"] in known[key] for key in about)):
            row["audience"] = "other"
