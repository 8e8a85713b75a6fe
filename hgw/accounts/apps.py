from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hgw.accounts"
    label = "accounts"

    def ready(self) -> None:
        from hgw.accounts import checks  # noqa: F401  # registers itself
