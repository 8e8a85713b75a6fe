"""Every address of the application: the topics of a meeting, and sign-in."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetings.urls.meeting")),
    path("", include("meetings.urls.items")),
    path("", include("meetings.urls.library")),
    path("", include("meetings.urls.today")),
    path("", include("meetings.urls.students")),
    path("", include("meetings.urls.my_agreements")),
    path("", include("meetings.urls.documents")),
    path("", include("meetings.urls.cases")),
    path("aanmelden/", include("allauth.account.urls")),
    path("taal/", include("django.conf.urls.i18n")),
]
