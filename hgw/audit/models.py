"""The trace: who did what to which object, who looked, and who was refused. Written once, never changed.

Entries hold opaque ids, no text and no foreign keys, so that they outlive what they are about. What an id stands
for is in `Key`; erasing a person empties the key and leaves the trace whole. What somebody typed to find or to enter
(a name, an e-mail address) is there as a keyed hash: the same words twice can be seen, the words cannot.
"""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hgw.audit.marks import mark

if TYPE_CHECKING:
    from hgw.request import Request


class Action(models.TextChoices):
    """What can be in the trace."""

    MEETING_OPENED = "meeting.opened"
    MEETING_PLANNED = "meeting.planned"
    MEETING_STARTED = "meeting.started"
    MEETING_CLOSED = "meeting.closed"
    MEETING_CANCELLED = "meeting.cancelled"
    STUDENT_OPENED = "student.opened"
    STUDENTS_SEARCHED = "students.searched"
    SERIES_OPENED = "series.opened"
    AGREEMENT_OPENED = "agreement.opened"
    PROJECTION_STARTED = "projection.started"
    PROJECTION_STOPPED = "projection.stopped"
    ITEM_ADDED = "item.added"
    ITEM_CHANGED = "item.changed"
    ITEM_REMOVED = "item.removed"
    ITEM_RESTORED = "item.restored"
    ITEM_MOVED = "item.moved"
    PLAN_OPENED = "plan.opened"
    PLAN_PRINTED = "plan.printed"
    CASE_LOADED = "case.loaded"
    CASE_EXPORTED = "case.exported"
    CASE_EXPORTED_WITH_CONFIDENTIAL = "case.exported_with_confidential"
    AGREEMENT_REVIEWED = "agreement.reviewed"
    STUDENT_INSPECTED = "student.inspected"
    HOLD_SET = "hold.set"
    HOLD_LIFTED = "hold.lifted"
    KEEPING_CHANGED = "keeping.changed"
    ERASURE_ASKED = "erasure.asked"
    ERASURE_CONFIRMED = "erasure.confirmed"
    ERASURE_WITHDRAWN = "erasure.withdrawn"
    STUDENT_ERASED = "student.erased"
    TRANSFER_OPENED = "transfer.opened"
    TRANSFER_MADE = "transfer.made"
    GRANT_GIVEN = "grant.given"
    GRANT_ENDED = "grant.ended"
    FILE_SHARED = "file.shared"
    EMERGENCY_OPENED = "emergency.opened"
    EMERGENCY_ENDED = "emergency.ended"
    EMERGENCY_REFUSED = "emergency.refused"
    EMERGENCY_REVIEWED = "emergency.reviewed"
    SCHOOL_BEGUN = "school.begun"
    SCHOOL_CHANGED = "school.changed"
    INVITATION_SENT = "invitation.sent"
    INVITATION_TAKEN = "invitation.taken"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    ROLE_GIVEN = "role.given"
    ROLE_CHANGED = "role.changed"
    ROLE_ENDED = "role.ended"
    ACCOUNT_CLOSED = "account.closed"
    SIGNED_IN = "signed.in"
    SIGNED_OUT = "signed.out"
    SESSIONS_ENDED = "sessions.ended"
    SIGN_IN_REFUSED = "sign_in.refused"
    PASSWORD_CHANGED = "password.changed"
    SIGN_IN_LINKED = "sign_in.linked"
    SIGN_IN_UNLINKED = "sign_in.unlinked"
    SECOND_FACTOR_SET_UP = "second_factor.set_up"
    SECOND_FACTOR_ENDED = "second_factor.ended"
    REFUSED = "refused"
    TRACE_OPENED = "trace.opened"
    TRACE_REVIEWED = "trace.reviewed"


def actions() -> list[tuple[str, str]]:
    """The choices of a column with an action. A function: one more of them changes no table, and asks for no migration."""
    return Action.choices


