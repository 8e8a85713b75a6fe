"""What one row says to who asks to see the file, column by column, in words."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from meetings.forgetting.asker import Asker
from meetings.forgetting.masking import Mask
from meetings.forms.start import ASKED
from meetings.models import StepText
from students.models import Consent, PhaseRecord

UNSAID = {
    "id", "created_at", "created_by", "updated_at", "updated_by", "school", "position", "version", "removed_at", "file_id",
    "meeting", "subject", "student", "came_with", "visibility", "about", "plan", "rating_position", "field", "section",
    "reader", "guidance_domain_before", "decided_in", "board_x", "board_y", "is_okan", "gate", "help_sentence",
}  # fmt: skip


def facts_of(row: Any, asker: Asker, mask: Mask) -> list[tuple[str, str]]:
    """What the row says, column by column. A label where the application has a word for the column."""
    said = []
    for column in row._meta.concrete_fields:
        if column.name in UNSAID:
            continue
        words = mask(_said(row, column, asker))
        if words:
            said.append((_label(row, column), words))
    if row.__class__ is not PhaseRecord and row.removed_at:
        said.append(("", _("taken away, and still kept in the history")))
    return said


def _label(row: Any, column: Any) -> str:
    """The question of the step that a text answers, else the word for the column."""
    if isinstance(row, StepText):
        return str(ASKED.get(row.field, ""))
    return str(column.verbose_name) if isinstance(column.verbose_name, Promise) else ""


def _said(row: Any, column: Any, asker: Asker) -> str:
    value = getattr(row, column.name)
    if column.is_relation:
        return str(value) if value is not None and asker.may_name(value) else ""
    if isinstance(row, Consent) and column.name == "granted":
        return _("yes") if value else _("no")  # a refusal says as much
    if value in (None, "", [], {}, ()) or value is False:
        return ""
    if value is True:
        return _("yes")
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    if isinstance(value, datetime.datetime | datetime.date):
        return date_format(value, "j F Y")
    return ", ".join(_plain(value)) if isinstance(value, list | tuple | dict) else str(value)


def _plain(value: Any) -> Iterator[str]:
    """The texts in a list or a mapping."""
    for one in value.values() if isinstance(value, dict) else value:
        yield from _plain(one) if isinstance(one, list | tuple | dict) else [str(one)]
