"""Forms for what is noted in a student's file outside a meeting: adjustments, legal reports, permissions, a note on health."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.items.models import SavedKey
from meetings.default_readers import default_readers
from meetings.forms.answers import HELP, check_answer
from meetings.forms.base import flags_formfield
from meetings.forms.lessons import LessonsField
from meetings.forms.meeting import who_decides
from students.models import Consent, HealthNote, LegalReport, PhaseRecord, ReasonableAdjustment, Student
from students.models.health_notes import refusal


class StudentItemForm(forms.ModelForm):
    """One item of a student's file. `changes()` names what this form saves, for `save_item`."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    base_version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    fields: dict[str, Any]

    # The fields between which time runs forward.
    DATES = ("since", "until")
    # The object of the matrix that one must manage to come here.
    access_object = "student_file"

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        if not self.is_new:
            self.fields["base_version"].initial = self.instance.version
        self.add_own_fields(user)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    @classmethod
    def is_offered(cls, student: Student) -> bool:
        """Whether there is such a thing at the school of this student."""
        return True

    def add_own_fields(self, user: User) -> None:
        """Make a field a choice, or add one that the table does not have."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = (cleaned.get(name) or getattr(self.instance, name, None) for name in self.DATES)
        if first and last and last < first:
            self.add_error(self.DATES[1], _("The end lies before the start."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What this form saves: field to value."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"key", "base_version"}}

    def on_top_of(self, version: int) -> "StudentItemForm":
        """The same form with the same text, to be saved over this version once its person has looked."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # what was posted
        data["base_version"], data["key"] = str(version), str(uuid.uuid4())
        self.data = data
        return self


class StudentAdjustmentForm(StudentItemForm):
    class Meta:
        model = ReasonableAdjustment
        fields = ("kind_of_measure", "description", "scope", "since", "until", "agreed_with_parents_on", "visibility")
        formfield_callback = flags_formfield

    def add_own_fields(self, user: User) -> None:
        if self.is_new:
            self.instance.visibility = self.initial["visibility"] = default_readers(self.instance.kind(), {})
        self.fields["school_subjects"] = LessonsField(self.instance.school_subjects)


class StudentReportForm(StudentItemForm):
    DATES = ("date", "valid_until")

    class Meta:
        model = LegalReport
        fields = ("kind_of_report", "issued_by", "date", "valid_until", "location_note")
        formfield_callback = flags_formfield


class StudentConsentForm(StudentItemForm):
    """A permission. One that came with a meeting stays as it was noted there; only taking it back is noted here."""

    DATES = ("date", "withdrawn_on")

    class Meta:
        model = Consent
        fields = ("kind_of_consent", "given_by", "granted", "what", "with_whom", "form", "date", "withdrawn_on")
        help_texts = HELP
        formfield_callback = flags_formfield

    def add_own_fields(self, user: User) -> None:
        if self.instance.came_with:
            for name in set(self.fields) - {"withdrawn_on", "key", "base_version"}:
                del self.fields[name]
            return
        now = self.instance.given_by
        names = dict.fromkeys([*who_decides(self.instance.student), *([now] if now else [])])
        self.fields["given_by"] = forms.ChoiceField(
            choices=[("", "—"), *((name, name) for name in names)], label=self.fields["given_by"].label
        )
        self.recorded_by = self.instance.recorded_by or user.name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_answer(self, cleaned, self.instance.student)
        decided = not self.is_new and PhaseRecord.objects.filter(consent=self.instance).exists()
        if decided and {"granted", "kind_of_consent"} & set(self.changed_data):
            self.add_error(
                "granted",
                _("A phase was decided on this permission. Write the day on which it was taken back instead."),
            )
        return cleaned

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        return changes if self.instance.came_with else changes | {"recorded_by": self.recorded_by}


class HealthNoteForm(StudentItemForm):
    """A note on health: refused where the school keeps none, where no permission stands, and without its reason."""

    access_object = "health_note"
    REFUSALS: ClassVar[dict[str, Any]] = {
        "off": gettext_lazy(
            "Your school keeps no notes on health. The principal or the school administrator can switch that on, in the "
            "settings of the school."
        ),
        "no_permission": gettext_lazy(
            "No permission to keep this stands. Note that permission first, on the student's page: “keep a note on health”."
        ),
    }  # fmt: skip

    class Meta:
        model = HealthNote
        fields = ("text", "necessity")
        formfield_callback = flags_formfield
        help_texts = {
            "text": gettext_lazy(
                "Only what is strictly necessary: what to do, when, and who may do it. No diagnosis where that is enough."
            ),
            "necessity": gettext_lazy("What could go wrong if nobody at school knew this?"),
        }  # fmt: skip
        error_messages = {
            "necessity": {
                "required": gettext_lazy(
                    "Why does the school need to know this? Without a reason nothing of somebody's health may be kept."
                )
            }
        }

    @classmethod
    def is_offered(cls, student: Student) -> bool:
        return refusal(student) != "off"

    def add_own_fields(self, user: User) -> None:
        if self.is_new and (why := refusal(self.instance.student)):
            self.fields["text"].help_text = self.REFUSALS[why]  # told before anything is typed

    def clean(self) -> dict[str, Any]:
        self.instance.claim()  # whoever takes the permission back at this moment is waited for
        cleaned = super().clean()
        if why := refusal(self.instance.student):
            self.add_error("text", self.REFUSALS[why])
        elif self.is_new and self._is_second(cleaned):
            self.add_error("text", _("There is a note on health already. Open that one, and add your text there."))
        return cleaned

    def _is_second(self, cleaned: dict[str, Any]) -> bool:
        """Whether another note stands; the same save, sent twice, is none."""
        standing, key = HealthNote.objects.filter(student=self.instance.student, removed_at=None), cleaned.get("key")
        return standing.exists() and not (key and SavedKey.objects.filter(pk=key).exists())


STUDENT_ITEMS: dict[str, type[StudentItemForm]] = {
    "adjustment": StudentAdjustmentForm,
    "report": StudentReportForm,
    "consent": StudentConsentForm,
    "health_note": HealthNoteForm,
}
