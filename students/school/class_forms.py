"""The form of a class."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import Level, User
from hgw.audit.models import Action, record
from students.models import ClassGroup, SchoolYear
from students.row_forms import RowForm

YEARS = {Level.KLEUTER: 3, Level.LAGER: 6, Level.SECUNDAIR: 7}  # of a level


class ClassGroupForm(RowForm):
    """A class in one school year. Its code is text: "2B", "3 MWW", "007"."""

    class Meta:
        model = ClassGroup
        fields = ("school_year", "code", "name", "level", "year_no", "stream")
        labels = {
            "school_year": gettext_lazy("school year"),
            "code": gettext_lazy("class code"),
            "name": gettext_lazy("name, when it is not the code"),
            "level": gettext_lazy("level"),
            "year_no": gettext_lazy("year of that level"),
            "stream": gettext_lazy("stream (secondary education)"),
        }

    def add_own_fields(self) -> None:
        school = self.instance.school
        if school.school_years.exists():
            self.fields["school_year"].queryset = school.school_years.all()
            self.fields["school_year"].empty_label = None
        else:
            del self.fields["school_year"]  # the first class brings it along
        taught = [choice for choice in Level.choices if choice[0] in school.levels or choice[0] == self.instance.level]
        self.fields["level"].choices = taught or Level.choices
        self.fields["year_no"].widget.attrs |= {"min": 1, "max": max(YEARS.values())}
        if Level.SECUNDAIR not in {value for value, _label in self.fields["level"].choices}:
            del self.fields["stream"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        level, number = cleaned.get("level"), cleaned.get("year_no")
        if level and number is not None and not 1 <= number <= YEARS[Level(level)]:
            self.add_error("year_no", _("This level has the years 1 to %(most)s.") % {"most": YEARS[Level(level)]})
        if cleaned.get("stream") and level and level != Level.SECUNDAIR:
            self.add_error("stream", _("Only secondary education has streams."))
        same = ClassGroup.objects.filter(
            school=self.instance.school, school_year=cleaned.get("school_year"), code=cleaned.get("code")
        )
        mine = [self.instance.pk, cleaned.get("key") or self.instance.pk]  # this class, also when it is sent again
        if same.exclude(pk__in=mine).exists():
            self.add_error("code", _("There is a class with this code in that school year."))
        return cleaned

    def write(self, *, by: User) -> ClassGroup:
        group: ClassGroup = self.instance
        if group.school_year_id is None:
            group.school_year = SchoolYear.around(group.school, timezone.localdate())
        group.updated_by, group.updated_at = by, timezone.now()
        if self.is_new:
            group.pk, group.created_by = self.cleaned_data["key"], by
            group.save(force_insert=True)
        else:
            own = [name for name in self._meta.fields or () if name in self.cleaned_data]
            group.save(update_fields=[*own, "updated_by", "updated_at"])
        record(Action.SCHOOL_CHANGED, school=group.school_id, who=by, object=group.pk, detail="class_group")
        return group
