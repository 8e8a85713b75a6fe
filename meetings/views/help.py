"""The page "Hulp", what one can do here and the seven steps in seven lines; who sees what; and the tour of the steps."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from hgw import matrix_words
from hgw.accounts.models import Role, User
from hgw.htmx import render_page
from hgw.request import Request
from meetings import library
from meetings.models import Meeting
from meetings.steps import BY_SLUG, STEPS, after, before


@require_safe
def help(request: Request) -> HttpResponse:
    """First what the own roles can do, then the others: whoever works together may know what a colleague sees."""
    own = {role for role, _school in request.user.roles}
    texts = [(role, library.role_help()[role]) for role in Role]
    context = {
        "own": [(role.label, text.points) for role, text in texts if role in own],
        "pictures": [
            library.picture(code) for code in dict.fromkeys(text.picture for role, text in texts if role in own)
        ],
        "others": [(role.label, text.points) for role, text in texts if role not in own],
        "steps": [(step, library.guidance_for(step.slug).intro) for step in STEPS],
    }
    return render_page(request, "meetings/help.html", context)


@require_safe
def who_sees_what(request: Request) -> HttpResponse:
    """The access matrix, for everybody who signs in: it is no secret, and whoever writes may know who reads."""
    return render_page(request, "meetings/who_sees_what.html", {"rows": matrix_words.rows()})


@require_safe
def tour(request: Request, slug: str) -> HttpResponse:
    """One step of the tour: it needs no meeting, so it is the same in a school that has none yet."""
    if not (step := BY_SLUG.get(slug)):
        raise Http404
    stop = library.tour_stop(slug)
    context = {
        "steps": STEPS,
        "step": step,
        "stop": stop,
        "picture": library.picture(stop.picture),
        "question": library.caption_for(slug),
        "previous": before(step),
        "next": after(step),
        "meeting": _to_try(request.user) if settings.DEMO_MODE else None,
    }
    return render_page(request, "meetings/tour.html", context)


def _to_try(user: User) -> Meeting | None:
    """The meeting of the demonstration that is going on, when this visitor may see it: there one may click along."""
    return Meeting.objects.visible_to(user).filter(status="in_progress").order_by("-date", "-start").first()
