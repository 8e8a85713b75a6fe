"""What stands in each section: one function per section of the print table, which asks the sheet for the rows it may use."""

from collections.abc import Callable

from meetings.documents.document import Block
from meetings.documents.parts import agreements, closure, insight, outlook, overview
from meetings.documents.sheet import Sheet

PARTS: dict[str, Callable[[Sheet], list[Block]]] = {
    "strengths": overview.strengths,
    "wishes": overview.wishes,
    "reason": overview.reason,
    "difficulties": overview.difficulties,
    "insight": insight.insight,
    "info_requests": insight.info_requests,
    "goals": outlook.goals,
    "needs_student": outlook.needs_student,
    "needs_team": outlook.needs_team,
    "needs_parents": outlook.needs_parents,
    "adjustments": outlook.adjustments,
    "agreements": agreements.agreements,
    "communication": agreements.communication,
    "followup": agreements.followup,
    "evaluation": agreements.evaluation,
    "clb_contribution": insight.clb_contribution,
    "phase": closure.phase,
    "participants": closure.participants,
    "meeting": closure.meeting,
    "statements": closure.statements,
}
