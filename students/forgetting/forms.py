"""Forms of keeping and forgetting: a hold with its reason, a term with its note, which students, and the last yes."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from hgw.audit.models import Action, record, remember
from students.forgetting.rules import Leaver
from students.models import Erasure, Hold, KeepingTerm, Student
from students.row_forms import RowForm

LONGEST = 10  # school years: nobody needs the file of a student longer


class HoldForm(RowForm):
    """Why nothing of this student may be destroyed."""

    class Meta:
        model = Hold
        fields = ("reason",)
        help_texts = {
            "reason": _("Which decision is disputed, and by whom. Only who answers for the school reads this.")
        }

    def write(self, *, by: User) -> Hold:
        hold: Hold = self.instance
        hold.pk, hold.school_id = self.cleaned_data["key"], hold.student.school_id
        hold.created_by = hold.updated_by = by
        hold.save(force_insert=True)
        remember("user", [(by.pk, by.name)])
        record(Action.HOLD_SET, school=hold.school_id, who=by, object=hold.pk, student=hold.student_id)
        return hold


class KeepingTermForm(RowForm):
    """How many school years, and who advised it."""

    class Meta:
        model = KeepingTerm
        fields = ("school_years", "note")
        help_texts = {
            "note": _("Ask the data protection officer of the school, and write down the advice and its date."),
        }

    def add_own_fields(self) -> None:
        self.fields["school_years"].validators.append(MaxValueValidator(LONGEST))
        self.fields["school_years"].widget.attrs |= {"max": LONGEST, "min": 0}

    def write(self, *, by: User) -> KeepingTerm:
        term: KeepingTerm = self.instance
        term.updated_by = by
        if self.is_new:
            term.pk, term.created_by = self.cleaned_data["key"], by
        term.save(force_insert=self.is_new)
        remember("user", [(by.pk, by.name)])
        detail = f"{term.rule} {term.school_years}"
        record(Action.KEEPING_CHANGED, school=term.school_id, who=by, object=term.school_id, detail=detail)
        return term


class ChosenForm(forms.Form):
    """Which of the students that must go are put ready."""

    students: Any = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, due: Sequence[Leaver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due = [one for one in due if one.erasure is None]
        self.fields["students"].choices = [(str(one.student.pk), str(one.student)) for one in self.due]  # type: ignore[attr-defined]  # a field with choices

    @property
    def chosen(self) -> list[Leaver]:
        wanted = set(self.cleaned_data["students"])
        return [one for one in self.due if str(one.student.pk) in wanted]


class ConfirmForm(forms.Form):
    """The last yes, for exactly those who stood on the page."""

    erasures: Any = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput)
    is_sure = forms.BooleanField(label=_("Yes, destroy this. I know that nobody can bring it back."))

    def __init__(self, *args: Any, waiting: Sequence[Erasure], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(one.pk): one for one in waiting}
        self.fields["erasures"].choices = [(pk, pk) for pk in self.waiting]  # type: ignore[attr-defined]  # a field with choices
        self.initial["erasures"] = list(self.waiting)

    @property
    def confirmed(self) -> list[Erasure]:
        return [self.waiting[pk] for pk in self.cleaned_data["erasures"]]


def names_of(waiting: Sequence[Erasure]) -> list[tuple[Erasure, str]]:
    """Each erasure that waits with the name of its student."""
    students = Student.objects.filter(pk__in=[erasure.student for erasure in waiting])
    names: dict[uuid.UUID, str] = {one.pk: str(one) for one in students}
    return [(erasure, names.get(erasure.student, "")) for erasure in waiting]
