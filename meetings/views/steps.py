"""The seven steps: read one (always), go on to the next."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hgw.accounts.models import Level
from hgw.htmx import render_page
from hgw.items.saving import ItemClosed, NotSaved, save_item
from hgw.request import Request
from hgw.text import LONG, TextFormField
from meetings import gates, library, step_pages, steps
from meetings.looking import look_into
from meetings.models import GateReason, Meeting, StepState
from meetings.permissions import can_close, can_edit, can_project, get_meeting
from meetings.planning import next_in_series
from meetings.room import joining
from meetings.room.changes import room_context
from meetings.room.leading import can_lead
from meetings.step_pages.evaluation import closing


@require_http_methods(["GET", "POST"])
def meeting_step(request: Request, pk: uuid.UUID, slug: str) -> HttpResponse:
    """One of the seven steps: read it (always 200), or go on to the next (422 while a gate is open)."""
    meeting = get_meeting(request, pk, may=can_edit if request.method == "POST" else None)
    step = steps.BY_SLUG.get(slug)
    if step is None:
        raise Http404
    target = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    part = target if target in PARTS else ""
    missing: list[gates.OpenGate] = []
    if request.method == "POST":  # the forward button; every item is saved by a view of its own
        missing = gates.open_gates(meeting, step.gates, request.user)
        missing += _met_since(request, meeting, step, missing)
        if all(_reason(request, found) for found in missing):
            trouble = _keep_reasons(request, meeting, missing)
            if not trouble:
                return _go_on(request, meeting, step)
            messages.warning(request, trouble)
    if not part:
        look_into(request, meeting)
    context = PARTS[part](request, meeting, step, missing=missing)
    return render_page(request, "meetings/meeting_step.html", context, partial=part, status=422 if missing else 200)


def step_context(
    request: Request, meeting: Meeting, step: steps.Step, *, missing: list[gates.OpenGate]
) -> dict[str, Any]:
    """What the page of a step shows: the frame of the meeting, and what this step's own module adds."""
    own = step_pages.context(step.slug, meeting, request.user, editable=_editable(request, meeting))
    classes = [found for student in meeting.students if (found := student.class_on(meeting.date))]
    return {
        **_stepper(request, meeting, step),
        **_gates(request, meeting, step, missing=missing),
        "caption": library.caption_for(step.slug).text.format(roepnaam=meeting.names),
        "prompts": _prompts(meeting, step),
        "guidance": library.guidance_for(step.slug),
        "classes": ", ".join(dict.fromkeys(str(found) for found in classes)),
        "next_meeting": None if request.user.is_projecting else next_in_series(meeting, request.user),
        **room_context(request, meeting, step),
        "join": _way_in(request, meeting),
        "may_project": meeting.is_open and not request.user.is_projecting and can_project(request.user, meeting),
        "in_kleuter": bool(classes) and all(found.level == Level.KLEUTER for found in classes),
        **own,
    }


def _way_in(request: Request, meeting: Meeting) -> joining.WayIn | None:
    """How others come to the meeting that the wall shows: once it goes on."""
    if not request.user.is_projecting or meeting.status != Meeting.Status.IN_PROGRESS:
        return None
    address = reverse("meeting_join", args=(joining.code(meeting),))
    return joining.way_in(request.build_absolute_uri(address))


def _editable(request: Request, meeting: Meeting) -> bool:
    return meeting.is_open and can_edit(request.user, meeting)


def _stepper(request: Request, meeting: Meeting, step: steps.Step, **_more: Any) -> dict[str, Any]:
    """The seven steps on top: which are done, and how much each holds."""
    return {
        "meeting": meeting,
        "step": step,
        "stages": [(stage, [s for s in steps.STEPS if s.stage == stage]) for stage in steps.STAGES],
        "finished": set(meeting.step_states.exclude(finished_at=None).values_list("step", flat=True)),
        "counts": step_pages.counts(meeting, request.user),
    }


