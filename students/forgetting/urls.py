"""Keeping and forgetting: the list of a school, and holding one student back."""

from django.urls import path

from students.forgetting import views

urlpatterns = [
    path("school/<uuid:pk>/te-vernietigen/", views.forgetting, name="forgetting"),
    path("school/<uuid:pk>/te-vernietigen/klaarzetten/", views.forgetting_ask, name="forgetting_ask"),
    path("school/<uuid:pk>/te-vernietigen/bevestigen/", views.forgetting_confirm, name="forgetting_confirm"),
    path("school/<uuid:pk>/te-vernietigen/termijn/", views.keeping_term, name="keeping_term"),
    path(
        "school/<uuid:pk>/te-vernietigen/<uuid:erasure_pk>/laten-staan/", views.forgetting_withdraw,
        name="forgetting_withdraw",
    ),
    path("leerlingen/<uuid:pk>/niet-vernietigen/", views.hold_new, name="hold_new"),
    path("leerlingen/<uuid:pk>/niet-vernietigen/einde/", views.hold_end, name="hold_end"),
]  # fmt: skip
