"""Forms of the meeting's own page: the meeting itself, who takes part, permissions, reports, what comes after."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.text import SHORT, TextFormField
from meetings.forms.answers import HELP, check_answer
from meetings.forms.base import ItemForm, directory, flags_formfield
from meetings.forms.readers import FlagsFormField
from meetings.models import Addendum, FollowUp, Goal, Meeting, Observation, Participant, Statement
from meetings.models.participants import is_at_table
from meetings.seating import as_printed, secrecy, standing
from meetings.sharing import sits_beyond
from students.models import Consent, LegalReport, Student
from students.models.people import Authority

# What stands beside the reason for a seat that shares the case beyond the care team.
WHY_AT_TABLE = gettext_lazy(
    "Write down why this colleague is at the table: what is said here goes beyond the care team. Whoever reads this list "
    "reads the reason."
)
DECIDES = (Authority.JOINT, Authority.EXCLUSIVE, Authority.GUARDIAN)  # whose permission counts


def who_decides(student: Student) -> list[str]:
    """The names of those who may answer for this student: the student, when able to, else the guardians with authority."""
    if student.decides():
        return [str(student)]
    return [str(guardian) for guardian in student.guardians.all() if guardian.authority in DECIDES]


class MeetingDetailsForm(ItemForm):
    """The meeting itself: its title, when, where, who leads and who writes."""

    class Meta:
        model = Meeting
        fields = ("title", "date", "start", "end", "place", "chair", "reporter")
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end, date = cleaned.get("start"), cleaned.get("end"), cleaned.get("date")
        if start and end and end <= start:
            self.add_error("end", _("The end lies before the start."))
        if date and any(date <= student.birth_date for student in self.meeting.students):
            self.add_error("date", _("Choose a day after the day of birth."))
        if date and "date" in self.changed_data:
            self._check_what_follows(date)
        return cleaned

    def _check_what_follows(self, date: Any) -> None:
        """What was planned for after the meeting stays after it."""
        if FollowUp.objects.standing().filter(meeting=self.meeting, date__lte=date).exists():
            self.add_error("date", _("The next meeting is planned on this day or before: move that first."))
        if Goal.objects.standing().filter(meeting=self.meeting, target_date__lt=date).exists():
            self.add_error("date", _("A goal is set for a day before this one: move that first."))


class OfStudentForm(ItemForm):
    """A form for a row about one student; in a group the student is chosen, else it is the only one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.meeting.is_group:
            self.fields.pop("student", None)
            if self.is_new:
                self.instance.student = self.meeting.students[0]
        elif self.is_new:
            students = Student.objects.filter(pk__in=[s.pk for s in self.meeting.students])
            self.fields["student"] = forms.ModelChoiceField(students, label=gettext_lazy("student"))
            self.order_fields(["student"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_new and not self.meeting.is_group:
            cleaned["student"] = self.meeting.students[0]
        return cleaned

    def student(self, cleaned: dict[str, Any]) -> Student | None:
        """Whom the row is about, when that is known."""
        return cleaned.get("student") or (None if self.is_new else self.instance.student)


def _choose(field: str, names: Iterable[str], form: ItemForm, *, required: bool = True, label: Any = None) -> None:
    """Make a name a choice out of these, its present value included."""
    now = getattr(form.instance, field, "") or ""
    known = dict.fromkeys([*names, *([str(now)] if now else [])])
    form.fields[field] = forms.ChoiceField(
        choices=[("", "—"), *((name, name) for name in known)],
        required=required,
        label=label or form.fields[field].label,
    )


class ParticipantForm(ItemForm):
    quick = ("name", "role", "participation", "note", "subject")

    class Meta:
        model = Participant
        fields = (
            "role", "role_label", "standing", "participation", "secrecy", "note", "present", "invited_on", "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("role_label", "standing"):
            if name in self.fields:
                self.fields[name].required = False
        if "role_label" in self.fields:
            self.fields["role_label"].help_text = gettext_lazy("Empty: the role itself.")
        if "present" in self.fields and not self.meeting.has_begun:
            self.fields["present"].label = _("is coming")
        if self.is_new:
            self.fields["name"] = TextFormField(limit=SHORT, label=gettext_lazy("name"))
            self.fields["name"].widget.attrs |= {"list": "people", "autocomplete": "off"}
            self.order_fields(["name"])
        elif "note" in self.fields and sits_beyond(self.instance.person.user, self.meeting):
            self.fields["note"].help_text = WHY_AT_TABLE

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("participation") == "not_this_time" and not cleaned.get("note"):
            self.add_error("note", _("Write down why not this time."))
        role = cleaned.get("role")
        if role:
            self._complete(cleaned, role)
        if self.is_new and "name" not in self.errors:
            self._seat(cleaned, cleaned.pop("name", ""))
        if role and self.meeting.is_group:
            own = role in {"guardian", "student"}
            if own and not cleaned.get("subject"):
                self.add_error("subject", _("About which student is this?"))
            elif not own and cleaned.get("subject"):
                self.add_error("subject", _("Only a parent or a student belongs to one student."))
        self._ask_why(cleaned)
        return cleaned

    def _ask_why(self, cleaned: dict[str, Any]) -> None:
        """A seat that opens the case to a colleague beyond the care team has a reason: else it is not given."""
        if self.errors or cleaned.get("note") or not is_at_table(cleaned["role"], cleaned["participation"]):
            return
        if sits_beyond(self.instance.person.user, self.meeting):
            self.add_error("note", WHY_AT_TABLE)

    def _complete(self, cleaned: dict[str, Any], role: str) -> None:
        """What follows from the role, where nobody chose otherwise."""
        if not cleaned.get("role_label"):
            self.derived["role_label"] = as_printed(role, self.meeting.school)
        self.derived["standing"] = cleaned.get("standing") or standing(role)
        if self.short:
            self.derived["secrecy"] = secrecy(role)
            self.derived["present"] = cleaned.get("participation") in {"full", "part"}
        name = cleaned.get("name") if self.is_new else self.instance.person.name
        about: list[Any] = [cleaned["subject"]] if cleaned.get("subject") else self.meeting.students
        if name and role == "guardian" and name not in {str(g) for s in about for g in s.guardians.all()}:
            self.add_error("role", _("Write the full name of a parent or guardian as it stands on the student's page."))
        if name and role == "student" and name not in {known for s in about for known in s.names()}:
            self.add_error("role", _("Write the name of the student."))

    def _seat(self, cleaned: dict[str, Any], name: str) -> None:
        if self.meeting.participants.filter(removed_at=None, person__name=name).exists():
            self.add_error("name", _("This person takes part already."))
        elif name and not self.errors:
            cleaned["person"] = self.meeting.person(name)
            self.instance.person = cleaned["person"]

    @classmethod
    def suggestions(cls, meeting: Meeting) -> list[str]:
        """Names that can be chosen: the school's users, the students and their guardians."""
        users = User.objects.filter(is_active=True, assignments__in=meeting.school.assignments.on()).distinct()
        return list(dict.fromkeys([*directory(meeting), *(user.name for user in users)]))

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Who else takes part?")


class ConsentForm(OfStudentForm):
    class Meta:
        model = Consent
        fields = (
            "kind_of_consent", "given_by", "granted", "what", "with_whom", "form", "date", "recorded_by", "withdrawn_on",
        )  # fmt: skip
        help_texts = HELP
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose("given_by", [name for student in self.meeting.students for name in who_decides(student)], self)
        _choose("recorded_by", directory(self.meeting), self, required=False)
        seen = Observation.objects.visible_to(self.user).filter(meeting=self.meeting)
        if not self.instance.about or seen.filter(pk=self.instance.about).exists():
            self.fields["about"] = forms.ModelChoiceField(
                seen, label=gettext_lazy("about this observation"), required=False, initial=self.instance.about
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_answer(self, cleaned, self.student(cleaned))
        taken_back, date = cleaned.get("withdrawn_on"), cleaned.get("date")
        if taken_back and date and taken_back < date:
            self.add_error("withdrawn_on", _("The end lies before the start."))
        student, given_by = self.student(cleaned), cleaned.get("given_by")
        if student and given_by and given_by not in who_decides(student) and given_by != self.initial.get("given_by"):
            self.add_error("given_by", _("Not this person decides for this student."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "about" in changes:
            changes["about"] = changes["about"] and changes["about"].pk
        return changes

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("A permission, or that it was refused")


class LegalReportForm(OfStudentForm):
    class Meta:
        model = LegalReport
        fields = ("kind_of_report", "issued_by", "date", "valid_until", "location_note")
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        date, until = cleaned.get("date"), cleaned.get("valid_until")
        if date and until and until <= date:
            self.add_error("valid_until", _("The end lies before the start."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("That a report exists, and where the paper is")


class StatementForm(OfStudentForm):
    class Meta:
        model = Statement
        fields = ("student", "by", "text", "date")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for student in self.meeting.students for name in _family(student)]
        if not self.is_new:
            names.append(self.instance.by.name)
        self.fields["by"].choices = [("", "—"), *((name, name) for name in dict.fromkeys(names))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        student, by = self.student(cleaned), cleaned.get("by")
        if self.is_new and student and by and by.name not in {*_family(student), *student.names()}:
            self.add_error("by", _("This is not the student, nor one of the parents."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What parents or student want to add, in their own words")


def _family(student: Student) -> list[str]:
    return [str(student), *(str(guardian) for guardian in student.guardians.all())]


class AddendumForm(ItemForm):
    class Meta:
        model = Addendum
        fields = ("text", "by", "date", "visibility", "subject")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visibility"] = FlagsFormField(flags=("confidential",))

    def clean_date(self) -> Any:
        date = self.cleaned_data["date"]
        if date < self.meeting.date:
            raise forms.ValidationError(_("Choose a day after this meeting."))
        return date

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("A correction: what was closed stays as it was")


FORMS = (ParticipantForm, ConsentForm, LegalReportForm, StatementForm, AddendumForm)