def _gates(request: Request, meeting: Meeting, step: steps.Step, *, missing: list[gates.OpenGate]) -> dict[str, Any]:
    """The foot of the page: what is still empty, the reasons for going on, the way forward.

    To the room it says only what stops the way forward. Closing is not done before it: what must be looked at first
    are pages that it does not see.
    """
    editable, skips = _editable(request, meeting), meeting.without_insight
    shows_more = not request.user.is_projecting
    closes = meeting.is_open and can_close(request.user, meeting)
    reasons = GateReason.objects.visible_to(request.user).filter(meeting=meeting, gate__in=step.gates)
    return {
        "meeting": meeting,
        "step": step,
        "editable": editable,
        "may_close": closes and shows_more,
        "closes_later": closes and not shows_more,
        "gates": missing,
        "still_empty": gates.unmet_gates(meeting, step.gates, request.user) if shows_more and not missing else [],
        "next_step": steps.after(step, without_insight=skips and step.slug != "inzicht" or skips),
        "previous_step": steps.before(step, without_insight=skips),
        "reasons": reasons.select_related("subject", "by"),
        "new_key": uuid.uuid4(),
        "typed_reasons": request.POST if request.method == "POST" else {},
        **(closing(meeting, request.user) if shows_more and closes and step.slug == "evaluatie" else {}),
    }


# What can be asked for alone, by the id of the element that it replaces.
PARTS: dict[str, Callable[..., dict[str, Any]]] = {"": step_context, "stepper": _stepper, "gates": _gates}


def _prompts(meeting: Meeting, step: steps.Step) -> list[str]:
    """The guiding questions; one about a student by name is asked once per student."""
    return [
        question
        for prompt in library.prompts_for(step.slug)
        for question in (
            [prompt.text.format(roepnaam=student.roepnaam) for student in meeting.students]
            if prompt.text.is_about_one_student
            else [str(prompt.text)]
        )
    ]


def _reason(request: Request, found: gates.OpenGate) -> str:
    """The reason that was typed for going on at this gate, for this student; none where no reason is taken."""
    reason = str(request.POST.get(f"reason.{found.gate.id}.{found.student_key}", ""))
    return reason if found.takes_reason and reason.strip() else ""


def _met_since(
    request: Request, meeting: Meeting, step: steps.Step, missing: list[gates.OpenGate]
) -> list[gates.OpenGate]:
    """Gates that a colleague met while the reason for going on was typed: the sentence is kept all the same."""
    asked = {(found.gate.id, found.student_key) for found in missing}
    others = [
        gates.OpenGate(gates.GATES[name], s, gates.GATES[name].kind)
        for name in step.gates
        for s in (None, *meeting.students)
    ]
    return [o for o in others if (o.gate.id, o.student_key) not in asked and _reason(request, o)]


def _keep_reasons(request: Request, meeting: Meeting, missing: list[gates.OpenGate]) -> str:
    """Store a reason for each gate and student; why not when one could not be saved, then all stay on the page.

    They are kept together or not at all: what a hard gate stops is still in its fields.
    """
    for found in missing:
        row = GateReason(meeting=meeting, school=meeting.school, gate=found.gate.id, subject=found.student)
        row.by = meeting.person(request.user.name)
        try:
            key = uuid.uuid5(uuid.UUID(request.POST.get("key", "")), f"{found.gate.id}.{found.student_key}")
            text = TextFormField(limit=LONG).clean(_reason(request, found))
            save_item(row, {"reason": text}, by=request.user, base_version=0, key=key)
        except ItemClosed:
            return _("This meeting is closed and takes no more.")
        except ValidationError as refusal:
            return " ".join(refusal.messages)
        except (NotSaved, ValueError):
            return _("This was not saved. Look again, and go on again.")
    return ""


def _go_on(request: Request, meeting: Meeting, step: steps.Step) -> HttpResponse:
    """To the next step. Whoever leads takes the pointer of the group along; nobody else's page moves."""
    following = steps.after(step, without_insight=meeting.without_insight) or step
    if meeting.is_open:
        now = timezone.now()
        StepState.objects.update_or_create(meeting=meeting, step=step.slug, defaults={"finished_at": now})
        if can_lead(request.user, meeting):
            StepState.objects.get_or_create(meeting=meeting, step=following.slug)
            Meeting.objects.filter(pk=meeting.pk).update(current_step=following.slug)
        meeting.touch()  # the stepper of the others shows it
    return redirect("meeting_step", meeting.pk, following.slug)
