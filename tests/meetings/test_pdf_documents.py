"""Real documents of whole cases, as files: readable by a screen reader, and typed text comes out as typed."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from meetings.models import Meeting
from tests.factories import Cast, make_item
from tests.meetings.test_pdf_process import opened, text_of

pytestmark = pytest.mark.once

CASES = settings.BASE_DIR / "meetings" / "demo" / "cases"
HOSTILE = (
    '<img src="file:///etc/passwd"> <script>alert(1)</script> </main></body> {{ 7|add:7 }} {% now "Y" %} '
    '<link rel="attachment" href="http://127.0.0.1:9/x"> <style>p { display: none }</style> &amp; data:text/html,x'
)


def exported(meeting: Meeting | str, folder: Path) -> dict[str, list[Path]]:
    """The files of a meeting by reader."""
    out = StringIO()
    call_command("export_plans", str(meeting), "--to", str(folder), "--with-report", stdout=out)
    files: dict[str, list[Path]] = {}
    for line in out.getvalue().splitlines():
        files.setdefault(line.split("\t")[0], []).append(folder / line.split("\t")[3])
    return files


def loaded(name: str) -> str:
    out = StringIO()
    call_command("load_case", str(CASES / f"{name}.yaml"), stdout=out)
    return out.getvalue().split()[-1]


def test_every_document_is_accessible(db: None, tmp_path: Path):
    files = exported(loaded("alles"), tmp_path)
    assert set(files) == {"team", "class_sheet", "parents", "student", "report"}
    one_each = [str(paths[0]) for paths in files.values()]
    outloud = [str(Path(sys.executable).with_name("outloud")), "--quiet", *one_each]
    checked = subprocess.run(outloud, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count(" 0 error(s)") == 5, checked.stdout


def test_every_document_says_its_language_and_tells_no_name_in_its_title(db: None, tmp_path: Path):
    meeting = loaded("nore")
    names = {
        word for student in Meeting.objects.get(pk=meeting).students for word in (student.roepnaam, student.last_name)
    }
    for reader, paths in exported(meeting, tmp_path).items():
        for path in paths:
            with opened(path.read_bytes()) as pdf:
                assert pdf.Root.Lang == "nl-BE"
                title = str(pdf.docinfo["/Title"])
                assert title, reader
                assert not [name for name in names if name in title]
                assert list(pdf.docinfo) == ["/Title"]


def test_what_looks_like_a_page_is_printed_as_typed(cast: Cast, tmp_path: Path):
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text=HOSTILE)
    files = exported(cast.meeting.pk, tmp_path)
    for reader in ("team", "report"):
        data = files[reader][0].read_bytes()
        assert "".join(HOSTILE.split()) in "".join(text_of(data).split()), reader
        with opened(data) as pdf:
            assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})


def test_a_very_long_text_is_printed_to_its_last_word(cast: Cast, tmp_path: Path):
    text = " ".join(f"woord{number}" for number in range(9_000))[:99_990] + " SLOTWOORD"
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text=text)
    assert "SLOTWOORD" in text_of(exported(cast.meeting.pk, tmp_path)["report"][0].read_bytes())


def test_one_word_without_spaces_does_not_stop_the_printer(cast: Cast, tmp_path: Path):
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="a" * 2_000)
    assert "aaaa" in text_of(exported(cast.meeting.pk, tmp_path)["team"][0].read_bytes())
