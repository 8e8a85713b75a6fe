"""What a page shows of an agreement to who does it: this and no more of the case it came from."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from meetings.about import about, with_students
from meetings.forms.reviews import ACTS, ReviewForm
from meetings.models import Agreement, AgreementActor, AgreementReview, AgreementStatus
from meetings.models.agreements import FINISHED
from meetings.reviewing import UNANSWERED

CHOICES = ("in_progress", "done", "partly_done", "not_done", "stopped")


@dataclass(frozen=True)
class Said:
    """One review, as it is read back."""

    by: str
    date: datetime.date
    progress: str
    effect: str
    note: str


@dataclass
class Card:
    """One agreement, without the file beneath it."""

    pk: uuid.UUID
    name: str
    classes: str
    what: str
    how: str
    when_text: str
    where: str
    why: str
    who: str
    status: str
    status_label: str
    tag: str  # when it must be done, in words
    is_urgent: bool  # today, or earlier
    in_name: bool  # for somebody who cannot sign in
    reviews: list[Said]
    due: datetime.date | None
    may_report: bool = True  # a coordinator who does not do it can stop it, no more
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    form: ReviewForm | None = None  # as it was typed, when it was refused
    refusal: str = ""
    saved_at: datetime.datetime | None = None

    @property
    def asks(self) -> bool:
        """Nobody said yes yet."""
        return self.status in UNANSWERED and not self.reviews and self.may_report

    @property
    def is_new(self) -> bool:
        return not self.is_finished and (self.asks or self.status == AgreementStatus.AGREED)

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def choices(self) -> list[tuple[str, Any]]:
        return [(value, ACTS[value]) for value in (CHOICES if self.may_report else ("stopped",))]

    @property
    def effects(self) -> list[tuple[str, Any]]:
        return list(AgreementReview.Effect.choices)

    @property
    def chosen(self) -> dict[str, str]:
        """What stands in the form: as it was typed, or how it went last time."""
        if self.form:
            return {name: self.form.data.get(name, "") for name in ("progress", "effect", "note")}
        return {"progress": self.status, "effect": "unknown", "note": ""}


def cards(agreements: Any, user: User, *, may_report: bool = True) -> list[Card]:
    """The cards of these agreements, in a fixed number of queries. The queryset decides what the user reads."""
    reviews = AgreementReview.objects.visible_to(user).select_related("by").order_by("-date", "-position")
    rows = agreements.select_related("meeting__group").prefetch_related(
        Prefetch("actors", AgreementActor.objects.select_related("person")),
        Prefetch("reviews", reviews),
        *with_students("meeting__"),
    )
    return [_card(row, user, may_report) for row in rows]


def _card(row: Agreement, user: User, may_report: bool) -> Card:
    whom, people = about(row.meeting, row.subject_id), [actor.person for actor in row.actors.all()]
    tag, is_urgent = due_in_words(row.due, row.start) if row.status not in FINISHED else ("", False)
    lines = [line for line in row.why.split("\n") if line.strip()]
    return Card(
        pk=row.pk, name=whom.name, classes=whom.classes, what=row.what, how=row.how, when_text=row.when_text,
        where=row.where, why=lines[0] if lines else "", who=", ".join(person.name for person in people),
        status=row.status, status_label=row.get_status_display(), tag=tag, is_urgent=is_urgent,
        in_name=not any(person.user_id == user.pk for person in people), may_report=may_report, due=row.due,
        reviews=[
            Said(said.by.name, said.date, said.get_progress_display(), _effect(said), said.note)
            for said in row.reviews.all()
        ],
    )  # fmt: skip


def _effect(said: AgreementReview) -> str:
    return "" if said.effect == AgreementReview.Effect.UNKNOWN else said.get_effect_display()


def due_in_words(due: datetime.date | None, start: datetime.date | None = None) -> tuple[str, bool]:
    """When it must be done, in words, and whether that is today or earlier. Nothing counts the days."""
    today = timezone.localdate()
    if due and due < today:
        pattern = "j F" if due.year == today.year else "j F Y"
        return _("was %(day)s") % {"day": date_format(due, pattern)}, True
    if due == today:
        return _("today"), True
    if due == today + datetime.timedelta(days=1):
        return _("tomorrow"), False
    if due and due < today + datetime.timedelta(days=7):
        return date_format(due, "l"), False
    if start and start > today:
        return _("from %(day)s") % {"day": date_format(start, "j b")}, False
    return (date_format(due, "D j b"), False) if due else ("", False)


@dataclass(frozen=True)
class Section:
    """A heading of the list with its cards; what asks for something comes first."""

    title: str
    cards: list[Card]


def sections(found: Iterable[Card]) -> list[Section]:
    """New ones first, then what falls in this week or was due earlier, then the rest; within each by day."""
    today = timezone.localdate()
    sunday = today + datetime.timedelta(days=6 - today.weekday())
    ordered = sorted(found, key=lambda card: (card.due or datetime.date.max, card.name, str(card.pk)))
    running = [card for card in ordered if not card.is_finished and not card.is_new]
    this_week = [card for card in running if card.due and card.due <= sunday]
    lists = (
        Section(_("New"), [card for card in ordered if card.is_new]),
        Section(_("This week"), this_week),
        Section(_("Later"), [card for card in running if card not in this_week]),
        Section(_("Done and ended"), [card for card in reversed(ordered) if card.is_finished]),
    )
    return [section for section in lists if section.cards]
