"""The page "Hulp": what one can do here, per role, and the seven steps in seven lines."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hgw.accounts.models import Role
from hgw.htmx import render_page
from hgw.request import Request
from meetings import library
from meetings.steps import STEPS


@require_safe
def help(request: Request) -> HttpResponse:
    """First what the own roles can do, then the others: whoever works together may know what a colleague sees."""
    own = {role for role, _school in request.user.roles}
    texts = [(role, library.role_help()[role].points) for role in Role]
    context = {
        "own": [(role.label, points) for role, points in texts if role in own],
        "others": [(role.label, points) for role, points in texts if role not in own],
        "steps": [(step, library.guidance_for(step.slug).intro) for step in STEPS],
    }
    return render_page(request, "meetings/help.html", context)
