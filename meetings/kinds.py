"""Every kind of item that can be written in a meeting: its model, its form, and the page it stands on."""

from dataclasses import dataclass
from functools import cache

from hgw.items.models import Item
from meetings import steps
from meetings.forms.base import ItemForm


@dataclass(frozen=True)
class Kind:
    name: str  # in addresses, history and trace: the model's name
    form: type[ItemForm]

    @property
    def model(self) -> type[Item]:
        model: type[Item] = self.form._meta.model
        return model

    @property
    def template(self) -> str:
        """How one item of this kind is shown."""
        return f"meetings/items/_{self.name}.html"

    @property
    def is_whole(self) -> bool:
        """Whether its list is shown again when one of it is saved: that may change its place, or what others show."""
        return self.form.whole

    @property
    def step(self) -> steps.Step | None:
        """The step it is written in; None for what stands on the meeting's own page."""
        return next((step for step in steps.STEPS if self.name in step.kinds), None)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name."""
    from meetings.forms import agreements, goals, insight, meeting, needs, overview, start

    modules = (start, overview, insight, goals, needs, agreements, meeting)
    forms = [form for module in modules for form in module.FORMS]
    return {form._meta.model.kind(): Kind(form._meta.model.kind(), form) for form in forms}
