"""What is measured against: a view that inserts one row, and one that does nothing, beside the addresses of the pages."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from hgw.audit.models import Entry


def insert(request: HttpRequest) -> HttpResponse:
    Entry.objects.create(action="item.changed", school=uuid.UUID(int=0), object=uuid.UUID(int=0))
    return HttpResponse(b"ok")


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("bare/", insert), path("empty/", empty), path("", include("hgw.urls"))]
