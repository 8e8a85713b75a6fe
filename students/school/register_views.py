"""What the school has to be able to show about the data it keeps: the register of processing, the input for the DPIA."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_safe

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
