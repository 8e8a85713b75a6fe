"""Every address of the application: three includes, and sign-in."""

from django.urls import include, path

urlpatterns = [
    path("aanmelden/", include("allauth.account.urls")),
    path("taal/", include("django.conf.urls.i18n")),
]
