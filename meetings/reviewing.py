"""What comes of an agreement after it was made: whoever does it answers, sees it, and says how it goes.

The agreement stays as it was agreed. A review is a row beside it, also after the meeting closed, and the status of the
agreement is that of the newest review. For whom nobody can sign in (a guardian, the student, somebody from outside),
a coordinator of the school answers and reviews in their name.
"""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from hgw.accounts.models import Role, User
from hgw.audit.models import Action, record
from hgw.items.models import Revision
from hgw.items.saving import NotSaved, save_item
from meetings.models import Agreement, AgreementActor, AgreementReview, AgreementStatus, Meeting, Person
from meetings.models.meeting import OPEN

# Nobody has said yes to these: "seen" would be a promise by accident, so the question comes first.
UNANSWERED = (AgreementStatus.PROPOSED, AgreementStatus.PUT_FORWARD, AgreementStatus.DECLINED)


class NotAnswered(NotSaved):
    """ "Seen" on what nobody agreed to yet: "will you do this?" comes first."""


class AlreadyReviewed(NotSaved):
    """Somebody reported on the agreement: yes or no comes too late."""


def own_agreements(user: User) -> Any:
    """What this user agreed to do and may read, in every meeting that was not cancelled."""
    mine = AgreementActor.objects.filter(agreement=OuterRef("pk"), person__user=user)
    return _listed(user).filter(Exists(mine))


def agreements_in_name_of_others(user: User) -> Any:
    """What somebody without an account does, at the schools where this user is a coordinator."""
    schools = [school for role, school in user.roles if role == Role.CARE_COORDINATOR]
    theirs = AgreementActor.objects.filter(agreement=OuterRef("pk"), person__user=None)
    return _listed(user).filter(Exists(theirs), school__in=schools)


def _listed(user: User) -> Any:
    reviewable = Agreement.objects.allowed(user, "review").filter(removed_at=None)
    return reviewable.exclude(meeting__status=Meeting.Status.CANCELLED)


def acts_for(user: User, agreement: Agreement) -> bool:
    """Whether this user does it, or is the coordinator of somebody who does it and cannot sign in."""
    lists = (own_agreements(user), agreements_in_name_of_others(user))
    return any(rows.filter(pk=agreement.pk).exists() for rows in lists)


def can_review(user: User, agreement: Agreement) -> bool:
    """Whether this user reports on the agreement. A coordinator may stop any of the school."""
    return acts_for(user, agreement) or can_stop(user, agreement)


def can_stop(user: User, agreement: Agreement) -> bool:
    coordinates = user.has_role(agreement.school_id, Role.CARE_COORDINATOR)
    return coordinates and Agreement.objects.filter(pk=agreement.pk).allowed(user, "review").exists()


def review(agreement: Agreement, progress: str, effect: str, note: str, *, by: User, key: uuid.UUID) -> AgreementReview:
    """Say how an agreement goes; its status becomes what was said. The same key again stores nothing more.

    Raises `PermissionDenied`, `NotAnswered` when "seen" comes before "yes", `KeyReused`; then nothing is changed.
    """
    if not (acts_for(by, agreement) or (progress == AgreementStatus.STOPPED and can_stop(by, agreement))):
        raise PermissionDenied
    if progress == AgreementStatus.ACKNOWLEDGED and agreement.fresh().status in UNANSWERED:
        raise NotAnswered
    row = AgreementReview(
        meeting=agreement.meeting, school=agreement.school, subject=agreement.subject, date=timezone.localdate(),
        by=_person(agreement, by),
    )  # fmt: skip
    said = {
        "agreement": agreement,
        "progress": progress,
        "effect": effect or AgreementReview.Effect.UNKNOWN,
        "note": note,
    }
    saved = save_item(row, said, by=by, base_version=0, key=key)
    if not saved.replayed:
        _set_status(agreement, progress, by=by)
    return saved.item


def answer(agreement: Agreement, yes: bool, *, by: User) -> Agreement:
    """Say yes or no to what was proposed. Another answer may follow until somebody reports on it.

    Raises `PermissionDenied` for who does not do it, `AlreadyReviewed` when a report came first.
    """
    if not acts_for(by, agreement):
        raise PermissionDenied
    agreement.meeting.touch(
        quietly=agreement.is_hidden_from_some()
    )  # waits for a save of the same agreement at this moment
    if agreement.reviews.filter(removed_at=None).exists():
        raise AlreadyReviewed
    status = AgreementStatus.AGREED if yes else AgreementStatus.DECLINED
    if agreement.fresh().status != status:
        _set_status(agreement, status, by=by)
    return agreement.fresh()


def _set_status(agreement: Agreement, status: str, *, by: User) -> None:
    """Write the status. While the meeting is open that is a version, or a form somebody has open would put the old one back."""
    rows = Agreement._base_manager.filter(pk=agreement.pk)
    rows.update(status=status)
    if rows.filter(meeting__status__in=OPEN).update(version=F("version") + 1, updated_at=timezone.now(), updated_by=by):
        fresh = agreement.fresh()
        Revision.objects.create(
            school_id=fresh.school_id, kind=fresh.kind(), item=fresh.pk, version=fresh.version, act="changed", author=by,
            content=fresh.content(),
        )  # fmt: skip
    student = agreement.subject_id or agreement.meeting.student_id_for_trace()
    record(
        Action.AGREEMENT_REVIEWED,
        school=agreement.school_id,
        who=by,
        object=agreement.pk,
        student=student,
        detail=status,
    )


def _person(agreement: Agreement, user: User) -> Person:
    """Under which name of the meeting this user speaks: the one on the agreement, another of theirs, or a new one."""
    people = Person.objects.filter(meeting=agreement.meeting_id, user=user)
    doing = people.filter(pk__in=agreement.actors.values("person")).first()
    return doing or people.first() or agreement.meeting.person(user.name)
