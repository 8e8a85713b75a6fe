"""Step 2: per territory what goes well, left and first, and what is difficult; exceptions; the window of the last weeks."""

import datetime
from typing import Any

from hgw import access
from hgw.accounts.models import User
from hgw.items.models import CONFIDENTIAL
from meetings import library
from meetings.forms.goals import GoalOutcomeForm
from meetings.item_lists import item_list
from meetings.models import Agreement, AgreementReview, Domain, GoalOutcome, Meeting, Observation
from meetings.readable import readable
from meetings.step_pages.dressing import dress
from meetings.step_pages.texts import texts
from students.models import Student


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    rows = readable(Observation, meeting, user, "told_by", "observer", "subject")

    def cell(valence: str, domain: str, subject: Student | None) -> Any:
        items = [r for r in rows if (r.valence, r.domain, r.subject_id) == (valence, domain, subject and subject.pk)]
        return item_list(
            meeting, user, "observation", editable=editable, items=items, valence=valence, domain=domain,
            subject=subject and subject.pk,
        )  # fmt: skip

    dress(rows, meeting, user)
    territories = []
    for domain in Domain:
        subjects: list[Student | None] = [None]
        if meeting.is_group:
            own = [
                s
                for s in meeting.students
                if domain == Domain.LL or any(r.subject_id == s.pk and r.domain == domain for r in rows)
            ]
            subjects = [*own, None]
        apart = [student for student in meeting.students if student not in subjects]  # without a part of their own yet
        for subject in subjects:
            cells = {valence: cell(valence, domain, subject) for valence in ("strength", "exception", "difficulty")}
            if subject is None and meeting.is_group and not editable and not any(one.items for one in cells.values()):
                continue  # nothing stands there, and nothing can be written
            good, hard = len(cells["strength"].items) + len(cells["exception"].items), len(cells["difficulty"].items)
            alone = apart if editable and subject is None and meeting.is_group else []
            territories.append(
                {"domain": domain, "subject": subject, "good": good, "hard": hard, "alone": alone, **cells}
            )
    since = meeting.seen_from or meeting.date - datetime.timedelta(days=14)
    return {
        "territories": territories,
        "good": sum(r.valence != "difficulty" for r in rows),
        "hard": sum(r.valence == "difficulty" for r in rows),
        "seen_from": since,
        "seen_until": meeting.seen_until or meeting.date,
        "talents": library.talents(),
        "told_is_closed": access.may(user, "read", meeting, "clb_contribution") and _told_is_closed(meeting),
        "since_last_time": _since_last_time(meeting, user, editable=editable),
        **texts(meeting, user, "reason_now", editable=editable),
    }


def _told_is_closed(meeting: Meeting) -> bool:
    """Whether the CLB told something that nobody reads any more; of what is confidential nothing is said."""
    told: Any = Observation.objects.standing().filter(meeting=meeting, source=Observation.Source.CLB)
    told = told.exclude(visibility__contains=CONFIDENTIAL)
    return bool(told.exclude(told.may_be_told()).exists())


def _since_last_time(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    """What was agreed and aimed at in the meeting before this one, as far as this user reads it, and what came of it.

    Nothing of it for the room: it sees one meeting.
    """
    if not meeting.previous_meeting_id or user.is_projecting:
        return {}
    rows: Any = Agreement.objects.visible_to(user).filter(meeting=meeting.previous_meeting_id)
    agreements = list(rows.prefetch_related("actors__person"))
    reviews: Any = AgreementReview.objects.visible_to(user).filter(agreement__in=[row.pk for row in agreements])
    newest = {review.agreement_id: review for review in reviews.order_by("date", "position")}
    for row in agreements:
        row.came = newest.get(row.pk)
    goals: Any = GoalOutcome.objects.visible_to(user).filter(meeting=meeting.previous_meeting_id)
    goals = list(goals.select_related("meeting"))
    may_say = {row.pk for row in GoalOutcome.objects.allowed(user, "manage").filter(pk__in=[g.pk for g in goals])}
    forms = {
        goal.pk: GoalOutcomeForm(instance=goal, meeting=goal.meeting, user=user)
        for goal in goals
        if editable and goal.pk in may_say
    }
    return {"agreements": agreements, "outcomes": [(goal, forms.get(goal.pk)) for goal in goals]}
