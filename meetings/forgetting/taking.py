"""What goes of the meetings when a student is erased: whole meetings about that student, and out of a group only his or her part."""

import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min, Q
from django.utils import timezone

from hgw.items.models import Item, Revision, SavedKey
from hgw.storage.contents import typed_fields
from meetings.forgetting.tables import rows_of, tables
from meetings.models import (
    Agreement,
    AgreementReview,
    CircleMember,
    Factor,
    FactorLink,
    Goal,
    GoalScore,
    Meeting,
    MeetingSeries,
    MeetingSubject,
    Need,
    Participant,
    Person,
    Plan,
    PlanIssue,
    PlanText,
    Wish,
)
from meetings.models.items import MeetingItem
from meetings.room import store
from students.forgetting.erasing import Taking
from students.forgetting.names import GONE, Names
from students.models import Guardian


def take(taking: Taking) -> None:
    """Called in the transaction of the erasure, before the rows of the student go."""
    subjects = MeetingSubject.objects.filter(student=taking.student)
    meetings = list(Meeting.objects.filter(subjects__in=subjects).order_by("pk"))
    # Whoever saves in one of them at this moment is waited for; who comes later finds it gone, or gets the next number.
    Meeting.objects.filter(pk__in=[one.pk for one in meetings]).update(change_no=F("change_no") + 1)
    others = MeetingSubject.objects.exclude(student=taking.student)
    shared = set(others.filter(meeting__in=meetings).values_list("meeting", flat=True))
    _take_whole(taking, [one.pk for one in meetings if one.pk not in shared])
    _take_part(taking, [one for one in meetings if one.pk in shared])
    for one in meetings:
        transaction.on_commit(partial(store.forget, one.pk), robust=True)
        transaction.on_commit(partial(store.rights_changed, one.pk), robust=True)


# --- a meeting about this student alone ---


def _take_whole(taking: Taking, meetings: list[uuid.UUID]) -> None:
    series = set(Meeting.objects.filter(pk__in=meetings).exclude(series=None).values_list("series", flat=True))
    Meeting.objects.filter(previous_meeting__in=meetings).update(previous_meeting=None)
    _note_prints(taking, PlanIssue.objects.filter(meeting__in=meetings))
    for rows in rows_of(meetings):
        taking.delete(rows)
    taking.delete(MeetingSeries.objects.filter(pk__in=series, meetings=None))


def _note_prints(taking: Taking, issues: Any) -> None:
    taking.in_tasks |= set(map(str, issues.values_list("pk", flat=True)))


# --- a meeting about several ---


def _item_models() -> list[Any]:
    return [model for model, _path in tables() if issubclass(model, MeetingItem)]


def _take_part(taking: Taking, meetings: list[Meeting]) -> None:
    own = _own_items(taking)
    people = _own_people(taking)
    _gather(own, Participant, person__in=people)
    _gather(own, PlanText, plan__student=taking.student)
    _gather_hanging(own)
    shells = _shells(own)
    own[Goal] -= shells
    _note_prints(taking, PlanIssue.objects.filter(plan__student=taking.student))
    for model, ids in own.items():
        _unlink(taking, model, ids)
    _unlink(taking, Plan, set(Plan.objects.filter(student=taking.student).values_list("pk", flat=True)))
    CircleMember.objects.filter(item__in=taking.items)._raw_delete("default")
    _empty(taking, shells)
    written: set[uuid.UUID] = set()
    for meeting in meetings:
        written |= _take_name(taking, meeting, [person.name for person in people if person.meeting_id == meeting.pk])
    _forget_people(people)
    MeetingSubject.objects.filter(student=taking.student)._raw_delete("default")
    _unlink_guardians(taking)
    _renumber(written)  # now that nobody is called by the name any more


