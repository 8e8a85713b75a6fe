"""The numbers of a school: how many of its students have which support."""

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from hgw.access import ALWAYS, grounds
from hgw.accounts.models import School
from hgw.htmx import render_page
from hgw.request import Request
from students.statistics import FEWEST, statistics_of


@require_safe
def statistics(request: Request, pk: uuid.UUID) -> HttpResponse:
    """How many students have which support, level by level; to an adviser no number that could tell of one student."""
    exact = ALWAYS in grounds(request.user, "read", "statistics").get(pk, ())
    if not exact and ALWAYS not in grounds(request.user, "total", "statistics").get(pk, ()):
        raise Http404
    school = School.objects.get(pk=pk)
    context = {"school": school, "statistics": statistics_of(school, exact=exact), "exact": exact, "fewest": FEWEST}
    return render_page(request, "school/statistics.html", context)
