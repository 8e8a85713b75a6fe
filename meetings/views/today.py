"""The page one starts on."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hgw.accounts import lapsing
from hgw.accounts.models import Role
from hgw.htmx import render_page
from hgw.request import Request
from meetings import agenda
from meetings.looks.month import to_review
from students.continuum import continuums, whole_schools
from students.forgetting.reminding import to_forget
from students.models import EmergencyAccess, InspectionRequest


@require_safe
def today(request: Request) -> HttpResponse:
    """Meetings of today and the coming weeks, what comes due, and the continuum for who reads the whole school."""
    user = request.user
    context: dict[str, Any] = {
        "day": timezone.localdate(),
        "plans_meetings": any(role == Role.CARE_COORDINATOR for role, _school in user.roles),
        "reads_school": bool(whole_schools(user, "agreement")),
        "meetings": agenda.meetings(user),
        "agreements": agenda.agreements_due(user),
        "counts": agenda.agreement_counts(user),
        "questions": agenda.questions_due(user),
        "to_plan": agenda.to_plan(user),
        "continuums": continuums(user),
        "to_review": to_review(user),
        "lapsing": lapsing.notices(user),
        "emergencies": EmergencyAccess.objects.all().to_review(user),
        "inspections": list(InspectionRequest.objects.visible_to(user).waiting()),
    }
    context["to_forget"], context["to_confirm"] = to_forget(user)
    shows = (
        "emergencies", "inspections", "lapsing", "to_review", "to_forget", "to_confirm", "agreements", "questions", "to_plan", "continuums",
    )  # fmt: skip
    context["is_empty"] = not any(context[name] for name in shows) and not any(context["meetings"].values())
    return render_page(request, "meetings/today.html", context)
