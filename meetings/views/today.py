from django.http import HttpResponse

from hgw.htmx import render_page
from hgw.request import Request


def today(request: Request) -> HttpResponse:
    return render_page(request, "meetings/today.html", {})
