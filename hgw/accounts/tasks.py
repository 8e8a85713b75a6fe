"""Mail with a link: to come in, or to renew the roles of colleagues. Outside the request: a task gets an id, and the link is
made where the message is."""

from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.tasks import task
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hgw import environment
from hgw.accounts import lapsing
from hgw.accounts.invitations import path_of
from hgw.accounts.models import Invitation, School, User
from hgw.text import subject_line
from hgw.transaction import reading


@task()
def send_invitation(invitation_id: str) -> None:
    """Send the link to the address of the invitation, unless it was taken or taken back meanwhile."""
    with reading():
        found = Invitation.objects.waiting().filter(pk=invitation_id).select_related("school", "created_by").first()
    if found is None:
        return
    with translation.override(found.school.document_language):
        subject = _("Come and join %(school)s in HGW") % {"school": found.school.name}
        text = _(
            "%(who)s asks you to join %(school)s in HGW, where the school prepares and keeps its student meetings.\n\n"
            "Open this link and choose a password. It works once, for two weeks, for you alone:\n\n%(link)s\n\n"
            "Did you not expect this? Then do nothing, and tell the school."
        ) % {
            "who": found.created_by.name if found.created_by else found.school.name,
            "school": found.school.name,
            "link": environment.address() + path_of(found),
        }
        send_mail(subject_line(subject), text, None, [found.email])


@task()
def send_new_password(user_id: str) -> None:
    """Send a link to choose a new password; to nobody when the id is empty, or no longer somebody's who signs in."""
    with reading():
        user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None:
        return
    with translation.override(settings.LANGUAGE_CODE):
        key = {"uidb36": user_pk_to_url_str(user), "key": PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)}
        text = _(
            "Somebody asked for a new password for your account in HGW.\n\n"
            "Was it you? Open this link and choose one. It works once, for three days:\n\n%(link)s\n\n"
            "Was it not you? Then do nothing: your password stays as it is."
        ) % {"link": environment.address() + reverse("account_reset_password_from_key", kwargs=key)}
        send_mail(_("A new password for HGW"), text, None, [user.email])


@task()
def tell_to_renew(school_id: str) -> None:
    """Tell who may renew the roles of a school that some lapse soon: how many and when, nobody's name."""
    with reading():
        school = School.objects.get(pk=school_id)
        count, people = lapsing.to_renew(school).count(), lapsing.who_renews(school)
        last = lapsing.to_renew(school).order_by("lapses_on").values_list("lapses_on", flat=True).first()
    if last is None:
        return
    with translation.override(school.document_language):
        subject = _("Renew the access of your colleagues in HGW")
        text = _(
            "On %(day)s %(count)s roles at %(school)s end, unless you renew them. Look who still works there:\n\n%(link)s"
        ) % {
            "day": date_format(last, "j F Y"), "count": count, "school": school.name,
            "link": environment.address() + reverse("users", args=[school.pk]),
        }  # fmt: skip
        for person in people:
            send_mail(subject, text, None, [person.email])
