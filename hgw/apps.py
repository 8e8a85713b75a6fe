from django.apps import AppConfig, apps


class HgwConfig(AppConfig):
    name = "hgw"

    def ready(self) -> None:
        from hgw import deploy_checks  # noqa: F401  # registers itself
        from hgw.storage import checks  # noqa: F401  # registers itself

        self._leave_out_of_static_files()

    def _leave_out_of_static_files(self) -> None:
        """Parts that are served as one file, and what htmx can be extended with: no page asks for them.

        Each web worker keeps the headers of all that is collected, four hundred files more with those.
        """
        from django.contrib.staticfiles.apps import StaticFilesConfig

        from hgw import scripts, stylesheet

        parts = [*(f"js/{part}.js" for part in scripts.PARTS), *(f"css/{part}.css" for part in stylesheet.PARTS)]
        static_files = apps.get_app_config("staticfiles")
        assert isinstance(static_files, StaticFilesConfig)
        static_files.ignore_patterns = [*static_files.ignore_patterns, "ext", *parts]

    def warm(self) -> None:
        """Before a web worker takes requests (hgw.warming): who may what."""
        from hgw.access import matrix

        matrix()
