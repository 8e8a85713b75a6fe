"""What of that which the student told in confidence goes along with a request all the same: a person decides it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from meetings.forgetting.inspection import LeftOut
from students.models import InspectionRequest
from students.models.people import is_twelve
from students.row_forms import RowForm


class InspectionReleaseForm(RowForm):
    """Which of these rows go along. From twelve on a student has a voice in it: what was said is written down with it.

    A box stands for a row as it was read: what a colleague changed meanwhile is decided on again, never let go unread.
    """

    class Meta:
        model = InspectionRequest
        fields = ("student_said",)

    def __init__(self, *args: Any, rows: Sequence[LeftOut], **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(*args, **kwargs)

    def add_own_fields(self) -> None:
        asked: InspectionRequest = self.instance
        released = sorted(row.code for row in self.rows if asked.released.get(row.pk) == row.version)
        self.fields["goes"] = forms.MultipleChoiceField(
            choices=[(row.code, f"{row.heading}: {row.text}") for row in self.rows], required=False, initial=released,
            widget=forms.CheckboxSelectMultiple, label=_("What goes along all the same?"),
            help_text=_("Nothing goes along by itself. Take a tick away, and it stays with the student."),
            error_messages={
                "invalid_choice": _(
                    "Something that you ticked was changed since, or may not go along. Read it as it is now, and tick it again."
                )
            },
        )  # fmt: skip
        self.order_fields(["goes"])
        said = self.fields["student_said"]
        said.label = _("What %(name)s says about it") % {"name": asked.student.roepnaam}
        said.help_text = _("Ask it before anything goes along, also why it would rather not be told.")
        if not is_twelve(asked.student.birth_date):
            del self.fields["student_said"]

    @property
    def chosen(self) -> list[LeftOut]:
        """The rows that were ticked, each as it was read."""
        ticked = set(self.cleaned_data.get("goes", ()))
        return [row for row in self.rows if row.code in ticked]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        goes = {row.pk for row in self.chosen}
        if self.instance.answered_on:
            self.add_error(None, _("This request was answered: what went along with it stays as it is."))
        if goes and "student_said" in self.fields and not cleaned.get("student_said"):
            self.add_error("student_said", _("From twelve on a student has a voice in this. Write down what was said."))
        for row in self.chosen:
            if not row.goes_with <= goes:
                said = _(
                    "“%(text)s” stands under something that was told in confidence too: tick that as well, or neither."
                )
                self.add_error("goes", said % {"text": row.text})
        return cleaned

    def write(self, *, by: User) -> InspectionRequest:
        asked: InspectionRequest = super().write(by=by)
        asked.decide({row.pk: row.version for row in self.chosen}, by=by)
        return asked
