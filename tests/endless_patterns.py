"""Every pattern of ours, tried with long and hostile texts: `python -m tests.endless_patterns` says which one it tries.

The processor's time is limited anew for each: a pattern that looks at a text again at each of its characters is ended by the
system. Those that are made of names while the program runs are tried through what uses them. A pattern of a script is read
as one of Python's, which looks back as a browser does.
"""

import ast
import os
import re
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _parser as parser  # type: ignore[attr-defined]  # how a pattern is put together
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 100_000  # characters of a text that is taken
PATIENCE = 3  # seconds of computing for one pattern and one text; what is well takes a hundredth
METHODS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
# How much of a text such a pattern is given, where that is less.
GIVEN = {("meetings/hints.py", r"(\w+)\.?$"): 60}
# How many patterns of a file are made while the program runs; `made_of_names` tries what uses them.
MADE = {
    "hgw/accounts/easy_words.py": 2,
    "meetings/forgetting/masking.py": 1,
    "meetings/hints.py": 1,
    "students/forgetting/names.py": 3,
}

OF_NAMES = (
    "Nore. ",
    "nore ",
    "Nore Van Damme",
    "Nore Van Damme, ",
    "((Nore's ",
    "no \t\n",
    "n",
    "N. ",
    " ",
    "\n",
    "(",
    "van ",
)


@dataclass(frozen=True)
class Pattern:
    file: str
    source: str | bytes
    flags: int
    uses: tuple[str, ...]


@cache
def _modules() -> dict[str, ast.Module]:
    files = (file for app in ("hgw", "students", "meetings") for file in sorted((ROOT / app).rglob("*.py")))
    return {
        str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in files if "migrations" not in file.parts
    }


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """What of the library of patterns is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "re":
                if called.attr in METHODS:
                    yield called.attr, node
            elif isinstance(called, ast.Name) and called.id == "RegexValidator":
                yield "search", node


@cache
def _uses() -> dict[str, set[str]]:
    """Under which names something is asked to search, match, and so on, anywhere in the program; without one, in that file."""
    found: dict[str, set[str]] = {}
    for file, tree in _modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                name = getattr(node.value, "attr", None) or getattr(node.value, "id", file)
                found.setdefault(name, set()).add(node.attr)
    return found


def _called(tree: ast.Module) -> dict[ast.Call, str]:
    """By what name each compiled pattern goes, alone or in a row of them."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else node.targets
            for target, value in zip(targets, values, strict=False):
                if isinstance(value, ast.Call) and isinstance(target, ast.Name):
                    names[value] = target.id
    return names


def in_python() -> tuple[list[Pattern], dict[str, int]]:
    """The patterns that stand in the program as they are, and how many of each file do not."""
    found, made = [], {}
    for file, tree in _modules().items():
        names = _called(tree)
        for method, call in _calls(tree):
            source = call.args[0]
            if not isinstance(source, ast.Constant):
                made[file] = made.get(file, 0) + 1
                continue
            words = {node.attr for node in ast.walk(call) if isinstance(node, ast.Attribute)}
            flags = sum(flag for flag in (re.MULTILINE, re.IGNORECASE, re.ASCII) if flag.name in words)
            flags |= re.IGNORECASE if "I" in words else 0
            known = _uses().get(names.get(call, file), {"search", "match", "fullmatch"})
            uses = known if method == "compile" else {method}
            found.append(Pattern(file, source.value, flags, tuple(sorted(uses))))
    return found, made


IN_SCRIPT = re.compile(r"[(=:,!&|?\[]\s*/((?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+)/([a-z]*)")


def in_scripts() -> list[Pattern]:
    """The patterns of our scripts."""
    found = []
    for file in sorted((ROOT / "static" / "js").glob("*.js")):
        text = re.sub(r"^[ \t]*//.*\n", "", file.read_text(), flags=re.MULTILINE)
        for source, flags in IN_SCRIPT.findall(text):
            kind = re.IGNORECASE if "i" in flags else 0
            found.append(
                Pattern(file.relative_to(ROOT).as_posix(), source.replace("(?<", "(?P<"), kind, ("search", "sub"))
            )
    return found


