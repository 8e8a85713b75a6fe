"""What goes into the trace when somebody is refused: which address by its name, which id, never what was typed."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter

from hgw.audit.models import Action, Entry, entry, hidden

if TYPE_CHECKING:
    from hgw.request import Request


def refused(request: "Request", kwargs: dict[str, Any], status: int) -> Iterator[Entry]:
    """The entry of a refusal, where this answer is one; none for any other answer.

    `kwargs` is what stands in the address. 403 and 404 count where that names something by its id. The entry is the same
    whether that exists or not: of what school or student it is is not asked, so that nothing can be told from it.
    """
    who = request.user if request.user.is_authenticated else None
    asked = next((value for value in kwargs.values() if isinstance(value, uuid.UUID)), None)
    if status == 429:
        asked = asked or (who.pk if who else hidden("place", get_adapter(request).get_client_ip(request)))
    elif status not in {403, 404} or who is None:
        return
    if asked:
        route = request.resolver_match.url_name if request.resolver_match else ""
        yield entry(Action.REFUSED, school=None, who=who, object=asked, detail=f"{status} {route}")
