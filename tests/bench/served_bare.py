"""A bare application with the same apps installed and the same middleware: what is in memory before anything is ours."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


@login_not_required  # there is no page to sign in on
def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"ok")


urlpatterns = [path("bare/", answer)]
settings.ROOT_URLCONF = "tests.bench.served_bare"
application = get_wsgi_application()
