"""Mail to who is invited, outside the request. The task gets an id; the link is made where the message is."""

from django.core.mail import send_mail
from django.tasks import task
from django.utils import translation
from django.utils.translation import gettext as _

from hgw import environment
from hgw.accounts.invitations import path_of
from hgw.accounts.models import Invitation
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
        send_mail(" ".join(subject.split()), text, None, [found.email])
