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
    if request.method != "POST":
        if not notes:
            raise Http404
        return render_page(request, "students/health_note_erase.html", {"student": student})
    for note in notes:  # none, when this was sent twice
        note.erase(by=request.user)
    if notes:
        # Once this is on disk: the file of the database still holds what was there.
        transaction.on_commit(functools.partial(overwrite_what_is_gone.enqueue), robust=True)
        messages.success(request, _("The note on health is erased."))
    return redirect("student", pk)
