"""Who works where: schools, users and their roles, whom a school invites, and sign-ins."""

from hgw.accounts.models.invitations import Invitation, in_two_weeks
from hgw.accounts.models.schools import Level, Logo, School
from hgw.accounts.models.sessions import DraftKey, Session
from hgw.accounts.models.users import Role, RoleAssignment, RoleAssignmentQuerySet, User, display_name, renewal_day

__all__ = [
    "DraftKey", "Invitation", "Level", "Logo", "Role", "RoleAssignment", "RoleAssignmentQuerySet", "School", "Session",
    "User", "display_name", "in_two_weeks", "renewal_day",
]  # fmt: skip
