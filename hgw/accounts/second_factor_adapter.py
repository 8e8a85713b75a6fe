"""How the second step differs here from what the library does by itself."""

import base64
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from hgw.accounts.models import User


def _cipher() -> Fernet:
    """By the signing key of the installation: who has only the database, or a backup of it, cannot make a code."""
    return Fernet(base64.urlsafe_b64encode(salted_hmac("hgw.second_factor", "", algorithm="sha256").digest()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are stored encrypted, and what people read on their phone is the name of the program."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `ValidationError` where the signing key is another one by now: no code is right then."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise self.validation_error("incorrect_code") from None

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": app_settings.TOTP_ISSUER}


class _Once:
    """A code of the app counts once, also while it is the code of the moment before."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # beside a form of the library
        key = f"hgw.second_factor.{self.user.pk}.{normalize_user_code(code)}"
        steps = 1 + 2 * app_settings.TOTP_TOLERANCE
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(
            key, 1, timeout=steps * app_settings.TOTP_PERIOD
        ):
            raise get_account_adapter(context.request).validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):
    """The code that is asked after the password."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """The code that is asked before something about the second step changes."""
