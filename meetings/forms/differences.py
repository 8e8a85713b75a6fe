"""What two people wrote at once, side by side."""

from typing import Any

from meetings.forms.base import ItemForm


def differences(form: ItemForm, current: Any) -> list[tuple[str, str, str]]:
    """Label, my text and the colleague's text, for each field of the form in which they differ; none without theirs."""
    if current is None:
        return []
    theirs = type(form)(instance=current, meeting=form.meeting, user=form.user)
    return [
        (str(field.label), _words(form[field.name].value()), _words(field.value()))
        for field in theirs
        if not field.is_hidden
        and field.name in form.fields
        and _words(field.value()) != _words(form[field.name].value())
    ]


def _words(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n")
