"""Which static files are collected for the web server: those that a page asks for."""

from django.contrib.staticfiles.apps import StaticFilesConfig

from hgw import scripts, stylesheet


class CollectedFiles(StaticFilesConfig):
    """Without the parts that are served as one file, and what htmx can be extended with.

    Each web worker keeps the headers of all that is collected, four hundred files more with those.
    """

    def ready(self) -> None:
        super().ready()
        self.ignore_patterns = [
            *super().ignore_patterns, "ext",
            *(f"js/{part}.js" for part in scripts.PARTS), *(f"css/{part}.css" for part in stylesheet.PARTS),
        ]  # fmt: skip