def _own_items(taking: Taking) -> dict[Any, set[uuid.UUID]]:
    """What is about this student, by model."""
    own: dict[Any, set[uuid.UUID]] = {}
    for model in _item_models():
        whose = Q(subject=taking.student)
        if any(field.name == "student" for field in model._meta.concrete_fields):
            whose |= Q(student=taking.student)
        if model is Wish:
            whose |= Q(guardian__in=taking.guardians)
        own[model] = set(model._base_manager.filter(whose).values_list("pk", flat=True))
    return own


def _gather(own: dict[Any, set[uuid.UUID]], model: Any, **where: Any) -> None:
    own[model] |= set(model._base_manager.filter(**where).values_list("pk", flat=True))


def _gather_hanging(own: dict[Any, set[uuid.UUID]]) -> None:
    """What hangs under it, and cannot be without it."""
    _gather(own, GoalScore, goal__in=own[Goal])
    _gather(own, AgreementReview, agreement__in=own[Agreement])
    _gather(own, FactorLink, from_factor__in=own[Factor])
    _gather(own, FactorLink, to_factor__in=own[Factor])


def _shells(own: dict[Any, set[uuid.UUID]]) -> set[uuid.UUID]:
    """Goals of this student under which a need of somebody else stands: no need can be without its goal."""
    needs = Need._base_manager.filter(goal__in=own[Goal]).exclude(pk__in=own[Need])
    return set(needs.values_list("goal", flat=True))


def _empty(taking: Taking, shells: set[uuid.UUID]) -> None:
    """Their history goes, they stay as the place on which others stand: under a number that no open form has seen."""
    if not shells:
        return
    for rows in (Revision.objects.filter(item__in=shells), SavedKey.objects.filter(item__in=shells)):
        taking.delete(rows)
    Goal.objects.filter(pk__in=shells).update(**_emptied())
    for goal in Goal.objects.filter(pk__in=shells):
        _note_version(goal)


def _note_version(item: Any) -> None:
    """Have the item as it stands in its history, where that has no such version."""
    if not Revision.objects.exclude(act=Revision.SET_ASIDE).filter(item=item.pk, version=item.version).exists():
        Revision.objects.create(
            school_id=item.school_id, kind=item.kind(), item=item.pk, version=item.version, act="changed",
            content=item.content(),
        )  # fmt: skip


def _emptied() -> dict[str, Any]:
    return {
        "subject": None, "then_can": GONE, "indicator": "", "outcome_note": "", "curriculum_links": [], "checks": [],
        "gas": {}, "file_id": "", "version": F("version") + 1, "start_level": None,
    }  # fmt: skip


def _unlink(taking: Taking, model: Any, ids: set[uuid.UUID]) -> None:
    """Delete these rows; what points at them from elsewhere lets go, and what is nothing without them goes along."""
    if not ids:
        return
    for relation in _pointing_at(model):
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.field.null and not issubclass(relation.related_model, PlanIssue):
            rows.update(**{relation.field.name: None})
        else:
            taking.delete(rows)
    taking.delete(model._base_manager.filter(pk__in=ids))


def _pointing_at(model: Any) -> list[Any]:
    """Every column of any table that points at rows of this one."""
    fields = model._meta.get_fields(include_hidden=True)
    return [relation for relation in fields if relation.one_to_many and relation.auto_created]


def _own_people(taking: Taking) -> list[Person]:
    """Names in meetings that stand for this student or who brings the student up, and for nobody else's."""
    whose = Q(student=taking.student) | Q(guardians__in=taking.guardians)
    people = Person.objects.filter(whose).distinct().prefetch_related("guardians")
    return [
        person
        for person in people
        if person.student_id in {None, taking.student.pk}
        and all(guardian.student_id == taking.student.pk for guardian in person.guardians.all())
    ]


