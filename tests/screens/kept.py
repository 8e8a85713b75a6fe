"""The few pictures that are kept with the program: those of the README beside this file, those of the help in static/help."""

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
HELP = HERE.parent.parent / "static" / "help"


@dataclass(frozen=True)
class Kept:
    page: str  # as in pages.py
    folder: Path
    name: str
    size: tuple[int, int]
    theme: str = "light"
    largest: int = 150_000  # bytes

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.png"

    def keep(self, taken: Path) -> str:
        """Put the picture in its place with few colours; what is wrong with it, if anything."""
        with Image.open(taken) as picture:
            few = _with_its_256_commonest_colours(picture.convert("RGB"))
        taken.unlink()
        few.save(self.file, optimize=True)
        size = self.file.stat().st_size
        return f"{self.file.name}: {size} bytes, more than {self.largest}" if size > self.largest else ""


def _with_its_256_commonest_colours(picture: Image.Image) -> Image.Image:
    """Each as it is, the others as the nearest of them: Pillow blends them, and ochre must not become the red of the thread."""
    raw = picture.tobytes()
    dots = list(zip(raw[0::3], raw[1::3], raw[2::3], strict=True))
    counted = Counter(dots)
    commonest = [colour for colour, _count in counted.most_common(256)]

    def nearest(colour: tuple[int, int, int]) -> int:
        return min(range(len(commonest)), key=lambda n: math.dist(colour, commonest[n]))

    place = {colour: n for n, colour in enumerate(commonest)}
    place |= {colour: nearest(colour) for colour in counted.keys() - place.keys()}
    few = Image.frombytes("P", picture.size, bytes(place[dot] for dot in dots))
    few.putpalette([level for colour in commonest for level in colour])
    return few


def of_help(page: str, name: str) -> Kept:
    return Kept(page, HELP, name, (1200, 820), largest=80_000)


README = (
    Kept("today", HERE, "today", (1440, 900)),
    Kept("closed-step-inzicht", HERE, "step-inzicht", (1280, 900)),
    Kept("step-overzicht", HERE, "step-overzicht", (390, 844), "dark"),
    Kept("closed-documents-parents", HERE, "plan-parents", (900, 1100)),
)
# What is full in the demonstration shows more: three steps come from the meeting that was closed.
OF_HELP = (
    of_help("step-start", "step-start"),
    of_help("step-overzicht", "step-overzicht"),
    of_help("closed-step-inzicht", "step-inzicht"),
    of_help("step-doelen", "step-doelen"),
    of_help("closed-step-behoeften", "step-behoeften"),
    of_help("closed-step-afspraken", "step-afspraken"),
    of_help("step-evaluatie", "step-evaluatie"),
    of_help("today", "today"),
    of_help("closed-report", "report"),
    of_help("my-agreements", "my-agreements"),
    of_help("student", "student"),
    of_help("students", "students"),
    of_help("library", "library"),
)
