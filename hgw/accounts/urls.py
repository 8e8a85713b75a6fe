"""Coming in by invitation or at a provider, the second step at sign-in, the lock over a page, where one is signed in, and choosing
which school the lists show."""

from django.urls import path
from django.views.generic import RedirectView

from hgw.accounts import lock_views, second_factor_views, session_views, views
from hgw.accounts.single_sign_on import views as sso

urlpatterns = [
    path("uitnodiging/<str:token>/", views.invitation, name="invitation"),
    path("aanmelden/hier", views.session_here, name="session_here"),
    path("aanmelden/slot/", lock_views.session_lock, name="session_lock"),
    path("aanmelden/ontgrendelen/", lock_views.session_unlock, name="session_unlock"),
    path("aanmelden/sessies/", session_views.own_sessions, name="own_sessions"),
    path("aanmelden/sessies/einde/", session_views.own_sessions_end, name="own_sessions_end"),
    path("aanmelden/sessies/<uuid:pk>/einde/", session_views.own_session_end, name="own_session_end"),
    path("school/kiezen/", views.school_choose, name="school_choose"),
    # Single sign-on. The library's page for a first password asks nobody who is there; ours does.
    path("aanmelden/via/<slug:name>/", sso.provider_start, name="provider_start"),
    path("aanmelden/via/<slug:name>/terug/", sso.provider_return, name="provider_return"),
    path("aanmelden/koppelingen/", sso.provider_links, name="provider_links"),
    path("aanmelden/koppelingen/<int:pk>/weg/", sso.provider_unlink, name="provider_unlink"),
    path("aanmelden/opnieuw/elders/", sso.provider_again, name="provider_again"),
    path("aanmelden/password/set/", sso.account_set_password, name="account_set_password"),
    # The second step. The library leads to its pages by these names; where it has a list, ours is the one page.
    path("aanmelden/code/", second_factor_views.mfa_authenticate, name="mfa_authenticate"),
    path("aanmelden/passkey/", second_factor_views.mfa_login_webauthn, name="mfa_login_webauthn"),
    path("aanmelden/opnieuw/code/", second_factor_views.mfa_reauthenticate, name="mfa_reauthenticate"),
    path(
        "aanmelden/opnieuw/passkey/", second_factor_views.mfa_reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("aanmelden/tweede-stap/", second_factor_views.mfa_index, name="mfa_index"),
    path("aanmelden/tweede-stap/app/", second_factor_views.mfa_activate_totp, name="mfa_activate_totp"),
    path("aanmelden/tweede-stap/app/weg/", second_factor_views.mfa_deactivate_totp, name="mfa_deactivate_totp"),
    path("aanmelden/tweede-stap/passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("aanmelden/tweede-stap/passkeys/nieuw/", second_factor_views.mfa_add_webauthn, name="mfa_add_webauthn"),
    path(
        "aanmelden/tweede-stap/passkeys/<int:pk>/weg/", second_factor_views.mfa_remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("aanmelden/tweede-stap/codes/", second_factor_views.mfa_view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "aanmelden/tweede-stap/codes/nieuw/", second_factor_views.mfa_generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]  # fmt: skip
