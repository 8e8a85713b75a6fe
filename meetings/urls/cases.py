"""Case files in and out."""

from django.urls import path

from meetings.views import cases

urlpatterns = [
    path("besprekingen/inlezen/", cases.case_import, name="case_import"),
    path("besprekingen/<uuid:pk>/casusbestand/", cases.case_export, name="case_export"),
]
