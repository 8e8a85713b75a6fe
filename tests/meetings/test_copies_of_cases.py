"""Whole cases on paper: every copy holds what its reader gets, and nothing else of the case."""

import re
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from django.conf import settings
from django.core.management import call_command

from meetings.models import Meeting
from tests import printed_case

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once

CASES = settings.BASE_DIR / "meetings" / "demo" / "cases"


def copies(name: str, folder: Path) -> list[tuple[str, str, str, bytes]]:
    """Load a case and export its plans: reader, student, recipient and file of each copy."""
    call_command("load_case", str(CASES / f"{name}.yaml"), stdout=StringIO())
    lines = StringIO()
    call_command("export_plans", str(Meeting.objects.get().pk), "--to", str(folder), "--with-report", stdout=lines)
    rows = [line.split("\t") for line in lines.getvalue().splitlines()]
    return [(reader, student, recipient, (folder / file).read_bytes()) for reader, student, recipient, file in rows]


@pytest.mark.parametrize("name", ["nore", "alles"])
def test_each_copy_holds_what_its_reader_gets_and_nothing_else(db: None, tmp_path: Path, name: str) -> None:
    case = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    wrong = []
    for reader, _student, recipient, pdf in copies(name, tmp_path):
        paper = printed_case.squeezed(printed_case.printed(pdf))
        wrong += [(reader, recipient, *fault) for fault in printed_case.wrong(case, reader, recipient, paper)]
    assert not wrong


def everything_in(pdf: bytes) -> str:
    """Drawn words, metadata, and every string of the decompressed file: titles, structure, alternative texts."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        strings: list[str] = []
        for thing in opened.objects:
            _strings(thing, strings)
        return "\n".join([printed_case.printed(pdf), str(opened.docinfo), *strings])


def _strings(thing: Any, found: list[str]) -> None:
    """The strings of one object of the file; what it only points to is an object of its own, and read there."""
    if isinstance(thing, pikepdf.String):
        found.append(str(thing))
        return
    parts: list[Any] = []
    if isinstance(thing, pikepdf.Array):
        parts = list(thing)  # type: ignore[call-overload]  # an array of the file
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        parts = [thing[key] for key in thing.keys()]  # noqa: SIM118  # a stream is no mapping
    for part in parts:
        if not getattr(part, "is_indirect", False):
            _strings(part, found)


def test_in_a_group_each_guardian_gets_the_own_copy_and_none_names_another_family(db: None, tmp_path: Path) -> None:
    case = yaml.safe_load((CASES / "kring.yaml").read_text(encoding="utf-8"))
    names = {
        key: {member["first_name"], member["last_name"], member.get("preferred_name", member["first_name"])}
        | {g[part] for g in case["guardians"] if g["student"] == key for part in ("first_name", "last_name")}
        for key, member in case["students"].items()
    }
    made = copies("kring", tmp_path)
    assert [(reader, student) for reader, student, _to, _pdf in made if reader == "team"] == [
        ("team", key) for key in names
    ]
    given = [(student, recipient) for reader, student, recipient, _pdf in made if reader == "parents"]
    assert len(given) == len(set(given)) == 7
    assert made[-1][:3] == ("report", "group", "")
    for reader, student, _recipient, pdf in made:
        if reader != "report":
            others = set().union(*(words for key, words in names.items() if key != student)) - names[student]
            text = everything_in(pdf)
            assert not [name for name in others if re.search(rf"\b{re.escape(name)}\b", text)], (reader, student)
