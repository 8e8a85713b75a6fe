"""Forms of step 1, and the single texts of every step."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.forms.base import ItemForm, about_whom, flags_formfield
from meetings.models import Meeting, MeetingGoal, StepText, Wish


class MeetingGoalForm(ItemForm):
    quick = ("text", "voice", "subject")
    line = "text"

    class Meta:
        model = MeetingGoal
        fields = ("text", "voice", "subject")
        formfield_callback = flags_formfield

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What do you want to reach with this meeting?")


class WishForm(ItemForm):
    place = ("owner", "subject")
    quick = ("text", "how_known", "guardian")
    line = "text"

    class Meta:
        model = Wish
        fields = ("text", "guardian", "how_known", "visibility", "subject")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.initial.get("owner") or self.instance.owner
        if owner == Wish.Owner.STUDENT:
            self.fields.pop("guardian", None)
        if "guardian" in self.fields:
            self.fields["guardian"].empty_label = gettext_lazy("the parents together")
        if "text" in self.fields:
            self.fields["text"].required = False  # “not asked yet” is an answer too

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("text") and cleaned.get("how_known") not in {None, "", Wish.HowKnown.NOT_YET_ASKED}:
            self.add_error("text", _("Write down what was said, or choose “not asked yet”."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        name = about_whom(place, meeting)
        if place.get("owner") == Wish.Owner.PARENTS:
            return _("What do the parents want, in their own words?")
        return _("What does {name} want, in the own words?").format(name=name) if name else _("In their own words …")


class RatingForm(ItemForm):
    """Step 7: how a goal of the meeting came out."""

    class Meta:
        model = MeetingGoal
        fields = ("rating", "rating_note")
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("rating_note") and not cleaned.get("rating"):
            self.add_error("rating", _("Choose how it came out, so that your note has something to stand with."))
        return cleaned


# What each single text of a step answers: its heading on the page, and its name for who does not see that.
ASKED = {
    "avoid": gettext_lazy("What would we rather not have?"),
    "satisfaction": gettext_lazy("When will we be satisfied with this meeting?"),
    "reason_now": gettext_lazy("Why do you want this conversation now?"),
    "help_question": gettext_lazy("Our help question"),
    "hypothesis": gettext_lazy("This is how we understand it now"),
    "skip_reason_goals": gettext_lazy("Why do we skip the goals this time?"),
    "teacher_learning_question": gettext_lazy("What does the teacher or the school want to learn?"),
    "skip_reason_needs": gettext_lazy("Why do we skip the needs this time?"),
    "learned": gettext_lazy("What did we learn about the way we meet?"),
    "info_exchange_answer": gettext_lazy("What may be exchanged with the CLB and others?"),
    "cancel_reason": gettext_lazy("Why does this meeting not take place?"),
}


class StepTextForm(ItemForm):
    class Meta:
        model = StepText
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = ASKED.get(self.instance.field, self.fields["text"].label)


FORMS = (MeetingGoalForm, WishForm, StepTextForm)
