"""The little that templates of a meeting need beside the built-in filters."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def of(values: dict[str, Any], key: str) -> Any:
    """The value under a key, nothing when it is not there."""
    return values.get(key)


@register.filter
def initials(name: str) -> str:
    """At most two letters of a name, for the row of people around the table."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
