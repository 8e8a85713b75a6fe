from django.apps import AppConfig


class ItemsConfig(AppConfig):
    name = "hgw.items"
    label = "items"
