"""Forms of step 5."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.text import SHORT, TextFormField
from meetings import library
from meetings.forms.base import ItemForm, flags_formfield
from meetings.models import Meeting, Need
from students.models import ReasonableAdjustment, Student


class NeedForm(ItemForm):
    place = ("holder", "subject")
    quick = ("goal", "help_sentence", "text")

    class Meta:
        model = Need
        fields = ("goal", "help_sentence", "text", "band", "scope", "already_works", "status", "visibility", "subject")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder = self.initial.get("holder") or self.instance.holder or "student"
        current = self.initial.get("help_sentence") or ""
        self.fields["help_sentence"] = forms.ChoiceField(
            label=gettext_lazy("help sentence"), initial=current,
            choices=[("", "—"), *((sentence.code, str(sentence.stem)) for sentence in library.help_sentences(holder))],
        )  # fmt: skip
        if "goal" in self.fields:
            self.fields["goal"].error_messages["required"] = _("Choose the goal first.")

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("The whole sentence: what is needed to reach the goal?")


class ReasonableAdjustmentForm(ItemForm):
    quick = ("student", "kind_of_measure", "description", "since")

    class Meta:
        model = ReasonableAdjustment
        fields = ("kind_of_measure", "description", "scope", "since", "until", "agreed_with_parents_on", "visibility")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new and self.meeting.is_group:
            students = Student.objects.filter(pk__in=[s.pk for s in self.meeting.students])
            self.fields["student"] = forms.ModelChoiceField(students, label=gettext_lazy("student"))
        if not self.short:
            self.fields["school_subjects"] = TextFormField(
                limit=SHORT, label=gettext_lazy("in which lessons (with commas between)"), required=False,
                initial=", ".join(self.instance.school_subjects),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "school_subjects" in cleaned:
            cleaned["school_subjects"] = [
                part.strip() for part in cleaned["school_subjects"].split(",") if part.strip()
            ]
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the start."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What is done?")


FORMS = (NeedForm, ReasonableAdjustmentForm)
