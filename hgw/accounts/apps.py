from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hgw.accounts"
    label = "accounts"