def _found_by(parsed: Any) -> list[str]:
    """Texts that a pattern finds, a longest one for each way to begin: every part that may be there is."""
    texts = [""]
    for kind, what in parsed:
        name = str(kind)
        if name == "BRANCH":
            more = [text for way in what[1] for text in _found_by(way)]
        elif name == "SUBPATTERN":
            more = _found_by(what[-1])
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            more = [text * max(what[0], 1) for text in _found_by(what[2])]
        elif name == "LITERAL":
            more = [chr(what)]
        elif name == "IN":
            more = [_one_of(what)]
        else:
            more = ["a" if name in {"ANY", "NOT_LITERAL"} else ""]
        most = sorted(more, key=len, reverse=True)[:3]
        texts = [text + end for text in texts[:3] for end in most]
    return texts


def _one_of(choices: Any) -> str:
    (kind, what), *_more = choices
    if str(kind) == "CATEGORY":
        return {"CATEGORY_DIGIT": "0", "CATEGORY_SPACE": " "}.get(str(what), "a")
    return {"LITERAL": lambda: chr(what), "RANGE": lambda: chr(what[0])}.get(str(kind), lambda: "~")()


def texts(source: str | bytes, flags: int) -> Iterator[str]:
    """Long ones: of its own letters, of blanks and digits, of what it finds and of what it nearly finds."""
    plain = source.decode("latin-1") if isinstance(source, bytes) else source
    letters = dict.fromkeys([*"a0 \n.-", *re.sub(r"\\[A-Za-z]|[A-Za-z0-9]-[A-Za-z0-9]", "", plain)])
    for found in _found_by(parser.parse(plain, flags))[:3]:
        half = found[: len(found) // 2]
        for letter in list(letters)[:20]:
            yield letter * LONGEST + "\0"
            yield half + letter * LONGEST + "\0"
            yield found + letter * LONGEST
        for part in filter(None, (found, found[:-1], found[1:], half, f"{found} ", f" {found}\n")):
            yield part * (LONGEST // len(part))


def _limited(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1 + seconds, hard))


def attempt(pattern: Pattern, patience: int = PATIENCE) -> None:
    """Use it as the program does on each hostile text. Who takes too long is ended with the whole process."""
    compiled: Any = re.compile(pattern.source, pattern.flags)
    most = GIVEN.get((pattern.file, str(pattern.source)), LONGEST + 100)
    for text in texts(pattern.source, pattern.flags):
        given: Any = text[:most].encode() if isinstance(pattern.source, bytes) else text[:most]
        for use in pattern.uses:
            _limited(patience)
            if use in {"sub", "subn"}:
                getattr(compiled, use)(given[:0], given)
            elif use == "finditer":
                list(compiled.finditer(given))
            else:
                getattr(compiled, use)(given)


def made_of_names() -> Iterator[tuple[str, Callable[[str], object]]]:
    """What finds names in a text, and those of a school in a password."""
    from unittest.mock import patch

    from hgw.accounts.easy_words import _is_made_of, general_words
    from meetings.forgetting.masking import pattern_of
    from meetings.hints import found_in, names_in
    from students.forgetting import names
    from students.models import Student

    student = Student(first_name="Nore", preferred_name="Nore", last_name="Van Damme")
    with patch.object(names, "_borne_at_school", lambda *_: set()):
        known = names.Names.of(student, [], beside=())
    words = frozenset({"nore", "nore van damme", "van damme", "nor", "no re"})
    yield "the names of who is gone", known.out_of
    yield "a name within another", lambda text: names._is_part_of("Nore", [text])
    yield "the names of others", lambda text: pattern_of(words).sub("", text)
    yield "a word of a hint", lambda text: found_in(text, words)
    yield "a password", lambda text: _is_made_of({*general_words(), *words}, text)
    yield "a name of a classmate", lambda text: names_in(text, words, frozenset({"van damme"}))


def main(only: str = "") -> None:
    import django

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # who is ended for this leaves no file
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hgw.settings")
    django.setup()
    if only:
        return attempt(Pattern("", only, re.MULTILINE, ("search",)), 1)
    for pattern in [*in_python()[0], *in_scripts()]:
        print(pattern.file, pattern.source, flush=True)
        attempt(pattern)
    for what, use in made_of_names():
        print(what, flush=True)
        for part in OF_NAMES:
            _limited(PATIENCE)
            use(part * (LONGEST // len(part)) + "\0")
    print("all of them")


if __name__ == "__main__":
    main(*sys.argv[1:])
