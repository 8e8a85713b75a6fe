"""Closing a meeting: for good. Corrections after this are addenda."""

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
    """Write what the meeting decided into each student's history of phases."""
    decisions = PhaseDecision.objects.standing().filter(meeting=meeting).exclude(after=None)
    for decision in decisions.select_related("student", "after"):
        PhaseRecord.decide(
            decision.student, decision.guidance_domain, decision.after, on=meeting.date, reason=decision.reason, by=by,
            decided_in=meeting.pk,
            consent=Consent.objects.standing("clb_involve").filter(student=decision.student).last(),
        )  # fmt: skip
