from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hgw.accounts"
    label = "accounts"

    def ready(self) -> None:
        from hgw.accounts import checks  # noqa: F401  # registers itself

    def warm(self) -> None:
        from django.conf import settings

        if settings.SINGLE_SIGN_ON:
            from hgw.accounts.single_sign_on import protocol  # noqa: F401  # an HTTP library, for nobody else
