"""Who looked at which case, a school by month, a student by day; and who can look at all. For whoever answers for the school."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hgw.accounts.models import School
from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.request import Request
from hgw.text import LONG, TextFormField
from meetings.looks.month import confirm, month_of_school
from meetings.looks.of_student import looks_of_student
from meetings.looks.reading import after, before, month_of
from meetings.permissions import can_review_looks, get_visible
from meetings.readers_of_student import readers_of_student
from students.models import EmergencyAccess, Student
from students.school.permissions import get_school

PER_PAGE = 100


class ReviewForm(forms.Form):
    """What somebody who answers for the school says of a file that was opened in need."""

    review = TextFormField(
        limit=LONG, label=gettext_lazy("What do you say of it?"), widget=forms.Textarea(attrs={"rows": 2, "cols": None})
    )


@require_safe
def looks(request: Request, pk: uuid.UUID) -> HttpResponse:
    """A month of a school: who looked at what, what stands out, prints and files, and who reviewed it."""
    school = get_school(request, pk, "audit", "read")
    looked(request, Action.TRACE_OPENED, school=pk, object=pk)
    return _month_page(request, school, month_of(request.GET.get("maand"), timezone.localdate()))


def _month_page(request: Request, school: School, month: datetime.date, **more: Any) -> HttpResponse:
    today, found = timezone.localdate(), month_of_school(school, month)
    context = {
        "school": school,
        "month": month,
        "form": ReviewForm(),
        "found": found,
        "before": before(month),
        "after": after(month) if after(month) <= today else None,
        "is_over": after(month) <= today,
        **more,
    }
    return render_page(request, "meetings/looks.html", context, status=422 if more else 200)


@require_POST
def looks_reviewed(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say that one reviewed a month."""
    school = get_school(request, pk, "audit", "read")
    month = month_of(request.POST.get("month"), timezone.localdate())
    is_over = after(month) <= timezone.localdate()  # of a month that goes on, nobody saw the end
    if is_over and not month_of_school(school, month).waits:
        confirm(school, month, by=request.user)
    return redirect(f"{reverse('looks', args=(pk,))}?maand={month:%Y-%m}")


@require_POST
def looks_emergency_reviewed(request: Request, pk: uuid.UUID, emergency_pk: uuid.UUID) -> HttpResponse:
    """Say of a file that was opened in need that one looked at it, in a few words. One's own is for somebody else."""
    school = get_school(request, pk, "audit", "read")
    found = EmergencyAccess.objects.visible_to(request.user).filter(school=school, pk=emergency_pk).first()
    if found is None:
        raise Http404
    if found.user_id == request.user.pk:
        raise PermissionDenied
    month = timezone.localdate(found.since).replace(day=1)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        looked(request, Action.TRACE_OPENED, school=pk, object=pk)
        return _month_page(request, school, month, refused=found.pk, form=form)
    found.say_reviewed(form.cleaned_data["review"], by=request.user)
    return redirect(f"{reverse('looks', args=(pk,))}?maand={month:%Y-%m}")


@require_safe
def student_looks(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who looked at the case of one student."""
    student = get_visible(request, Student, pk)
    if not can_review_looks(request.user, student.school_id):
        raise PermissionDenied
    looked(request, Action.TRACE_OPENED, school=student.school_id, object=pk, student=pk)
    page = Paginator(looks_of_student(student), PER_PAGE).get_page(request.GET.get("page"))
    return render_page(request, "meetings/student_looks.html", {"student": student, "page": page})


@require_safe
def student_readers(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who can read what of one student today, and why."""
    student = get_visible(request, Student, pk)
    if not can_review_looks(request.user, student.school_id):
        raise PermissionDenied
    looked(request, Action.STUDENT_OPENED, school=student.school_id, object=pk, student=pk, detail="readers")
    context = {"student": student, "readers": readers_of_student(student, asked_by=request.user)}
    return render_page(request, "meetings/student_readers.html", context)
