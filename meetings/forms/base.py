"""What every form of an item does: it keeps what was typed, chooses from what its user may see, and names its changes."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, ClassVar, cast

from django import forms
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from hgw.items.models import CONFIDENTIAL, FlagsField, Item, VisibleItem
from hgw.text import LongTextField
from meetings.default_readers import default_readers
from meetings.forms.readers import FlagsFormField
from meetings.models import Meeting, Person
from meetings.models.items import MeetingItem, VisibleMeetingItem
from meetings.readable import readable, seats
from students.models import Guardian, Student


def directory(meeting: Meeting) -> list[str]:
    """The names that can be chosen in this meeting: participants, then students and guardians who are not among them."""
    if "directory" in meeting.read:
        return list(meeting.read["directory"])
    names = [seat.person.name for seat in seats(meeting)]
    known = {name for student in meeting.students for name in student.names() if name in names}
    for student in meeting.students:
        if not known & student.names():
            names.append(student.roepnaam)
        names += [str(guardian) for guardian in meeting.guardians if guardian.student_id == student.pk]
    meeting.read["directory"] = list(dict.fromkeys(names))
    return list(meeting.read["directory"])


class Choices(ModelChoiceIterator):
    """Choices out of rows that the page has read already: every form of a page offers the same ones."""

    field: Any  # the form leaves on it which rows it offered

    def __init__(self, field: Any, rows: Callable[[], list[Any]]) -> None:
        super().__init__(field)
        self.rows = rows

    def __iter__(self) -> Iterator[Any]:
        if self.queryset is not getattr(self.field, "offered", None):  # a form narrowed it down: ask again
            yield from super().__iter__()
            return
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        yield from map(self.choice, self.rows())


class PersonField(forms.ChoiceField):
    """One name of the meeting; its value is the `Person`, or None."""

    meeting: Meeting

    def __init__(self, meeting: Meeting, current: str = "", **kwargs: Any) -> None:
        names = directory(meeting)
        if current and current not in names:
            names.append(current)
        super().__init__(choices=[("", "—"), *((name, name) for name in names)], **kwargs)
        self.meeting = meeting

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, uuid.UUID):
            value = Person.objects.filter(meeting=self.meeting, pk=value).first()
        return value.name if isinstance(value, Person) else value

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        return self.meeting.person(name) if name else None


class PeopleField(forms.MultipleChoiceField):
    """Some names of the meeting; its value is a list of `Person`: those who were there keep their order, others follow."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, meeting: Meeting, current: Iterable[str] = (), **kwargs: Any) -> None:
        names = list(dict.fromkeys([*current, *directory(meeting)]))
        super().__init__(choices=[(name, name) for name in names], **kwargs)
        self.meeting = meeting

    def clean(self, value: Any) -> Any:
        return [self.meeting.person(name) for name in super().clean(value)]


