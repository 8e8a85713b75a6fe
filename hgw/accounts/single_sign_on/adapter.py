"""How the library's side of single sign-on differs here: providers come from the environment, and none makes an account."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import Http404


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The providers of `settings.SINGLE_SIGN_ON`, each under its name. Nothing of them stands in the database."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False

    def get_provider(self, request: Any, provider: Any, client_id: Any = None) -> Any:
        """The provider of this name, ready to be asked. Raises `Http404` for a name that is none."""
        from hgw.accounts.single_sign_on.protocol import made  # what it imports no worker loads before it is needed

        if provider not in settings.SINGLE_SIGN_ON:
            raise Http404
        return made(request, settings.SINGLE_SIGN_ON[provider])

    def list_providers(self, request: Any) -> list[Any]:
        return [self.get_provider(request, name) for name in settings.SINGLE_SIGN_ON]

    def get_requests_session(self) -> Any:
        """A provider is asked at its own address, and never somewhere else because it says so."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session
