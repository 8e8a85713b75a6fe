"""Forms of a student's own pages: the student, who brings the student up, who from outside may look."""

import datetime
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import Role, RoleAssignment, School, User
from students.models import ClassGroup, Guardian, Student, StudentAccessGrant
from students.models.people import COPY_RULE, Competence, is_twelve
from students.opening import OUTSIDE, may_be_open, may_bring_in_clb
from students.row_forms import RowForm


class StudentForm(RowForm):
    """Names, day of birth, class; for the coordinators also who decides on CLB matters."""

    class Meta:
        model = Student
        fields = (
            "first_name", "last_name", "preferred_name", "birth_date", "external_ref", "competence", "competence_note",
        )  # fmt: skip
        labels = {
            "first_name": gettext_lazy("first name"),
            "last_name": gettext_lazy("last name"),
            "preferred_name": gettext_lazy("name the student goes by"),
            "birth_date": gettext_lazy("day of birth"),
            "external_ref": gettext_lazy("number in the school's administration"),
            "competence": gettext_lazy("who decides on CLB matters"),
            "competence_note": gettext_lazy("who assessed this, when, and why"),
        }
        help_texts = {"preferred_name": gettext_lazy("Empty: the first name.")}

    def __init__(self, *args: Any, schools: Any, may_file: bool, **kwargs: Any) -> None:
        self.schools, self.may_file = schools, may_file
        self.namesakes: list[Student] = []  # those of the same name and day of birth, when adding waits for an answer
        super().__init__(*args, **kwargs)

    def add_own_fields(self) -> None:
        if not self.may_file:
            del self.fields["competence"], self.fields["competence_note"]
        elif not self.is_new:
            self.initial["competence"] = self.instance.competence_today
        classes = ClassGroup.objects.filter(school__in=self.schools).current().select_related("school")
        now = None if self.is_new else self.instance.class_on()
        self.fields["class_group"] = forms.ModelChoiceField(
            classes, label=gettext_lazy("class"), required=False, initial=now and now.pk
        )
        if len(self.schools) > 1 and self.is_new:
            self.fields["school"] = forms.ModelChoiceField(
                School.objects.filter(pk__in=self.schools), label=_("school")
            )
            self.fields["class_group"].label_from_instance = lambda c: f"{c} · {c.school}"
            self.order_fields(["school"])
        if self.is_new:  # asked only when there is one
            self.fields["is_another"] = forms.BooleanField(
                label=_("Add all the same: this is somebody else"), required=False, widget=forms.HiddenInput
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("birth_date") and cleaned["birth_date"] > timezone.localdate():
            self.add_error("birth_date", _("This day has not come yet."))
        if str(cleaned.get("competence", "")).startswith("assessed_") and not cleaned.get("competence_note"):
            self.add_error("competence_note", _("Write down who assessed this, when, and why."))
        born = cleaned.get("birth_date") or self.instance.birth_date
        if not self.is_new and cleaned.get("competence") == Competence.UNDER_12 and is_twelve(born):
            said = _("From twelve on a student is presumed able to decide. Was it assessed otherwise? Choose that.")
            self.add_error("competence", said)
        if self.is_new:
            self.instance.school = cleaned.get("school") or self.schools[0]
        chosen = cleaned.get("class_group")
        if chosen and chosen.school_id != self.instance.school_id:
            self.add_error("class_group", _("This class is at another school."))
        if self.is_new and cleaned.get("birth_date"):
            self._ask_about_namesakes(cleaned)
        return cleaned

    def _ask_about_namesakes(self, cleaned: dict[str, Any]) -> None:
        """Somebody who is added twice has two files, and half of the story in each: ask before that happens."""
        here = Student.objects.filter(school=self.instance.school, birth_date=cleaned["birth_date"])
        names = {cleaned.get(name, "").strip().casefold() for name in ("first_name", "preferred_name")} - {""}
        last, key = cleaned.get("last_name", "").strip().casefold(), cleaned.get("key") or uuid.uuid4()
        self.namesakes = [
            student
            for student in here.exclude(pk=key)
            if student.last_name.strip().casefold() == last
            and names & {student.first_name.strip().casefold(), student.preferred_name.strip().casefold()}
        ]
        if self.namesakes:
            self.fields["is_another"].widget = forms.CheckboxInput()
            if not cleaned.get("is_another"):
                self.add_error("is_another", _("Tick this to add the student, or open the one who is there."))

    def write(self, *, by: User) -> Student:
        student: Student = self.instance
        student.competence = student.competence_today
        super().write(by=by)
        if self.is_new or "class_group" in self.changed_data:
            student.enrol(self.cleaned_data["class_group"], on=timezone.localdate(), by=by)
        return student


class GuardianForm(RowForm):
    """Somebody who brings the student up, with the legal position that decides who gets a copy."""

    class Meta:
        model = Guardian
        fields = (
            "first_name", "last_name", "relation", "authority", "lives_with", "receives_plan", "language_support",
            "note_restriction", "email", "phone",
        )  # fmt: skip
        labels = {
            "first_name": gettext_lazy("first name"),
            "last_name": gettext_lazy("last name"),
            "relation": gettext_lazy("who this is to the student"),
            "authority": gettext_lazy("legal position"),
            "language_support": gettext_lazy("language, if an interpreter helps"),
            "note_restriction": gettext_lazy("restriction on contact (for the care team, on no copy)"),
            "email": gettext_lazy("e-mail"),
            "phone": gettext_lazy("phone"),
        }

    def add_own_fields(self) -> None:
        if self.is_new:
            self.instance.school_id = self.instance.student.school_id
            self.instance.position = self.instance.student.guardians.count()
            self.initial["receives_plan"] = True  # a parent is entitled to it: nobody has to think of that

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name = f"{cleaned.get('first_name')} {cleaned.get('last_name')}"
        others = self.instance.student.guardians.exclude(pk=self.instance.pk).exclude(pk=cleaned.get("key"))
        if name in {str(guardian) for guardian in others}:
            self.add_error("last_name", _("Somebody of this name stands here already; add what tells them apart."))
        allowed, why = COPY_RULE.get(cleaned.get("authority", ""), (True, ""))
        if cleaned.get("receives_plan") and not allowed:
            self.add_error("receives_plan", _("No copy goes to somebody in this position: %(why)s.") % {"why": _(why)})
        return cleaned


class GrantForm(RowForm):
    """Open the student to a CLB worker or a learning supporter: how much, from when until when, and why."""

    class Meta:
        model = StudentAccessGrant
        fields = ("user", "scope", "since", "until", "reason")
        labels = {
            "user": gettext_lazy("who"),
            "scope": gettext_lazy("what may be read"),
            "since": gettext_lazy("from"),
            "until": gettext_lazy("until"),
            "reason": gettext_lazy("why"),
        }

    def add_own_fields(self) -> None:
        school = self.instance.student.school_id
        held = RoleAssignment.objects.on().filter(school=school, role__in=OUTSIDE)
        self.fields["user"].queryset = User.objects.filter(is_active=True, assignments__in=held).distinct()
        self.instance.school_id = school

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("until") and cleaned["until"] < timezone.localdate():
            self.add_error("until", _("Choose today or a later day."))
        if cleaned.get("user"):
            self._ask_for_a_ground(cleaned["user"], cleaned.get("until"))
        return cleaned

    def _ask_for_a_ground(self, user: User, until: datetime.date | None) -> None:
        """Nobody comes in without the ground to, and nobody stays after it."""
        student = self.instance.student
        if may := may_be_open(user, student):
            last, self.instance.role = may
            if until and until > last:
                said = _("The report holds until %(day)s. Choose that day or an earlier one.")
                self.add_error("until", said % {"day": date_format(last, "j F Y")})
        elif user.has_role(student.school_id, Role.CLB_WORKER) and may_bring_in_clb(student):
            said = _(
                "The school may not tell the CLB anything about this student: see “Permissions”. Is it permitted again? Note "
                "that first as a new permission."
            )
            self.add_error("user", said)
        elif user.has_role(student.school_id, Role.CLB_WORKER):
            said = _("The CLB comes in with permission: first note under “Permissions” who gave it, and when.")
            self.add_error("user", said)
        else:
            said = _("A learning supporter gets access once a GC, IAC or OV4 report is noted for this student.")
            self.add_error("user", said)

    def write(self, *, by: User) -> StudentAccessGrant:
        grant: StudentAccessGrant = self.instance
        grant.pk = self.cleaned_data["key"]
        grant.give(by=by)
        return grant
