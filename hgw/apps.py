from django.apps import AppConfig


class HgwConfig(AppConfig):
    name = "hgw"

    def ready(self) -> None:
        from hgw import deploy_checks  # noqa: F401  # registers itself
        from hgw.storage import checks  # noqa: F401  # registers itself

    def warm(self) -> None:
        """Before a web worker takes requests (hgw.warming): who may what."""
        from hgw.access import matrix

        matrix()
