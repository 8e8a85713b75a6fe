"""Every address of the application: the topics of a meeting, and sign-in."""

from django.urls import include, path
from django.views.generic import RedirectView

from hgw.health import health

urlpatterns = [
    path("", include("meetings.urls.meeting")),
    path("", include("meetings.urls.room")),
    path("", include("meetings.urls.items")),
    path("", include("meetings.urls.projection")),
    path("", include("meetings.urls.library")),
    path("", include("meetings.urls.today")),
    path("", include("meetings.urls.students")),
    path("", include("students.urls")),
    path("", include("students.forgetting.urls")),
    path("", include("meetings.urls.my_agreements")),
    path("", include("meetings.urls.documents")),
    path("", include("meetings.urls.cases")),
    path("", include("meetings.urls.looks")),
    path("", include("students.school.urls")),
    path("", include("hgw.accounts.urls")),
    # The e-mail address somebody signs in with is the school's to change: the library's page for it gives way.
    path("aanmelden/email/", RedirectView.as_view(pattern_name="account_change_password"), name="account_email"),
    path("aanmelden/", include("allauth.account.urls")),
    path("taal/", include("django.conf.urls.i18n")),
    path("gezond", health, name="health"),
]

handler400 = "hgw.errors.bad_request"
handler403 = "hgw.errors.permission_denied"
handler404 = "hgw.errors.not_found"
handler429 = "hgw.errors.too_many"  # asked for by the sign-in library
handler500 = "hgw.errors.server_error"
