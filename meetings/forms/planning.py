"""Planning meetings: about whom, when and where, and who sits at the table in which way."""

import datetime
import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import Role, School, User
from hgw.rows import as_id
from hgw.text import LONG, SHORT, TextFormField
from meetings.following import seats_beside
from meetings.models import Meeting, Participant
from meetings.seating import Seat, staff
from meetings.sharing import role_beyond, sits_beyond
from students.finding import found, in_order
from students.models import ClassGroup, Enrollment, Student
from students.school.calendar import why_no_school

OFFERED = 24  # students in the list; a school has hundreds, and a name or a class finds the others
LONGEST = 12  # meetings of one afternoon
TAKES_PART = [
    ("", "—"),
    *((value, label) for value, label in Participant.Participation.choices if value != "not_this_time"),
]


def coordinated(user: User) -> list[School]:
    """The schools where this user plans meetings."""
    return list(School.objects.filter(pk__in=[pk for role, pk in user.roles if role == Role.CARE_COORDINATOR]))


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _time(label: Any, *, required: bool = False) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, required=required, widget=widget)


class PlanningForm(forms.Form):
    """What a single meeting and a series have in common.

    `school` is where it is planned; `previous` the meeting it follows, whose students it keeps. `is_search` shows the
    form with what was typed so far and other students to choose from, and finds fault with nothing.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)  # sent twice, planned once
    find = forms.CharField(label=gettext_lazy("name"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    class_group = forms.ModelChoiceField(
        ClassGroup.objects.none(), label=gettext_lazy("class"), required=False, empty_label=gettext_lazy("all classes")
    )
    students = forms.ModelMultipleChoiceField(
        Student.objects.none(), label=gettext_lazy("about whom?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one student.")},
    )  # fmt: skip
    title = TextFormField(
        limit=SHORT, label=gettext_lazy("title"), required=False,
        help_text=gettext_lazy("Empty: “Leerlingbespreking” with the name."),
    )  # fmt: skip
    date = _day(gettext_lazy("date"))
    place = TextFormField(limit=SHORT, label=gettext_lazy("place"), required=False)
    chair = forms.ChoiceField(label=gettext_lazy("chair"))
    class_teachers = forms.ChoiceField(
        label=gettext_lazy("homeroom teachers of the class"), choices=TAKES_PART, required=False, initial="full"
    )
    guardians = forms.ChoiceField(label=gettext_lazy("parents or guardians"), choices=TAKES_PART, required=False)
    themselves = forms.ChoiceField(label=gettext_lazy("the student"), choices=TAKES_PART, required=False)

    others = 0  # students who fit as well, but are not in the list

    def __init__(
        self, sent: Any, *, school: School, user: User, previous: Meeting | None = None, initial: dict[str, Any]
    ) -> None:
        self.is_search = bool(sent and "search" in sent)
        if sent and self.is_search:
            initial = initial | {name: sent.get(name) for name in sent} | {"students": sent.getlist("students")}
        super().__init__(None if self.is_search else sent, initial=initial, label_suffix="")
        self.school, self.user, self.previous = school, user, previous
        self.fields["class_group"].queryset = ClassGroup.objects.filter(school=school).current()  # type: ignore[attr-defined]  # a choice of models
        if previous:
            del self.fields["students"], self.fields["find"], self.fields["class_group"]
        else:
            self.fields["students"].queryset = self.known  # type: ignore[attr-defined]  # a choice of models
        self._add_staff()
        self.beside = seats_beside(previous, self.people) if previous else []
        self._ask_why_again()

    @cached_property
    def known(self) -> Any:
        """The students about whom this user plans meetings here."""
        rows = Student.objects.allowed(self.user, "manage", "student_file").filter(school=self.school)
        return rows.prefetch_related("enrollments__class_group")

    def _add_staff(self) -> None:
        """A line for each who can sit at any meeting of the school; who plans leads, until somebody else is chosen."""
        self.people = staff(self.school)
        for person, role in self.people:
            mine = person.pk == self.user.pk
            self.fields[f"seat_{person.pk}"] = forms.ChoiceField(
                label=f"{person.name} · {Role(role).label}",
                choices=TAKES_PART,
                required=False,
                initial="full" if mine else "",
            )
        chair = self.fields["chair"]
        chair.choices = [(str(person.pk), person.name) for person, _role in self.people]  # type: ignore[attr-defined]  # a choice
        chair.initial = str(self.user.pk)

    def _ask_why_again(self) -> None:
        """Whoever came along from beyond the care team comes again for a reason that somebody looked at again."""
        for seat in self.beside:
            if seat.user and role_beyond(seat.user, self.school.pk, self.previous.students, timezone.localdate()):  # type: ignore[union-attr]  # nobody is beside a first meeting
                self.fields[f"why_{seat.user.pk}"] = TextFormField(
                    limit=LONG, required=False, initial=seat.note, widget=forms.Textarea(attrs={"rows": 2, "cols": None}),
                    label=_("%(name)s (%(role)s): why at the table again?")
                    % {"name": seat.name, "role": seat.role_label},
                    help_text=_("What is said here goes beyond the care team. Empty: no seat at this meeting."),
                )  # fmt: skip

    def seats_again(self, meeting: Meeting) -> list[Seat]:
        """Who comes along again; from beyond the care team only for whom the reason stands in the form, with that reason."""
        seats = []
        for seat in self.beside:
            beyond = seat.user and sits_beyond(seat.user, meeting)
            reason = self.cleaned_data.get(f"why_{seat.user.pk}", "") if beyond and seat.user else ""
            if reason or not beyond:
                seats.append(replace(seat, note=reason))
        return seats

    @property
    def table(self) -> list[forms.BoundField]:
        """The lines of who takes part, in the order of the page."""
        names = [
            "class_teachers",
            "guardians",
            "themselves",
            *(name for name in self.fields if name.startswith(("seat_", "why_"))),
        ]
        return [self[name] for name in names if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields of when and where."""
        shown = {"find", "class_group", "students", *(field.name for field in self.table)}
        return [field for field in self.visible_fields() if field.name not in shown]

    @cached_property
    def chosen_ids(self) -> list[str]:
        if self.is_bound:
            return list(self.data.getlist("students"))  # type: ignore[attr-defined]  # what a browser sends is a QueryDict
        return [str(pk) for pk in self.initial.get("students") or []]

    @cached_property
    def offered(self) -> list[tuple[Student, str, bool]]:
        """Students to choose from: those chosen first, then those whom name and class fit; with class and whether chosen."""
        asked: Any = self.data if self.is_bound else self.initial
        rows = self.known
        if group := asked.get("class_group"):
            sits = Enrollment.objects.on().filter(class_group__school=self.school, class_group=as_id(group))
            rows = rows.filter(pk__in=sits.values("student"))
        hits = found(rows, str(asked.get("find") or ""))
        chosen = [pk for pk in map(as_id, self.chosen_ids) if pk]
        chosen = found(self.known.filter(pk__in=chosen))
        self.others = max(0, len([pk for pk in hits if pk not in chosen]) - OFFERED)
        ids = chosen + [pk for pk in hits if pk not in chosen][:OFFERED]
        classes = dict(
            Enrollment.objects.on()
            .filter(student__in=ids)
            .values_list("student", "class_group__code")
            .order_by("since")
        )
        return [(student, classes.get(student.pk, ""), student.pk in chosen) for student in in_order(ids)]

    @property
    def day_hint(self) -> str:
        """What may be good to know of the day that stands in the form. It stops nobody."""
        typed: Any = (self.data if self.is_bound else self.initial).get("date")
        try:
            day = self.fields["date"].clean(typed)
        except forms.ValidationError:
            return ""
        return why_no_school(self.school, day)

    @property
    def asked(self) -> dict[str, list[str]]:
        """What is to be planned, as it was sent: the same again is the same meeting."""
        sent: Any = self.data
        beside = {"csrfmiddlewaretoken", "key", "find", "class_group"}
        return {name: values for name, values in sent.lists() if name not in beside}

    def with_new_key(self) -> None:
        """Keep everything typed, to be sent as a plan of its own: an earlier one used the key of this form."""
        self.add_error(None, _("With this form something was planned already. Send it again to plan this as well."))
        data: Any = self.data
        self.data = data.copy()
        self.data["key"] = str(uuid.uuid4())  # type: ignore[index]  # a copy of what was posted takes a new value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = (
            self.previous.students if self.previous else [row for row, _class, is_chosen in self.offered if is_chosen]
        )
        cleaned["students"] = chosen
        birth = max((student.birth_date for student in chosen), default=None)
        if birth and cleaned.get("date") and cleaned["date"] <= birth:
            self.add_error("date", _("Choose a day after the day of birth."))
        if self.previous and cleaned.get("date") and cleaned["date"] <= self.previous.date:
            self.add_error("date", _("Choose a day after the meeting that this one follows."))
        if cleaned.get("chair") and not cleaned.get(f"seat_{cleaned['chair']}"):
            cleaned[f"seat_{cleaned['chair']}"] = "full"  # who leads is there
        return cleaned


