"""The lists on a step page: items of one kind in one place, and the empty line under them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hgw.accounts.models import User
from hgw.items.models import Item
from meetings.forms.base import ItemForm
from meetings.hints import hang_hints
from meetings.kinds import Kind, kinds
from meetings.models import Meeting
from meetings.readable import readable

# What the lists show of other rows beside an item.
RELATED = {
    "meetinggoal": ("subject",), "wish": ("guardian", "subject"), "goalscore": ("goal", "by"), "statement": ("by",),
    "addendum": ("by",),
}  # fmt: skip


@dataclass
class ItemList:
    """What the template of a list needs. `key` is part of the ids on the page."""

    kind: Kind
    place: Mapping[str, str]
    meeting: Meeting
    items: list[Item]
    add_form: ItemForm | None
    placeholder: str
    editable: bool = True

    @property
    def key(self) -> str:
        """What its id on the page ends in. Where an item goes is sent along by the page: of anything else only letters stay."""
        places = (re.sub(r"[^\w-]", "", str(value), flags=re.ASCII) for value in self.place.values() if value)
        return "-".join([self.kind.name, *places])

    @property
    def shows(self) -> bool:
        """Whether its heading says anything: in a meeting that takes no more, an empty list is no question."""
        return bool(self.items) or self.meeting.is_open

    @property
    def region(self) -> str:
        """The id of what is replaced as a whole when an item comes or changes, where items move about in it; else ''."""
        return f"region-{self.key}" if self.kind.form.whole else ""

    @property
    def target(self) -> str:
        """What the answer to the empty line replaces."""
        return f"#{self.region}" if self.region else f"#add-{self.key}"

    @property
    def select(self) -> str:
        """Which part of that answer."""
        return f"#{self.region}" if self.region else "unset"


def item_list(
    meeting: Meeting,
    user: User,
    kind_name: str,
    *,
    editable: bool,
    addable: bool = True,
    items: Iterable[Any] | None = None,
    **place: Any,
) -> ItemList:
    """The list of one kind at one place (`valence="strength", domain="ll"` …), with what this user may read of it."""
    kind = kinds()[kind_name]
    if items is None:
        items = [row for row in _rows(kind, meeting, user) if all(_stands(row, *cell) for cell in place.items())]
    given = {name: _text(value) for name, value in place.items()}
    form = add_form(kind, meeting, user, given) if editable and addable else None
    items = list(items)
    if editable:
        lock(items, user)
        hang_hints(items, meeting, user)
    made = ItemList(kind, given, meeting, items, form, kind.form.placeholder(given, meeting), editable)
    meeting.read.setdefault("lists", []).append(made)  # for whoever asks what changed on the page
    return made


# Kinds that some read and others write, whatever their flags say.
APART = ("clbcontribution",)


def lock(items: list[Any], user: User) -> None:
    """Mark those of these items, all of one kind, that this user reads where the others are written, but may not write."""
    doubtful = [item.pk for item in items if getattr(item, "is_confidential", False) or item.kind() in APART]
    may_write = type(items[0]).objects.allowed(user, "write").filter(pk__in=doubtful) if doubtful else ()
    writable = {row.pk for row in may_write}
    for item in items:
        item.is_locked = item.pk in doubtful and item.pk not in writable


def add_form(kind: Kind, meeting: Meeting, user: User, place: Mapping[str, str]) -> ItemForm:
    """The form at the end of a list, empty: the short one, where its kind has one."""
    short = bool(kind.form.quick)
    return kind.form(instance=new_item(kind, meeting), initial=dict(place), meeting=meeting, user=user, short=short)


def may_add(kind: Kind, meeting: Meeting, user: User) -> bool:
    """Whether this user may add an item of this kind here: each kind has its own people."""
    item: Any = new_item(kind, meeting)
    if hasattr(item, "student_id") and item.student_id is None:
        item.student = meeting.students[0]  # in a group the form asks whom it is about; the right is the same for each
    return bool(item.may_be_saved_by(user))


def new_item(kind: Kind, meeting: Meeting) -> Item:
    """An item that is not written yet, in its container."""
    if "came_with" in {field.name for field in kind.model._meta.get_fields()}:
        student = meeting.students[0] if not meeting.is_group else None
        model: Any = kind.model
        return model(school_id=meeting.school_id, came_with=meeting.pk, **({"student": student} if student else {}))
    model = kind.model
    return model(school_id=meeting.school_id, meeting=meeting)


def _rows(kind: Kind, meeting: Meeting, user: User) -> Iterable[Any]:
    model: Any = kind.model
    if hasattr(model, "came_with"):
        rows: Iterable[Any] = model.objects.visible_to(user).filter(came_with=meeting.pk)
        return rows
    return readable(model, meeting, user, *RELATED.get(kind.name, ()))


def _stands(row: Any, name: str, value: Any) -> bool:
    """Whether the row stands at this place; no value: at none."""
    found = getattr(row, "subject_id" if name == "subject" else name)
    return bool(found == value) if value else not found


def _text(value: Any) -> str:
    return "" if value is None else str(getattr(value, "pk", value))
