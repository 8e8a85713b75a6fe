"""A name that somebody looks for stays out of the address, where the history of a browser and a proxy would keep it.

It comes in the body of a request and is kept with the sign-in, under a number; the address of what was found holds the
number, so that Back, a next page and reading the page anew show it again. In another browser a number stands for nothing.
"""

import uuid
from typing import Any

from hgw.accounts import sessions
from hgw.request import Request

KEPT = "searches"  # in the session: words by number, the latest last
MOST = 10  # as many tabs and steps back


def keep(request: Request, words: str, number: uuid.UUID | None = None) -> uuid.UUID:
    """Keep these words; under `number`, in the place of what stood there, for whoever is still typing. In a transaction of
    the caller."""
    place = str(number or uuid.uuid4())

    def added(kept: Any) -> dict[str, str]:
        others = {key: text for key, text in (kept or {}).items() if key != place}
        return dict([*others.items(), (place, words)][-MOST:])

    sessions.change(request, KEPT, added)
    return uuid.UUID(place)


def kept(request: Request, number: uuid.UUID | None) -> str:
    """The words under this number; none when there are none any more."""
    return str(request.session.get(KEPT, {}).get(str(number), ""))
