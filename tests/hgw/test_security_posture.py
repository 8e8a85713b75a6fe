"""The table of security requirements names tests that exist and files that are there, for every requirement we took on."""

import ast
import re
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from hgw import security_posture
from hgw.security_posture import Requirement, expanded, requirements

ROOT = Path(__file__).resolve().parents[2]
# Of OWASP ASVS 5.0.0: all of level 1 and 2, section by section, and then what was chosen of level 3.
LEVEL_2 = """
    V1.1.1-2 V1.2.1-9 V1.3.1-11 V1.4.1-3 V1.5.1-2
    V2.1.1-3 V2.2.1-3 V2.3.1-4 V2.4.1
    V3.2.1-2 V3.3.1-4 V3.4.1-6 V3.5.1-5 V3.7.1-2
    V4.1.1-3 V4.2.1 V4.3.1-2 V4.4.1-4
    V5.1.1 V5.2.1-3 V5.3.1-2 V5.4.1-3
    V6.1.1-3 V6.2.1-12 V6.3.1-4 V6.4.1-4 V6.5.1-5 V6.6.1-3 V6.8.1-4
    V7.1.1-3 V7.2.1-4 V7.3.1-2 V7.4.1-5 V7.5.1-2 V7.6.1-2
    V8.1.1-2 V8.2.1-3 V8.3.1 V8.4.1
    V9.1.1-3 V9.2.1-4
    V10.1.1-2 V10.2.1-2 V10.3.1-4 V10.4.1-11 V10.5.1-5 V10.6.1-2 V10.7.1-3
    V11.1.1-2 V11.2.1-3 V11.3.1-3 V11.4.1-4 V11.5.1 V11.6.1
    V12.1.1-3 V12.2.1-2 V12.3.1-4
    V13.1.1 V13.2.1-5 V13.3.1-2 V13.4.1-5
    V14.1.1-2 V14.2.1-4 V14.3.1-3
    V15.1.1-3 V15.2.1-3 V15.3.1-7
    V16.1.1 V16.2.1-5 V16.3.1-4 V16.4.1-3 V16.5.1-3
    V17.1.1 V17.2.1-4 V17.3.1-2
"""
CHOSEN_OF_LEVEL_3 = """
    V1.2.10 V1.3.12 V2.3.5 V3.4.7-8 V3.5.8 V5.2.4 V5.2.6 V6.3.7-8 V6.4.5-6 V7.5.3 V8.2.4 V8.3.2 V11.2.4-5 V11.3.4-5 V11.5.2
    V12.1.4-5 V12.3.5 V13.4.6 V14.2.6-8 V15.4.2 V16.5.4
"""


@cache
def functions(file: str) -> frozenset[str]:
    """The tests of a file, read and not run; none when there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    return frozenset(node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))


def test_every_requirement_has_one_row_and_no_other_is_there() -> None:
    wanted = [one for area in (LEVEL_2, CHOSEN_OF_LEVEL_3) for number in area.split() for one in expanded(number)]
    assert len(expanded_all := [one for number in LEVEL_2.split() for one in expanded(number)]) == 253, len(
        expanded_all
    )
    rows = [one for row in requirements() for one in row.numbers]
    assert sorted(rows) == sorted(wanted)


def test_each_test_that_is_named_is_there() -> None:
    named = {test for row in requirements() for test in row.tests}
    assert len(named) > 100
    assert [test for test in sorted(named) if test.partition("::")[2] not in functions(test.partition("::")[0])] == []


def test_each_file_that_is_named_is_there() -> None:
    assert [row.stands_in for row in requirements() if row.stands_in and not (ROOT / row.stands_in).is_file()] == []


def test_a_row_says_in_words_what_it_is_about_and_why_not() -> None:
    for row in requirements():
        for text in (row.what, row.not_applicable, row.not_yet):
            assert len(text) <= 140, row.number
            assert not re.search(r"\bVerify that\b", text), row.number  # ours, not the standard's


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (Requirement("V1.1.1", "", tests=("a",)), "shown"),
        (Requirement("V1.1.1", "", stands_in="a"), "shown"),
        (Requirement("V1.1.1", "", tests=("a",), not_yet="b"), "partly"),
        (Requirement("V1.1.1", "", not_yet="b"), "not yet"),
        (Requirement("V1.1.1", "", not_applicable="b"), "does not apply"),
    ],
)
def test_it_is_never_greener_than_its_tests(row: Requirement, state: str) -> None:
    assert row.state == state


@pytest.mark.parametrize("row", [{"what": "a"}, {"what": "a", "tests": ["b"], "not_applicable": "c"}])
def test_a_row_that_says_nothing_or_two_things_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"V1\.1\.1: either"):
        security_posture._row("V1.1.1", row)


def test_the_command_prints_it() -> None:
    out = StringIO()
    call_command("security_posture", stdout=out)
    text = out.getvalue()
    assert text.startswith("# Security posture: OWASP ASVS 5.0\n")
    assert sum(security_posture.counts().values()) == 282
    assert "| V6.3.3 | A second factor is asked | " in text
    assert "`tests/test_access.py::test_who_gets_what`" in text
