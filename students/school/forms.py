"""Forms of the school: what it is called and how it looks on paper, its school years, and how it begins."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.forms import PasswordFields
from hgw.accounts.logo import drawn
from hgw.accounts.models import Level, Logo, School, User
from hgw.accounts.roles import begin_school
from hgw.audit.models import Action, record, remember
from hgw.text import SHORT, TextFormField
from students.models import Holiday, SchoolYear
from students.row_forms import DAY, RowForm


class SchoolForm(RowForm):
    """The settings of a school."""

    levels = forms.MultipleChoiceField(
        label=gettext_lazy("what the school teaches"), choices=Level, widget=forms.CheckboxSelectMultiple
    )
    document_language = forms.ChoiceField(
        label=gettext_lazy("document language"),
        choices=settings.LANGUAGES,
        initial="nl",
        help_text=gettext_lazy("Invitations go out in this language. The plans themselves are in Dutch."),
    )
    logo = forms.FileField(
        label=gettext_lazy("logo"), required=False, help_text=gettext_lazy("A PNG or JPEG file of at most 1 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )  # fmt: skip
    without_logo = forms.BooleanField(label=gettext_lazy("no logo any more"), required=False)

    class Meta:
        model = School
        fields = (
            "name", "place", "institution_number", "levels", "care_title", "document_language", "contact_line",
            "keeps_health_notes",
        )  # fmt: skip
        labels = {
            "name": gettext_lazy("name of the school"),
            "place": gettext_lazy("town"),
            "institution_number": gettext_lazy("institution number"),
            "care_title": gettext_lazy("your word for who runs the meetings"),
            "contact_line": gettext_lazy("how to reach the school"),
            "keeps_health_notes": gettext_lazy("keep notes on health"),
        }
        help_texts = {
            "institution_number": gettext_lazy("Six digits, as the government gave them."),
            "contact_line": gettext_lazy("One line, printed at the top of each plan: address, phone, e-mail."),
            "keeps_health_notes": gettext_lazy(
                "Off unless you choose otherwise: what is written of somebody's health is special data (art. 9 GDPR), of which "
                "only what is strictly necessary may be kept, with explicit permission. The care coordinator writes such a "
                "note, and beside the coordinator only the principal reads it. Switched off, nobody reads the notes that are "
                "there any more; the care coordinator then erases each of them on the page of the student."
            ),
        }

    def add_own_fields(self) -> None:
        self.fields["institution_number"].required = True
        self.fields["institution_number"].widget.attrs["inputmode"] = "numeric"
        if not Logo.objects.filter(school=self.instance.pk).exists():
            del self.fields["without_logo"]

    def in_words(self) -> list[tuple[str, str]]:
        """Label and value of what the form shows, for who may only read it."""
        return [(str(self.fields[name].label), self._in_words(name)) for name in self._meta.fields or ()]

    def clean_logo(self) -> bytes | None:
        file = self.cleaned_data["logo"]
        return drawn(file) if file else None

    def write(self, *, by: User) -> School:
        school: School = self.instance
        school.updated_by, school.updated_at = by, timezone.now()
        school.save(update_fields=[*(self._meta.fields or ()), "updated_by", "updated_at"])
        self.write_logo(by)
        remember("school", [(school.pk, school.name)])
        remember("user", [(by.pk, by.name)])
        switched = "keeps_health_notes" in self.changed_data
        detail = f"health_notes {'on' if school.keeps_health_notes else 'off'}" if switched else ""
        record(Action.SCHOOL_CHANGED, school=school.pk, who=by, object=school.pk, detail=detail)
        return school

    def write_logo(self, by: User) -> None:
        if png := self.cleaned_data["logo"]:
            Logo.objects.update_or_create(school=self.instance, defaults={"png": png, "updated_by": by})
        elif self.cleaned_data.get("without_logo"):
            Logo.objects.filter(school=self.instance).delete()


class HolidayForm(forms.Form):
    """Days without school. A line that is left empty is none."""

    name = TextFormField(limit=SHORT, label=gettext_lazy("what"), required=False)
    start = forms.DateField(label=gettext_lazy("first day"), required=False, widget=DAY)
    end = forms.DateField(label=gettext_lazy("last day"), required=False, widget=DAY)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        name, start = cleaned.get("name"), cleaned.get("start")
        end = cleaned.get("end") or start
        if start and end and end < start:
            self.add_error("end", _("The end lies before the start."))
        if start and not name and "name" not in self.errors:
            self.add_error("name", _("What do you call these days?"))
        if (name or end) and not start and "start" not in self.errors:
            self.add_error("start", _("On which day does it begin?"))
        return cleaned | {"end": end}


class Holidays(forms.BaseFormSet):
    """The holidays of one school year."""

    def days(self) -> list[dict[str, Any]]:
        """The lines that were filled in. Only when all of them are valid."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get("start")]

    def fit(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether all days lie in the school year; says beside the line which do not."""
        for form in self.forms:
            start, end = form.cleaned_data.get("start"), form.cleaned_data.get("end")
            if start and not first <= start <= end <= last:
                form.add_error("start", _("These days do not lie in this school year."))
        return not any(form.errors for form in self.forms)

    def write(self, year: SchoolYear, by: User) -> None:
        """Let these be the holidays of the year."""
        year.holidays.all().delete()
        Holiday.objects.bulk_create(
            Holiday(
                school_year=year, created_by=by, updated_by=by, **{name: row[name] for name in ("name", "start", "end")}
            )
            for row in self.days()
        )


def holiday_lines(data: Any, initial: list[dict[str, Any]]) -> Any:
    """The lines of a school year: those that are there, and three empty ones."""
    made: Any = forms.formset_factory(HolidayForm, formset=Holidays, extra=3, max_num=60, absolute_max=100)
    return made(data, prefix="holidays") if data is not None else made(initial=initial, prefix="holidays")


class SchoolYearForm(RowForm):
    """First and last day of a school year; its holidays stand in lines of their own below."""

    class Meta:
        model = SchoolYear
        fields = ("start", "end")
        labels = {"start": gettext_lazy("first day"), "end": gettext_lazy("last day")}

    @property
    def fingerprint(self) -> str:
        rows = [] if self.is_new else self.instance.holidays.values_list("name", "start", "end")
        return f"{super().fingerprint}{sorted(map(str, rows))}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("The end lies before the start."))
        elif start and end:
            others = SchoolYear.objects.filter(school=self.instance.school, start__lte=end, end__gte=start)
            if others.exclude(pk=self.instance.pk).exclude(pk=cleaned.get("key") or self.instance.pk).exists():
                self.add_error("start", _("Another school year of this school holds some of these days."))
        return cleaned

    def write(self, *, by: User) -> SchoolYear:
        year: SchoolYear = self.instance
        year.updated_by, year.updated_at = by, timezone.now()
        if self.is_new:
            year.pk, year.created_by = self.cleaned_data["key"], by
            year.save(force_insert=True)
        else:
            year.save(update_fields=["start", "end", "updated_by", "updated_at"])
        record(Action.SCHOOL_CHANGED, school=year.school_id, who=by, object=year.pk, detail="school_year")
        return year


class BeginForm(PasswordFields, SchoolForm):
    """Everything with which the first school of an installation begins, the account of who begins it included."""

    person = TextFormField(
        limit=SHORT, label=gettext_lazy("your first name and last name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=gettext_lazy("your e-mail address"), help_text=gettext_lazy("You will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    year_start = forms.DateField(label=gettext_lazy("first day of the school year"))
    year_end = forms.DateField(label=gettext_lazy("last day of the school year"))

    SCHOOL = (
        "name", "place", "institution_number", "levels", "care_title", "document_language", "contact_line", "logo",
    )  # fmt: skip
    YEAR = ("year_start", "year_end")
    PERSON = ("person", "email", "password1", "password2")

    def add_own_fields(self) -> None:
        super().add_own_fields()
        for name in self.SCHOOL:  # who begins should not wonder what must be known today
            if not self.fields[name].required:
                self.fields[name].help_text = f"{self.fields[name].help_text} {_('This may stay empty.')}".strip()

    def part(self, names: tuple[str, ...]) -> list[forms.BoundField]:
        return [self[name] for name in names]

    @property
    def school_fields(self) -> list[forms.BoundField]:
        return self.part(self.SCHOOL)

    @property
    def year_fields(self) -> list[forms.BoundField]:
        return self.part(self.YEAR)

    @property
    def person_fields(self) -> list[forms.BoundField]:
        return self.part(self.PERSON)

    def account(self) -> User:
        given = self.cleaned_data
        account = User(email=given.get("email", ""), name=given.get("person", ""))
        school = {name: given.get(name, "") for name in ("name", "place", "institution_number")}
        account.joining = (School(**school),)
        return account

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("year_start"), cleaned.get("year_end")
        if start and end and end <= start:
            self.add_error("year_end", _("The end lies before the start."))
        return cleaned

    def begin(self, holidays: Holidays) -> User:
        """Make the school with its year, and who begins it. The form and the holidays are valid."""
        given = self.cleaned_data
        user = User.objects.create_user(given["email"], given["person"], given["password1"])
        begin_school(self.instance, user)
        self.write_logo(user)
        year = SchoolYear.objects.create(
            school=self.instance, start=given["year_start"], end=given["year_end"], created_by=user, updated_by=user
        )
        holidays.write(year, user)
        return user
