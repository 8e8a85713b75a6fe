from django.apps import AppConfig


class HgwConfig(AppConfig):
    name = "hgw"

    def ready(self) -> None:
        from hgw.storage import checks  # noqa: F401  # registers itself
