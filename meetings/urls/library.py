"""The Bronnen page."""

from django.urls import path

from meetings.views.library import library

urlpatterns = [path("bronnen/", library, name="library")]
