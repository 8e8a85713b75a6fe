"""Closing a meeting: for good. Corrections after this are addenda."""

from typing import Any

from django.db.models import F
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.models import Revision
from hgw.items.saving import ItemClosed
from meetings import gates
from meetings.models import CLOSED, OPEN, Meeting, PhaseDecision, Plan
from meetings.room.publishing import rights_changed_after_commit
from students.models import Consent, PhaseRecord


class GatesOpen(Exception):
    """The meeting cannot close yet; `gates` says why."""

    def __init__(self, open_gates: list[gates.OpenGate]) -> None:
        super().__init__("gates open")
        self.gates = open_gates


def close(meeting: Meeting, *, by: User | None) -> None:
    """Close the meeting for good, make its plans final and write its phase decisions into the history.

    Closing twice is closing once. Raises `GatesOpen` with everything that is still missing in what `by` reads (without
    anybody: in all there is); then nothing is changed.
    Whoever saves at this very moment is either in, or is answered that the meeting is closed.
    """
    try:
        meeting.claim()  # from here on a save waits for us
    except ItemClosed:
        if Meeting.objects.filter(pk=meeting.pk, status__in=CLOSED).exists():
            return
        raise
    meeting = meeting.fresh()
    if missing := gates.closing_gates(meeting, by):
        raise GatesOpen(missing)
    kind = Meeting.ClosedKind.INFO_ROUND if meeting.without_insight else Meeting.ClosedKind.FULL
    Meeting.objects.filter(pk=meeting.pk, status__in=OPEN).update(
        status=Meeting.Status.CLOSED, closed_kind=kind, closed_at=timezone.now(), version=F("version") + 1,
        updated_at=timezone.now(), updated_by=by,
    )  # fmt: skip
    closed = meeting.fresh()
    Revision.objects.create(
        school_id=closed.school_id, kind=closed.kind(), item=closed.pk, version=closed.version, act="closed", author=by,
        content=closed.content(),
    )  # fmt: skip
    finish_plans(closed)
    rights_changed_after_commit(closed.pk)  # a teacher works with the class sheet from now on
    write_phase_history(closed, by=by)
    record(
        Action.MEETING_CLOSED, school=closed.school_id, who=by, object=closed.pk, student=closed.student_id_for_trace()
    )


def finish_plans(meeting: Meeting) -> None:
    """Make the plans of a closed meeting final; those of earlier meetings about the same students are replaced by them.

    A meeting of an earlier day may close, or be loaded, after a later one: then the later plan still counts.
    """
    for plan in Plan.objects.filter(meeting=meeting):
        final = Plan.objects.filter(student=plan.student_id, status=Plan.Status.FINAL).exclude(pk=plan.pk)
        later = final.filter(meeting__date__gt=meeting.date).exists()
        plan.status = Plan.Status.SUPERSEDED if later else Plan.Status.FINAL
        plan.save(update_fields=["status"])
        if not later:
            final.update(status=Plan.Status.SUPERSEDED)


def write_phase_history(meeting: Meeting, *, by: User | None) -> None:
    """Write what the meeting decided into each student's history of phases.

    A phase with the CLB only with a permission that stood on that day: a meeting that closes here is asked for it, one that
    was loaded as closed says what was decided, and the phase in the student's file stays what it is.
    """
    decisions = list(_decisions(meeting))
    held = PhaseRecord.objects.filter(student__in=[row.student_id for row in decisions]).held(meeting.date)
    for row in decisions:
        permission = Consent.objects.filter(student=row.student).stood("clb_involve", meeting.date).last()
        if permission or not row.needs_permission(held.phase(row.student_id, row.guidance_domain), row.after):
            PhaseRecord.decide(
                row.student, row.guidance_domain, row.after, on=meeting.date, reason=row.reason, by=by,
                decided_in=meeting.pk, consent=permission,
            )  # fmt: skip


def decided_without_permission(meeting: Meeting) -> list[PhaseDecision]:
    """What this closed meeting decided and is in no history, for want of a permission."""
    records = PhaseRecord.objects.filter(decided_in=meeting.pk)
    written = set(records.values_list("student_id", "guidance_domain"))
    rows = _decisions(meeting) if meeting.is_closed else ()
    return [row for row in rows if (row.student_id, row.guidance_domain) not in written]


def _decisions(meeting: Meeting) -> Any:
    rows = PhaseDecision.objects.standing().filter(meeting=meeting).exclude(after=None)
    return rows.select_related("student", "after")
