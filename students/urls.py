"""What is added and changed on a student's own pages."""

from django.urls import path

from students import emergency_views, health_views, inspection_views, views

urlpatterns = [
    path("noodtoegang/", emergency_views.emergency_new, name="emergency_new"),
    path("noodtoegang/einde/", emergency_views.emergency_end, name="emergency_end"),
    path("leerlingen/nieuw/", views.student_new, name="student_new"),
    path("leerlingen/<uuid:pk>/gegevens/", views.student_edit, name="student_edit"),
    path("leerlingen/<uuid:pk>/ouders/nieuw/", views.guardian_new, name="guardian_new"),
    path("leerlingen/<uuid:pk>/ouders/<uuid:guardian_pk>/", views.guardian_edit, name="guardian_edit"),
    path("leerlingen/<uuid:pk>/gezondheid/wissen/", health_views.health_note_erase, name="health_note_erase"),
    path("leerlingen/<uuid:pk>/toegang/nieuw/", views.grant_new, name="grant_new"),
    path("leerlingen/<uuid:pk>/toegang/<uuid:grant_pk>/einde/", views.grant_end, name="grant_end"),
    path("leerlingen/<uuid:pk>/inzage/nieuw/", inspection_views.inspection_request_new, name="inspection_request_new"),
    path(
        "leerlingen/<uuid:pk>/inzage/<uuid:request_pk>/", inspection_views.inspection_request_answer,
        name="inspection_request_answer",
    ),
]  # fmt: skip
