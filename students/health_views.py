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
from students.models import HealthNote, Student
from students.permissions import get_student


@require_http_methods(["GET", "POST"])
def health_note_erase(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Destroy the note on health of a student for good, once the coordinator says yes. The page shows nothing of it.

    A yes is to the note that stood there when the page was opened: whatever somebody wrote since is read first (409).
    """
    student = get_student(request, pk, "health_note")
    notes = _notes(request, student)
    if request.method != "POST":
        if not notes:
            raise Http404
        return _page(request, student, notes)
    if any(note.is_held_back for note in notes):
        return _page(request, student, notes, status=422)
    if not notes:  # this was sent twice
        return redirect("student", pk)
    meant = sorted(request.POST.getlist("note")) == sorted(note.as_it_stands for note in notes)
    if not meant or not all([note.erase(by=request.user) for note in notes]):
        return _page(request, student, _notes(request, student), status=409)
    # Once this is on disk: the file of the database still holds what was there.
    transaction.on_commit(functools.partial(overwrite_what_is_gone.enqueue), robust=True)
    messages.success(request, _("The note on health is erased."))
    return redirect("student", pk)


def _notes(request: Request, student: Student) -> list[HealthNote]:
    erasable = HealthNote.objects.erasable_by(request.user)
    return list(erasable.filter(student=student).select_related("student"))


def _page(request: Request, student: Student, notes: list[HealthNote], status: int = 200) -> HttpResponse:
    context = {
        "student": student, "notes": notes, "changed": status == 409,
        "is_held_back": any(note.is_held_back for note in notes),
    }  # fmt: skip
    return render_page(request, "students/health_note_erase.html", context, status=status)
