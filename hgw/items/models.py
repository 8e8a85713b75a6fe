"""The unit of saving: an item. One row that people wrote, with its version, its history and its readers."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import School, User
from hgw.rows import Row
from hgw.text import normal

CARE_TEAM, CLASS_SHEET, PARENTS, STUDENT, CLB, CONFIDENTIAL = FLAGS = (
    "care_team",
    "class_sheet",
    "parents",
    "student",
    "clb",
    "confidential",
)


FLAG_NAMES = {
    CLASS_SHEET: _("class sheet"),
    PARENTS: _("parents"),
    STUDENT: _("student"),
    CLB: _("CLB"),
    CONFIDENTIAL: _("confidential"),
}


class FlagsField(models.CharField):
    """The readers of an item, in the order in which they were given: a tuple in Python, words with commas in the table.

    A tuple of `FLAGS`. Every set holds `care_team`; `confidential` stands alone. `contains` finds one flag.
    Writing any other set raises `ValueError`: forms say so in words, this is for whoever comes past them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_length=80, default=CARE_TEAM)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *more: Any) -> tuple[str, ...]:
        return tuple((value or CARE_TEAM).split(","))

    def get_default(self) -> tuple[str, ...]:
        return self.to_python(super().get_default())

    def to_python(self, value: Any) -> tuple[str, ...]:
        return tuple(value.split(",")) if isinstance(value, str) else tuple(value or (CARE_TEAM,))

    def get_prep_value(self, value: Any) -> str:
        return value if isinstance(value, str) else ",".join(value or (CARE_TEAM,))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):  # an expression: made of values that were written this way
            return value
        flags = self.to_python(value)
        if flags != (CONFIDENTIAL,) and (CARE_TEAM not in flags or CONFIDENTIAL in flags or set(flags) - set(FLAGS)):
            raise ValueError("no set of readers")
        return super().get_db_prep_save(value, connection)

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))


