"""Forms of a request to see the file: who asks and when, and what the school answers."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from students.models import InspectionRequest
from students.row_forms import RowForm

TALK = {
    "talk_offered": gettext_lazy("A talk about it was offered"),
    "talk_when": gettext_lazy("when that talk is"),
}
TALK_HELP = {"talk_when": gettext_lazy("A day and an hour, or what was agreed about it.")}


class InspectionRequestForm(RowForm):
    """Who asks to see the file, since when; and whether a talk was offered."""

    class Meta:
        model = InspectionRequest
        fields = ("guardian", "asked_on", "talk_offered", "talk_when")
        labels = TALK
        help_texts = TALK_HELP | {
            "guardian": gettext_lazy("Only who keeps a right to information stands here."),
            "asked_on": gettext_lazy("The month to answer in begins on this day."),
        }

    def add_own_fields(self) -> None:
        request: InspectionRequest = self.instance
        request.school_id = request.student.school_id
        self.fields["guardian"].queryset = request.student.guardians.informed()
        self.fields["guardian"].empty_label = _("%(name)s, the student") % {"name": request.student.roepnaam}

    def clean_asked_on(self) -> datetime.date:
        return _not_in_the_future(self.cleaned_data["asked_on"])


class InspectionAnswerForm(RowForm):
    """The talk, and what was answered: whole, in part or not at all, with the words that went with it.

    Whoever gets less than everything is told why, and that one can complain about it or go to court (GDPR art. 12(4)).
    """

    class Meta:
        model = InspectionRequest
        fields = ("talk_offered", "talk_when", "answer", "answered_on", "said")
        labels = TALK
        help_texts = TALK_HELP | {
            "answer": gettext_lazy("Leave it open as long as nothing was shown or said."),
            "answered_on": gettext_lazy("Empty: today."),
            "said": gettext_lazy(
                "In part or refused: what does not go along, why, and that whoever asked can complain to the supervisory "
                "authority or go to court."
            ),
        }

    def add_own_fields(self) -> None:
        self.fields["answer"].choices = [("", _("not answered yet")), *InspectionRequest.Answer.choices]

    def clean_answered_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["answered_on"]
        if day and _not_in_the_future(day) < self.instance.asked_on:
            raise forms.ValidationError(_("This day lies before the day on which it was asked."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        answer = cleaned.get("answer", "")
        if not answer and cleaned.get("answered_on"):
            self.add_error("answer", _("Choose what was answered on that day."))
        if answer and "answered_on" in cleaned:
            cleaned["answered_on"] = cleaned["answered_on"] or timezone.localdate()
        if answer in {"given_in_part", "refused"} and not cleaned.get("said"):
            self.add_error(
                "said", _("Write down what was said: who gets less than everything has a right to know why.")
            )
        return cleaned


def _not_in_the_future(day: datetime.date) -> datetime.date:
    if day > timezone.localdate():
        raise forms.ValidationError(_("This day has not come yet."))
    return day
