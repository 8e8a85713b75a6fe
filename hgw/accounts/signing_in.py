"""Who came in, who went out, and who was not let in, written into the trace. Of no school: an account is of a person."""

from hgw.accounts import ways_in
from hgw.accounts.models import User
from hgw.audit.models import Action, entry, hidden, record, remember
from hgw.request import Request


def came_in(user: User, *, via: str = "") -> None:
    """Write down that somebody signed in; in the transaction of the request. `via` is the provider, where there is one."""
    remember("user", [(user.pk, user.name)])
    record(Action.SIGNED_IN, school=None, who=user, object=user.pk, detail=via)


def went_out(user: User) -> None:
    """Write down that somebody signed out."""
    record(Action.SIGNED_OUT, school=None, who=user, object=user.pk)


def has_a_new_password(user: User, *, is_first: bool, by_mail: bool) -> None:
    """Write down that a password was changed, or chosen by the link in a mail, and tell whose it is.

    `is_first`: there was none, it was a provider that let this person in.
    """
    remember("user", [(user.pk, user.name)])
    how = "by_mail" if by_mail else "first" if is_first else ""
    record(Action.PASSWORD_CHANGED, school=None, who=user, object=user.pk, detail=how)
    ways_in.changed(user, ways_in.Change.FIRST_PASSWORD if is_first else ways_in.Change.PASSWORD)


def refused(request: Request, email: str, why: str) -> None:
    """Note that somebody was not let in, be the answer one that undoes what it did. `why` is a code.

    The object is the account of that address. Where there is none it is the address as a keyed hash; that is asked for
    either way, so that both take as long.
    """
    address = email.strip().lower()
    nobody = hidden("address", address)
    known = User.objects.filter(email=address).values_list("pk", flat=True).first()
    request.trace.append(entry(Action.SIGN_IN_REFUSED, school=None, who=None, object=known or nobody, detail=why))


def refused_elsewhere(
    request: Request, provider: str, account: tuple[str, str] | None, known: User | None, why: str
) -> None:
    """Note that somebody was not let in who came from a provider. `account` is the realm and number there, if it said one.

    The object is the user whose account that is here; where it is nobody's, that account as a keyed hash.
    """
    found = known.pk if known else hidden("account", " ".join(account or (provider,)))
    code = f"{provider} {why}"
    request.trace.append(entry(Action.SIGN_IN_REFUSED, school=None, who=None, object=found, detail=code))
