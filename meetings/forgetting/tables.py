"""Every table that belongs to a meeting, and the way from its rows to that meeting."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from meetings.models import Meeting, MeetingSeries, SchoolWord

OF_THE_SCHOOL = (MeetingSeries, SchoolWord)  # of no one meeting


@cache
def tables() -> tuple[tuple[Any, str], ...]:
    """Model and path, what lies furthest from the meeting first and the meeting itself last.

    Raises `LookupError` for a table from which no way leads to a meeting: whoever adds one says here what it is.
    """
    found = [
        (model, _path(model))
        for model in apps.get_app_config("meetings").get_models(include_auto_created=True)
        if not model._meta.proxy and model not in OF_THE_SCHOOL
    ]
    return tuple(sorted(found, key=lambda one: (one[1] == "pk", -one[1].count("__"))))


def _path(model: type[models.Model], seen: tuple[type[models.Model], ...] = ()) -> str:
    if model is Meeting:
        return "pk"
    parents = [field for field in model._meta.concrete_fields if field.many_to_one and not field.null]
    for field in sorted(parents, key=lambda one: one.related_model is not Meeting):
        above: Any = field.related_model
        if above is Meeting:
            return field.name
        if above._meta.app_label == "meetings" and above not in (*seen, *OF_THE_SCHOOL):
            return f"{field.name}__{_path(above, (*seen, model))}"
    raise LookupError(f"no way from {model.__name__} to a meeting")


def rows_of(meetings: Any) -> Iterator[Any]:
    """All rows of these meetings (ids), table by table in that order."""
    for model, path in tables():
        yield model._base_manager.filter(**{f"{path}__in": meetings})
