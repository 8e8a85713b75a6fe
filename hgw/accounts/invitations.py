"""Asking somebody to join a school: the link, and what happens when it is opened.

The link holds the id of the invitation, signed. It works once, until it expires or is taken back. An account that
exists already gets the roles only when its own person has signed in: a link gives nobody somebody else's account.
"""

import uuid

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone

from hgw.accounts import ways_in
from hgw.accounts.models import Invitation, User
from hgw.accounts.roles import WITH_CLASSES, give
from hgw.audit.models import Action, record, remember
from hgw.transaction import work_also_for

_signer = Signer(salt="hgw.accounts.invitation")


def path_of(invitation: Invitation) -> str:
    """The link of an invitation, without the name of the server."""
    return reverse("invitation", args=[_signer.sign(str(invitation.pk))])


def find(token: str) -> Invitation | None:
    """The invitation of a link; None when nobody made that link, or when it no longer works."""
    try:
        pk = uuid.UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Invitation.objects.waiting().filter(pk=pk).select_related("school").first()


def account_of(invitation: Invitation) -> User | None:
    """Whose account the address of the invitation is; None when it is nobody's yet, so that a way in may be chosen.

    An account that waits for its person with roles at another school is somebody's: that school's link opens it.
    """
    user = User.objects.filter(email=invitation.email).first()
    if user is None or user.has_a_way_in():
        return user
    elsewhere = user.assignments.exclude(school=invitation.school).exclude(valid_until__lt=timezone.localdate())
    return user if elsewhere.exists() else None


def invite(invitation: Invitation, *, by: User | None) -> Invitation:
    """Keep the invitation and write it down. What was sent to the same person by this school before no longer works."""
    invitation.email = User.objects.normalize_email(invitation.email).lower()
    earlier = Invitation.objects.waiting().filter(school=invitation.school, email=invitation.email)
    earlier.update(ended_at=timezone.now(), updated_by=by, updated_at=timezone.now())
    invitation.created_by = invitation.updated_by = by
    invitation.save(force_insert=True)
    _record(Action.INVITATION_SENT, invitation, by)
    return invitation


def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take the invitation back. One that was taken stays taken."""
    if Invitation.objects.filter(pk=invitation.pk, ended_at=None).update(ended_at=timezone.now(), updated_by=by):
        _record(Action.INVITATION_WITHDRAWN, invitation, by)


def begin_account(invitation: Invitation, name: str, password: str | None) -> User:
    """The account of somebody who never signed in, or whose account was closed. The invitation is still to be taken.

    Without a password it is a provider that lets this person in (hgw/accounts/single_sign_on/).
    """
    user = User.objects.filter(email=invitation.email).first() or User(email=invitation.email)
    if not user._state.adding:
        user.close_ways_in()
    user.name, user.is_active = name, True
    user.set_password(password)
    user.save()
    ways_in.changed(user, ways_in.Change.BEGUN)
    return user


def take(invitation: Invitation, user: User) -> bool:
    """Give the user the roles of the invitation, those that he or she does not have yet. False: somebody was first."""
    now = timezone.now()
    if not Invitation.objects.waiting().filter(pk=invitation.pk).update(ended_at=now, updated_by=user, updated_at=now):
        return False
    work_also_for(invitation.school_id)  # the link is signed: it stands for its school
    classes = list(invitation.class_groups.all())  # type: ignore[attr-defined]  # whatever classes are: they go along
    for role in invitation.roles:
        held = user.assignments.filter(school=invitation.school, role=role, valid_until=invitation.valid_until)
        given = held.filter(valid_from__lte=invitation.valid_from).first() or give(
            user, invitation.school, role, since=invitation.valid_from, until=invitation.valid_until,
            by=invitation.created_by,
        )  # fmt: skip
        if role in WITH_CLASSES:
            given.class_groups.add(*classes)  # type: ignore[attr-defined]  # as above
    _record(Action.INVITATION_TAKEN, invitation, user)
    return True


def _record(action: Action, invitation: Invitation, by: User | None) -> None:
    remember("school", [(invitation.school.pk, invitation.school.name)])
    if by:
        remember("user", [(by.pk, by.name)])
    record(action, school=invitation.school_id, who=by, object=invitation.pk)
