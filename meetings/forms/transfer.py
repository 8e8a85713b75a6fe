"""The form of a transfer to another school: what goes along, to which school, and when the parents could read it."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from meetings.transfer import Offer, Part, on_paper
from students.models import Transfer
from students.models.people import is_twelve
from students.row_forms import RowForm


class TransferForm(RowForm):
    """Every box is off until a person ticks it. `is_preview`: only what was ticked counts, the rest may still be empty.

    A box stands for a row as it was read: what changed after the parents read it, be it on that same day, is refused.
    """

    class Meta:
        model = Transfer
        fields = ("to_school", "shown_on")

    def __init__(self, *args: Any, offer: Offer, is_preview: bool = False, **kwargs: Any) -> None:
        self.offer, self.is_preview = offer, is_preview
        super().__init__(*args, **kwargs)

    def add_own_fields(self) -> None:
        choices = [
            (capfirst(str(kind.label)), [(part.code, " · ".join(part.lines)) for part in parts])
            for kind, parts in on_paper(self.offer.by_choice)
        ]
        self.fields["parts"] = forms.MultipleChoiceField(
            choices=choices, required=False, label=_("what goes along"), widget=forms.CheckboxSelectMultiple,
            help_text="" if choices else _("There is nothing to choose from."),
            error_messages={
                "invalid_choice": _(
                    "Something that you ticked was changed since, or may not go along. Show the parents the list as it is now."
                )
            },
        )  # fmt: skip
        if is_twelve(self.instance.student.birth_date):
            self.fields["shown_on"].label = _("shown to the parents and the student on")
        self.fields["shown_on"].help_text = _(
            "Print the preview for them. Nothing goes along that they could not read first."
        )
        if self.is_preview:
            self.fields["shown_on"].required = self.fields["to_school"].required = False
        self.order_fields(["parts", "to_school", "shown_on"])

    @property
    def chosen(self) -> list[Part]:
        """What goes along: what was ticked, and what must."""
        ticked = set(self.cleaned_data.get("parts", ()))
        return [part for part in self.offer.parts if part.code in ticked or part in self.offer.compulsory]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("shown_on")
        if day and day > timezone.localdate():
            self.add_error("shown_on", _("This day has not come yet."))
        elif day and not self.is_preview:
            self._ask_to_show_again(day)
        if "parts" in cleaned and not self.chosen:
            self.add_error("parts", _("Tick what goes along."))
        return cleaned

    def _ask_to_show_again(self, day: datetime.date) -> None:
        """What was written after that day, the parents did not read. A report goes along whether they did or not."""
        own = [part.changed_on for part in self.chosen if part not in self.offer.compulsory]
        if own and max(own) > day:
            said = _("Something of this was changed on %(day)s. Show it as it is now, and fill in that day.")
            self.add_error("shown_on", said % {"day": date_format(max(own), "j F Y")})

    def holds_the_same(self, row: Transfer) -> bool:
        return super().holds_the_same(row) and row.passed == [part.noted for part in self.chosen]

    def write(self, *, by: User) -> Transfer:
        made: Transfer = self.instance
        key: uuid.UUID = self.cleaned_data["key"]
        made.make([part.noted for part in self.chosen], key=key, by=by)
        return made
