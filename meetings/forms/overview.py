"""Form of step 2."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.default_readers import default_readers
from meetings.forms.base import ItemForm, about_whom, flags_formfield
from meetings.models import Agreement, Goal, Meeting, Need, Observation
from meetings.models.from_clb import clb_may_tell


class ObservationForm(ItemForm):
    place = ("valence", "domain", "subject")
    quick = ("text", "source", "told_by", "observer", "talent")
    line = "text"
    USES = (("used_in_goal", Goal), ("used_in_need", Need), ("used_in_agreement", Agreement))

    class Meta:
        model = Observation
        fields = (
            "text", "domain", "source", "told_by", "observer", "seen_from", "seen_until", "holder", "talent", "counterpart",
            "visibility", "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        valence = self.initial.get("valence") or self.instance.valence
        if "source" in self.fields:
            self.fields["source"].required = True
            self.fields["source"].choices = self._sources()
        if valence != Observation.Valence.STRENGTH:
            self.fields.pop("holder", None)
            self.fields.pop("talent", None)
        elif not self.short:
            self._offer_uses()
        if "talent" in self.fields:
            self.fields["talent"].widget.attrs["list"] = "talents"
        if "counterpart" in self.fields and not self.is_new:
            self.fields["counterpart"].queryset = self.fields["counterpart"].queryset.exclude(pk=self.instance.pk)

    def _sources(self) -> list[tuple[str, Any]]:
        """How somebody may know it. Before a room not "from the CLB", but where a page of before chose it: it stays chosen."""
        chosen = self.is_bound and self.data.get(self.add_prefix("source")) == Observation.Source.CLB
        offered = Observation.Source.choices
        return [one for one in offered if chosen or not self.user.is_projecting or one[0] != Observation.Source.CLB]

    def _offer_uses(self) -> None:
        """Where a strength is put to use: a goal, a need or an agreement of this meeting that the user sees."""
        choices, current = [("", "—")], ""
        for name, model in self.USES:
            for row in model.objects.visible_to(self.user).filter(meeting=self.meeting):
                choices.append((f"{name}:{row.pk}", str(row)))
                if getattr(self.instance, f"{name}_id") == row.pk:
                    current = f"{name}:{row.pk}"
        hidden = not current and any(getattr(self.instance, f"{name}_id") for name, _model in self.USES)
        if not hidden:
            self.fields["used_in"] = forms.ChoiceField(
                label=gettext_lazy("where we put it to use"), choices=choices, required=False, initial=current
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        told, source = cleaned.get("told_by"), cleaned.get("source")
        if "told_by" in self.fields and (source == Observation.Source.TOLD_BY_PARENT) != bool(told):
            if told:
                self.add_error("told_by", _("Choose “told by a parent” as well, or take the name away."))
            else:
                self.add_error("told_by", _("Which parent told this?"))
        if told and self.meeting.is_group and not self._about(cleaned):
            self.add_error("told_by", _("A parent speaks for the own child: write this with that student."))
        if source == Observation.Source.CLB:
            about = [cleaned["subject"]] if cleaned.get("subject") else self.meeting.students
            if not clb_may_tell(about):
                self.add_error("source", _("First record the permission to share this, on the page of the meeting."))
            elif self.user.is_projecting:
                said = _("Not saved yet: while you project, nothing of the CLB is written here. Stop projecting first.")
                self.add_error("source", said)
        start, end = cleaned.get("seen_from"), cleaned.get("seen_until")
        if start and end and end < start:
            self.add_error("seen_until", _("The end lies before the start."))
        if source == Observation.Source.TEST and (self.is_new or self.instance.source != source):
            self._keep_a_test_inside(cleaned)
        return cleaned

    def _keep_a_test_inside(self, cleaned: dict[str, Any]) -> None:
        """What was ticked before anybody said that it comes from a test counts for nothing; what somebody chose stays."""
        valence = {"valence": str(cleaned.get("valence") or self.instance.valence)}
        kind, chosen = self.instance.kind(), cleaned.get("visibility", self.instance.visibility)
        if set(chosen) != set(default_readers(kind, valence)):
            return
        of_a_test = default_readers(kind, valence | {"source": Observation.Source.TEST})
        where = cleaned if "visibility" in self.fields else self.derived
        where["visibility"] = of_a_test

    def _about(self, cleaned: dict[str, Any]) -> Any:
        return cleaned.get("subject") if "subject" in self.fields else self.instance.subject

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        if "used_in" in changes:
            name, _colon, pk = changes.pop("used_in").partition(":")
            changes |= {f"{use}_id": pk if use == name else None for use, _model in self.USES}
        return changes

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        name, domain = about_whom(place, meeting), place.get("domain")
        if place.get("valence") == "exception":
            return _("When does it work for {name}?").format(name=name) if name else _("When does it work?")
        if place.get("valence") == "difficulty":
            return {"ols": _("What is difficult in class?"), "opv": _("What is difficult at home?")}.get(
                str(domain), _("What did you see or hear?")
            )
        if domain in {"ols", "opv"}:
            return _("What goes well in class?") if domain == "ols" else _("What goes well at home?")
        return _("What goes well for {name}?").format(name=name) if name else _("What goes well?")


FORMS = (ObservationForm,)
