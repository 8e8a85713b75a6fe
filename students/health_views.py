"""Erasing a note on health, also one that nobody may read any more."""

import functools
import uuid

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hgw.htmx import render_page
from hgw.request import Request
from students.forgetting.tasks import overwrite_what_is_gone
from students.models import HealthNote
from students.permissions import get_student


@require_http_methods(["GET", "POST"])
def health_note_erase(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Destroy the note on health of a student for good, once the coordinator says yes. The page shows nothing of it."""
    student = get_student(request, pk, "health_note")
    notes = list(HealthNote.objects.erasable_by(request.user).filter(student=student).select_related("student"))
    is_held_back = any(note.is_held_back for note in notes)
    if request.method != "POST" and not notes:
        raise Http404
    if request.method != "POST" or is_held_back:
        context = {"student": student, "is_held_back": is_held_back}
        status = 422 if request.method == "POST" else 200
        return render_page(request, "students/health_note_erase.html", context, status=status)
    if any([note.erase(by=request.user) for note in notes]):  # none, when this was sent twice
        # Once this is on disk: the file of the database still holds what was there.
        transaction.on_commit(functools.partial(overwrite_what_is_gone.enqueue), robust=True)
        messages.success(request, _("The note on health is erased."))
    return redirect("student", pk)
