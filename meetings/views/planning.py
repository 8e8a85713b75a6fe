"""Planning one meeting, the one that follows another, or a series of them."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, translation
from django.views.decorators.http import require_http_methods

from hgw.accounts.models import User
from hgw.audit.models import searched
from hgw.htmx import render_page
from hgw.items.saving import KeyReused, is_first_time
from hgw.request import Request
from hgw.rows import as_id
from meetings import following
from meetings.forms.planning import MeetingForm, PlanningForm, SeriesForm, coordinated
from meetings.models import Meeting, MeetingSeries
from meetings.permissions import can_manage, get_meeting
from meetings.planning import plan_meeting
from meetings.seating import Seat, as_printed, of_class_teachers, of_guardians, of_students, take_seats
from students.models import Student, StudentGroup


@require_http_methods(["GET", "POST"])
def meeting_new(request: Request) -> HttpResponse:
    """Plan a meeting, or the one that follows a closed one (coordinators)."""
    form = _form(request, MeetingForm, follows=True)
    if request.method == "POST" and not form.is_search and form.is_valid():
        try:
            _once(form, request.user, _plan_one)
            return redirect("meeting", form.cleaned_data["key"])
        except KeyReused:
            form.with_new_key()
    return _page(request, form, "meetings/meeting_new.html")


@require_http_methods(["GET", "POST"])
def series_new(request: Request) -> HttpResponse:
    """Plan the meetings of one afternoon together (coordinators)."""
    form = _form(request, SeriesForm)
    if request.method == "POST" and not form.is_search and form.is_valid():
        try:
            _once(form, request.user, _plan_series)
            return redirect("series", form.cleaned_data["key"])
        except KeyReused:
            form.with_new_key()
    return _page(request, form, "meetings/series_new.html")


def _form[F: PlanningForm](request: Request, form_class: type[F], *, follows: bool = False) -> F:
    """The form for the school that was chosen, or for that of the student, the group or the meeting the link came from.

    `follows`: whether what is planned can follow an earlier meeting.
    """
    schools = coordinated(request.user)
    if not schools:
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    after = as_id(asked.get("after")) if follows and asked.get("after") else None
    previous = get_meeting(request, after, may=can_manage) if after else None
    if previous and not previous.is_closed:
        raise Http404
    going_on = StudentGroup.objects.filter(school__in=schools, ended_on=None, followed_by=None)
    chosen = as_id(request.GET.get("group"))
    group = going_on.filter(pk=chosen).first() if chosen else None
    students = [pk for text in request.GET.getlist("student") if (pk := as_id(text))]
    students += group.memberships.values_list("student", flat=True) if group else []
    home = Student.objects.visible_to(request.user).filter(pk__in=students).values_list("school", flat=True).first()
    wanted = previous.school_id if previous else home or as_id(asked.get("school")) or request.user.listed_school
    school = next((one for one in schools if one.pk == wanted), schools[0])
    initial: dict[str, Any] = {"students": students, "group_name": group.name if group else ""}
    if previous:
        initial |= _after(previous)
    sent = request.POST if request.method == "POST" else None
    return form_class(sent, school=school, user=request.user, previous=previous, initial=initial)


def _after(previous: Meeting) -> dict[str, Any]:
    """What is known of a meeting that follows another one: its day, and who comes."""
    seats = following.seats_of_follow_up(previous)
    roles = {seat.role for seat in seats}
    known = {f"seat_{seat.user.pk}": "full" for seat in seats if seat.user}
    return known | {
        "date": following.next_date(previous),
        "title": previous.title,
        "place": previous.place,
        "class_teachers": "full" if "homeroom_teacher" in roles else "",
        "guardians": "full" if "guardian" in roles else "",
        "themselves": "full" if "student" in roles else "",
    }


def _page(request: Request, form: PlanningForm, template: str) -> HttpResponse:
    if form.is_search:
        searched(request, request.POST.get("find", ""))
    refused = request.method == "POST" and not form.is_search
    goes_on = bool(form.previous and following.goes_on_from(form.previous))
    invited = following.who_was_to_come(form.previous) if form.previous else []
    context = {"form": form, "schools": coordinated(request.user), "goes_on": goes_on, "invited": invited}
    return render_page(request, template, context, partial="pick", status=422 if refused else 200)


def _once[F: PlanningForm](form: F, user: User, plan: Callable[[F, User], None]) -> None:
    """Plan what the form asks. Its key is the id of what is planned: a form that is sent twice plans it once."""
    if is_first_time(form.cleaned_data["key"], form.asked, by=user):
        plan(form, user)


def _plan_one(form: MeetingForm, user: User) -> None:
    """The meeting as it was asked for."""
    data, previous = form.cleaned_data, form.previous
    students, group = data["students"], previous.group if previous else None
    if len(students) > 1 and not group:
        group = StudentGroup.named(form.school, data["group_name"], students, by=user)
    names = group.name if group else students[0].roepnaam
    goes_on = bool(previous and following.goes_on_from(previous))
    meeting = plan_meeting(
        form.school, students, title=data["title"] or f"Leerlingbespreking {names}", date=data["date"], by=user,
        group=group, start=data["start"], end=data["end"], place=data["place"], id=data["key"],
        previous_meeting=previous, current_step=following.OPENS_AT if goes_on else "start",
    )  # fmt: skip
    _seat(meeting, form, user)
    if previous and goes_on:
        following.carry_forward(previous, meeting, by=user)


def _plan_series(form: SeriesForm, user: User) -> None:
    """A meeting for each student, one after the other."""
    data = form.cleaned_data
    title = data["title"] or f"Leerlingbesprekingen {_day(data['date'])}"
    planned = MeetingSeries.objects.create(
        pk=data["key"], school=form.school, title=title, date=data["date"], place=data["place"], created_by=user,
        updated_by=user,
    )  # fmt: skip
    for student, (start, end) in zip(data["students"], form.times(), strict=True):
        meeting = plan_meeting(
            form.school, [student], title=f"Leerlingbespreking {student.roepnaam}", date=data["date"], by=user,
            start=start, end=end, place=data["place"], series=planned,
        )  # fmt: skip
        _seat(meeting, form, user)


def _day(date: datetime.date) -> str:
    with translation.override("nl"):  # a title is a text of the school: in its language, whoever plans
        return formats.date_format(date, "j F Y")


def _seat(meeting: Meeting, form: PlanningForm, user: User) -> None:
    """Give those who were chosen their seats, and the chair to who leads."""
    data, seats = form.cleaned_data, []
    for person, role in form.people:
        if participation := data.get(f"seat_{person.pk}"):
            seats.append(Seat(person.name, role, as_printed(role, form.school), participation, person))
    for field, family in (
        ("class_teachers", of_class_teachers),
        ("guardians", of_guardians),
        ("themselves", of_students),
    ):
        if data.get(field):
            seats += family(meeting, data[field])
    here = {seat.name for seat in seats}
    seats += [seat for seat in form.seats_again(meeting) if seat.name not in here]
    take_seats(meeting, seats, by=user)
    chair = next(person for person, _role in form.people if str(person.pk) == data["chair"])
    leads = meeting.participants.filter(person__user=chair).first()  # a name may be somebody else's too
    Meeting.objects.filter(pk=meeting.pk).update(chair=leads.person if leads else meeting.person(chair.name))