class ItemForm(forms.ModelForm):
    """A form for one item of a meeting, new or existing.

    `place` are the fields that say in which list a new item stands; they are hidden. `quick` are the fields of the
    short form at the end of a list. `changes()` names what this form saves, for `save_item`.
    What can be checked within one form is checked here and said beside the field; the rest are gates.
    """

    place: ClassVar[tuple[str, ...]] = ()
    quick: ClassVar[tuple[str, ...]] = ()
    # The field that is typed in one line at the end of a list; Enter saves it. Without one, a small form is opened.
    line: ClassVar[str] = ""
    # Whether saving shows the whole list anew, because items change places in it by what was chosen.
    whole: ClassVar[bool] = False

    fields: dict[str, Any]

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    base_version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)

    def __init__(self, *args: Any, meeting: Meeting, user: User, short: bool = False, **kwargs: Any) -> None:
        if short:  # before they are copied for this form: most forms of a page are short, most fields are not on them
            self.base_fields = {name: field for name, field in self.base_fields.items() if name in self._short()}  # type: ignore[misc]  # of this form alone
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.meeting, self.user, self.short = meeting, user, short
        self.is_new = self.instance._state.adding
        self.derived: dict[str, Any] = {}  # what follows from the rest and is saved with it, without a field of its own
        # One id per form on the page: several forms of one kind stand in the same step.
        place = "-".join(str(self.initial.get(n) or "") for n in self.place)
        self.auto_id = f"id-{self.instance.kind()}-{'new-' + place if self.is_new else self.instance.pk}-%s"
        if not self.is_new:
            self.fields["base_version"].initial = self.instance.version
        if self.is_new and isinstance(self.instance, VisibleItem):
            chosen = {name: str(self.initial.get(name) or "") for name in self.place}
            instance: Any = self.instance
            instance.visibility = default_readers(instance.kind(), chosen)
            if "visibility" not in (kwargs.get("initial") or {}):
                self.initial["visibility"] = self.instance.visibility
        if not meeting.is_group:
            self.fields.pop("subject", None)
        self._scope_choices()
        self._add_own_fields()
        if self.is_new:
            for name in self.place:
                field = self.Meta.model._meta.get_field(name).formfield(widget=forms.HiddenInput)  # type: ignore[attr-defined]  # every subclass names its model
                field.required = name != "subject"
                if name == "subject":
                    field.queryset = Student.objects.filter(meeting_subjects__meeting=meeting)
                self.fields[name] = field
        if short:
            self._keep_short()
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs = {"rows": 2, **field.widget.attrs}
                field.widget.attrs.pop("cols", None)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = "—"
            elif isinstance(field, forms.ChoiceField):
                choices: Any = field.choices
                field.choices = [(value, label if value != "" else "—") for value, label in choices]
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            if isinstance(field, forms.TimeField):
                field.widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        if short and self.line:
            words = self.placeholder({name: str(self.initial.get(name) or "") for name in self.place}, meeting)
            self.fields[self.line].widget = forms.Textarea(
                attrs={"rows": 1, "placeholder": words, "data-line": "", "autocomplete": "off"}
            )
            del self.fields[self.line].widget.attrs["cols"]
            self.fields[self.line].widget.is_required = self.fields[self.line].required

    @property
    def line_field(self) -> forms.BoundField | None:
        """The one line of the short form."""
        return self[self.line] if self.short and self.line else None

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What the short form asks beside its line."""
        return [field for field in self.visible_fields() if field.name != self.line]

    def _short(self) -> set[str]:
        return {*self.quick, *self.place, "key", "base_version"}

    def _keep_short(self) -> None:
        for name in set(self.fields) - self._short():
            del self.fields[name]

    def _scope_choices(self) -> None:
        """References are chosen from what this user may see; one that points to something hidden is left alone."""
        meeting = self.meeting
        for name, field in list(self.fields.items()):
            if not isinstance(field, forms.ModelChoiceField):
                continue
            model: Any = field.queryset.model  # type: ignore[union-attr]  # a choice of models always has its queryset
            if model is Student:
                self._offer(field, Student.objects.filter(meeting_subjects__meeting=meeting), lambda: meeting.students)
            elif model is Guardian:
                family = Guardian.objects.filter(student__meeting_subjects__meeting=meeting)
                self._offer(field, family, lambda: meeting.guardians)
            elif model is Person:
                current = getattr(self.instance, name, None)
                self.fields[name] = PersonField(
                    meeting, current.name if current else "", label=field.label, required=field.required
                )
            elif hasattr(model.objects, "visible_to") and issubclass(model, Item):
                self._offer(
                    field,
                    model.objects.visible_to(self.user).filter(meeting=meeting),
                    partial(readable, model, meeting, self.user),
                )
                current = getattr(self.instance, f"{name}_id", None)
                if current and current not in {row.pk for row in readable(model, meeting, self.user)}:
                    del self.fields[name]

    def _offer(self, field: Any, queryset: Any, rows: Callable[[], list[Any]]) -> None:
        """Choose from these; `rows` are the same ones, as the page has read them."""
        field.iterator = partial(Choices, rows=rows)
        field.queryset = queryset
        field.offered = field.queryset

    def _add_own_fields(self) -> None:
        if self.user.is_projecting:
            chosen = self.is_bound and CONFIDENTIAL in cast(Any, self.data).getlist(self.add_prefix("visibility"))
            if "visibility" in self.fields:
                self.fields["visibility"].offer_to_a_room(was_chosen=chosen)
            if not chosen:
                return
        if isinstance(self.instance, VisibleMeetingItem) and (not self.short or "circle" in self.quick):
            names = [person.name for person in self.instance.circle] if not self.is_new else []
            self.fields["circle"] = PeopleField(
                self.meeting, names, label=_("If confidential: who reads it too?"), required=False, initial=names
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("circle") and "visibility" in cleaned and CONFIDENTIAL not in cleaned["visibility"]:
            self.add_error("circle", _("Only for what is confidential: tick that too, or take these names away."))
        if self.meeting.is_group:
            self._check_subject(cleaned)
        return cleaned

    def _check_subject(self, cleaned: dict[str, Any]) -> None:
        """An item and what it refers to are about the same student, or one of the two is about the whole group."""
        subject = cleaned.get("subject", getattr(self.instance, "subject", None))
        own = subject.pk if subject else None
        if own is None:
            return
        for name, value in list(cleaned.items()):
            referred = value if isinstance(value, list | tuple | models.QuerySet) else [value]
            if any(isinstance(row, MeetingItem) and row.subject_id not in {None, own} for row in referred):
                self.add_error(name, _("This is about another student."))
            if any(isinstance(row, Guardian) and row.student_id != own for row in referred):
                self.add_error(name, _("This is the parent of another student."))
        if not self.is_new and "subject" in self.changed_data:
            for relation in self.instance._meta.related_objects:
                model: Any = relation.related_model
                if issubclass(model, MeetingItem) and "subject" in self.fields:
                    # What this user does not read is not heard of here either: who reads both puts it right there.
                    rows = model._default_manager.visible_to(self.user).filter(**{relation.field.name: self.instance})
                    if rows.exclude(subject=None).exclude(subject=own).exists():
                        self.add_error("subject", _("Something that builds on this is about another student."))
                        return

    def changes(self) -> dict[str, Any]:
        """What this form saves: field or part to value."""
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"key", "base_version"}}
        return typed | self.derived

    def with_new_key(self) -> "ItemForm":
        """The same form with everything typed in it, to be sent as a save of its own: an earlier text used its key."""
        self.add_error(
            None, _("An earlier text of this line was saved already. Look at the list; save again to add this too.")
        )
        data: Any = self.data
        self.data = data.copy()
        self.data["key"] = str(uuid.uuid4())  # type: ignore[index]  # a copy of what was posted takes a new value
        return self

    @classmethod
    def prefill(cls, query: Any, meeting: Meeting, user: User) -> dict[str, Any]:
        """What a link to the full form may already fill in: its place, and what the item grows out of."""
        return {name: query[name] for name in cls.place if query.get(name)}

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        """The words in the empty line under a list."""
        return str(_("Write …"))


def about_whom(place: dict[str, str], meeting: Meeting) -> str:
    """The student a list is about, by name: the meeting's own, or the one of a group whose list it is; else ''."""
    chosen = [student for student in meeting.students if str(student.pk) == place.get("subject")]
    if chosen:
        return chosen[0].roepnaam
    return "" if meeting.is_group else meeting.names


def flags_formfield(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """`formfield_callback` for items: flags as checkboxes, long texts as they are."""
    if isinstance(field, FlagsField):
        return FlagsFormField()
    if isinstance(field, LongTextField):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
    return field.formfield(**kwargs)
