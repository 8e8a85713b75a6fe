"""The students, what is noted of one of them outside a meeting, and what goes along to another school."""

from django.urls import path

from meetings.views import student_items, students, transfer

urlpatterns = [
    path("leerlingen/", students.students, name="students"),
    path("leerlingen/<uuid:pk>/", students.student, name="student"),
    path(
        "leerlingen/<uuid:pk>/dossier/<slug:kind>/nieuw/", student_items.student_item_new, name="student_item_new"
    ),
    path(
        "leerlingen/<uuid:pk>/dossier/<slug:kind>/<uuid:item_pk>/", student_items.student_item_edit,
        name="student_item_edit",
    ),
    path("leerlingen/<uuid:pk>/overdracht/", transfer.student_transfer, name="student_transfer"),
    path(
        "leerlingen/<uuid:pk>/overdracht/voorbeeld/", transfer.student_transfer_preview,
        name="student_transfer_preview",
    ),
    path(
        "leerlingen/<uuid:pk>/overdracht/<uuid:transfer_pk>/", transfer.student_transfer_made,
        name="student_transfer_made",
    ),
]  # fmt: skip
