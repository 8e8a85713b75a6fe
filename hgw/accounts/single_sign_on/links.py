"""Which account elsewhere is whose here: the realm and the number, and nothing else that a provider says of somebody."""

import datetime
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from hgw.accounts import sessions, ways_in
from hgw.accounts.models import RoleAssignment, School, User
from hgw.accounts.providers import Provider
from hgw.accounts.single_sign_on.answers import Identity
from hgw.audit.models import Action, record, remember


@dataclass(frozen=True)
class Link:
    """An account elsewhere of one user. `can_go` is false for the last way in."""

    pk: int
    label: str
    since: datetime.datetime
    can_go: bool


def user_of(identity: Identity) -> User | None:
    """Whose account elsewhere this is; None when it is nobody's here."""
    found = SocialAccount.objects.filter(provider=identity.realm, uid=identity.number).select_related("user").first()
    return found.user if found else None


def remember_second_step(identity: Identity) -> None:
    """That the second step of this person is shown there: then nobody sets one up here who did not show it."""
    SocialAccount.objects.filter(provider=identity.realm, uid=identity.number).update(extra_data={"second_step": True})


def of(user: User) -> list[Link]:
    """The accounts elsewhere of this user, the oldest first; also those at a place that is no longer set."""
    labels = {one.realm: one.label for one in reversed(settings.SINGLE_SIGN_ON.values())}
    rows = SocialAccount.objects.filter(user=user).order_by("pk")
    return [
        Link(row.pk, labels.get(row.provider, row.provider), row.date_joined, can_go=has_another_way_in(user, row.pk))
        for row in rows
    ]


def providers_of(user: User) -> list[Provider]:
    """The places where this user can sign in today."""
    realms = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return [one for one in settings.SINGLE_SIGN_ON.values() if one.realm in realms]


def has_another_way_in(user: User, pk: int) -> bool:
    """Whether this user can still sign in without this link: with a password, or at another place that is set."""
    realms = [one.realm for one in settings.SINGLE_SIGN_ON.values()]
    others = SocialAccount.objects.filter(user=user, provider__in=realms).exclude(pk=pk)
    return user.has_usable_password() or others.exists()


def may_come_in(provider: Provider, user: User) -> bool:
    """Whether this user has a role today at a school whose people come in by this provider."""
    held = RoleAssignment.objects.on().filter(user=user)
    if provider.schools:
        held = held.filter(school__institution_number__in=provider.schools)
    return user.is_active and held.exists()


def is_for(provider: Provider, school: School) -> bool:
    """Whether the people of this school come in by this provider."""
    return not provider.schools or school.institution_number in provider.schools


def for_school(school: School) -> list[Provider]:
    """The places where the people of this school can sign in."""
    return [one for one in settings.SINGLE_SIGN_ON.values() if is_for(one, school)]


def link(identity: Identity, user: User, provider: Provider, *, begins: bool = False) -> bool:
    """Let this account elsewhere sign in as this user from now on; False when it is another's already.

    `begins`: the account here begins with it, and its owner is told of that.
    """
    found, is_new = SocialAccount.objects.get_or_create(
        provider=identity.realm, uid=identity.number, defaults={"user": user}
    )
    if is_new:
        _record(Action.SIGN_IN_LINKED, user, provider.name)
        if not begins:
            ways_in.changed(user, ways_in.Change.LINKED)
    return bool(found.user_id == user.pk)


def unlink(user: User, pk: int, *, here: str) -> bool:
    """End a link of this user, and every session but the one with the key `here`: one of them may have been begun with it.

    False when it is the last way in, or none of this user's.
    """
    row = SocialAccount.objects.filter(user=user, pk=pk).first()
    if row is None or not has_another_way_in(user, pk):
        return False
    names = (one.name for one in settings.SINGLE_SIGN_ON.values() if one.realm == row.provider)
    row.delete()
    _record(Action.SIGN_IN_UNLINKED, user, next(names, ""))
    ways_in.changed(user, ways_in.Change.UNLINKED)
    sessions.end_all(user.pk, but=here)
    return True


def _record(action: Action, user: User, provider: str) -> None:
    remember("user", [(user.pk, user.name)])
    record(action, school=None, who=user, object=user.pk, detail=provider)
