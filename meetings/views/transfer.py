"""Passing on to another school: choosing what goes along, the preview for the parents, and what was made."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hgw.accounts.asking_again import ask_again, was_shown_just_now
from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.request import Request, sent
from meetings.forms.transfer import TransferForm
from meetings.permissions import get_visible
from meetings.transfer import NEVER, TABLE, Offer, on_paper
from students.models import Student, Transfer
from students.permissions import get_student


@require_http_methods(["GET", "POST"])
def student_transfer(request: Request, pk: uuid.UUID) -> HttpResponse:
    """What may go along, item by item; once written down, on to the text. Nothing is sent anywhere: it goes on paper."""
    student = get_student(request, pk, "transfer")
    if request.method == "POST":  # whoever notes an objection at this moment is waited for
        Student.objects.filter(pk=pk).update(updated_at=timezone.now())
    form = _form(request, student)
    if not form.is_bound:
        return _page(request, form)
    if form.is_valid():
        before = form.added_before()
        if before is None:
            return _on(form.write(by=request.user))
        if before.created_by_id == request.user.pk and form.holds_the_same(before):  # a second click
            return _on(before)
        form.again().add_error(None, _("Something was already saved from here. Look, and save again."))
    return _page(request, form, status=422)


@require_POST
def student_transfer_preview(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The very text that would go along, for the parents to read, above the form with everything still in it."""
    student = get_student(request, pk, "transfer")
    form = _form(request, student, is_preview=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    looked(request, Action.TRANSFER_OPENED, school=student.school_id, object=pk, student=pk, detail="preview")
    return _page(request, form, text=list(on_paper(form.chosen)))


@require_safe
def student_transfer_made(request: Request, pk: uuid.UUID, transfer_pk: uuid.UUID) -> HttpResponse:
    """What went along once, to print; what changed since, or may no longer go, is left out and counted."""
    made: Transfer = get_visible(request, Transfer, transfer_pk)
    if made.student_id != pk:
        raise Http404
    if not was_shown_just_now(request):
        return ask_again(request)
    looked(request, Action.TRANSFER_OPENED, school=made.school_id, object=pk, student=pk, detail="made")
    offer = Offer(made.student)
    still = [part for part in offer.parts if part.noted in made.passed]
    context = {
        "student": made.student,
        "transfer": made,
        "heading": offer.heading,
        "text": list(on_paper(still)),
        "gone": len(made.passed) - len(still),
    }
    return render_page(request, "meetings/student_transfer_made.html", context)


def _form(request: Request, student: Student, *, is_preview: bool = False) -> TransferForm:
    new = Transfer(student=student, school_id=student.school_id)
    return TransferForm(sent(request), offer=Offer(student), instance=new, is_preview=is_preview)


def _on(made: Transfer) -> HttpResponse:
    return redirect("student_transfer_made", made.student_id, made.pk)


def _page(request: Request, form: TransferForm, *, status: int = 200, text: Any = ()) -> HttpResponse:
    offer = form.offer
    context = {
        "form": form,
        "student": offer.student,
        "offer": offer,
        "compulsory": offer.compulsory,
        "heading": offer.heading,
        "text": text,
        "kinds": TABLE,
        "never": NEVER,
    }
    return render_page(request, "meetings/student_transfer.html", context, status=status)