def _take_name(taking: Taking, meeting: Meeting, typed: list[str]) -> set[uuid.UUID]:
    """Out of what stays: the texts of the others and about all, with what stood there before. `typed` is how they were
    called at that table. Returns the items of which anything was rewritten."""
    others = meeting.people.exclude(Q(student=taking.student) | Q(guardians__in=taking.guardians))
    # Of a name that stands for nobody we know, only how it begins: "de mama van …" is not called so herself.
    beside = [one.name if one.user_id else one.name.split(" ")[0] for one in others]
    for subject in meeting.subjects.exclude(student=taking.student).select_related("student"):
        beside += [*subject.student.names(), *map(str, subject.student.guardians.all())]
    names = Names.of(taking.student, taking.guardians, beside=beside, also=typed)
    items: set[uuid.UUID] = set()
    written: set[uuid.UUID] = set()
    for rows in rows_of([meeting.pk]):
        if issubclass(rows.model, Item):
            items |= set(rows.values_list("pk", flat=True))
        if rows.model is not Person:
            written |= _write_without(names, rows, typed_fields(rows.model))
    for person in meeting.people.all():
        if (name := names.out_of(person.name)) != person.name:  # "de mama van …"; who stands for them goes after this
            Person.objects.filter(pk=person.pk).update(name=_free_name(person, name))
    versions = _write_without(names, Revision.objects.filter(item__in=items), ["content"])
    written |= set(Revision.objects.filter(pk__in=versions).values_list("item", flat=True))
    series = MeetingSeries.objects.filter(meetings=meeting)
    series.update(updated_at=timezone.now())  # whoever saves it at this moment is waited for
    _write_without(names, series, ["title"])
    PlanIssue.objects.filter(meeting=meeting, plan=None).update(pdf=None)  # the report of all of them
    return written & items


def _renumber(items: set[uuid.UUID]) -> None:
    """Give these items and all their versions numbers that nobody has seen.

    Who has one open since before is told that it changed: nothing is merged with a text that no longer is what it was, so
    the name comes back at most by a hand that chooses it.
    """
    models = [model for model, _path in tables() if issubclass(model, Item)] if items else []
    for model in models:
        for item in model._base_manager.filter(pk__in=items):
            versions = Revision.objects.filter(item=item.pk)
            ends = versions.aggregate(first=Min("version"), last=Max("version"))
            further = max(item.version, ends["last"] or 0) - (ends["first"] or item.version) + 1
            versions.update(version=F("version") + further, merged_from=F("merged_from") + further)
            model._base_manager.filter(pk=item.pk).update(version=item.version + further)
            _note_version(item.fresh())


def _write_without(names: Names, rows: Any, fields: Iterable[str]) -> set[Any]:
    """Write them without the names; which of them had one."""
    found = set()
    for pk, *values in list(rows.values_list("pk", *fields)) if fields else ():
        given = dict(zip(fields, values, strict=True))
        without = {name: names.out_of(value) for name, value in given.items()}
        changed = {name: value for name, value in without.items() if value != given[name]}
        if changed:
            rows.model._base_manager.filter(pk=pk).update(**changed)
            found.add(pk)
    return found


def _forget_people(people: list[Person]) -> None:
    """Who did something in what stays does so without a name; who did nothing there goes."""
    Person.guardians.through.objects.filter(person__in=people)._raw_delete("default")  # type: ignore[attr-defined]  # not in the stubs
    for person in people:
        relations = _pointing_at(Person)
        stays = any(one.related_model._base_manager.filter(**{one.field.name: person}).exists() for one in relations)
        if stays:
            Person.objects.filter(pk=person.pk).update(name=_free_name(person, GONE), student=None)
        else:
            Person.objects.filter(pk=person.pk)._raw_delete("default")


def _free_name(person: Person, name: str) -> str:
    """The name, with a number where somebody in that meeting has it already."""
    taken = set(Person.objects.filter(meeting=person.meeting_id).exclude(pk=person.pk).values_list("name", flat=True))
    numbered = (name if n == 1 else f"{name[:190]} {n}" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _unlink_guardians(taking: Taking) -> None:
    """What others wrote stays also where a guardian told it, or was to get the copy."""
    for guardian in taking.guardians:
        for relation in _pointing_at(Guardian):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: guardian})
            if relation.field.null:
                rows.update(**{relation.field.name: None})
            else:
                rows._raw_delete("default")
    Person.objects.filter(student=taking.student).update(student=None)
