"""No pattern of ours takes endless time, whatever somebody typed: tests/endless_patterns.py tries each."""

import re
import signal
import subprocess
import sys

from tests import endless_patterns
from tests.endless_patterns import MADE, ROOT, in_python, in_scripts


def tried(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.endless_patterns", *words],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_each_pattern_is_done_with_the_longest_text_at_once() -> None:
    found = tried()
    lines = found.stdout.splitlines()
    assert (found.returncode, lines[-1:]) == (0, ["all of them"]), f"{lines[-1:]} {found.stderr}"
    assert len(lines) == len(in_python()[0]) + len(in_scripts()) + 6 + 1


def test_one_that_is_not_would_be_ended() -> None:
    assert tried(r"^\s*//.*\n").returncode == -signal.SIGXCPU


def test_what_is_made_of_names_is_tried_through_what_uses_it() -> None:
    assert in_python()[1] == MADE


def test_none_is_overlooked() -> None:
    """Each use of the library has its pattern in the list, and no pattern is found in another way."""
    patterns, made = in_python()
    files = {pattern.file for pattern in patterns} | made.keys()
    for file in (ROOT / name for name in ("hgw", "students", "meetings")):
        for module in file.rglob("*.py"):
            text = module.read_text()
            name = str(module.relative_to(ROOT))
            assert not re.search(r"^\s*(from re import|import re as|import regex|from regex)", text, re.MULTILINE), name
            assert not re.search(r"__i?regex\b", text), name
            if re.search(r"^\s*import re$", text, re.MULTILINE):
                assert name in files
    scripts = [pattern.source for pattern in in_scripts()]
    assert r"(?:^|; )(?:__Host-)?csrftoken=([^;]+)" in scripts
    assert r"\r\n?" in scripts
    assert not any("RegExp" in file.read_text() for file in (ROOT / "static" / "js").glob("*.js"))
    assert not any(re.search(r"\spattern=", file.read_text()) for file in (ROOT / "templates").rglob("*.html"))
    assert endless_patterns.GIVEN.keys() <= {(pattern.file, pattern.source) for pattern in patterns}
