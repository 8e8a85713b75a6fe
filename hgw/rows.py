"""What every table has: an opaque id, and who made and last changed the row."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


def as_id(text: Any) -> uuid.UUID | None:
    """The id that somebody sent, None when it is no id at all."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


class Row(models.Model):
    """A row with a UUID, never a number somebody can count up, and its makers. Abstract."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
