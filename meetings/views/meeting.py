"""The page of a meeting before and after its steps, single choices, ratings, starting, cancelling, closing."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hgw.audit.models import Action, record
from hgw.htmx import render_page
from hgw.items.saving import ItemClosed, KeyReused, NotSaved, StaleVersion, save_item
from hgw.items.script import answers_script
from hgw.request import Request
from meetings import gates, steps
from meetings.closing import GatesOpen, close
from meetings.forms.meeting import MeetingDetailsForm, ParticipantForm
from meetings.forms.start import RatingForm, StepTextForm
from meetings.item_lists import item_list
from meetings.looking import look
from meetings.models import Meeting, MeetingGoal, Participant, StepState, StepText
from meetings.outsiders import heard_without_permission
from meetings.permissions import can_close, can_edit, can_export, can_manage, can_project, get_meeting
from meetings.planning import next_in_series
from meetings.room.publishing import rights_changed_after_commit
from meetings.step_pages.evaluation import WHERE
from meetings.views.item_answers import refuse_form, save_form, tell_why
from meetings.views.steps import step_context
from students.school.calendar import why_no_school

CHOICES = (
    "seen_from",
    "seen_until",
    "insight_state",
    "nothing_extra",
    "satisfied_student",
    "satisfied_parents",
    "satisfied_team",
)


@require_safe
def meeting(request: Request, pk: uuid.UUID) -> HttpResponse:
    """A meeting before and after its steps: when, who, permissions, and what was added after the closing."""
    found = get_meeting(request, pk)
    look(request, found)
    return _page(request, found)


def _page(
    request: Request, found: Meeting, *, status: int = 200, details: Any = None, cancel: Any = None, stale: Any = None
) -> HttpResponse:
    """The page of a meeting; with a form that was refused, what was typed still in it."""
    user, manages = request.user, can_manage(request.user, found)
    open_to_manage = found.is_open and manages
    seats = Participant.objects.visible_to(user).filter(meeting=found).select_related("person", "subject")
    reason = StepText.objects.visible_to(user).filter(meeting=found, field="cancel_reason").first()
    context: dict[str, Any] = {
        "meeting": found,
        "steps": steps.STEPS,
        "may_manage": manages,
        "may_edit": found.is_open and can_edit(user, found),
        "may_export": can_export(user, found),
        "next_meeting": next_in_series(found, user),
        "may_project": found.is_open and can_project(user, found),
        "may_follow": manages and found.is_closed,
        "day_hint": why_no_school(found.school, found.date) if open_to_manage and not found.has_begun else "",
        "details": details
        or (MeetingDetailsForm(instance=found, meeting=found, user=user) if open_to_manage else None),
        "cancel": cancel or (StepTextForm(instance=reason, meeting=found, user=user) if open_to_manage else None),
        "cancel_reason": reason.text if reason and found.status == Meeting.Status.CANCELLED else "",
        "stale": stale,
        "refused": "details" if details else "cancel" if cancel else "",
        "names": ParticipantForm.suggestions(found) if open_to_manage else [],
        "participants": item_list(found, user, "participant", editable=open_to_manage, items=seats),
        "heard_without_permission": heard_without_permission(found, user),
        "consents": item_list(found, user, "consent", editable=open_to_manage),
        "reports": item_list(found, user, "legalreport", editable=open_to_manage),
        "statements": item_list(found, user, "statement", editable=manages),
        "addenda": item_list(found, user, "addendum", editable=manages and found.is_closed),
    }
    return render_page(request, "meetings/meeting.html", context, status=status)


@require_POST
def meeting_details(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Change the meeting itself: title, when, where, who leads and who writes (coordinators)."""
    found = get_meeting(request, pk, may=can_manage)
    form = MeetingDetailsForm(request.POST, instance=found, meeting=found, user=request.user)
    if not form.is_valid():
        return _page(request, found.fresh(), status=422, details=form)
    version = form.cleaned_data.get("base_version") or 0
    try:
        save_item(found, form.changes(), by=request.user, base_version=version, key=form.cleaned_data["key"])
    except KeyReused:
        return _page(request, found.fresh(), status=422, details=form.with_new_key())
    except NotSaved as refusal:
        return _page(request, found.fresh(), status=409, details=form, stale=_stale(refusal))
    return redirect("meeting", pk)


def _stale(refusal: NotSaved) -> dict[str, Any]:
    current = refusal.current if isinstance(refusal, StaleVersion) else None
    return {"closed": isinstance(refusal, ItemClosed), "current": current, "differences": []}


