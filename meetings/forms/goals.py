"""Forms of step 4."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.text import LONG, SHORT, TextFormField
from meetings.forms.base import ItemForm, about_whom, flags_formfield
from meetings.models import Goal, GoalOutcome, GoalScore, Meeting

LINKS = 3  # lines for a link with the curriculum; more appear once these are filled
MOST_LINKS = 100


class GoalForm(ItemForm):
    place = ("subject",)
    quick = ("then_can", "indicator", "target", "horizon", "target_date")
    line = "then_can"

    class Meta:
        model = Goal
        fields = (
            "then_can", "indicator", "target", "horizon", "target_date", "parent", "provisional", "start_level", "status",
            "outcome_note", "visibility", "subject",
        )  # fmt: skip
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "parent" in self.fields and not self.is_new:
            self.fields["parent"].queryset = self.fields["parent"].queryset.exclude(pk=self.instance.pk)
        if self.is_new:
            self.initial["provisional"] = self.meeting.insight_state == Meeting.Insight.PARTLY
        if self.short:
            return
        self.fields["checks"] = forms.MultipleChoiceField(
            label=gettext_lazy("Is it …?"), choices=Goal.Check.choices, required=False, initial=self.instance.checks,
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip
        scale = {str(level): text for level, text in self.instance.gas.items()}
        for level in Goal.GAS_LEVELS:
            label = _("goal scale %(level)s") % {"level": level.replace("-", "\N{MINUS SIGN}")}
            self.fields[f"gas_{level}"] = TextFormField(
                limit=LONG, label=label, required=False, initial=scale.get(level, ""),
                widget=forms.Textarea(attrs={"rows": 1}),
            )  # fmt: skip
        links = self.instance.curriculum_links
        for n in range(max(LINKS, len(links) + 1, self._sent_links())):
            link = links[n] if n < len(links) else {}
            label = _("curriculum link %(n)s") % {"n": n + 1}
            self.fields[f"link_{n}_kind"] = forms.ChoiceField(
                label=f"{label}: " + _("kind"), choices=[("", "—"), *Goal.CurriculumKind.choices], required=False,
                initial=link.get("kind", ""),
            )  # fmt: skip
            self.fields[f"link_{n}_code"] = TextFormField(
                limit=SHORT, label=f"{label}: " + _("number"), required=False, initial=link.get("code", "")
            )
            self.fields[f"link_{n}_text"] = TextFormField(
                limit=LONG, label=f"{label}: " + _("text"), required=False, initial=link.get("text", ""),
                widget=forms.Textarea(attrs={"rows": 1}),
            )  # fmt: skip

    def _sent_links(self) -> int:
        """How many lines were sent: a colleague may have taken some away since the form was shown."""
        sent = (name.split("_")[1] for name in self.data if name.startswith("link_"))
        return min(max((int(n) + 1 for n in sent if n.isdecimal()), default=0), MOST_LINKS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        day = cleaned.get("target_date")
        if day and day < self.meeting.date:
            self.add_error("target_date", _("Choose a day after this meeting."))
        if self.short:
            if self.meeting.insight_state == Meeting.Insight.PARTLY:
                self.derived["provisional"] = True  # with part of the insight a goal is a provisional one
            return cleaned
        cleaned["gas"] = {level: text for level in Goal.GAS_LEVELS if (text := cleaned.pop(f"gas_{level}", ""))}
        if cleaned["gas"] and not {"-1", "0", "+1"} <= set(cleaned["gas"]):
            self.add_error("gas_0", _("A goal scale has at least the levels -1, 0 and +1."))
        level = cleaned.get("start_level")
        if level is not None and _level(level) not in cleaned["gas"]:
            self.add_error("start_level", _("Choose a level of the goal scale."))
        self._check_scores(cleaned["gas"])
        cleaned["curriculum_links"] = self._links(cleaned)
        above = cleaned.get("parent")
        while above is not None:
            if above.pk == self.instance.pk:
                self.add_error("parent", _("These goals would each be a step towards the other."))
                break
            above = above.parent
        return cleaned

    def _check_scores(self, gas: dict[str, str]) -> None:
        """A level that was scored keeps its words: the score would stand on nothing."""
        scores = [] if self.is_new else GoalScore.objects.standing().filter(goal=self.instance.pk)
        for level in sorted({_level(score.level) for score in scores} - set(gas)):
            self.add_error(f"gas_{level}", _("A score was given on this level: leave its words here."))

    def _links(self, cleaned: dict[str, Any]) -> list[dict[str, str]]:
        links = []
        for n in range(len([name for name in self.fields if name.startswith("link_") and name.endswith("_kind")])):
            kind, code, text = (cleaned.pop(f"link_{n}_{part}", "") for part in ("kind", "code", "text"))
            if text and kind:
                links.append({"kind": kind, **({"code": code} if code else {}), "text": text})
            elif text or code or kind:
                self.add_error(f"link_{n}_text", _("A link with the curriculum has a kind and a text."))
        return links

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        name = about_whom(place, meeting)
        if name:
            return _("What can {name} do then that is not possible yet?").format(name=name)
        return _("What can be done then that cannot be done now?")


class GoalScoreForm(ItemForm):
    quick = ("goal", "date", "level", "by", "note")

    class Meta:
        model = GoalScore
        fields = ("goal", "date", "level", "by", "note")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "goal" in self.fields:
            self.fields["goal"].queryset = self.fields["goal"].queryset.exclude(gas={})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        goal, level = cleaned.get("goal"), cleaned.get("level")
        if goal and level is not None and _level(level) not in goal.gas:
            self.add_error("level", _("Choose a level of the goal scale."))
        return cleaned

    @classmethod
    def placeholder(cls, place: dict[str, str], meeting: Meeting) -> str:
        return _("Where does a goal stand on its scale today?")


class GoalOutcomeForm(ItemForm):
    """What came of a goal of the meeting before: whether it was reached, a note, and where it stands on its scale."""

    class Meta:
        model = GoalOutcome
        fields = ("status", "outcome_note")
        formfield_callback = flags_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.gas:
            levels = [
                (level, f"{level}: {text}") for level in Goal.GAS_LEVELS if (text := self.instance.gas.get(level))
            ]
            self.fields["level"] = forms.ChoiceField(
                label=gettext_lazy("where it stands on its scale today"), choices=[("", "—"), *levels], required=False
            )

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in super().changes().items() if name != "level"}


def _level(number: int) -> str:
    """A level as the key of a goal scale."""
    return f"{number:+d}" if number else "0"


FORMS = (GoalForm, GoalScoreForm)
