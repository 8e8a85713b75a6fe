"""The page one starts on."""

from django.urls import path

from meetings.views.today import today

urlpatterns = [path("", today, name="today")]
