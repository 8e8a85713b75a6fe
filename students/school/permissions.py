"""Who may set up a school, on top of the door in hgw/access.py."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404

from hgw.access import ALWAYS, grounds
from hgw.accounts.models import School, User
from hgw.request import Request


def get_school(request: Request, pk: uuid.UUID, what: str, act: str = "manage") -> School:
    """Return the school whose `what` (an object of the matrix) this user manages: 404 to a stranger, 403 to a reader.

    Who reads some of it only (the own class, a student that was opened) is a stranger to the whole.
    """
    if ALWAYS not in grounds(request.user, "read", what).get(pk, ()):
        raise Http404
    if not can(request.user, pk, what, act):
        raise PermissionDenied
    return School.objects.get(pk=pk)


def can(user: User, school: uuid.UUID, what: str, act: str = "manage") -> bool:
    """Whether this user manages the settings or the users of a school."""
    return school in grounds(user, act, what)
