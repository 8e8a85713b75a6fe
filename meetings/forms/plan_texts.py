"""The form of a text of the plan: the wording of one section for one reader."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from meetings.forms.base import ItemForm, flags_formfield
from meetings.models import PlanText


class PlanTextForm(ItemForm):
    class Meta:
        model = PlanText
        fields = ("text", "by")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"id-{self.instance.plan_id}-{self.instance.reader}-{self.instance.section}-%s"
        if self.instance.section != "compliment":
            del self.fields["by"]
        self.fields["text"].widget = forms.Textarea(attrs={"rows": 2})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "by" in self.fields and cleaned.get("text") and not cleaned.get("by"):
            self.add_error("by", _("Who says this?"))
        return cleaned
