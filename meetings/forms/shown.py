"""A form as its fields stand on the page: what a browser would send if nobody touched them."""

import copy
from typing import Any

from django import forms
from django.http import QueryDict

from hgw.accounts.models import User
from meetings.models import Meeting

Values = dict[str, str | list[str]]


def shown(form: forms.BaseForm) -> Values:
    """The value of each field, a list where several can be chosen; a checkbox that is not ticked is ''."""
    values: Values = {}
    for field in form:
        value, widget = field.value(), field.field.widget
        if isinstance(widget, forms.CheckboxInput):
            values[field.html_name] = "on" if value else ""
        elif getattr(widget, "allow_multiple_selected", False):
            values[field.html_name] = [str(one) for one in value or ()]
        else:
            formatted = widget.format_value(value)
            first = (formatted or [""])[0] if isinstance(formatted, list) else formatted
            values[field.html_name] = "" if first is None else str(first)
    return values


def keeps_its_rules(form_class: Any, item: Any, meeting: Meeting, user: User) -> bool:
    """Whether the form of this item would take it as it was just read from the database. The item stays as it is."""
    values = shown(form_class(instance=copy.copy(item), meeting=meeting, user=user))
    sent = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list):
            sent.setlist(name, value)
        elif value:
            sent[name] = value
    return bool(form_class(sent, instance=copy.copy(item), meeting=meeting, user=user).is_valid())
