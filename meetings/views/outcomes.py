"""What came of the goals of the meeting before, said at step 2 of the meeting that follows it."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hgw.htmx import render_page
from hgw.items.saving import KeyReused, NotSaved, StaleVersion, save_item
from hgw.items.script import answers_script
from hgw.request import Request
from meetings.forms.differences import differences
from meetings.forms.goals import GoalOutcomeForm
from meetings.models import GoalOutcome, GoalScore
from meetings.permissions import can_edit, get_meeting
from meetings.views.item_answers import refuse_form, save_form, tell_why


@require_POST
@answers_script
def goal_outcome(request: Request, pk: uuid.UUID, goal_pk: uuid.UUID) -> HttpResponse:
    """Say at this meeting what came of a goal of the one before it (coordinators)."""
    meeting = get_meeting(request, pk, may=can_edit)
    goal: Any = (
        GoalOutcome.objects.visible_to(request.user).filter(meeting=meeting.previous_meeting_id, pk=goal_pk).first()
    )
    if goal is None:
        raise Http404
    if not goal.may_be_saved_by(request.user):
        raise PermissionDenied
    form = GoalOutcomeForm(request.POST, instance=goal, meeting=goal.meeting, user=request.user)
    status = 422
    stale: dict[str, Any] | None = None
    if form.is_valid():
        try:
            _save(form, request)
            return redirect(reverse("meeting_step", args=(pk, "overzicht")) + f"#outcome-{goal.pk}")
        except KeyReused:
            refuse_form(request, form.with_new_key(), "key_reused")
        except NotSaved as refusal:
            current = refusal.current if isinstance(refusal, StaleVersion) else None
            stale = {"closed": False, "current": current, "differences": differences(form, current)}
            status = 409
            tell_why(request, form, refusal, stale)
    else:
        refuse_form(request, form)
    back = reverse("meeting_step", args=(pk, "overzicht"))
    context = {"meeting": meeting, "form": form, "item": goal, "goal": goal.fresh(), "stale": stale, "back": back}
    template = "meetings/items/_outcome.html" if request.headers.get("HX-Request") else "meetings/item_edit.html"
    return render_page(request, template, context, status=status)


def _save(form: GoalOutcomeForm, request: Request) -> None:
    goal, sent = form.instance, form.cleaned_data
    save_form(request, form)
    if level := sent.get("level"):
        score = GoalScore(meeting=goal.meeting, school=goal.meeting.school, subject=goal.subject)
        values = {
            "goal": goal,
            "date": timezone.localdate(),
            "level": int(level),
            "by": goal.meeting.person(request.user.name),
        }
        save_item(score, values, by=request.user, base_version=0, key=uuid.uuid5(sent["key"], "score"))
