"""The students, and what is noted of one of them outside a meeting."""

from django.urls import path

from meetings.views import student_items, students

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
]  # fmt: skip
