"""Opening a student's file in need, and closing it again."""

import datetime
import uuid
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hgw.htmx import render_page
from hgw.request import Request, sent
from hgw.rows import as_id
from hgw.text import LONG, SHORT, TextFormField
from students import emergency
from students.models import Student
from students.models.emergencies import LASTS


class EmergencyForm(forms.Form):
    """Whose file, and why. Whoever is meant is written out, never chosen from a list."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    first_name = TextFormField(limit=SHORT, label=gettext_lazy("First name of the student"))
    last_name = TextFormField(limit=SHORT, label=gettext_lazy("Last name of the student"))
    birth_date = forms.DateField(
        label=gettext_lazy("Day of birth"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = TextFormField(
        limit=LONG, label=gettext_lazy("Why do you need the file now?"),
        help_text=gettext_lazy("The principal and the care coordinator read this."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": None}),
    )  # fmt: skip

    @property
    def whom(self) -> tuple[str, str, datetime.date]:
        return tuple(self.cleaned_data[name] for name in ("first_name", "last_name", "birth_date"))  # type: ignore[return-value]  # three of them


@require_http_methods(["GET", "POST"])
def emergency_new(request: Request) -> HttpResponse:
    """Open the file of one student for half an hour: say whose and why, then sign in again."""
    if not emergency.schools_to_unlock_in(request.user):
        raise PermissionDenied
    form = EmergencyForm(sent(request), initial=_seen_already(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        if not emergency.has_tries_left(request.user):
            return _refused(request, form, "too_often", 429)
        if not emergency.signed_in_again(request):
            return emergency.ask_to_sign_in_again(request)
        student = emergency.find(request.user, *form.whom)
        if student is None:
            return _refused(request, form, "not_found", 422)
        if emergency.can_unlock(request.user, student):
            emergency.unlock(request, student, form.cleaned_data["reason"], key=form.cleaned_data["key"])
        return redirect("student", student.pk)
    return _page(request, form, status)


def _seen_already(request: Request) -> dict[str, Any]:
    """The name of a student whose page led here, where this user sees that page."""
    pk = as_id(request.GET.get("student"))
    student = Student.objects.visible_to(request.user).filter(pk=pk).first() if pk else None
    names = ("first_name", "last_name", "birth_date")
    return {name: getattr(student, name) for name in names} if student else {}


REFUSALS = {
    "too_often": gettext_lazy(
        "You opened or tried as many files as one day allows. Call the principal or the care coordinator. Your text is "
        "still here."
    ),
    "not_found": gettext_lazy(
        "No student of your school has exactly this name and this day of birth. Look at both, or call the school."
    ),
}  # fmt: skip


def _refused(request: Request, form: EmergencyForm, why: str, status: int) -> HttpResponse:
    emergency.note_refusal(request, " ".join(map(str, form.whom)), why)
    form.add_error(None, REFUSALS[why])
    answer = _page(request, form, status)
    if status == 429:
        tomorrow = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
        answer.headers["Retry-After"] = str(int((tomorrow - timezone.localtime()).total_seconds()) + 1)
    return answer


def _page(request: Request, form: EmergencyForm, status: int) -> HttpResponse:
    context = {"form": form, "minutes": LASTS.seconds // 60, "title": _("Open a file in need")}
    return render_page(request, "students/emergency_new.html", context, status=status)


@require_POST
def emergency_end(request: Request) -> HttpResponse:
    """Close again what this session has open in need."""
    if running := request.emergency:
        del request.session[emergency.KEY]
        running.end(by=request.user, why="by_hand")
    return redirect("today")
