"""Forms of step 5."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from meetings import library
from meetings.forms.base import ItemForm, flags_formfield
from meetings.forms.lessons import LessonsField
from meetings.forms.meeting import OfStudentForm
from meetings.models import Meeting, Need
from students.models import ReasonableAdjustment


class NeedForm(ItemForm):
    place = ("holder", "subject")
    quick = ("text", "help_sentence", "goal", "band", "scope", "already_works")
    line = "text"
    whole = True

    class Meta:
        model = Need
        fields = ("goal", "help_sentence", "text", "band", "scope", "already_works", "status", "visibility", "subject")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder = self.initial.get("holder") or self.instance.holder
        holder = holder if holder in library.HOLDERS else "student"  # another word is refused with the rest
        current = self.initial.get("help_sentence") or ""
        self.fields["help_sentence"] = forms.ChoiceField(
            label=gettext_lazy("begins with"), initial=current, required=False,
            choices=[("", "—"), *((sentence.code, str(sentence.stem)) for sentence in library.help_sentences(holder))],
        )  # fmt: skip
        if "goal" in self.fields:
            self.fields["goal"].error_messages["required"] = _("Choose the goal first.")
            self.fields["goal"].empty_label = None if self.is_new else self.fields["goal"].empty_label
        self.holder = str(holder)

    def clean(self) -> dict[str, Any]:
        """A need begins with a help sentence; whoever typed one does not have to choose it as well."""
        cleaned = super().clean()
        if not cleaned.get("help_sentence") and cleaned.get("text"):
            typed = cleaned["text"].strip().casefold()
            found = [
                s.code
                for s in library.help_sentences(self.holder)
                if s.opening and typed.startswith(s.opening.strip().casefold())
            ]
            if found:
                cleaned["help_sentence"] = found[0]
            else:
                self.add_error("help_sentence", _("Choose how the sentence begins."))
        return cleaned

    @classmethod
    def prefill(cls, query: Any, meeting: Meeting, user: User) -> dict[str, Any]:
        """A sentence that was chosen stands ready to type on, with one of the ideas when that was chosen too."""
        initial = super().prefill(query, meeting, user)
        holder, code, idea = initial.get("holder", "student"), query.get("help_sentence"), query.get("idea", "")
        found = {s.code: s for s in library.help_sentences(holder)}.get(code) if holder in library.HOLDERS else None
        if found:
            ideas = [str(starter.text).format(roepnaam=meeting.names) for starter in found.starters]
            chosen = ideas[int(idea)] if idea.isdecimal() and len(idea) < 3 and int(idea) < len(ideas) else ""
            initial |= {"help_sentence": code, "text": f"{found.opening}{chosen}"}
        return initial

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Choose how the sentence begins, or write the whole sentence")


class ReasonableAdjustmentForm(OfStudentForm):
    quick = ("student", "kind_of_measure", "description", "since")

    class Meta:
        model = ReasonableAdjustment
        fields = ("kind_of_measure", "description", "scope", "since", "until", "agreed_with_parents_on", "visibility")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.initial["since"] = self.meeting.date
        if not self.short:
            self.fields["school_subjects"] = LessonsField(self.instance.school_subjects)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the start."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("A reasonable adjustment: what is done?")


FORMS = (NeedForm, ReasonableAdjustmentForm)
