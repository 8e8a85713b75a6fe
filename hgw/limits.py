"""How often somebody may do what costs much, or finds out much, before a page asks to wait (429, with Retry-After).

The numbers are in `ACCOUNT_RATE_LIMITS`. Never on what saves something that was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.http import HttpResponse

from hgw.request import Request


def too_often(request: Request, action: str) -> HttpResponse | None:
    """The page that asks to wait, when this user did this too often; None counts it and goes on. GET counts too."""
    return ratelimit.consume_or_429(request, action=action, limit_get=True)


def limited(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Count each call of a view, and answer 429 when this user called it too often."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def count(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            return too_often(request, action) or view(request, *args, **kwargs)

        return count

    return decorate
