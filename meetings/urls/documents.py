"""The documents of a meeting: on the screen, printed, fetched."""

from django.urls import path

from meetings.views import documents, prints

urlpatterns = [
    path("besprekingen/<uuid:pk>/documenten/", documents.meeting_documents, name="meeting_documents"),
    path("besprekingen/<uuid:pk>/verslag/", documents.report_preview, name="report_preview"),
    path("besprekingen/<uuid:pk>/verslag/afdrukken/", prints.report_print, name="report_print"),
    # A plan has addresses of its own: who teaches the student may have the class sheet of a meeting that is closed to them.
    path("plannen/<uuid:pk>/<str:reader>/", documents.document_preview, name="document_preview"),
    path("plannen/<uuid:pk>/<str:reader>/afdrukken/", prints.document_print, name="document_print"),
    path("afdrukken/<uuid:pk>/", prints.document_status, name="document_status"),
    path("afdrukken/<uuid:pk>/bestand/", prints.document_file, name="document_file"),
]
