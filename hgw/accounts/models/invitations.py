"""Who is asked to join a school."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hgw.accounts.models.schools import School
from hgw.accounts.models.users import Role
from hgw.rows import Row
from hgw.text import ShortTextField


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self) -> "InvitationQuerySet":
        """Those that can still be taken."""
        return self.filter(ended_at=None, expires_at__gt=timezone.now())


def in_two_weeks() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=14)


class Invitation(Row):
    """Somebody who is asked to join a school: under which address, in which roles, between which days.

    Whoever opens its link (hgw/accounts/invitations.py) gets these roles, once, before it expires.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = ShortTextField()
    roles = models.JSONField(default=list)  # of Role
    valid_from = models.DateField(default=timezone.localdate)
    valid_until = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(default=in_two_weeks)
    ended_at = models.DateTimeField(null=True, blank=True)  # taken, or taken back

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="invitation_dates", condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from"))
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
