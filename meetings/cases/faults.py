"""What is wrong with a case file: every fault, with its place, in the order of the file."""

from dataclasses import dataclass, field

MOST = 10_000  # a file with more is no case file


class TooMany(Exception):
    """So many faults that reading on tells nobody anything."""


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `line` and `column` are for the order only."""

    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


@dataclass
class Faults:
    """The faults found so far. `places` says where each path stands in the file."""

    found: set[Fault] = field(default_factory=set)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: str, message: str, place: tuple[int, int] | None = None) -> None:
        """Note a fault at a path; where the path is not in the file, its nearest ancestor gives the place."""
        if len(self.found) >= MOST:
            raise TooMany
        self.found.add(Fault(*(place or self._place(path)), path, message))

    def at_line(self, line: int, column: int, message: str) -> None:
        """Note a fault of the writing itself. `line` counts from 0, as readers of YAML do."""
        self.add(f"line {line + 1}", message, (line, column))

    def of_file(self, message: str) -> None:
        """Note a fault of the whole file."""
        self.add("file", message, (-1, 0))

    def in_order(self) -> list[Fault]:
        """The faults in the order of the file."""
        return sorted(self.found)

    def _place(self, path: str) -> tuple[int, int]:
        while path:
            if path in self.places:
                return self.places[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return (0, 0)


class Refused(Exception):
    """A case file that was not loaded; `faults` says why, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("faults in the case file")
        self.faults = faults


def shown(text: str) -> str:
    """A piece of the file as a message can hold it: short, on one line, without invisible characters."""
    short = text if len(text) <= 60 else text[:59] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)
