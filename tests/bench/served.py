"""The application that the worker serves: the pages as they are, and beside them the view they are measured against."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "tests.bench.bare"
application = get_wsgi_application()
