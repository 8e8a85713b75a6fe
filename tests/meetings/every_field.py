"""A meeting in which every kind of item can be filled in completely, and what a browser would send for it."""

import uuid
from typing import Any

from django import forms

from meetings.forms.base import ItemForm
from meetings.item_lists import new_item
from meetings.kinds import kinds
from meetings.models import Meeting
from students.models import Consent
from tests.factories import Cast, make_item

# What the rules of one form ask, where the first choice or the plain word will not do.
CHOSEN: dict[str, dict[str, Any]] = {
    "observation": {"valence": "strength", "domain": "ll", "source": "told_by_parent", "visibility": ["parents"], "circle": []},
    "wish": {"owner": "parents", "how_known": "heard_directly", "visibility": ["student"], "circle": []},
    "factor": {"domain": "ols", "visibility": ["parents"], "circle": []},
    "factorcluster": {"name": "Taak en opdracht"},
    "factorlink": {"both_ways": "on"},
    "inforequest": {"method": "class_observation", "discussed_beforehand": "on", "visibility": ["parents"], "circle": []},
    "clbcontribution": {"locked_because": "", "visibility": ["clb"], "circle": []},
    "goal": {"start_level": "-1", "target_date": "2031-01-15", "visibility": ["confidential"]},
    "goalscore": {"level": "0"},
    "need": {"holder": "student", "help_sentence": "tasks", "visibility": ["class_sheet"], "circle": []},
    "reasonableadjustment": {"school_subjects": "wiskunde, taal", "visibility": ["student"]},
    "agreement": {"status": "agreed", "visibility": ["student"], "circle": []},
    "communication": {"audience": "parents"},
    "followup": {"date": "2031-01-15"},
    "phasedecision": {"before": "broad_basic", "after": "increased", "requested": "increased"},
    "participant": {"name": "Saïda El Amrani", "role": "external"},
    "consent": {"granted": "on"},
    "addendum": {"visibility": [], "circle": []},
}  # fmt: skip


def prepare(cast: Cast) -> Meeting:
    """Something of everything that another item may refer to."""
    who, meeting = cast.coordinator, cast.meeting
    make_item(meeting, "observation", who, valence="strength", domain="ll", text="ander", source="seen")
    for text in ("A", "B"):
        make_item(meeting, "factor", who, domain="ll", kind_of_factor="risk", text=text, cluster="Taak en opdracht")
    gas = {"-1": "met hulp", "0": "alleen", "+1": "vlot"}
    goal = make_item(meeting, "goal", who, then_can="kan", indicator="zie", horizon="long", gas=gas)
    make_item(meeting, "need", who, holder="student", goal=goal, help_sentence="tasks", text="taken die kort zijn")
    make_item(meeting, "inforequest", who, question="wat?")
    for kind in ("clb_to_school", "clb_involve"):
        Consent.objects.create(
            school=cast.school, student=cast.student, kind_of_consent=kind, given_by=str(cast.mother), granted=True,
            what="alles", form="written", date=meeting.date,
        )  # fmt: skip
    return meeting


def writer(cast: Cast, kind: str) -> Any:
    """Who may write this kind: the CLB its own contribution, the coordinator the rest."""
    return cast.users["clb_worker"] if kind == "clbcontribution" else cast.coordinator


def full_form(cast: Cast, kind: str) -> ItemForm:
    """The form on the page on which everything of a new item can be filled in."""
    chosen = CHOSEN.get(kind, {})
    place = {name: chosen[name] for name in kinds()[kind].form.place if name in chosen}
    item = new_item(kinds()[kind], cast.meeting)
    return kinds()[kind].form(instance=item, initial=place, meeting=cast.meeting, user=writer(cast, kind))


def filled_in(cast: Cast, kind: str) -> dict[str, Any]:
    """What a browser sends when every field of the form is filled in."""
    form = full_form(cast, kind)
    data = {name: _value(name, field, cast) for name, field in form.fields.items()}
    data |= CHOSEN.get(kind, {}) | {"key": str(uuid.uuid4()), "base_version": "0"}
    if kind == "communication":
        data["to"] = str(cast.father)
    return {name: value for name, value in data.items() if value not in (None, "")}


def _value(name: str, field: Any, cast: Cast) -> Any:
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [str(row.pk) for row in field.queryset[:1]]
    if isinstance(field, forms.ModelChoiceField):
        rows = list(field.queryset)
        return str((rows[-1] if name == "to_factor" else rows[0]).pk) if rows else ""
    if isinstance(field, forms.MultipleChoiceField):
        return [value for value, _label in field.choices][:1]
    if isinstance(field, forms.ChoiceField):
        values = [value for value, _label in field.choices if value not in ("", None)]
        return values[1] if len(values) > 1 and name != "lead" else values[0] if values else ""
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.DateField):
        return str(cast.meeting.date) if name not in {"valid_until", "until"} else "2031-06-30"
    if isinstance(field, forms.IntegerField):
        return "1"
    return "" if name.startswith("subject") else f"{name} – “zin” met é"
