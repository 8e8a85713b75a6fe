"""What is noted in a student's file outside a meeting: adjustments, legal reports, permissions, health."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from hgw.htmx import render_page
from hgw.items.saving import KeyReused, StaleVersion, save_item
from hgw.request import Request
from meetings.forms.student_items import STUDENT_ITEMS, StudentItemForm
from meetings.models import Meeting
from students.consequences import said_aloud
from students.models import Student
from students.permissions import get_student


@require_http_methods(["GET", "POST"])
def student_item_new(request: Request, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Note something that came with no meeting: an adjustment, a report, a permission, what must be known of the health."""
    form_class = _form_class(kind)
    student = get_student(request, pk, form_class.access_object)
    if request.method != "POST" and not form_class.is_offered(student):
        raise Http404  # but what somebody typed meanwhile comes back, with a word about it
    item = form_class._meta.model(school=student.school, student=student)
    return _answer(request, form_class(request.POST or None, instance=item, user=request.user), student)


@require_http_methods(["GET", "POST"])
def student_item_edit(request: Request, pk: uuid.UUID, kind: str, item_pk: uuid.UUID) -> HttpResponse:
    """Change one that came with no meeting; of a permission that did, note that it was taken back."""
    form_class = _form_class(kind)
    student = get_student(request, pk, form_class.access_object)
    rows: Any = form_class._meta.model._default_manager
    item = rows.visible_to(request.user).filter(student=student, pk=item_pk).first()
    if item is None or not changes_here(item):
        raise Http404
    return _answer(request, form_class(request.POST or None, instance=item, user=request.user), student)


def changes_here(item: Any) -> bool:
    """Whether the item is changed on the student's page: in a meeting that is open it is changed there."""
    if item.came_with is None:
        return True
    return item.kind() == "consent" and not Meeting.objects.open().filter(pk=item.came_with).exists()


def _form_class(kind: str) -> type[StudentItemForm]:
    if kind not in STUDENT_ITEMS:
        raise Http404
    return STUDENT_ITEMS[kind]


def _answer(request: Request, form: StudentItemForm, student: Student) -> HttpResponse:
    status, stale = 200, ""
    current = None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version = form.cleaned_data["base_version"] or 0
                with said_aloud(request, form.instance.kind(), [student]):
                    save_item(
                        form.instance,
                        form.changes(),
                        by=request.user,
                        base_version=version,
                        key=form.cleaned_data["key"],
                    )
                return redirect("student", student.pk)
            except StaleVersion as refusal:
                status, stale, current = 409, "changed", refusal.current
                form.on_top_of(current.version if current else 0)
            except KeyReused:
                status, stale = 409, "reused"
                form.on_top_of(form.cleaned_data["base_version"] or 0)
    context = {
        "form": form,
        "student": student,
        "stale": stale,
        "current": current,
        "current_template": f"meetings/items/_{form.instance.kind()}.html",
    }
    return render_page(request, "students/student_item.html", context, status=status)
