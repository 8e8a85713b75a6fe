"""Forms of step 3."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.forms.base import ItemForm, about_whom, flags_formfield
from meetings.models import (
    ClbContribution,
    Factor,
    FactorCluster,
    FactorLink,
    InfoRequest,
    Meeting,
    Method,
    Observation,
)
from meetings.models.from_clb import clb_may_tell


class FactorForm(ItemForm):
    place = ("domain", "subject")
    quick = ("text", "kind_of_factor", "certainty", "how_used")
    line = "text"

    class Meta:
        model = Factor
        fields = (
            "text", "domain", "kind_of_factor", "changeable", "certainty", "how_used", "cluster", "visibility", "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.short:
            return
        self.fields["cluster"].widget.attrs["list"] = "clusters"
        seen = Observation.objects.visible_to(self.user).filter(meeting=self.meeting)
        seen = seen.order_by("-valence", "position", "created_at")  # strengths, exceptions, difficulties
        current = [o.pk for o in self.instance.from_observations] if not self.is_new else []
        if seen.filter(pk__in=current).count() == len(current):
            self.fields["from_observations"] = forms.ModelMultipleChoiceField(
                seen,
                label=gettext_lazy("rests on"),
                required=False,
                initial=current,
                widget=forms.CheckboxSelectMultiple,
            )

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "from_observations" in changes:
            changes["from_observations"] = list(changes["from_observations"])
        return changes

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        name = about_whom(place, meeting)
        if place.get("domain") == "ols":
            return _("What plays a part in class?")
        if place.get("domain") == "opv":
            return _("What plays a part at home?")
        return _("Which trait of {name} plays a part?").format(name=name) if name else _("Which trait plays a part?")


class FactorClusterForm(ItemForm):
    quick = ("name", "hypothesis")

    class Meta:
        model = FactorCluster
        fields = ("name", "hypothesis")
        formfield_callback = flags_formfield

    def clean_name(self) -> str:
        """A cluster is a name that some trait carries; without one its hypothesis would stand on nothing.

        Of the traits that the writer reads: what stands on a hidden one is not to be found by trying names. A name that
        stays as it is asks for nothing, so that a hypothesis can still be written in where its trait is hidden.
        """
        name: str = self.cleaned_data["name"]
        if not self.is_new and name == self.instance.name:
            return name
        if not Factor.objects.visible_to(self.user).filter(meeting=self.meeting, cluster=name).exists():
            raise forms.ValidationError(_("No trait has this cluster yet: give one this name first, then save again."))
        return name

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Name of a cluster")


class FactorLinkForm(ItemForm):
    quick = ("from_factor", "effect", "to_factor", "both_ways")

    class Meta:
        model = FactorLink
        fields = ("from_factor", "effect", "to_factor", "both_ways")
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("from_factor") and cleaned.get("from_factor") == cleaned.get("to_factor"):
            self.add_error("to_factor", _("Choose two different traits."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What does one trait do to another?")


class InfoRequestForm(ItemForm):
    quick = ("question", "method", "who", "due", "discussed_beforehand", "will_change_what", "subject")
    line = "question"

    class Meta:
        model = InfoRequest
        fields = (
            "question", "method", "who", "due", "will_change_what", "discussed_beforehand", "status", "result", "visibility",
            "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        method = cleaned.get("method")
        if method and Method(method).is_observation and not cleaned.get("discussed_beforehand"):
            self.add_error("discussed_beforehand", _("Discuss this first with whoever is observed, then tick it here."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What do we still want to know?")


class ClbContributionForm(ItemForm):
    quick = ("text", "by", "locked_because")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = self.meeting.participants.filter(removed_at=None, role="clb_worker").values_list(
            "person__name", flat=True
        )
        current = self.instance.by.name if self.instance.by else ""
        names = dict.fromkeys([*workers, *([current] if current else [])])
        self.fields["by"].choices = [("", "—"), *((name, name) for name in names)]

    class Meta:
        model = ClbContribution
        fields = ("text", "by", "locked_because", "visibility")
        formfield_callback = flags_formfield

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("text"):
            if not clb_may_tell(self.meeting.students):
                self.add_error("text", _("First record the permission to share this, on the page of the meeting."))
            elif not cleaned.get("by"):
                self.add_error("by", _("Who gives this?"))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("What the CLB brings in, or why nothing stands here")


FORMS = (FactorForm, FactorClusterForm, FactorLinkForm, InfoRequestForm, ClbContributionForm)
