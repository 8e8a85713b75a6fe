"""The agreements of whoever signs in."""

from django.urls import path

from meetings.views import my_agreements

urlpatterns = [
    path("mijn-afspraken/", my_agreements.my_agreements, name="my_agreements"),
    path("afspraken/<uuid:pk>/nazicht/", my_agreements.agreement_review, name="agreement_review"),
    path("afspraken/<uuid:pk>/antwoord/", my_agreements.agreement_answer, name="agreement_answer"),
]
