"""Who looked at which case, who can, and everything that is kept of a student for who asks to see it."""

from django.urls import path

from meetings.views import inspection, looks

urlpatterns = [
    path("school/<uuid:pk>/inkijk/", looks.looks, name="looks"),
    path("school/<uuid:pk>/inkijk/nagekeken/", looks.looks_reviewed, name="looks_reviewed"),
    path(
        "school/<uuid:pk>/inkijk/nood/<uuid:emergency_pk>/", looks.looks_emergency_reviewed,
        name="looks_emergency_reviewed",
    ),
    path("leerlingen/<uuid:pk>/inkijk/", looks.student_looks, name="student_looks"),
    path("leerlingen/<uuid:pk>/lezers/", looks.student_readers, name="student_readers"),
    path("leerlingen/<uuid:pk>/inzage/", inspection.student_inspection, name="student_inspection"),
    path(
        "leerlingen/<uuid:pk>/inzage/<uuid:request_pk>/meegeven/", inspection.inspection_request_release,
        name="inspection_request_release",
    ),
]  # fmt: skip
