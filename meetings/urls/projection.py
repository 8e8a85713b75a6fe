"""Showing a meeting to the room."""

from django.urls import path

from meetings.views.projection import projection_start, projection_stop

urlpatterns = [
    path("besprekingen/<uuid:pk>/projecteren/", projection_start, name="projection_start"),
    path("projectie/stoppen/", projection_stop, name="projection_stop"),
]