@require_POST
def meeting_choice(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Save a single choice of a step: enough insight, dates, nothing extra, satisfied."""
    found = get_meeting(request, pk, may=can_edit)
    back = request.POST.get("back", "start")
    if back not in steps.BY_SLUG:
        raise Http404
    names = [name for name in CHOICES if name in request.POST]
    if not names:
        return redirect("meeting_step", pk, back)
    form = forms.modelform_factory(Meeting, fields=names)(
        {**request.POST.dict(), "nothing_extra": request.POST.get("nothing_extra") == "1"}, instance=found
    )
    for name in ("seen_from", "seen_until"):
        if name in form.fields:
            form.fields[name].required = False
    if not form.is_valid():
        return _step_again(request, pk, back, 422, "; ".join(str(e) for errors in form.errors.values() for e in errors))
    version = request.POST.get("base_version", "")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        save_item(
            found, {name: form.cleaned_data[name] for name in names}, by=request.user,
            base_version=int(version) if version.isdigit() else 0, key=key,
        )  # fmt: skip
    except StaleVersion:
        words = _("A colleague changed this a moment ago. Look again, and choose again if you still want to.")
        return _step_again(request, pk, back, 409, words)
    except ItemClosed:
        return _step_again(request, pk, back, 409, _("This meeting is closed and takes no more."))
    except (KeyReused, ValueError):
        return _step_again(request, pk, back, 422, _("This was not saved. Choose again."))
    anchor = {"inzicht": "#insight", "overzicht": "#window", "behoeften": "#nothing-extra", "evaluatie": "#satisfied"}
    return redirect(reverse("meeting_step", args=(pk, back)) + anchor.get(back, ""))


def _step_again(request: Request, pk: uuid.UUID, slug: str, status: int, words: str) -> HttpResponse:
    """The page of the step as it stands now, and why the choice was not saved."""
    messages.warning(request, words)
    context = step_context(request, get_meeting(request, pk), steps.BY_SLUG[slug], missing=[])
    return render_page(request, "meetings/meeting_step.html", context, status=status)


@require_POST
@answers_script
def goal_rating(request: Request, pk: uuid.UUID, goal_pk: uuid.UUID) -> HttpResponse:
    """Rate one goal of the meeting (step 7)."""
    found = get_meeting(request, pk, may=can_edit)
    goal = MeetingGoal.objects.visible_to(request.user).filter(meeting=found, pk=goal_pk).first()
    if goal is None:
        raise Http404
    form = RatingForm(request.POST, instance=goal, meeting=found, user=request.user)
    status, stale = 422, None
    if form.is_valid():
        try:
            save_form(request, form)
            return redirect(reverse("meeting_step", args=(pk, "evaluatie")) + f"#rating-{goal.pk}")
        except KeyReused:
            refuse_form(request, form.with_new_key(), "key_reused")
        except NotSaved as refusal:
            stale, status = _stale(refusal), 409
            tell_why(request, form, refusal, stale)
    else:
        refuse_form(request, form)
    context = {
        "meeting": found, "form": form, "item": goal, "goal": goal.fresh(), "stale": stale,
        "back": reverse("meeting_step", args=(pk, "evaluatie")),
    }  # fmt: skip
    template = "meetings/items/_rating.html" if request.headers.get("HX-Request") else "meetings/item_edit.html"
    return render_page(request, template, context, status=status)


@require_POST
def meeting_start(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Begin the meeting: from planned to in progress."""
    found = get_meeting(request, pk, may=can_edit)
    waiting = (Meeting.Status.PLANNED, Meeting.Status.PREPARING)
    if Meeting.objects.filter(pk=pk, status__in=waiting).update(status=Meeting.Status.IN_PROGRESS):
        StepState.objects.get_or_create(meeting=found, step=found.current_step)
        found.touch()
        _record(request, Action.MEETING_STARTED, found)
    return redirect("meeting_step", pk, found.current_step)


@require_POST
def meeting_cancel(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Cancel a meeting that is not closed, with the reason."""
    found = get_meeting(request, pk, may=can_manage)
    reason = StepText.objects.get(meeting=found, field="cancel_reason")
    form = StepTextForm(request.POST, instance=reason, meeting=found, user=request.user)
    if request.POST.get("text", "").strip():
        if not form.is_valid():
            return _page(request, found, status=422, cancel=form)
        version = form.cleaned_data.get("base_version") or 0
        try:
            save_item(reason, form.changes(), by=request.user, base_version=version, key=form.cleaned_data["key"])
        except KeyReused:
            return _page(request, found, status=422, cancel=form.with_new_key())
        except NotSaved as refusal:
            return _page(request, found, status=409, cancel=form, stale=_stale(refusal))
    if Meeting.objects.open().filter(pk=pk).update(status=Meeting.Status.CANCELLED):
        found.touch()
        rights_changed_after_commit(found.pk)
        _record(request, Action.MEETING_CANCELLED, found)
    return redirect("meeting", pk)


def _record(request: Request, action: Action, found: Meeting) -> None:
    record(
        action, school=found.school_id, who=request.user, object=found.pk, student=found.student_id_for_trace()
    )  # fmt: skip


@require_POST
def meeting_close(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Close the meeting for good; 422 with everything that is still missing."""
    found = get_meeting(request, pk, may=can_close)
    try:
        close(found, by=request.user)
    except GatesOpen as missing:
        context = {"meeting": found, "gates": missing.gates, "step_of": _step_of(missing.gates)}
        return render_page(request, "meetings/meeting_close.html", context, status=422)
    except ItemClosed:
        messages.warning(request, _("This meeting was cancelled."))
    return redirect("meeting", pk)


def _step_of(missing: list[gates.OpenGate]) -> list[tuple[gates.OpenGate, steps.Step | None]]:
    """Each open gate with the step where it is answered."""
    return [
        (found, next((step for step in steps.STEPS if found.gate.id in step.gates), WHERE.get(found.gate.id)))
        for found in missing
    ]
