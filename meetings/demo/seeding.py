"""The same rows on the same day: ids and times of new rows come from the day, not from chance and the clock."""

import datetime
import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.utils import timezone


@contextmanager
def same_rows(day: datetime.date) -> Iterator[random.Random]:
    """Inside, every new row gets its id from a generator seeded with the day, and its times from a clock of that day.

    Only the defaults of columns change; what code writes down with a time of its own keeps that. Yields the generator.
    """
    chance = random.Random(day.isoformat())
    clock = timezone.make_aware(datetime.datetime.combine(day - datetime.timedelta(days=1), datetime.time(16, 0)))

    def new_id() -> uuid.UUID:
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    def now() -> datetime.datetime:
        nonlocal clock
        clock += datetime.timedelta(milliseconds=1)
        return clock

    sources: dict[Callable[[], Any], Callable[[], Any]] = {uuid.uuid4: new_id, timezone.now: now}
    fields = [
        (field, sources[field.default])
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.default in sources
    ]
    for field, source in fields:
        field.__dict__["_get_default"] = source  # what the field has worked out from its default, once and for all
    try:
        yield chance
    finally:
        for field, _source in fields:
            field.__dict__.pop("_get_default")
