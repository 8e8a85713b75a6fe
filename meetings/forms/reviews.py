"""How an agreement goes, as whoever does it says."""

import uuid

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hgw.text import LONG, TextFormField
from meetings.models import AgreementReview
from meetings.models.agreements import PROGRESS

# What the buttons say; the status that follows has a word of its own.
ACTS = {
    "acknowledged": _("Seen"),
    "in_progress": _("Busy"),
    "done": _("Done"),
    "partly_done": _("Partly"),
    "not_done": _("Does not work"),
    "stopped": _("Stopped"),
}


class ReviewForm(forms.Form):
    """One review of one agreement. `key` is made with the page: sent twice, it is stored once."""

    progress = forms.ChoiceField(
        choices=[(value, ACTS[value]) for value in PROGRESS],
        error_messages={"required": _("Choose how it goes.")},
    )
    effect = forms.ChoiceField(choices=AgreementReview.Effect, required=False)
    note = TextFormField(limit=LONG, required=False)
    key = forms.UUIDField()

    @classmethod
    def sent(cls, data: QueryDict) -> "ReviewForm":
        """The form as a card sends it: the button "seen" says how it goes when nothing else was chosen."""
        typed = data.copy()
        if "seen" in typed:
            typed["progress"] = typed.get("progress") or "acknowledged"
        return cls(typed)

    def with_new_key(self) -> "ReviewForm":
        """The same, typed text and all, to be sent as a save of its own."""
        return ReviewForm({**self.data.dict(), "key": str(uuid.uuid4())})  # type: ignore[attr-defined]  # bound to a request
