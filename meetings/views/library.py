"""The Bronnen page: what the method brings along, to read at ease. No name and no case is on it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from hgw.access import grounds
from hgw.htmx import render_page
from hgw.request import Request
from meetings import library as shelf
from meetings.library import EffectSize
from meetings.steps import STAGES, STEPS

SOURCE_KINDS = {
    "website": _("Websites"),
    "video": _("Videos"),
    "book": _("Books"),
    "aid": _("Aids for writing needs, looking at a lesson and talking with students"),
}
HOLDERS = {
    "student": _("What the student needs"),
    "teacher": _("What the teacher needs"),
    "parents": _("What the parents need, or are asked"),
}
SORTS: dict[str, Callable[[EffectSize], Any]] = {
    "influence": lambda effect: str(effect.label).casefold(),
    "effect": lambda effect: -effect.d,
}


@require_safe
def library(request: Request) -> HttpResponse:
    """Principles, questions, help sentences, talents, effects, cards, observation, sources and quotes."""
    sort = request.GET.get("sort", "")
    effects = shelf.effect_sizes()
    context = {
        "credit": shelf.credit(),
        "principles": shelf.principles(),
        "stages": [
            {
                "title": stage.title,
                "caption": next(caption for caption in shelf.captions() if caption.id == stage.caption),
                "steps": [
                    {"step": step, "prompts": shelf.prompts_for(step.slug), "guidance": shelf.guidance_for(step.slug)}
                    for step in STEPS
                    if step.stage == stage
                ],
            }
            for stage in STAGES
        ],
        "help": [(title, shelf.help_sentences(holder)) for holder, title in HOLDERS.items()],
        "talents": shelf.talents(),
        "effects": sorted(effects, key=SORTS[sort]) if sort in SORTS else effects,
        "sort": sort,
        "may_choose_words": bool(grounds(request.user, "manage", "library")),
        "threshold": shelf.EFFECT_THRESHOLD,
        "cards": shelf.cards(),
        "conversation_cards": shelf.conversation_cards(),
        "tools": shelf.observation_tools(),
        "sources": [
            (title, [source for source in shelf.sources() if source.kind == kind])
            for kind, title in SOURCE_KINDS.items()
        ],
        "quotes": shelf.quotes(),
    }
    return render_page(request, "meetings/library.html", context)
