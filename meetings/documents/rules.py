"""What may stand on a copy: the print table, the flags, and the few things that are held back whatever the flags say.

`prints` is the only answer to "may this item be printed for this reader", `stands` the same for what has no flags.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hgw.items.models import CLB
from meetings.documents.sections import NEVER, ROWS, C, P
from meetings.models import (
    Addendum,
    Agreement,
    ClbContribution,
    Domain,
    Factor,
    Goal,
    InfoRequest,
    Need,
    Observation,
    Reader,
    Wish,
)
from students.models import ReasonableAdjustment

if TYPE_CHECKING:
    from meetings.documents.sheet import Sheet

TEAM = (Reader.REPORT, Reader.TEAM)
FAMILY = (Reader.PARENTS, Reader.STUDENT)
NEED_ROWS = {"student": "needs_student", "teacher": "needs_team", "parents": "needs_parents"}


def prints(item: Any, sheet: "Sheet") -> bool:
    """Whether this item stands on this copy. Nothing else decides."""
    if ROWS[row_of(item)].cell(sheet.reader) == NEVER or any(held_back(item, sheet) for held_back in HELD_BACK):
        return False
    if item.is_confidential:
        return sheet.may_read(item)
    return is_own_wish(item, sheet) or is_flagged(item, sheet)


def has_section(codes: tuple[str, ...], sheet: "Sheet") -> bool:
    """Whether a section made of these rows exists for this reader at all."""
    return any(ROWS[code].cell(sheet.reader) != NEVER for code in codes)


def stands(code: str, sheet: "Sheet") -> bool:
    """Whether a row without flags stands on this copy: its cell, and where that is C the tick on the plan."""
    row = ROWS[code]
    if sheet.for_clb and not row.for_clb:
        return False
    return row.cell(sheet.reader) == P or (row.cell(sheet.reader) == C and is_ticked(code, sheet))


def prints_wording(section: str, sheet: "Sheet") -> bool:
    """Whether a text that was written for this reader stands on the copy: never in a section the reader has not got."""
    rows = [row for row in ROWS.values() if row.code == section or row.code.startswith(f"{section}_")]
    if sheet.reader == Reader.STUDENT:
        return True  # its keys are headings of the student's own document
    if sheet.for_clb:
        rows = [row for row in rows if row.for_clb]
    return any(row.cell(sheet.reader) != NEVER for row in rows)


def row_of(item: Any) -> str:
    """The row of the print table under which an item stands."""
    if isinstance(item, Observation):
        return "difficulties" if item.valence == Observation.Valence.DIFFICULTY else "strengths"
    if isinstance(item, Wish):
        return f"wishes_{item.owner}"
    if isinstance(item, Factor):
        return f"insight_{item.domain}"
    if isinstance(item, Need):
        return NEED_ROWS[item.holder]
    return {
        InfoRequest: "info_requests",
        Goal: "goals",
        ReasonableAdjustment: "adjustments",
        Agreement: "agreements",
        ClbContribution: "clb_contribution",
        Addendum: "addenda",
    }[type(item)]


def is_flagged(item: Any, sheet: "Sheet") -> bool:
    """The flags hold the reader. The care team reads everything that is not confidential; a CLB worker's team version
    holds what the work together needs, and of the rest what was flagged for the CLB."""
    if sheet.for_clb:
        return ROWS[row_of(item)].for_clb or CLB in item.visibility
    return sheet.reader in TEAM or sheet.reader in item.visibility


def is_own_wish(item: Any, sheet: "Sheet") -> bool:
    """One's own words are always on one's own copy."""
    if not isinstance(item, Wish):
        return False
    if item.owner == Wish.Owner.STUDENT:
        return sheet.reader == Reader.STUDENT
    together = item.guardian_id is None
    return sheet.reader == Reader.PARENTS and (together or item.guardian == sheet.guardian)


def is_ticked(code: str, sheet: "Sheet") -> bool:
    """A section without flags that somebody ticked on the plan itself; off until then."""
    ticks = {("phase", Reader.PARENTS): "phase_for_parents", ("ack", Reader.STUDENT): "ack_for_student"}
    tick = ticks.get((code, sheet.reader))
    return bool(sheet.plan and tick and getattr(sheet.plan, tick))


# --- held back, whatever the flags say ---


def is_about_another_student(item: Any, sheet: "Sheet") -> bool:
    """Nothing about another student reaches a document about this one (N1). The report of the group is the whole."""
    if sheet.student is None:
        return False
    about = item.student_id if isinstance(item, ReasonableAdjustment) else item.subject_id
    guardian = getattr(item, "told_by", None) or (item.guardian if isinstance(item, Wish) else None)
    return about not in (None, sheet.student.pk) or bool(guardian and guardian.student_id != sheet.student.pk)


def is_done_by_another_family(item: Any, sheet: "Sheet") -> bool:
    """What only another student of the group, or that student's family, does is about that student (N1)."""
    if not isinstance(item, Agreement) or not sheet.meeting.is_group or sheet.student is None:
        return False
    return sheet.names.belongs_to_others([actor.person for actor in item.actors.all()])


def is_more_than_necessary(item: Any, sheet: "Sheet") -> bool:
    """Outside the team a need is printed only when it is minimally necessary: that is what was promised."""
    return isinstance(item, Need) and sheet.reader not in TEAM and item.band != Need.Band.MIN_NECESSARY


def is_not_checked_yet(item: Any, sheet: "Sheet") -> bool:
    """A hypothesis that nobody checked is the team's (N7)."""
    return isinstance(item, Factor) and sheet.reader in FAMILY and item.certainty == Factor.Certainty.ASSUMED


def is_risk_of_the_family(item: Any, sheet: "Sheet") -> bool:
    """A risk at home is not told to the family on paper (N7)."""
    if not isinstance(item, Factor) or sheet.reader not in FAMILY:
        return False
    return item.domain == Domain.OPV and item.kind_of_factor == Factor.Kind.RISK


def is_told_by_another_guardian(item: Any, sheet: "Sheet") -> bool:
    """What one guardian told or wished reaches another only within one household (N4, N5)."""
    guardian = getattr(item, "told_by", None) or (item.guardian if isinstance(item, Wish) else None)
    return not sheet.names.reads(guardian)


def is_from_the_clb_without_consent(item: Any, sheet: "Sheet") -> bool:
    """What the CLB told stands nowhere without a consent that still holds, of each student it is about (N9)."""
    from_clb = isinstance(item, ClbContribution) and bool(item.text)
    if not from_clb and not (isinstance(item, Observation) and item.source == Observation.Source.CLB):
        return False
    about = [item.subject] if item.subject else sheet.meeting.students
    return not all(sheet.clb_consents(student) for student in about)


def is_kept_in_confidence(item: Any, sheet: "Sheet") -> bool:
    """What a student told in confidence and did not agree to share reaches no guardian and no class teacher (N3)."""
    return sheet.reader in (Reader.PARENTS, Reader.CLASS_SHEET) and item.pk in sheet.kept_in_confidence


HELD_BACK: tuple[Callable[[Any, "Sheet"], bool], ...] = (
    is_about_another_student,
    is_done_by_another_family,
    is_more_than_necessary,
    is_not_checked_yet,
    is_risk_of_the_family,
    is_told_by_another_guardian,
    is_from_the_clb_without_consent,
    is_kept_in_confidence,
)