@FlagsField.register_lookup
class HasFlag(models.lookups.Contains):
    """`visibility__contains="clb"`: the whole word, never a part of another one."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        sql, params = super().process_lhs(compiler, connection, lhs)
        return f"(',' || {sql} || ',')", params

    def get_prep_lookup(self) -> str:
        if self.rhs not in FLAGS:
            raise ValueError(f"no reader {self.rhs!r}")
        return f",{self.rhs},"


class Item(Row):
    """A row that somebody typed. Saved only through `hgw.items.saving`, which compares the version. Abstract."""

    school = models.ForeignKey(School, models.CASCADE, editable=False, related_name="+")
    position = models.PositiveIntegerField(default=0, editable=False)  # order on the page
    version = models.PositiveIntegerField(default=1, editable=False)  # goes up by one with each save
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)  # removed items stay in the history
    file_id = models.CharField(max_length=40, blank=True, editable=False)  # its id in a case file, kept for the way out

    BOOKKEEPING: ClassVar[set[str]] = {
        "id",
        "created_at",
        "created_by",
        "updated_at",
        "updated_by",
        "school",
        "version",
    }
    PARTS: ClassVar[tuple[str, ...]] = ()  # ordered lists that belong to the item and are saved with it
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = ()  # who reads it: where that changed, nothing is merged
    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ()  # under what it stands that hides it along, when that is confidential
    # What the save at hand changes, for `claim`: before it is done, nobody but the item knows who will hear of it.
    saved_with: Mapping[str, Any] = {}  # noqa: RUF012  # never changed, only put in its place
    is_locked = False  # on a page: read by who looks at it, not theirs to write

    class Meta:
        abstract = True
        ordering = ("position", "created_at")

    @classmethod
    def kind(cls) -> str:
        """The word for this kind of item in addresses, history and trace."""
        return cls._meta.label_lower.split(".")[1]

    def may_be_saved_by(self, user: User) -> bool:
        """Whether this user may add, change or remove this item now. Asked again in the transaction of each save."""
        raise NotImplementedError

    def claim(self) -> None:
        """Take the container (a meeting) for writing, in the transaction of the save. Raises `ItemClosed`."""

    def take_effect(self, *, by: User) -> None:
        """What follows from a save of this item beside itself. Called in the transaction of the save, once it is written."""

    def announce(self, act: str) -> None:
        """Called when a save of this item is committed: whoever has it before them may be told."""

    def student_id_for_trace(self) -> uuid.UUID | None:
        """The one student this item is about, where there is one."""
        return None

    def siblings(self) -> "models.QuerySet[Any]":
        """The rows of the list this item stands in, removed ones too: its position counts among them."""
        raise NotImplementedError

    def neighbours(self) -> "models.QuerySet[Any]":
        """The items it can change places with, in the order of the page."""
        return self.siblings().filter(removed_at=None)

    def read_part(self, name: str) -> list[Any]:
        """An owned list as plain values, for the history and for comparing."""
        raise NotImplementedError(name)

    def write_part(self, name: str, value: Any) -> None:
        """Replace an owned list."""
        raise NotImplementedError(name)

    @property
    def new_key(self) -> uuid.UUID:
        """A key for one intended save, made where a page offers it."""
        return uuid.uuid4()

    @property
    def tone(self) -> str:
        """How the item is marked on the page, where its kind says so."""
        return ""

    def content(self) -> dict[str, Any]:
        """Everything somebody typed or chose, as plain values: what the history keeps of a version."""
        content: dict[str, Any] = {}
        for field in self._meta.concrete_fields:
            if field.name not in self.BOOKKEEPING:
                content[field.name] = plain(getattr(self, field.attname))
        return content | {name: self.read_part(name) for name in self.PARTS}

    def take(self, name: str, value: Any) -> bool:
        """Give a field of this row the value as the database will hold it; False when only the database can say that."""
        if isinstance(value, str):
            value = normal(value)
        setattr(self, name, value)
        field = self._meta.get_field(name)
        if isinstance(value, str):
            return isinstance(field, models.CharField | models.TextField)
        known = bool | int | models.Model | datetime.date
        return value is None or isinstance(value, known) or isinstance(field, FlagsField)

    def fresh(self) -> Self:
        """The item as it stands in the database now."""
        return type(self)._base_manager.get(pk=self.pk)


class VisibleItem(Item):
    """An item whose readers are chosen by flags. Abstract."""

    visibility = FlagsField()
    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("visibility", "circle"),)

    class Meta(Item.Meta):
        abstract = True

    @property
    def reader_names(self) -> list[Any]:
        """The readers beside the care team, in words."""
        return [FLAG_NAMES[flag] for flag in self.visibility if flag != CARE_TEAM]

    @property
    def is_confidential(self) -> bool:
        return CONFIDENTIAL in self.visibility


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


class Revision(models.Model):
    """One version of one item: who, when, and the full text. Never changed.

    What somebody wrote and a colleague's version stands in the place of is kept too, as `SET_ASIDE`: it never was the
    item, so it carries the number of the version that was there instead.
    """

    SET_ASIDE = "set_aside"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    item = models.UUIDField()
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=10)  # added, changed, merged, removed, restored, set_aside
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()
    # Of a merged version: the version its writer began from. The colleague's is the one just before it.
    merged_from = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("item", "version", "at")
        # A second writer of the same version breaks here, whatever else went wrong.
        constraints = (
            models.UniqueConstraint(
                fields=("item", "version"), condition=~models.Q(act="set_aside"), name="revision_once"
            ),
        )
        # Without the condition, so that the history of an item is found whatever its acts are.
        indexes = (models.Index(fields=("item", "version"), name="revision_of_item"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.item} v{self.version}"


class SavedKey(models.Model):
    """A save that was done, under the key that its sender made: sent twice, it is done once."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    item = models.UUIDField()
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # of what was sent: the same key with another text is refused
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.key)
