"""The stylesheet of every page: written in parts by topic, served as one file, which costs a browser one request."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

NAME = "css/pages.css"
# In the order of the cascade: later ones may build on earlier ones. All of it on every page, so that none can forget one.
PARTS = (
    "tokens", "base", "parts", "items", "today", "planning", "insight", "needs", "agreements", "student", "students",
    "my_agreements", "library", "history", "hints", "help", "documents", "school", "room", "projection", "emergency", "saving", "touch",
    "forced_colors", "print",
)  # fmt: skip
SOURCES = settings.BASE_DIR / "static" / "css"


def joined() -> str:
    """The parts, one after the other."""
    return "\n".join((SOURCES / f"{part}.css").read_text("utf-8") for part in PARTS)


class StylesheetFinder(BaseFinder):
    """Finds `css/pages.css` beside the files that lie in `static/`: for `collectstatic`, and for the development server.

    It is joined anew whenever somebody looks for it, so a changed part shows at the next reload.
    """

    name = NAME

    def joined(self) -> str:
        return joined()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        if path != self.name:
            return []
        return [str(self._made())] if find_all else str(self._made())

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        self._made()
        yield self.name, FileSystemStorage(location=self._folder)

    @property
    def _folder(self) -> Path:
        return Path(settings.DATA_DIR) / "joined"

    def _made(self) -> Path:
        """The file as it should be now. Replaced in one go: another process may be reading it."""
        file, text = self._folder / self.name, self.joined()
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as fresh:
                fresh.write(text)
            os.chmod(fresh.name, 0o644)
            os.replace(fresh.name, file)
        return file
