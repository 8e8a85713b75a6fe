"""Forms for rows without versions: students, guardians, classes, groups, roles, the school."""

import hashlib
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from hgw.audit.models import Action, record, remember
from students.models import Student

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class RowForm(forms.ModelForm):
    """A form for a row without versions. Nobody writes over what a colleague wrote meanwhile, nothing is added twice.

    A new row takes its id from `key`, which is made once per form. A changed row brings along `seen`, the fingerprint
    of what the form showed: when the row holds something else by now, `is_stale` says so and the form shows both.
    Give it the row as it was read after it was taken for writing.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance._state.adding
        self.is_stale = False
        self.add_own_fields()
        self.now = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        for name in ("key", "seen"):
            del self.now[name]
        self.fields["seen"].initial = self.fingerprint
        for field in self.fields.values():
            field.label = capfirst(field.label)
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {"rows": 3, **field.widget.attrs, "cols": None}
            if isinstance(field, forms.DateField):
                field.widget = DAY

    def add_own_fields(self) -> None:
        """Add, limit or take away fields, before the form remembers what it shows."""

    @property
    def fingerprint(self) -> str:
        """What the row holds now, in so far as this form shows it."""
        return hashlib.sha256(repr(sorted((n, str(v)) for n, v in self.now.items())).encode()).hexdigest()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.is_stale = not self.is_new and cleaned.get("seen") != self.fingerprint
        return cleaned

    @property
    def differences(self) -> list[tuple[str, str]]:
        """What a colleague wrote in the fields that this person wants otherwise: label and text."""
        return [
            (self.fields[name].label or name, self._in_words(name))
            for name in self.changed_data
            if name in self.now and self.is_stale
        ]

    def _in_words(self, name: str) -> str:
        if isinstance(self.now[name], bool):
            return _("yes") if self.now[name] else _("no")
        choices = dict(getattr(self.fields[name], "choices", ()) or ())
        values = self.now[name] if isinstance(self.now[name], list) else [self.now[name]]
        return ", ".join(str(choices.get(value, value)) for value in values if value) or "–"

    def again(self) -> "RowForm":
        """The same form with the same text, that can be sent again after its person has looked."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # what was posted
        data["seen"], data["key"] = self.fingerprint, str(uuid.uuid4())
        self.data = data
        return self

    def added_before(self) -> Any:
        """The row that this very form added a moment ago (a second click), else None."""
        rows: Any = type(self.instance)._base_manager
        return rows.filter(pk=self.cleaned_data["key"]).first() if self.is_new else None

    def holds_the_same(self, row: Any) -> bool:
        """Whether the row holds what was typed now."""
        own = [name for name in self._meta.fields or () if name in self.cleaned_data]
        return all(getattr(row, name) == self.cleaned_data[name] for name in own)

    def write(self, *, by: User) -> Any:
        """Write the row, only the fields of this form, and note it in the trace. The form is valid and not stale."""
        row = self.instance
        row.updated_by, row.updated_at = by, timezone.now()
        if self.is_new:
            row.pk, row.created_by = self.cleaned_data["key"], by
            row.save(force_insert=True)
        else:
            own = [name for name in self._meta.fields or () if name in self.cleaned_data]
            row.save(update_fields=[*own, "updated_by", "updated_at"])
        student = row if isinstance(row, Student) else row.student
        remember("student", [(student.pk, str(student))])
        remember("user", [(by.pk, by.name)])
        record(
            Action.ITEM_ADDED if self.is_new else Action.ITEM_CHANGED, school=student.school_id, who=by, object=row.pk,
            student=student.pk, detail=row._meta.model_name,
        )  # fmt: skip
        return row
