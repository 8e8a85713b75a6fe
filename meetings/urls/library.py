"""The Bronnen page, the words that give a hint, the help and the tour."""

from django.urls import path

from meetings.views.help import help, tour, who_sees_what
from meetings.views.hint_words import hint_words
from meetings.views.library import library

urlpatterns = [
    path("bronnen/", library, name="library"),
    path("bronnen/woorden/", hint_words, name="hint_words"),
    path("hulp/", help, name="help"),
    path("hulp/wie-ziet-wat/", who_sees_what, name="who_sees_what"),
    path("hulp/stappen/<slug:slug>/", tour, name="tour"),
]
