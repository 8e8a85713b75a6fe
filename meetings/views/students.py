from django.http import HttpResponse

from hgw.htmx import render_page
from hgw.request import Request


def students(request: Request) -> HttpResponse:
    return render_page(request, "students/students.html", {})


def student(request: Request, pk: object) -> HttpResponse:
    return render_page(request, "students/students.html", {})
