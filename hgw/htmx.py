"""The only Python that knows about fragments: a page answers with itself, or with the one part that is swapped."""

from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "", status: int = 200
) -> TemplateResponse:
    """Render a page, or its part `partial` when htmx asks to replace the element of that name.

    The server chooses the part; what the browser names as target only says whether it wants that one.
    """
    if partial and request.headers.get("HX-Request") and request.headers.get("HX-Target", partial).startswith(partial):
        template = f"{template}#{partial}"
    return TemplateResponse(request, template, context, status=status)
