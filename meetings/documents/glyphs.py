"""Which characters will not come out on paper, because no font on this machine has them.

Asked before printing, where a document is shown; the process that lays out PDFs says the same afterwards. The fonts
are those that fontconfig offers, which are the ones WeasyPrint draws with.
"""

import subprocess
import unicodedata
from functools import cache

# Drawn by no font, and missed by nobody: they only say how their neighbours are drawn.
INVISIBLE = {"Cc", "Cf", "Zs"}
VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def missing(text: str) -> str:
    """The characters of the text that no font here has, each once, in the order in which they come.

    Empty when fontconfig cannot be asked: then only the finished file can tell.
    """
    here = characters()
    if not here:
        return ""
    return "".join(c for c in dict.fromkeys(text) if ord(c) not in here and _is_drawn(c))


def _is_drawn(character: str) -> bool:
    if unicodedata.category(character) in INVISIBLE:
        return False
    return not any(ord(character) in variations for variations in VARIATIONS)


@cache
def characters() -> frozenset[int]:
    """Every character that some font on this machine has. Asked once per process: a new font counts after a restart."""
    command = ["fc-list", "--format", "%{charset}\n"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    found: set[int] = set()
    for span in set(listed.split()):
        first, _, last = span.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)
