"""Form fields look as the framework draws them, with strange words in them too."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

STRANGE = "<script>\"'&"
CHOICES = [("", "—"), ("a", STRANGE), (STRANGE, "b"), ("c", gettext_lazy("Yes"))]


class Form(forms.Form):
    text = forms.CharField(widget=forms.TextInput(attrs={"placeholder": STRANGE, "data-line": True, "hidden": False}))
    number = forms.IntegerField(required=False, min_value=1)
    hidden = forms.CharField(widget=forms.HiddenInput)
    long = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}))
    yes = forms.BooleanField(required=False)
    one = forms.ChoiceField(choices=CHOICES)
    of_two = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(attrs={"class": "row"}))
    many = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    grouped = forms.ChoiceField(choices=[("x", "X"), (STRANGE, CHOICES)])
    file = forms.FileField()


TYPED = {
    "text": STRANGE, "hidden": STRANGE, "long": STRANGE, "yes": "on", "one": "a", "of_two": STRANGE, "many": ["a", "c"],
    "grouped": STRANGE,
}  # fmt: skip


@pytest.mark.parametrize("data", [None, TYPED])
@pytest.mark.parametrize("name", list(Form.base_fields))
def test_every_field_is_drawn_as_by_the_framework(name: str, data: dict[str, object] | None) -> None:
    ours, theirs = Form(data, renderer=TemplatesSetting()), Form(data, renderer=DjangoTemplates())
    assert parse_html(ours[name].as_widget()) == parse_html(theirs[name].as_widget())