class MeetingForm(PlanningForm):
    """One meeting, about one student or about two to eight together."""

    group_name = TextFormField(
        limit=SHORT, label=gettext_lazy("name of the group (with two students or more)"), required=False
    )
    start, end = _time(gettext_lazy("from")), _time(gettext_lazy("until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.previous:
            del self.fields["group_name"]
        self.order_fields(["group_name", "title", "date", "start", "end", "place", "chair"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chosen = cleaned["students"]
        if len(chosen) > 8:
            self.add_error("students", _("Choose one student, or two to eight of one school."))
        if len(chosen) > 1 and not self.previous and not cleaned.get("group_name"):
            self.add_error("group_name", _("Give the group a name."))
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("The end lies before the start."))
        return cleaned


class SeriesForm(PlanningForm):
    """A series: a meeting about each of these students, one after the other on one day."""

    start = _time(gettext_lazy("from"), required=True)
    minutes = forms.IntegerField(
        label=gettext_lazy("minutes for each student"), min_value=10, max_value=180, initial=45
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = gettext_lazy(
            "Empty: “Leerlingbesprekingen” with the day. No names here: whoever sits at one of these tables reads it."
        )
        self.order_fields(["title", "date", "start", "minutes", "place", "chair"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        how_many = len(cleaned["students"])
        if "students" not in self.errors and not 2 <= how_many <= LONGEST:
            self.add_error("students", _("Choose two to %(most)s students.") % {"most": LONGEST})
        start, minutes = cleaned.get("start"), cleaned.get("minutes")
        if start and minutes:
            end = start.hour * 60 + start.minute + minutes * how_many
            if end >= 24 * 60:
                self.add_error("start", _("The last one would end after midnight."))
        return cleaned

    def times(self) -> list[tuple[datetime.time, datetime.time]]:
        """From when until when each meeting lasts, in the order of the students."""
        begin = datetime.datetime.combine(self.cleaned_data["date"], self.cleaned_data["start"])
        step = datetime.timedelta(minutes=self.cleaned_data["minutes"])
        return [
            ((begin + n * step).time(), (begin + (n + 1) * step).time())
            for n in range(len(self.cleaned_data["students"]))
        ]
