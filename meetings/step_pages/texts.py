"""The single texts of a step, each with its form."""

from typing import Any

from hgw.accounts.models import User
from meetings.forms.start import ASKED, StepTextForm
from meetings.hints import hang_hints
from meetings.models import Meeting, StepText


def texts(meeting: Meeting, user: User, *fields: str, editable: bool) -> dict[str, Any]:
    """`{"text_avoid": {item, asked, form}, …}` for the texts of a step that this user may read."""
    rows = list(StepText.objects.visible_to(user).filter(meeting=meeting, field__in=fields))
    if editable:
        hang_hints(rows, meeting, user)
    return {
        f"text_{row.field}": {
            "item": row,
            "asked": ASKED[row.field],
            "form": StepTextForm(instance=row, meeting=meeting, user=user) if editable else None,
        }
        for row in rows
    }
