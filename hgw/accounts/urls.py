"""Coming in by invitation, and choosing which school the lists show."""

from django.urls import path

from hgw.accounts import views

urlpatterns = [
    path("uitnodiging/<str:token>/", views.invitation, name="invitation"),
    path("aanmelden/hier", views.session_here, name="session_here"),
    path("school/kiezen/", views.school_choose, name="school_choose"),
]
