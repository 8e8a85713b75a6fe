"""The second step at sign-in: who cannot do without, whether this session took it, and what happens when it is lost.

What the step is (a code of an app, a passkey, a code on paper) and how it is checked is the library's: `allauth.mfa`.
Here is what the school asks of it.
"""

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from hgw.accounts import sessions, ways_in
from hgw.accounts.models import Role, School, User
from hgw.audit.models import Action, record, remember

# Who reads many cases, or lets others read them. A server may ask it of everybody.
MUST = (Role.CARE_COORDINATOR, Role.PRINCIPAL, Role.CLB_WORKER, Role.SCHOOL_ADMIN)
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # codes on paper only stand in for one of these


def must_have(user: User) -> bool:
    """Whether a role of today asks for a second step: each where it is asked of all, none where it is put off (`HGW_SECOND_FACTOR`)."""
    if not settings.SECOND_FACTOR:
        return False
    return any(settings.SECOND_FACTOR_OF_ALL or role in MUST for role, _school in user.roles)


def has(user: User) -> bool:
    """Whether this user has set up a second step."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).exists()


def is_shown_elsewhere(user: User) -> bool:
    """Whether this user once showed a second step at another place (hgw/accounts/single_sign_on/) whose word still counts here."""
    realms = [one.realm for one in settings.SINGLE_SIGN_ON.values() if one.second_factor]
    return SocialAccount.objects.filter(user=user, provider__in=realms).exclude(extra_data={}).exists()


def is_owed(request: Any) -> bool:
    """Whether this session shows nothing of a case yet: its user has a role that asks for the second step, and this
    session never took it. No query for who took it.
    """
    records = get_authentication_records(request, request.user)
    return not any(taken["method"] == "mfa" for taken in records) and must_have(request.user)


def may_lose_one(user: User) -> bool:
    """Whether one second step less still leaves what the roles of this user ask for."""
    return not must_have(user) or Authenticator.objects.filter(user_id=user.pk, type__in=STEPS).count() > 1


def holders(users: Any) -> set[Any]:
    """The ids of those of these users who have a second step, here or where they sign in elsewhere."""
    here = Authenticator.objects.filter(user__in=users, type__in=STEPS).values_list("user_id", flat=True)
    elsewhere = SocialAccount.objects.filter(user__in=users).exclude(extra_data={}).values_list("user_id", flat=True)
    return {*here, *elsewhere}


def held(user: User) -> dict[Any, str]:
    """What this user has set up: the id of each with its kind, to be given to `note_changes` afterwards."""
    return dict(Authenticator.objects.filter(user_id=user.pk).values_list("pk", "type"))


def note_changes(request: Any, before: dict[Any, str]) -> None:
    """Write down what this user set up or ended since `before`; who set one up in this session has shown it."""
    user, after = request.user, held(request.user)
    remember("user", [(user.pk, user.name)])
    for pk, kind in after.items():
        if pk not in before:
            record(Action.SECOND_FACTOR_SET_UP, school=None, who=user, object=user.pk, detail=kind)
    for pk, kind in before.items():
        if pk not in after:
            record(Action.SECOND_FACTOR_ENDED, school=None, who=user, object=user.pk, detail=kind)
    _tell(user, begun={after[pk] for pk in after.keys() - before}, ended={before[pk] for pk in before.keys() - after})
    if any(kind in STEPS for pk, kind in after.items() if pk not in before):
        record_authentication(request, user, "mfa")
    elif not any(kind in STEPS for kind in after.values()):
        taken = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in taken if one["method"] != "mfa"]
    # The page that shows the codes would note this on reading, where nothing may be written.
    for codes in Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES):
        codes.wrap().mark_as_viewed()


def _tell(user: User, *, begun: set[str], ended: set[str]) -> None:
    """One mail for one act: with the first step come codes on paper, and with the last one they go."""
    if begun & set(STEPS):
        ways_in.changed(user, ways_in.Change.SECOND_STEP_SET_UP)
    elif ended & set(STEPS):
        ways_in.changed(user, ways_in.Change.SECOND_STEP_ENDED)
    elif begun:
        ways_in.changed(user, ways_in.Change.NEW_CODES)


def take_away(user: User, *, school: School | None, by: User | None) -> bool:
    """Take the second step of somebody away who lost it; the sessions of that person end. False: there was none.

    At the next sign-in the person is asked for a new one, when a role asks for it. `by` is empty for the command on the
    server, and `school` with it.
    """
    taken, _kinds = Authenticator.objects.filter(user=user).delete()
    forgotten = SocialAccount.objects.filter(user=user).exclude(extra_data={}).update(extra_data={})
    if not taken and not forgotten:
        return False
    sessions.end_all(user.pk)
    ways_in.changed(user, ways_in.Change.SECOND_STEP_ENDED)
    remember("user", [(one.pk, one.name) for one in {user, by} if one])
    record(
        Action.SECOND_FACTOR_ENDED, school=school.pk if school else None, who=by, object=user.pk, detail="taken_away"
    )
    return True
