
from django.urls import path

from meetings.views.hint_words import hint_words
from meetings.views.library import library

urlpatterns = [
    path("bronnen/", library, name="library"),
    path("bronnen/woorden/", hint_words, name="hint_words"),
]
