"""What the school has to be able to show and to tell about the data it keeps: the register of processing and what follows
from the same words."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from hgw.accounts.single_sign_on.links import for_school
from hgw.htmx import render_page
from hgw.request import Request
from students.forgetting.rules import school_years
from students.school.permissions import get_school


@require_safe
def processing_register(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The register of processing (art. 30 GDPR), for whoever runs the school. It holds nobody's data."""
    from hgw.register import documents  # what it reads is for this page alone: a worker need not hold it before

    school = get_school(request, pk, "school", "read")
    context = {"school": school, "document": documents.register_of_processing(school.name, school_years(school))}
    return render_page(request, "school/processing_register.html", context)


@require_safe
def impact_input(request: Request, pk: uuid.UUID) -> HttpResponse:
    """What the program can say for the data protection impact assessment that the school makes."""
    from hgw.register import documents

    school = get_school(request, pk, "school", "read")
    context = {"school": school, "document": documents.impact_input(school.name, school_years(school))}
    return render_page(request, "school/impact_input.html", context)


@require_safe
def school_text(request: Request, pk: uuid.UUID, slug: str) -> HttpResponse:
    """A text that the school hands on, made from the register: two for the school rules, and one for who runs the server."""
    from hgw.register import annex, school_rules

    school = get_school(request, pk, "school", "read")
    texts: dict[str, Callable[[str, int], Any]] = {
        "ouders": school_rules.text_for_parents,
        "leerlingen": school_rules.text_for_students,
        "verwerker": partial(annex.model_annex, providers=for_school(school)),
    }
    if slug not in texts:
        raise Http404
    context = {"school": school, "document": texts[slug](school.name, school_years(school))}
    return render_page(request, "school/school_text.html", context)
