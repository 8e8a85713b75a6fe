"""The students somebody may see, and the page of one of them."""

import uuid
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from hgw import access
from hgw.accounts.models import User
from hgw.audit.models import Action, looked, searched
from hgw.htmx import render_page
from hgw.limits import too_often
from hgw.request import Request
from hgw.rows import as_id
from hgw.text import SHORT, TextFormField
from meetings.permissions import can_review_looks, get_visible
from meetings.student_list import current_phases, list_rows, reads_phases
from meetings.student_page import student_page
from students.emergency import can_unlock, schools_to_unlock_in
from students.finding import found
from students.kept_searches import keep, kept
from students.models import ClassGroup, Enrollment, Phase, Student
from students.permissions import schools_to_add_to

PER_PAGE = 50
SEARCH = {"type": "search", "autocomplete": "off"}  # no browser offers the next person whom the one before looked for


class StudentFilter(forms.Form):
    """Which students: part of a name, a class of today, a phase of today."""

    name = TextFormField(limit=SHORT, label=_("Name"), required=False, widget=forms.TextInput(attrs=SEARCH))
    class_group = forms.ModelChoiceField(
        ClassGroup.objects.none(), label=_("Class"), required=False, empty_label=_("all classes")
    )
    phase = forms.ModelChoiceField(
        Phase.objects.none(), label=_("Support today"), required=False, empty_label=_("all phases")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["class_group"].queryset = ClassGroup.objects.visible_to(user).listed_for(user).current()
        if reads_phases(user):
            choices["phase"].queryset = Phase.objects.all()
        else:
            del choices["phase"]


@require_http_methods(["GET", "HEAD", "POST"])
def students(request: Request) -> HttpResponse:
    """The students this user may see, in pages; by name, class and phase. A choice that is not offered changes nothing.

    What is looked for is sent by POST, and the address that this leads to holds no name: one that somebody wrote into an
    address is not looked for, for nothing should invite anybody to write one there.
    """
    if request.method == "POST":
        return _search(request)
    number = as_id(request.GET.get("search"))
    asked = request.GET.copy()
    asked["name"] = kept(request, number)
    choice = StudentFilter(asked, user=request.user)
    choice.is_valid()
    return _list(request, choice, number or uuid.uuid4())


def _search(request: Request) -> HttpResponse:
    """Note that somebody looks for a name, and lead to what is found: a page that was only read, whichever way it is asked."""
    choice = StudentFilter(request.POST, user=request.user)
    if not choice.is_valid() and "name" in choice.errors:
        return _list(request, choice, uuid.uuid4(), status=422)
    words = choice.cleaned_data["name"]
    if words and (wait := too_often(request, "search")):
        return wait
    searched(request, words)
    typing_on = as_id(request.POST.get("search")) if request.htmx else None  # a step back from a page is another search
    query = _query(choice, keep(request, words, typing_on) if words else None)
    return redirect(f"{reverse('students')}?{query}" if query else "students")


def _query(choice: StudentFilter, number: uuid.UUID | None) -> str:
    """What stands in the address: never a name."""
    query, chosen = QueryDict(mutable=True), choice.cleaned_data
    given = {
        "search": number if chosen.get("name") else None,
        **{key: chosen.get(key) for key in ("class_group", "phase")},
    }
    query.update({key: str(getattr(value, "pk", value)) for key, value in given.items() if value})
    return query.urlencode()


def _list(request: Request, choice: StudentFilter, number: uuid.UUID, *, status: int = 200) -> HttpResponse:
    chosen = choice.cleaned_data
    rows = Student.objects.visible_to(request.user).listed_for(request.user)
    if chosen.get("class_group"):
        rows = rows.filter(pk__in=Enrollment.objects.on().filter(class_group=chosen["class_group"]).values("student"))
    if chosen.get("phase"):
        rows = rows.filter(pk__in=current_phases(request.user).filter(phase=chosen["phase"]).values("student"))
    page = Paginator(found(rows, chosen.get("name", "")), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "choice": choice,
        "is_filtered": any(chosen.values()),
        "page": page,
        "rows": list_rows(list(page), request.user),
        "shows_phases": "phase" in choice.fields,
        "query": _query(choice, number),
        "number": number,
        "may_add": schools_to_add_to(request.user).exists(),
        "may_unlock": bool(schools_to_unlock_in(request.user)),
    }
    return render_page(request, "students/students.html", context, partial="student-list", status=status)


@require_safe
def student(request: Request, pk: uuid.UUID) -> HttpResponse:
    """One student: what goes well first, then where we want to go, and the support so far."""
    row = get_visible(request, Student, pk)
    looked(request, Action.STUDENT_OPENED, school=row.school_id, object=row.pk, student=row.pk)
    context = student_page(row, request.user) | {
        "may_change": access.may(request.user, "manage", row),
        "may_plan": access.may(request.user, "manage", row, "student_file"),
        "may_answer": access.may(request.user, "manage", row, "inspection"),
        "may_transfer": access.may(request.user, "manage", row, "transfer"),
        "may_grant": access.may(request.user, "manage", row, "grant"),
        "may_review_looks": can_review_looks(request.user, row.school_id),
        "may_unlock": can_unlock(request.user, row),
    }
    return render_page(request, "students/student.html", context)
