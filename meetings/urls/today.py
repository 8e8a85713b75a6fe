from django.urls import path

from meetings.views import today

urlpatterns = [path("", today.today, name="today")]
