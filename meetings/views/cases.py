"""Case files, in and out: for the coordinators of the school the case is about.

What reads and writes them is loaded with the first one: most web workers never meet any, and hold 3 MB less.
"""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hgw.accounts.asking_again import ask_before_taking
from hgw.accounts.models import Role
from hgw.htmx import render_page
from hgw.limits import limited
from hgw.request import Request
from meetings.looking import look
from meetings.permissions import can_export, get_meeting

if TYPE_CHECKING:
    from meetings.cases.case import Case

SHOWN = 200  # faults on the page; a file with more is easier to mend with a tool than by reading


@require_safe
@limited("export")
def case_export(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The meeting as a case file to keep, confidential items included (coordinators)."""
    from meetings.cases.exporting import export

    found = get_meeting(request, pk, may=can_export)
    if asks := ask_before_taking(request, reverse("meeting", args=[pk])):
        return asks
    exported = export(found)
    look(request, found, exported.action)
    response = HttpResponse(exported.text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="leerlingbespreking_{found.pk}.yaml"'
    return response


class CaseFileForm(forms.Form):
    """Choose a case file."""

    file = forms.FileField(
        label=gettext_lazy("case file"),
        help_text=gettext_lazy("YAML, format hgw-case/1, at most 5 MB."),
        allow_empty_file=True,  # that it is empty is said with the other faults
    )


@require_http_methods(["GET", "POST"])
def case_import(request: Request) -> HttpResponse:
    """Load a case file as a new meeting of the own school (coordinators); 422 with everything that is wrong in it."""
    from meetings.cases.checking import read_case
    from meetings.cases.faults import Refused
    from meetings.cases.loading import load_case
    from meetings.cases.reading import LARGEST

    if not any(role == Role.CARE_COORDINATOR for role, _school in request.user.roles):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, CaseFileForm())
    form = CaseFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > LARGEST:
        return _page(
            request, form, status=413, trouble=_("This file is larger than 5 MB. A case file holds one meeting.")
        )
    try:
        case = read_case(upload.read())
        if not _is_own(request, case):
            return _page(request, form, status=422, trouble=_("This case file is about another school than yours."))
        meeting = load_case(case, by=request.user)
    except Refused as refused:
        return _page(request, form, status=422, faults=refused.faults)
    return redirect("meeting", meeting.pk)


def _is_own(request: Request, case: "Case") -> bool:
    from meetings.cases.matching import school_of

    school = school_of(case)
    return school is not None and request.user.has_role(school, Role.CARE_COORDINATOR)


def _page(
    request: Request, form: CaseFileForm, *, status: int = 200, trouble: str = "", faults: Any = ()
) -> HttpResponse:
    context = {"form": form, "trouble": trouble, "faults": faults[:SHOWN], "more": max(len(faults) - SHOWN, 0)}
    return render_page(request, "meetings/case_import.html", context, status=status)
