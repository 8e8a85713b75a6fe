"""The form of a group of students."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.rows import as_id
from students.finding import found, in_order
from students.models import ClassGroup, Enrollment, Student, StudentGroup
from students.row_forms import RowForm

OFFERED = 24  # students in the list beside the members; a name or a class finds the others


class StudentGroupForm(RowForm):
    """A few students who are discussed together: their name as a group, why, and who they are.

    `is_search` shows the form with what was typed so far and other students to choose from, and finds fault with nothing.
    """

    members = forms.MultipleChoiceField(
        label=gettext_lazy("students"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose two to eight students.")},
    )  # fmt: skip
    find = forms.CharField(
        label=gettext_lazy("find by name"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    class_group = forms.ModelChoiceField(
        ClassGroup.objects.none(), label=gettext_lazy("class"), required=False, empty_label=gettext_lazy("all classes")
    )
    has_ended = forms.BooleanField(
        label=gettext_lazy("this group has ended"), required=False,
        help_text=gettext_lazy("It leaves the list. Meetings about it stay as they are."),
    )  # fmt: skip

    class Meta:
        model = StudentGroup
        fields = ("name", "purpose")
        labels = {"name": gettext_lazy("name of the group"), "purpose": gettext_lazy("what it is for")}

    def __init__(self, sent: Any, *, instance: StudentGroup) -> None:
        self.is_search = bool(sent and "search" in sent)
        held = [] if instance._state.adding else instance.memberships.values_list("student", flat=True)
        self.held = [str(pk) for pk in held]
        initial: dict[str, Any] = {"members": self.held, "has_ended": instance.ended_on is not None}
        self.chosen = list(sent.getlist("members")) if sent is not None else self.held
        self.asked = {name: str(sent.get(name) or "") if sent is not None else "" for name in ("find", "class_group")}
        if self.is_search:
            initial |= {name: sent.get(name) for name in sent} | {
                "members": self.chosen,
                "has_ended": "has_ended" in sent,
            }
        super().__init__(None if self.is_search else sent, instance=instance, initial=initial)

    def add_own_fields(self) -> None:
        if self.is_new:
            del self.fields["has_ended"]
        self.fields["class_group"].queryset = ClassGroup.objects.filter(school=self.instance.school).current()
        classes = dict(
            Enrollment.objects.on()
            .filter(student__in=[student.pk for student in self.offered])
            .values_list("student", "class_group__code")
            .order_by("since")
        )
        self.fields["members"].choices = [
            (str(student.pk), f"{student} · {classes[student.pk]}" if student.pk in classes else str(student))
            for student in self.offered
        ]
        self.order_fields(["name", "purpose", "has_ended", "members", "find", "class_group"])

    @cached_property
    def offered(self) -> list[Student]:
        """Students to choose from: who is chosen or in the group first, then those whom name and class fit."""
        here = Student.objects.filter(school=self.instance.school)
        rows = here
        if self.asked["class_group"]:
            sits = Enrollment.objects.on().filter(class_group=as_id(self.asked["class_group"]))
            rows = rows.filter(pk__in=sits.values("student"))
        first = found(here.filter(pk__in=[pk for pk in map(as_id, [*self.chosen, *self.held]) if pk]))
        return in_order(first + [pk for pk in found(rows, self.asked["find"]) if pk not in first][:OFFERED])

    def clean_members(self) -> list[Student]:
        wanted = set(self.cleaned_data["members"])
        fewest, most = StudentGroup.SIZE
        if not fewest <= len(wanted) <= most:
            raise forms.ValidationError(_("Choose two to eight students."))
        return [student for student in self.offered if str(student.pk) in wanted]

    def holds_the_same(self, row: Any) -> bool:
        return super().holds_the_same(row) and set(row.members.all()) == set(self.cleaned_data["members"])

    def write(self, *, by: User) -> StudentGroup:
        group: StudentGroup = self.instance
        if self.is_new:
            group.pk, group.created_by = self.cleaned_data["key"], by
            group.save(force_insert=True)
        elif {"name", "purpose", "members"} & set(self.changed_data):
            group = group.to_change(by=by)
        group.name, group.purpose = self.cleaned_data["name"], self.cleaned_data["purpose"]
        ended = group.ended_on or timezone.localdate()
        group.ended_on = ended if self.cleaned_data.get("has_ended") else None
        group.updated_by, group.updated_at = by, timezone.now()
        group.save(update_fields=["name", "purpose", "ended_on", "updated_by", "updated_at"])
        group.write_members(self.cleaned_data["members"])
        record(Action.SCHOOL_CHANGED, school=group.school_id, who=by, object=group.pk, detail="student_group")
        return group
