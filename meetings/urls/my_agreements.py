from django.urls import path

from meetings.views import my_agreements

urlpatterns = [path("mijn-afspraken/", my_agreements.my_agreements, name="my_agreements")]
