"""Forms of who works at the school: inviting somebody, a role and its classes, standing in for a colleague."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts import roles
from hgw.accounts.invitations import invite
from hgw.accounts.models import Invitation, Role, RoleAssignment, School, User
from hgw.accounts.tasks import send_invitation
from students.models import ClassGroup
from students.row_forms import DAY, RowForm


class StaffForm(RowForm):
    """Something with days and classes: a role, or an invitation to it. Abstract."""

    valid_from: forms.DateField
    TEACHES = gettext_lazy("For homeroom and subject teachers: whose students they see.")

    def add_own_fields(self) -> None:
        if not classes_of(self.instance.school).exists():
            self._name_days()
            return
        own = [] if self.is_new else [group.pk for group in self.instance.class_groups.all()]
        self.fields["class_groups"] = forms.ModelMultipleChoiceField(
            classes_of(self.instance.school), label=gettext_lazy("classes"), required=False, initial=own,
            widget=forms.CheckboxSelectMultiple, help_text=self.TEACHES,
        )  # fmt: skip
        self._name_days()

    def _name_days(self) -> None:
        self.fields["valid_from"].label, self.fields["valid_until"].label = _("from"), _("until and with")
        self.fields["valid_until"].help_text = _("Empty: until somebody ends it.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_days(self, "valid_from", "valid_until")
        if cleaned.get("class_groups") and not set(self.chosen_roles()) & set(roles.WITH_CLASSES):
            self.add_error("class_groups", _("Only homeroom and subject teachers have classes."))
        return cleaned

    def chosen_roles(self) -> list[str]:
        raise NotImplementedError


def check_days(form: Any, first: str, last: str) -> None:
    """Say beside the last day that it lies before the first, or in the past."""
    since, until = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if since and until and until < since:
        form.add_error(last, _("The end lies before the start."))
    elif until and until < timezone.localdate():
        form.add_error(last, _("Choose today or a later day."))


def classes_of(school: School) -> Any:
    """The classes of this school year and of those that are to come."""
    rows = ClassGroup.objects.filter(school=school, school_year__end__gte=timezone.localdate())
    return rows.select_related("school_year").order_by("school_year__start", "code")


class InvitationForm(StaffForm):
    """Ask somebody to join the school."""

    roles = forms.MultipleChoiceField(label=gettext_lazy("as what"), choices=Role, widget=forms.CheckboxSelectMultiple)
    field_order = ("email", "name", "roles")

    class Meta:
        model = Invitation
        fields = ("email", "name", "roles", "valid_from", "valid_until")
        labels = {"email": gettext_lazy("e-mail address"), "name": gettext_lazy("name")}

    def chosen_roles(self) -> list[str]:
        return self.cleaned_data.get("roles", [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        here = roles.running(self.instance.school).filter(user__email=cleaned.get("email", ""))
        if any(row.user.has_a_way_in() for row in here.select_related("user")):
            self.add_error("email", _("This person works here already. Give another role in the list of users."))
        return cleaned

    def clean_email(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["email"]).lower()

    def write(self, *, by: User) -> Invitation:
        invitation: Invitation = self.instance
        invitation.pk = self.cleaned_data["key"]
        invite(invitation, by=by)
        invitation.class_groups.set(self.cleaned_data.get("class_groups", []))  # type: ignore[attr-defined]  # from the other side
        if settings.MAIL_IS_SET_UP:
            send_invitation.enqueue(str(invitation.pk))
        return invitation


class RoleForm(StaffForm):
    """A role of somebody who works here already: which, from when until when, with which classes."""

    class Meta:
        model = RoleAssignment
        fields = ("role", "valid_from", "valid_until")
        labels = {"role": gettext_lazy("role")}

    def add_own_fields(self) -> None:
        super().add_own_fields()
        if not self.is_new:
            del self.fields["role"]
            if self.instance.role not in roles.WITH_CLASSES:
                self.fields.pop("class_groups", None)

    def chosen_roles(self) -> list[str]:
        return [self.cleaned_data.get("role") or self.instance.role]

    def write(self, *, by: User) -> RoleAssignment:
        row: RoleAssignment = self.instance
        days: dict[str, Any] = {"since": row.valid_from, "until": row.valid_until}
        if self.is_new:
            row = roles.give(row.user, row.school, row.role, **days, by=by, key=self.cleaned_data["key"])
        else:
            roles.change(row, **days, by=by)
        if "class_groups" in self.cleaned_data:
            groups: Any = row.class_groups  # type: ignore[attr-defined]  # from the other side
            earlier = groups.filter(school_year__end__lt=timezone.localdate())
            groups.set([*earlier, *self.cleaned_data["class_groups"]])
        return row


class ReplacementForm(forms.Form):
    """Who stands in for whom, from when until when. Not oneself: that, too, would be giving oneself a role."""

    absent = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who is away"))
    stand_in = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Who stands in"),
        help_text=gettext_lazy("Somebody from outside? Invite that person first."),
    )  # fmt: skip
    since = forms.DateField(label=gettext_lazy("From"), widget=DAY, initial=timezone.localdate)
    until = forms.DateField(label=gettext_lazy("Until and with"), widget=DAY)

    def __init__(self, *args: Any, school: School, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school = school
        here = User.objects.filter(pk__in=roles.running(school).values("user"), is_active=True)
        for name, people in (("absent", here), ("stand_in", here.exclude(pk=by.pk))):
            field: Any = self.fields[name]
            field.queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        check_days(self, "since", "until")
        if cleaned.get("absent") and cleaned.get("absent") == cleaned.get("stand_in"):
            self.add_error("stand_in", _("Choose somebody else."))
        if not self.errors and not self.parts():
            self.add_error("absent", _("This person has no role in these days."))
        return cleaned

    def parts(self) -> list[tuple[RoleAssignment, datetime.date, datetime.date]]:
        """The roles of who is away, each with its days within the period."""
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        rows = RoleAssignment.objects.filter(school=self.school, user=self.cleaned_data["absent"])
        rows = rows.filter(valid_from__lte=until).exclude(valid_until__lt=since)
        return [(row, max(since, row.valid_from), min(until, row.valid_until or until)) for row in rows]

    def write(self, *, by: User) -> list[RoleAssignment]:
        """Give the same roles with the same classes for these days; those given by the same form before are not doubled."""
        stand_in, absent = self.cleaned_data["stand_in"], self.cleaned_data["absent"]
        given = []
        for row, since, until in self.parts():
            days = {"valid_from": since, "valid_until": until}
            same = stand_in.assignments.filter(school=self.school, role=row.role, instead_of=absent, **days).first()
            copy = same or roles.give(
                stand_in, self.school, row.role, since=since, until=until, by=by, instead_of=absent
            )
            copy.class_groups.add(*row.class_groups.all())  # type: ignore[attr-defined]  # from the other side
            given.append(copy)
        return given
