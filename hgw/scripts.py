"""The scripts of every page: written in parts by topic, served as one file, which costs a browser one request."""

import re

from django.conf import settings

from hgw.stylesheet import StylesheetFinder

# In the order in which they run: later ones use what earlier ones put in `window.hgw`.
PARTS = (
    "fields",
    "moments",
    "save_state",
    "sign_in",
    "lock",
    "queue",
    "answers",
    "putting",
    "waiting",
    "typing",
    "choosing",
    "drafts",
    "guard",
    "write",
)
SOURCES = settings.BASE_DIR / "static" / "js"
COMMENT_OR_NOTHING = re.compile(r"^[ \t]*(//.*)?\n", re.MULTILINE)


def joined() -> str:
    """The parts, one after the other. Lines that only explain, and empty ones, stay behind: they are for who reads the source."""
    text = "\n".join((SOURCES / f"{part}.js").read_text("utf-8") for part in PARTS)
    return COMMENT_OR_NOTHING.sub("", text)


class ScriptFinder(StylesheetFinder):
    """Finds `js/pages.js`, as the stylesheet is found."""

    name = "js/pages.js"

    def joined(self) -> str:
        return joined()
