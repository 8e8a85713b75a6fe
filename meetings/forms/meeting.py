"""Forms of the meeting's own page: who takes part, permissions, reports, what comes after."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.text import SHORT, TextFormField
from meetings.forms.base import ItemForm, directory, flags_formfield
from meetings.models import Addendum, Meeting, Participant, Statement
from students.models import Consent, LegalReport, Student


class OfStudentForm(ItemForm):
    """A form for a row of one student's file; in a group the student is chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new and self.meeting.is_group:
            students = Student.objects.filter(pk__in=[s.pk for s in self.meeting.students])
            self.fields["student"] = forms.ModelChoiceField(students, label=gettext_lazy("student"))


class ParticipantForm(ItemForm):
    quick = ("name", "role", "role_label", "standing", "participation", "secrecy", "note", "present")

    class Meta:
        model = Participant
        fields = ("role", "role_label", "standing", "participation", "secrecy", "note", "present", "subject")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["name"] = TextFormField(limit=SHORT, label=gettext_lazy("name"))
            self.order_fields(["name"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("participation") == "not_this_time" and not cleaned.get("note"):
            self.add_error("note", _("Write down why not this time."))
        name = cleaned.pop("name", "")
        if name:
            taken = self.meeting.participants.filter(removed_at=None, person__name=name)
            if taken.exists():
                self.add_error("name", _("This person takes part already."))
            else:
                cleaned["person"] = self.meeting.person(name)
                self.instance.person = cleaned["person"]
        return cleaned

    @classmethod
    def suggestions(cls, meeting: Meeting) -> list[str]:
        """Names that can be chosen: the school's users, the students and their guardians."""
        users = User.objects.filter(is_active=True, assignments__in=meeting.school.assignments.on()).distinct()
        return list(dict.fromkeys([*directory(meeting), *(user.name for user in users)]))


class ConsentForm(OfStudentForm):
    class Meta:
        model = Consent
        fields = (
            "kind_of_consent", "given_by", "granted", "what", "with_whom", "form", "date", "recorded_by", "withdrawn_on",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("granted") and not cleaned.get("form"):
            self.add_error("form", _("How was it given?"))
        taken_back, date = cleaned.get("withdrawn_on"), cleaned.get("date")
        if taken_back and date and taken_back < date:
            self.add_error("withdrawn_on", _("The end lies before the start."))
        return cleaned


class LegalReportForm(OfStudentForm):
    class Meta:
        model = LegalReport
        fields = ("kind_of_report", "issued_by", "date", "valid_until", "location_note")
        formfield_callback = flags_formfield


class StatementForm(ItemForm):
    class Meta:
        model = Statement
        fields = ("student", "by", "text", "date")
        formfield_callback = flags_formfield


class AddendumForm(ItemForm):
    class Meta:
        model = Addendum
        fields = ("text", "by", "date", "visibility", "subject")
        formfield_callback = flags_formfield


FORMS = (ParticipantForm, ConsentForm, LegalReportForm, StatementForm, AddendumForm)
