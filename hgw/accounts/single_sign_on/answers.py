"""What came of asking a provider: who somebody is there, or why that says nothing. Light, unlike the asking itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Who somebody is: the number that counts in this realm, whether it was shown for this and not taken from a sign-in of
    before, and whether a second step was."""

    realm: str
    number: str
    is_anew: bool = False
    has_shown_second_step: bool = False


class NotLetIn(Exception):
    """Nobody comes in by this answer. `why` is a code for the trace.

    `page` is what the page says: "unknown" (ask for an invitation), "down" (it does not answer) or "again" (that did not work).
    `identity` is who it was about, as far as the provider said so.
    """

    def __init__(self, why: str, page: str = "again", identity: Identity | None = None) -> None:
        super().__init__(why)
        self.why, self.page, self.identity = why, page, identity
