"""What the templates of form fields need. A page of a step has nearly a hundred fields: these are kept short."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html_join

register = template.Library()


@register.filter
def attributes(attrs: Mapping[str, Any]) -> str:
    """The attributes of an element, each with a space before it: True stands alone, False and None are left out."""
    valued = [(name, value) for name, value in attrs.items() if value is not None and not isinstance(value, bool)]
    alone = [(name,) for name, value in attrs.items() if value is True]
    text = format_html_join("", ' {}="{}"', valued) if valued else ""
    return text + format_html_join("", " {}", alone) if alone else text
