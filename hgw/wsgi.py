"""What the web workers serve."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from hgw import environment
from hgw.storage import place

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hgw.settings")
environment.answer_within(10)
application = get_wsgi_application()

from django.db import connection  # noqa: E402  # settings are read by now, and the log is set up

if connection.vendor == "sqlite" and (notice := place.notice()):
    logging.getLogger("hgw.storage").warning(notice)
