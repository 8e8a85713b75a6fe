"""The school itself: how it begins, its settings, its school years."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hgw.accounts import signing_in
from hgw.accounts.beginning import claim_beginning, is_here, may_begin
from hgw.accounts.logo import data_url
from hgw.accounts.models import Logo, School
from hgw.htmx import render_page
from hgw.request import Request, sent
from students.models import SchoolYear
from students.school import calendar
from students.school.forms import BeginForm, SchoolForm, SchoolYearForm, holiday_lines
from students.school.permissions import can, get_school
from students.school.saving import row_page, save, take


@login_not_required
@require_http_methods(["GET", "POST"])
def school_begin(request: Request) -> HttpResponse:
    """Begin the first school of an installation; once there is one, this page does not exist."""
    if not may_begin(request) and (request.method == "GET" or settings.DEMO_MODE or not is_here(request)):
        raise Http404  # but what somebody typed while a colleague was first comes back, with a word about it
    first, last = calendar.year_around(timezone.localdate())
    form = BeginForm(sent(request), request.FILES or None, initial={"year_start": first, "year_end": last})
    lines = holiday_lines(sent(request), _suggested(first))
    fine = form.is_bound and all((form.is_valid(), lines.is_valid()))
    fine = fine and lines.fit(form.cleaned_data["year_start"], form.cleaned_data["year_end"])
    if fine and claim_beginning():
        user = form.begin(lines)
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        signing_in.came_in(user)
        messages.success(request, _("The school is here. Next: its classes, and who works there."))
        return redirect("school_settings", form.instance.pk)
    status = 422 if form.is_bound else 200
    if fine:
        form.add_error(None, _("Somebody else began a school here a moment ago. Ask that person to invite you."))
        status = 409
    return render_page(request, "school/school_begin.html", {"form": form, "lines": lines}, status=status)


def _suggested(first: Any) -> list[dict[str, Any]]:
    return [{"name": name, "start": start, "end": end} for name, start, end in calendar.holidays(first)]


@require_http_methods(["GET", "POST"])
def school_settings(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The settings of the school, and its school years."""
    school = get_school(request, pk, "school", "read" if request.method == "GET" else "manage")
    take(request, school)
    form = SchoolForm(sent(request), request.FILES or None, instance=school)
    saved, status = save(request, form)
    if saved:
        messages.success(request, _("The settings of the school are saved."))
        return redirect("school_settings", pk)
    logo = Logo.objects.filter(school=school).first()
    context = {
        "school": School.objects.get(pk=pk),  # as it is kept, not as it was typed
        "form": form,
        "facts": form.in_words(),
        "may_change": can(request.user, pk, "school"),
        "may_list": can(request.user, pk, "student"),
        "logo": logo and data_url(logo.png),
        "years": school.school_years.prefetch_related("holidays"),
    }
    return render_page(request, "school/school_settings.html", context, status=status)


@require_http_methods(["GET", "POST"])
def school_year_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Add a school year, with the holidays that every school has filled in."""
    school = get_school(request, pk, "school")
    newest = school.school_years.first()
    first, last = calendar.year_around(
        newest.start.replace(year=newest.start.year + 1) if newest else timezone.localdate()
    )
    form = SchoolYearForm(sent(request), instance=SchoolYear(school=school), initial={"start": first, "end": last})
    return _year(request, school, form, holiday_lines(sent(request), _suggested(first)), _("New school year"))


@require_http_methods(["GET", "POST"])
def school_year_edit(request: Request, pk: uuid.UUID, year_pk: uuid.UUID) -> HttpResponse:
    """Change the days of a school year and its holidays."""
    school = get_school(request, pk, "school")
    year = school.school_years.filter(pk=year_pk).first()
    if year is None:
        raise Http404
    take(request, year)
    form = SchoolYearForm(sent(request), instance=year)
    shown = [{"name": free.name, "start": free.start, "end": free.end} for free in year.holidays.all()]
    lines = holiday_lines(sent(request), shown)
    title = _("School year %(year)s") % {"year": year}
    return _year(request, school, form, lines, title)


def _year(request: Request, school: School, form: SchoolYearForm, lines: Any, title: str) -> HttpResponse:
    fine = form.is_bound and all((form.is_valid(), lines.is_valid()))
    fine = fine and lines.fit(form.cleaned_data["start"], form.cleaned_data["end"])
    year, status = save(request, form, also=fine)
    if year:
        lines.write(year, request.user)
        return redirect("school_settings", school.pk)
    return row_page(request, school, form, title=title, back="school_settings", status=status, lines=lines)
