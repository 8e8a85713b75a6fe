"""What a save is measured against: a view that inserts one row, at an address beside those of the pages."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from hgw.audit.models import Entry


def insert(request: HttpRequest) -> HttpResponse:
    Entry.objects.create(action="item.changed", school=uuid.UUID(int=0), object=uuid.UUID(int=0))
    return HttpResponse(b"ok")


urlpatterns = [path("bare/", insert), path("", include("hgw.urls"))]
