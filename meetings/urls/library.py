"""The Bronnen page, the words that give a hint, the help and the tour."""

from django.urls import path

from meetings.views.help import help, tour
from meetings.views.hint_words import hint_words
from meetings.views.library import library

urlpatterns = [
    path("bronnen/", library, name="library"),
    path("bronnen/woorden/", hint_words, name="hint_words"),
    path("hulp/", help, name="help"),
    path("hulp/stappen/<slug:slug>/", tour, name="tour"),
]
