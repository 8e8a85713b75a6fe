"""Telling people by mail that a way to sign in as them changed: who did not do it themselves learns of it, and can say so."""

import datetime
from enum import StrEnum

from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hgw import environment
from hgw.accounts.models import User
from hgw.transaction import reading


class Change(StrEnum):
    """What changed, as the task is told it."""

    BEGUN = "begun"
    PASSWORD = "password"
    FIRST_PASSWORD = "first_password"
    SECOND_STEP_SET_UP = "second_step_set_up"
    SECOND_STEP_ENDED = "second_step_ended"
    NEW_CODES = "new_codes"
    LINKED = "linked"
    UNLINKED = "unlinked"


SAID = {
    Change.BEGUN: gettext_noop(
        "On %(day)s at %(time)s an account in HGW was begun with this address, by the invitation of the school."
    ),
    Change.PASSWORD: gettext_noop("On %(day)s at %(time)s the password of your account in HGW was changed."),
    Change.FIRST_PASSWORD: gettext_noop(
        "On %(day)s at %(time)s a password was chosen for your account in HGW. It had none before."
    ),
    Change.SECOND_STEP_SET_UP: gettext_noop(
        "On %(day)s at %(time)s a second step was set up for your account in HGW: an app with codes, or a passkey, which may "
        "also open it without your password."
    ),
    Change.SECOND_STEP_ENDED: gettext_noop(
        "On %(day)s at %(time)s a second step of your account in HGW was taken away."
    ),
    Change.NEW_CODES: gettext_noop(
        "On %(day)s at %(time)s new codes on paper were made for your account in HGW. The old ones no longer work."
    ),
    Change.LINKED: gettext_noop(
        "On %(day)s at %(time)s an account elsewhere was linked to yours in HGW: whoever signs in there comes in here."
    ),
    Change.UNLINKED: gettext_noop(
        "On %(day)s at %(time)s the link between your account in HGW and one elsewhere was ended."
    ),
}

# A new password does not end these: the page where the owner does.
ENDED_AT = {Change.SECOND_STEP_SET_UP: "mfa_index", Change.LINKED: "provider_links"}


def changed(user: User, change: Change) -> None:
    """Have the user told, once the request that changed it is done; nobody where the server sends no mail."""
    if settings.MAIL_IS_SET_UP:
        tell_of_change.enqueue(str(user.pk), change.value, timezone.now().isoformat())


@task()
def tell_of_change(user_id: str, change: str, when: str) -> None:
    """Tell whoever has this account what changed, and `when` (ISO 8601), and what to do when it was somebody else."""
    with reading():
        user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    moment = timezone.localtime(datetime.datetime.fromisoformat(when))
    with translation.override(settings.LANGUAGE_CODE):
        said = _(SAID[Change(change)]) % {"day": date_format(moment, "j F Y"), "time": time_format(moment, "H:i")}
        address = environment.address() + reverse(ENDED_AT.get(Change(change), "account_reset_password"))
        then = _not_you(Change(change)) % {"link": address}
        was_you = _("Was it you? Then you need do nothing.")
        send_mail(_("A change in how you sign in to HGW"), f"{said}\n\n{was_you}\n\n{then}", None, [user.email])


def _not_you(change: Change) -> str:
    if change in ENDED_AT:
        return _(
            "Was it not you? Take away on this page what is not yours, choose a new password, and tell whoever looks after "
            "HGW at your school; also when you can no longer come in:\n\n%(link)s"
        )
    return _(
        "Was it not you? Choose a new password at once, and tell whoever looks after HGW at your school:\n\n%(link)s"
    )