class AppendOnly(models.QuerySet[Any]):
    """Rows are added one at a time, and nothing else is done to them. The tables themselves refuse it too."""

    def update(self, **values: Any) -> NoReturn:
        raise TypeError("the trace is never changed")

    def delete(self) -> NoReturn:
        raise TypeError("the trace is never changed")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the trace is never changed")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the trace is written one entry at a time")


class Entry(models.Model):
    """One act.

    `who` is empty when the system itself acted (a command), or somebody who is not signed in. `school` is empty for what
    is of no school: a sign-in, a search through several, something that was refused. `object` is always there.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=40, choices=actions)
    school = models.UUIDField(null=True, db_index=True)
    who = models.UUIDField(null=True, db_index=True)
    object = models.UUIDField(db_index=True)
    student = models.UUIDField(null=True, db_index=True)
    detail = models.CharField(max_length=200, blank=True)  # codes only: a reader, a kind, a count; never typed text

    mark = models.CharField(max_length=80, editable=False)  # over all of the above (hgw/audit/marks.py)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the entry, once. Raises `TypeError` when it already exists."""
        if not self._state.adding:
            raise TypeError("an entry of the trace is never changed")
        self.mark = mark(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("an entry of the trace is never deleted")


class Seal(models.Model):
    """A link of the chain over the trace of this installation: which entries it ties to all that was sealed before.

    Made beside the saves (hgw/audit/sealing.py) and never changed. `entries` holds the id of each entry and how its mark
    begins, `up_to` the highest id in this seal and all before it, `key` which signing key it was made with.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, unique=True)  # so that the chain never forks
    head = models.CharField(max_length=64, unique=True)
    entries = models.BinaryField()
    up_to = models.BigIntegerField()
    key = models.CharField(max_length=16)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.head


class Key(models.Model):
    """What an opaque id in the trace stands for: a user, a student, a school."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=400)

    KINDS: ClassVar[tuple[str, ...]] = ("user", "student", "school")

    def __str__(self) -> str:
        return self.label


def entry(
    action: Action,
    *,
    school: uuid.UUID | None,
    who: Any,
    object: uuid.UUID,
    student: uuid.UUID | None = None,
    detail: str = "",
) -> Entry:
    """An entry that is not written yet. `who` is a user, or None for the system."""
    return Entry(
        action=action, school=school, who=who.pk if who else None, object=object, student=student, detail=detail
    )


def record(action: Action, **facts: Any) -> None:
    """Write an entry now, in the transaction of the act it tells of. Arguments as for `entry`."""
    entry(action, **facts).save(force_insert=True)


def looked(request: "Request", action: Action, **facts: Any) -> None:
    """Note that the signed-in user reads this; the request writes it down before the answer goes out."""
    request.trace.append(entry(action, who=request.user, **facts))


def searched(request: "Request", words: str) -> None:
    """Note that the signed-in user looks for students by these words, of which a keyed hash is kept; nothing without any."""
    if not words.strip():
        return
    schools = {school for _role, school in request.user.roles}
    looked(
        request, Action.STUDENTS_SEARCHED, school=schools.pop() if len(schools) == 1 else None,
        object=hidden("search", " ".join(words.casefold().split())),
    )  # fmt: skip


def hidden(kind: str, text: str) -> uuid.UUID:
    """The id under which a text of this kind stands in the trace: always the same, and nobody can read it back.

    Only who has the signing key of the installation can find out whether it is a text that they can think of.
    """
    return uuid.UUID(bytes=salted_hmac(f"hgw.audit.hidden.{kind}", text, algorithm="sha256").digest()[:16])


def remember(kind: str, labels: Iterable[tuple[uuid.UUID, str]]) -> None:
    """Keep what these ids stand for, so that somebody who reviews the trace can read it."""
    Key.objects.bulk_create(
        [Key(id=pk, kind=kind, label=label[:400]) for pk, label in labels],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["label"],
    )
