"""The live room of a meeting."""

from django.urls import path

from meetings.views import room

POLL = "kamer/"  # asked for so often that it is answered before most of what stands around a view (meetings.room.middleware)

urlpatterns = [
    path(POLL, room.room_poll, name="room_poll"),
    path("b/<slug:code>/", room.meeting_join, name="meeting_join"),
    path("besprekingen/<uuid:pk>/kamer/klaar/", room.room_ready, name="room_ready"),
    path("besprekingen/<uuid:pk>/kamer/leiding/", room.chair_pass, name="chair_pass"),
    path("besprekingen/<uuid:pk>/kamer/klok/", room.clock_show, name="clock_show"),
    path("besprekingen/<uuid:pk>/kamer/stap/<slug:slug>/", room.room_changes, name="room_changes"),
]
