"""Who reads an item beside the care team: the choice of its flags."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hgw.items.models import CARE_TEAM, CONFIDENTIAL, FLAGS

FLAG_LABELS = {
    "class_sheet": _("class sheet"),
    "parents": _("parents"),
    "student": _("student"),
    "clb": _("CLB"),
    "confidential": _("confidential: only the coordinators, the principal and who is named"),
}


class FlagsFormField(forms.MultipleChoiceField):
    """Who reads the item beside the care team, as checkboxes. Confidential stands alone."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        self.flags = tuple(kwargs.pop("flags", FLAG_LABELS))
        super().__init__(choices=self._labelled(), required=False, label=_("Who else reads this?"), **kwargs)

    def _labelled(self) -> list[tuple[str, Any]]:
        return [(flag, label) for flag, label in FLAG_LABELS.items() if flag in self.flags]

    def offer_to_a_room(self, *, was_chosen: bool) -> None:
        """Without "confidential", and why: what was just typed before a room is no secret any more.

        Chosen on a page that was opened before, it is refused and stays ticked: whoever saves again later still means it.
        """
        labelled = self._labelled()
        self.flags = tuple(flag for flag in self.flags if flag != CONFIDENTIAL)
        self.choices = labelled if was_chosen else self._labelled()
        self.help_text = _(
            "While you project, nothing is made confidential here. Do that after you stopped projecting."
        )

    def prepare_value(self, value: Any) -> Any:
        return [flag for flag in value or () if flag != CARE_TEAM]

    def clean(self, value: Any) -> tuple[str, ...]:
        if CONFIDENTIAL in (value or ()) and CONFIDENTIAL not in self.flags:
            raise ValidationError(
                _("Not saved yet: while you project, nothing is made confidential here. Stop projecting first.")
            )
        flags = super().clean(value)
        if CONFIDENTIAL in flags:
            if len(flags) > 1:
                raise ValidationError(_("Confidential stands alone: take the other readers away, or choose them only."))
            return (CONFIDENTIAL,)
        return (CARE_TEAM, *(flag for flag in FLAGS if flag in flags))
