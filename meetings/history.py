"""The history of one item: its versions, what was set aside, and which of them somebody may read.

A version is read by its own readers, not by those of the item as it stands: what was confidential once is not told to
the team because its text was changed and opened afterwards.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import Role, User
from hgw.items.models import CARE_TEAM, CONFIDENTIAL, Item, Revision, VisibleItem
from hgw.text import LongTextField, ShortTextField
from meetings.models.from_clb import clb_may_tell
from meetings.models.insight import ClbContribution
from meetings.models.items import MeetingItemQuerySet
from meetings.models.overview import Observation
from students.models import Consent, Student

# Versions that one person saved in a row, each within this time of the one before, are shown as one.
ONE_GO = datetime.timedelta(minutes=1)
ACTS = {
    "added": _("wrote this"),
    "changed": _("changed this"),
    "merged": _("changed this at the same time as a colleague; both are in it"),
    "removed": _("took this away"),
    "restored": _("put this back"),
    Revision.SET_ASIDE: _("wrote this too; the text of a colleague stayed"),
}
TRUSTED = (Role.CARE_COORDINATOR, Role.PRINCIPAL)  # read every item of the school, whatever its flags


@dataclass
class Entry:
    """One line of the history: a version, its texts, and the versions of the same minute behind it."""

    revision: Revision
    texts: list[tuple[Any, str]]
    earlier: list["Entry"] = field(default_factory=list)

    @property
    def act(self) -> Any:
        return ACTS.get(self.revision.act, self.revision.act)

    @property
    def author(self) -> str:
        return self.revision.author.name if self.revision.author else ""


def history(item: Item, user: User) -> list[Entry]:
    """The versions of an item that this user reads, the newest first. The item itself must be readable: ask that before."""
    rows = Revision.objects.filter(item=item.pk, kind=item.kind()).select_related("author").order_by("-at", "-version")
    mine = [row for row in rows if reads(row, item, user)]
    return list(_in_one_go(Entry(row, texts(item, row)) for row in mine))


def reads(revision: Revision, item: Item, user: User) -> bool:
    """Whether somebody who reads the item now reads this version of it too, by role or by `may_read`.

    What the CLB told in it nobody reads without a permission that stands, whatever the item became since.
    """
    if _came_from_clb(revision, item) and not clb_may_tell(_about(revision, item)):
        return False
    trusted = any(user.has_role(item.school_id, role) for role in TRUSTED)
    return trusted or may_read(revision, item, user)


def may_read(revision: Revision, item: Item, user: User) -> bool:
    """Whether somebody who reads the item now, because of its flags, reads this version of it too: it had at least the
    readers that the item has. Whoever wrote it does."""
    if revision.author_id == user.pk:
        return True
    if revision.content.get("kind_of_consent") == Consent.Kind.HEALTH_NOTE:
        return False  # that it was about health is for who reads a note on it, whatever it was changed into
    is_as_it_stands = revision.version == item.version and revision.act != Revision.SET_ASIDE
    if not is_as_it_stands and _hides_with_another(item) and stood_under_hidden(revision, item):
        return False  # only the coordinators read all of that
    then = set(revision.content.get("visibility") or (CARE_TEAM,))
    now = set(getattr(item, "visibility", None) or (CARE_TEAM,))
    if CONFIDENTIAL in then:
        return CONFIDENTIAL in now and set(revision.content.get("circle") or ()) >= set(item.read_part("circle"))
    return CONFIDENTIAL not in now and then >= now


def _came_from_clb(revision: Revision, item: Item) -> bool:
    if isinstance(item, ClbContribution):
        return bool(revision.content.get("text"))
    return isinstance(item, Observation) and revision.content.get("source") == Observation.Source.CLB


def _about(revision: Revision, item: Any) -> list[Student]:
    """Whom this version was about: one student of the meeting, or all."""
    students: list[Student] = item.meeting.students
    return [student for student in students if str(student.pk) == revision.content.get("subject")] or students


def _hides_with_another(item: Item) -> bool:
    """Whether an item of this kind is hidden by what it stands under (a need by its goal), beside its own flags."""
    rule = getattr(type(type(item)._default_manager.all()), "access_rule", None)
    return rule is not MeetingItemQuerySet.access_rule


def stood_under_hidden(revision: Revision, item: Item) -> bool:
    """Whether what this version of an item stood under is confidential, or ever was: then this version may have been too."""
    above: dict[Any, type[VisibleItem]] = {}
    for field_ in item._meta.concrete_fields:
        pk, model = revision.content.get(field_.name), field_.related_model
        if pk and isinstance(model, type) and issubclass(model, VisibleItem):
            above[pk] = model
    if pk := revision.content.get("about"):  # a permission knows what it is about by its id alone
        above[pk] = Observation
    if any(
        model._base_manager.filter(pk=pk, visibility__contains=CONFIDENTIAL).exists() for pk, model in above.items()
    ):
        return True
    flags = Revision.objects.filter(item__in=above).order_by().values_list("content__visibility", flat=True)
    return any(CONFIDENTIAL in (found or ()) for found in flags)


def text_fields(item: Item) -> list[Any]:
    """The fields of an item that people type in."""
    return [f for f in item._meta.concrete_fields if isinstance(f, LongTextField | ShortTextField) and f.editable]


def texts(item: Item, revision: Revision) -> list[tuple[Any, str]]:
    """What was typed in this version: the name of each field that is not empty, and its text."""
    found = [(f.verbose_name, str(revision.content.get(f.name) or "")) for f in text_fields(item)]
    scale = revision.content.get("gas")
    if isinstance(scale, dict):
        found += [(level, str(text)) for level, text in scale.items()]
    return [(name, text) for name, text in found if text]


def _in_one_go(entries: Iterable[Entry]) -> Iterable[Entry]:
    last: Entry | None = None
    for entry in entries:
        same = last is not None and all(e.revision.act in {"changed", "merged"} for e in (last, entry))
        if last is not None and same and last.revision.author_id == entry.revision.author_id:
            newer = last.earlier[-1] if last.earlier else last
            if newer.revision.at - entry.revision.at <= ONE_GO:
                last.earlier.append(entry)
                continue
        if last is not None:
            yield last
        last = entry
    if last is not None:
        yield last
