"""Erasing one student: gone from every page at once, then destroyed to the last earlier version, however often interrupted.

In one transaction the rows themselves go: whatever a page, a list, a search or a document is made of. From then on nobody
finds anything of the student, and no rule of the door has to remember to hide it. What nobody can reach any more, the
earlier versions and the keys of the saves, goes after it in pieces that hold up no save, and at last the bytes that a
database leaves behind. `work` goes on wherever a killed program stopped.

Apps that stand on this one add what they hold of a student to `takers`, each when it is ready.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hgw.accounts import rights
from hgw.accounts.models import User
from hgw.audit.models import Action, Key, record
from hgw.items.models import Item, Revision, SavedKey
from hgw.storage import tidying
from hgw.storage.row_security import WHOLE
from hgw.transaction import reading, writing
from students.forgetting import erased_list
from students.forgetting.names import Names
from students.forgetting.rules import is_due
from students.models import (
    Consent,
    EmergencyAccess,
    Enrollment,
    Erasure,
    Guardian,
    HealthNote,
    Hold,
    InspectionRelease,
    InspectionRequest,
    Leftover,
    LegalReport,
    PhaseRecord,
    ReasonableAdjustment,
    Student,
    StudentAccessGrant,
    StudentGroup,
    StudentGroupMember,
    Transfer,
)

PIECE = 200  # items of which the history goes in one transaction: some milliseconds


@dataclass
class Taking:
    """What one erasure takes along. Whoever deletes rows counts them, and names the items whose history is to follow."""

    student: Student
    guardians: list[Guardian]
    items: set[uuid.UUID] = field(default_factory=set)
    in_tasks: set[str] = field(default_factory=set)  # ids that stand in tasks of the background
    counts: Counter[str] = field(default_factory=Counter)

    def delete(self, rows: Any) -> None:
        """Delete these rows without looking at what hangs under them: that is deleted by whoever knows it."""
        if issubclass(rows.model, Item):
            self.items |= set(rows.order_by().values_list("pk", flat=True))
        self.counts[rows.model._meta.model_name] += rows.order_by()._raw_delete(rows.db) or 0


takers: list[Callable[[Taking], None]] = []


# --- asking for it ---


def ask(student: Student, rule: str, *, by: User) -> Erasure:
    """Put the erasure of a student ready, for a second person to confirm. Asking twice is asking once."""
    erasure, made = Erasure.objects.get_or_create(
        student=student.pk,
        defaults={"school_id": student.school_id, "rule": rule, "created_by": by, "updated_by": by},
    )
    if made:
        _record(Action.ERASURE_ASKED, erasure, by)
    return erasure


def withdraw(erasure: Erasure, *, by: User) -> None:
    """Leave the student as it was. Once it is confirmed and done there is nothing to withdraw."""
    if Erasure.objects.filter(pk=erasure.pk, erased_on=None).delete()[0]:
        _record(Action.ERASURE_WITHDRAWN, erasure, by)


def confirm(erasure: Erasure, *, by: User | None) -> bool:
    """Have it done. Whether it was still waiting and is due; that is asked once more when it is done."""
    if not _is_still_due(erasure):
        return False
    done = Erasure.objects.waiting().filter(pk=erasure.pk).update(confirmed_at=timezone.now(), confirmed_by=by)
    if done:
        _record(Action.ERASURE_CONFIRMED, erasure, by)
    return bool(done)


def _is_still_due(erasure: Erasure) -> bool:
    """Not when the student came back since it was asked, is held back, or is kept longer now.

    Who stands in the list of erased students is due whatever the rows say: they are of a copy that was put back.
    """
    student = Student.objects.select_related("school").filter(pk=erasure.student).first()
    return student is None or student.pk in erased_list.read() or is_due(student, timezone.localdate())


def _record(action: Action, erasure: Erasure, by: User | None) -> None:
    record(
        action, school=erasure.school_id, who=by, object=erasure.student, student=erasure.student, detail=erasure.rule
    )


# --- doing it ---


@dataclass
class Done:
    """What a run did: how many students went, how many rows of which kind, whether all remains are destroyed."""

    students: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    is_whole: bool = True


def work() -> Done:
    """Erase everybody of whom that was confirmed, and go on with what was begun. Outside a transaction.

    Two programs may work at once, and each may be killed at any moment: the next one goes on.
    """
    done = Done()
    with reading(WHOLE):
        confirmed = list(Erasure.objects.confirmed())
    for erasure in confirmed:
        with writing(WHOLE):
            counts = take_away(erasure)
        if counts is not None:
            done.students += 1
            done.counts += counts
    done.counts += _destroy_leftovers()
    with reading(WHOLE):
        begun = list(Erasure.objects.begun().values_list("pk", flat=True))
    if begun or done.students:
        erased_list.write()
        done.is_whole = tidying.tidy()
        if done.is_whole:
            with writing(WHOLE):
                Erasure.objects.filter(pk__in=begun, leftovers=None).update(done_at=timezone.now())
    return done


def take_away(erasure: Erasure) -> Counter[str] | None:
    """Delete every row of the student, in the transaction of the caller; None when there was nothing to do.

    Whoever saves something of the student at this moment is waited for; who comes later finds nothing to save to. Where the
    student is no longer due, all stays, and the yes that was given to it counts no more: another time somebody says it anew.
    """
    Student.objects.filter(pk=erasure.student).update(updated_at=timezone.now())
    # Whoever is enrolling the student at this moment is waited for too.
    list(Student.objects.select_for_update().filter(pk=erasure.student))
    taken = Erasure.objects.confirmed().filter(pk=erasure.pk)
    if not _is_still_due(erasure):
        if taken.update(confirmed_at=None, confirmed_by=None):
            _record(Action.ERASURE_WITHDRAWN, erasure, None)
        return None
    if not taken.update(erased_on=timezone.localdate(), created_by=None, updated_by=None, confirmed_by=None):
        return None  # another program was first, or it was withdrawn
    student = Student.objects.select_related("school").filter(pk=erasure.student).first()
    if student is None:
        return Counter()
    taking = Taking(student, list(student.guardians.all()))
    for take in takers:
        take(taking)
    _take_own(taking)
    Key.objects.filter(pk=student.pk).delete()
    _delete_tasks(taking.in_tasks)
    Leftover.objects.bulk_create((Leftover(erasure=erasure, item=item) for item in taking.items), batch_size=500)
    detail = f"{sum(taking.counts.values())} rows"
    record(
        Action.STUDENT_ERASED, school=student.school_id, who=None, object=student.pk, student=student.pk, detail=detail
    )  # fmt: skip
    return taking.counts


def _take_own(taking: Taking) -> None:
    student = taking.student
    granted = StudentAccessGrant.objects.filter(student=student)
    for user in set(granted.values_list("user", flat=True)):
        rights.changed(user)  # in here, where its rows are there; what must wait for the commit does so itself
    _leave_groups(taking)
    PhaseRecord.objects.filter(student=student).update(consent=None)
    taking.delete(InspectionRelease.objects.filter(request__student=student))
    for model in (
        Enrollment, PhaseRecord, LegalReport, HealthNote, Consent, ReasonableAdjustment, StudentAccessGrant, EmergencyAccess, Hold,
        InspectionRequest, Transfer, Guardian,
    ):  # fmt: skip
        taking.delete(model._base_manager.filter(student=student))  # type: ignore[attr-defined]  # a model
    taking.delete(Student.objects.filter(pk=student.pk))


def _leave_groups(taking: Taking) -> None:
    """Groups go on with the others, without the name; a group of nobody goes."""
    theirs = StudentGroup.objects.filter(memberships__student=taking.student)
    theirs.update(updated_at=timezone.now())  # whoever saves one of them at this moment is waited for
    groups = list(theirs)
    StudentGroupMember.objects.filter(student=taking.student)._raw_delete("default")
    for group in groups:
        meetings: Any = group.meetings  # type: ignore[attr-defined]  # the meetings about it
        others = Student.objects.filter(student_groups=group)
        if not others and not meetings.exists():
            StudentGroup.objects.filter(followed_by=group).update(followed_by=None)
            taking.delete(StudentGroup.objects.filter(pk=group.pk))
            continue
        names = Names.of(taking.student, taking.guardians, beside=[str(one) for one in others])
        texts = {"name": names.out_of(group.name), "purpose": names.out_of(group.purpose)}
        if texts != {"name": group.name, "purpose": group.purpose}:
            StudentGroup.objects.filter(pk=group.pk).update(**texts)


def _delete_tasks(ids: Iterable[str]) -> None:
    wanted = set(ids)
    rows = DBTaskResult.objects.values_list("pk", "args_kwargs") if wanted else ()
    found = [pk for pk, given in rows if wanted & {str(one) for one in given.get("args", ())}]
    DBTaskResult.objects.filter(pk__in=found).delete()


def _destroy_leftovers() -> Counter[str]:
    """Earlier versions and keys of items that are gone, a piece at a time. What is to go is looked up beside the saves."""
    counts: Counter[str] = Counter()
    with reading(WHOLE):
        left = dict(Leftover.objects.values_list("pk", "item"))
        keys: dict[uuid.UUID, list[uuid.UUID]] = {}
        items = set(left.values())
        for key, item in SavedKey.objects.values_list("key", "item").iterator(2000) if items else ():
            if item in items:
                keys.setdefault(item, []).append(key)
    for some in batched(left.items(), PIECE):
        gone = [item for _pk, item in some]
        with writing(WHOLE):
            counts["revision"] += Revision.objects.filter(item__in=gone).order_by()._raw_delete("default") or 0
            for few in batched([key for item in gone for key in keys.get(item, ())], 500):
                counts["savedkey"] += SavedKey.objects.filter(key__in=few)._raw_delete("default") or 0
            Leftover.objects.filter(pk__in=[pk for pk, _item in some])._raw_delete("default")
    return counts


# --- again, in a database that was put back ---


def again() -> Done:
    """Erase once more whoever stands in the list of erased students and is in this database all the same."""
    with reading(WHOLE):
        known = set(Erasure.objects.erased().values_list("student", flat=True))
        there = set(Student.objects.filter(pk__in=erased_list.read()).values_list("pk", flat=True))
    for student, (day, rule) in erased_list.read().items():
        if student in known and student not in there:
            continue
        with writing(WHOLE):
            school = Student.objects.filter(pk=student).values_list("school", flat=True).first()
            Hold.objects.filter(student=student).delete()  # of before: it was lifted, else nothing had been erased
            Erasure.objects.update_or_create(
                student=student,
                defaults={
                    "school_id": school, "rule": rule, "confirmed_at": timezone.now(), "done_at": None,
                    "erased_on": None if school else day,
                },
            )  # fmt: skip
    done = work()
    for student, (day, _rule) in erased_list.read().items():  # the day on which it was, not that of today
        with writing(WHOLE):
            Erasure.objects.erased().filter(student=student).exclude(erased_on=day).update(erased_on=day)
    return done
