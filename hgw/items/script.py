"""How a save answers the script of a page: with an acknowledgement that can be checked, not with a page to be trusted.

The script sends the plain form to its own address, with `X-Save: keep` when the form stays as it is, `X-Save: show` when
the answer takes its place, or `X-Save: go` when the browser then goes on to where it stands. It gets JSON. Saved (200) is
only what comes back with the `key` it was sent under, the new `version`, and the `hash` of what was received; whatever
else comes back, the text is not saved, and the script goes on showing it. A refusal (403, 409, 422) has a `reason`, and
beside it what the page needs to say so.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from hgw.items.models import Item
from hgw.items.saving import Saved
from hgw.text import normal

KEEP, SHOW, GO = "keep", "show", "go"
NOT_TYPED = {"csrfmiddlewaretoken", "key", "base_version"}
PLACES = {"HX-Retarget": "target", "HX-Reselect": "select", "HX-Reswap": "swap"}


def wanted(request: HttpRequest) -> str:
    """`KEEP`, `SHOW` or `GO` when the script of a page asks; '' for a plain form."""
    how = request.headers.get("X-Save", "")
    return how if request.method == "POST" and how in {KEEP, SHOW, GO} else ""


def fingerprint(request: HttpRequest) -> str:
    """SHA-256 of what was received: `name=value` and a line end for each value, by name, as it is stored (NFC, LF)."""
    lines = [
        f"{name}={normal(value)}\n"
        for name in sorted(set(request.POST) - NOT_TYPED)
        for value in request.POST.getlist(name)
        if isinstance(value, str)
    ]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def acknowledge(
    request: HttpRequest, saved: Saved[Any], fields: Callable[[Item], dict[str, Any]] | None = None
) -> None:
    """Note for the script what was saved. `fields` gives the values of the form as they stand now, where a colleague's
    are among them."""
    sent = request.POST.get("base_version", "")
    moved_on = saved.replayed and sent.isdigit() and saved.item.version > int(sent) + 1
    told = {
        "key": request.POST.get("key", ""),
        "item": str(saved.item.pk),
        "version": saved.item.version,
        "hash": fingerprint(request),
        "merged": saved.merged or moved_on,
        "at": f"{timezone.localtime():%H:%M}",
    }
    if told["merged"] and fields:
        told["fields"] = fields(saved.item)
    request.told = told  # type: ignore[attr-defined]  # read back below, in the same request


def refuse(request: HttpRequest, reason: str, **facts: Any) -> None:
    """Note for the script why nothing was saved."""
    request.told = {"reason": reason, **facts}  # type: ignore[attr-defined]  # read back below, in the same request


def answers_script[V: Callable[..., HttpResponse]](view: V) -> V:
    """Let a view that saves answer the script too. The view calls `acknowledge` or `refuse`, and answers as it always does:
    its fragment, or the address that it sends a browser to, goes along where the script has a use for it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        how = wanted(request)
        if not how:
            return view(request, *args, **kwargs)
        try:
            response = view(request, *args, **kwargs)
        except PermissionDenied:
            return JsonResponse({"reason": "forbidden"}, status=403)
        told = dict(getattr(request, "told", {}))
        if not told:
            return response  # nothing was saved or refused here: what came instead says it by its status
        if how == SHOW or response.status_code == 409 or (how == GO and response.status_code < 400):
            told |= _fragment(response)
        script = JsonResponse(told, status=response.status_code if response.status_code >= 400 else 200)
        script.keeps = told.get("kept", False)  # type: ignore[attr-defined]  # what was set aside stays (hgw.transaction)
        return script

    return answer  # type: ignore[return-value]  # the same arguments


def _fragment(response: Any) -> dict[str, str]:
    if 300 <= response.status_code < 400:
        return {"location": response.url}
    if hasattr(response, "render"):
        response.render()
    places = {ours: response.headers[theirs] for theirs, ours in PLACES.items() if theirs in response.headers}
    return {"html": response.content.decode(), **places}
