"""What a web worker would load while the first person waits: loaded before it takes requests, and before it is forked."""

import contextlib
import gc
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.template import TemplateDoesNotExist, engines
from django.urls import URLResolver, get_resolver, reverse
from django.utils import translation

# The pages on which people wait for each other.
WARM = (
    "_*.html", "base.html", "meetings/_*.html", "meetings/today.html", "meetings/meeting*.html", "meetings/item_edit.html",
    "meetings/items/**/*.html", "meetings/steps/**/*.html", "meetings/room/**/*.html", "students/_*.html",
)  # fmt: skip

# With what is loaded set aside a collection takes a few milliseconds. Four times as often as Python 3.13 does by itself, a
# worker holds two megabytes less of what its pages left behind.
COLLECTING = 2000, 5, 5


def load() -> None:
    """Views, words in the language of most, the templates of a meeting; the rest is for whoever asks for it first.

    Opens no connection: a connection is not to be shared by what is forked afterwards.
    What is loaded by then lives as long as the process: the collector of garbage need not look at it ever again, which
    would hold up whoever waits at that moment, and would copy its memory into each worker.
    """
    _compile(get_resolver())
    with translation.override(settings.LANGUAGE_CODE):
        translation.gettext("Save")
        reverse(settings.LOGIN_URL)
    folder = Path(settings.BASE_DIR, "templates")
    for file in (file for pattern in WARM for file in sorted(folder.glob(pattern))):
        with contextlib.suppress(TemplateDoesNotExist):
            engines["django"].get_template(str(file.relative_to(folder)))
    for model in apps.get_models():
        model._meta.get_fields()  # what a model works out about itself at its first question
    for app in apps.get_app_configs():
        if warm := getattr(app, "warm", None):  # what an app of ours reads once, when it is first needed
            warm()
    gc.collect()
    gc.freeze()
    gc.collect()  # counts what is left, nothing: else it waits until a quarter of what was loaded is garbage
    gc.set_threshold(*COLLECTING)


def _compile(resolver: URLResolver) -> None:
    """Import every view, and make the pattern of every address."""
    for entry in resolver.url_patterns:
        entry.pattern.match("")
        if isinstance(entry, URLResolver):
            _compile(entry)


def connect() -> None:
    """The connection of this worker. A database that is away is told to whoever asks for a page."""
    with contextlib.suppress(DatabaseError, InterfaceError):
        connection.ensure_connection()
