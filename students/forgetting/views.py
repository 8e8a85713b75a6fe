"""What is to be destroyed at a school: the yearly list, holding a student back, asking for it, and the second yes."""

import functools
import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hgw.accounts.asking_again import ask_before_sending
from hgw.audit.models import Action, looked, record
from hgw.htmx import render_page
from hgw.request import Request, sent
from students.forgetting import erasing
from students.forgetting.counting import count, in_words
from students.forgetting.forms import ChosenForm, ConfirmForm, HoldForm, KeepingTermForm, names_of
from students.forgetting.permissions import get_answered_for, may_confirm
from students.forgetting.rules import STUDENT, due, leavers, rules, school_years
from students.forgetting.tasks import erase_confirmed
from students.models import Erasure, Hold, KeepingTerm
from students.school.permissions import get_school
from students.school.saving import row_page, save, take
from students.views import answer_row


@require_safe
def forgetting(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who must go by now, who is held back, who follows later, what waits for a second yes, and what the rules are."""
    school, today = get_school(request, pk, "audit", "read"), timezone.localdate()
    gone = leavers(school, today)
    must_go = [one for one in gone if one.is_due(today)]
    is_due = {one.student.pk for one in must_go}
    waiting = list(Erasure.objects.filter(school=school, erased_on=None).select_related("created_by"))
    context = {
        "school": school,
        "must_go": must_go,
        "form": ChosenForm(due=must_go),
        "counts": in_words(count(one.student.pk for one in must_go)),
        "held": [one for one in gone if one.hold],
        "later": [one for one in gone if not one.hold and not one.is_due(today)],
        "waiting": [(erasure, name, erasure.student in is_due) for erasure, name in names_of(waiting)],
        "may_be_confirmed": any(erasure.student in is_due for erasure in waiting),
        "erased": Erasure.objects.erased().filter(school=school).count(),
        "rules": rules().values(),
        "years": school_years(school),
        "term": KeepingTerm.objects.filter(school=school, rule=STUDENT).first(),
    }
    return render_page(request, "school/forgetting.html", context)


@require_POST
def forgetting_ask(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Put the chosen students ready for the second yes. Who is not on the list of today is left out."""
    school = get_school(request, pk, "audit", "read")
    form = ChosenForm(request.POST, due=due(school, timezone.localdate()))
    if not form.is_valid():
        messages.warning(request, _("Choose at least one student of the list."))
        return redirect("forgetting", pk)
    for one in form.chosen:
        erasing.ask(one.student, STUDENT, by=request.user)
    messages.success(request, _("Ready. Somebody else who answers for the school confirms it."))
    return redirect("forgetting", pk)


@require_http_methods(["GET", "POST"])
def forgetting_confirm(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The second yes, with what goes in counts; after it there is no way back. Asks once more who is there."""
    school = get_school(request, pk, "audit", "read")
    if asks := ask_before_sending(request):
        return asks
    must_go = {one.student.pk for one in due(school, timezone.localdate())}
    asked = Erasure.objects.waiting().filter(school=school, student__in=must_go)
    waiting = [one for one in asked if may_confirm(request.user, one)]
    form = ConfirmForm(sent(request), waiting=waiting)
    if form.is_bound and form.is_valid():
        done = sum(erasing.confirm(one, by=request.user) for one in form.confirmed)
        # Once this is on disk: the task would not find it before.
        transaction.on_commit(functools.partial(erase_confirmed.enqueue), robust=True)
        _tell(request, done, left=len(form.confirmed) - done)
        return redirect("forgetting", pk)
    context = {
        "school": school,
        "form": form,
        "waiting": names_of(waiting),
        "counts": in_words(count(one.student for one in waiting)),
    }
    return render_page(request, "school/forgetting_confirm.html", context, status=422 if form.is_bound else 200)


@require_POST
def forgetting_withdraw(request: Request, pk: uuid.UUID, erasure_pk: uuid.UUID) -> HttpResponse:
    """Leave a student as it was, as long as it is not done."""
    school = get_school(request, pk, "audit", "read")
    erasure = Erasure.objects.filter(school=school, pk=erasure_pk, erased_on=None).first()
    if erasure is None:
        raise Http404
    erasing.withdraw(erasure, by=request.user)
    return redirect("forgetting", pk)


@require_http_methods(["GET", "POST"])
def keeping_term(request: Request, pk: uuid.UUID) -> HttpResponse:
    """How long this school keeps the file of a student who left, with the note that says why."""
    school = get_school(request, pk, "audit", "read")
    found = KeepingTerm.objects.filter(school=school, rule=STUDENT).first()
    if found:
        take(request, found)
    default = rules()[STUDENT].school_years
    term = found or KeepingTerm(school=school, rule=STUDENT, school_years=default)
    form = KeepingTermForm(sent(request), instance=term)
    saved, status = save(request, form)
    if saved:
        return redirect("forgetting", pk)
    return row_page(request, school, form, title=_("How long a file is kept"), back="forgetting", status=status)


@require_http_methods(["GET", "POST"])
def hold_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Hold the student back from destruction, with the reason."""
    student = get_answered_for(request, pk)
    if request.method != "POST":
        looked(request, Action.STUDENT_OPENED, school=student.school_id, object=pk, student=pk, detail="form")
    if Hold.objects.standing().filter(student=student).exists():
        return redirect("forgetting", student.school_id)
    form = HoldForm(sent(request), instance=Hold(student=student))
    return answer_row(request, form, _("Destroy nothing of this student"), student)


@require_POST
def hold_end(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The dispute is over: the student follows the rules again."""
    student = get_answered_for(request, pk)
    standing: Any = Hold.objects.standing().filter(student=student)
    for hold in standing:
        today = timezone.localdate()
        if standing.filter(pk=hold.pk).update(ended_on=today, ended_by=request.user, updated_at=timezone.now()):
            facts = {"school": student.school_id, "object": hold.pk, "student": pk}
            record(Action.HOLD_LIFTED, who=request.user, **facts)
    return redirect("forgetting", student.school_id)


def _tell(request: Request, done: int, *, left: int) -> None:
    """What came of a yes: who came back or was held back at that very moment stays."""
    if done:
        words = ngettext(
            "The file of %(n)s student is being destroyed.", "The files of %(n)s students are being destroyed.", done
        )
        messages.success(request, words % {"n": done})
    if left:
        words = ngettext(
            "The file of %(n)s student stays: it was confirmed by somebody else, or need not go any more.",
            "The files of %(n)s students stay: they were confirmed by somebody else, or need not go any more.",
            left,
        )
        messages.warning(request, words % {"n": left})
