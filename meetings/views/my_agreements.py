from django.http import HttpResponse

from hgw.htmx import render_page
from hgw.request import Request


def my_agreements(request: Request) -> HttpResponse:
    return render_page(request, "meetings/my_agreements.html", {})
