from django.urls import path

from meetings.views import students

urlpatterns = [
    path("leerlingen/", students.students, name="students"),
    path("leerlingen/<uuid:pk>/", students.student, name="student"),
]
