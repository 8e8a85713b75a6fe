"""`export_plans`: every copy that may be handed out, as files, and what the command refuses."""

import datetime
import os
import subprocess
import sys
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from hgw.audit.models import Entry
from meetings.documents.pdf import PdfTrouble
from meetings.models import Meeting, PlanIssue
from tests import ready_tables
from tests.factories import Cast, make_guardian, make_item, make_meeting, make_student
from tests.meetings.test_pdf_process import opened, text_of


def export(meeting: Meeting | str, folder: Path, *options: str) -> list[list[str]]:
    out = StringIO()
    pk = str(meeting.pk) if isinstance(meeting, Meeting) else meeting
    call_command("export_plans", pk, "--to", str(folder), *options, stdout=out)
    return [line.split("\t") for line in out.getvalue().splitlines()]


def refused(*args: Any) -> CommandError:
    with pytest.raises(CommandError) as refusal:
        export(*args)
    assert refusal.value.returncode == 2
    assert "\n" not in str(refusal.value)
    return refusal.value


def test_it_writes_every_copy_and_says_which_file_is_whose(cast: Cast, tmp_path: Path):
    folder = tmp_path / "new" / "folder"
    name = f"leerlingplan_{cast.meeting.pk}"
    assert export(cast.meeting, folder, "--with-report") == [
        ["team", "student", "", f"{name}_team_1.pdf"],
        ["class_sheet", "student", "", f"{name}_class_sheet_2.pdf"],
        ["parents", "student", "Hilde Claes", f"{name}_parents_3.pdf"],
        ["parents", "student", "Bart Vandamme", f"{name}_parents_4.pdf"],
        ["student", "student", "", f"{name}_student_5.pdf"],
        ["report", "student", "", f"{name}_report_6.pdf"],
    ]
    files = sorted(folder.iterdir())
    assert len(files) == 6
    for file in files:
        assert file.stat().st_mode & 0o777 == 0o600
        with opened(file.read_bytes()) as pdf:
            title = str(pdf.docinfo["/Title"])
            assert title
            assert not [word for word in ("Nore", "Vandamme", "Hilde", "Claes", "Bart") if word in title + file.name]
        assert "voorlopig" in text_of(file.read_bytes()).lower()


def test_without_the_report_there_is_none(cast: Cast, tmp_path: Path):
    assert "report" not in {line[0] for line in export(cast.meeting, tmp_path)}


def test_each_file_is_a_print_by_the_system(cast: Cast, tmp_path: Path):
    lines = export(cast.meeting, tmp_path, "--with-report")
    entries = Entry.objects.filter(action="plan.printed")
    assert [(entry.who, entry.student, entry.detail) for entry in entries] == [
        (None, cast.student.pk, f"{line[0]} 1") for line in lines
    ]
    issues = PlanIssue.objects.order_by("issued_on")
    assert [issue.reader for issue in issues] == [line[0] for line in lines]
    assert {issue.issued_by for issue in issues} == {None}
    assert all(len(issue.sha256) == 64 and issue.pdf is None for issue in issues)
    export(cast.meeting, tmp_path / "again")
    assert PlanIssue.objects.filter(reader="team").order_by("copy_no").last().copy_no == 2


def test_a_group_gets_its_copies_per_student_and_one_report(cast: Cast, tmp_path: Path):
    other = make_student(cast.school, cast.class_group, first_name="Aya", last_name="El Idrissi")
    make_guardian(other, first_name="Samira", last_name="El Idrissi")
    make_guardian(other, first_name="Rik", authority="step_parent", receives_plan=False)
    group = make_meeting([cast.student, other], by=cast.coordinator)
    keys = list(group.subjects.values_list("key", flat=True))
    lines = export(group, tmp_path, "--with-report")
    assert [line[:3] for line in lines] == [
        ["team", keys[0], ""], ["class_sheet", keys[0], ""], ["parents", keys[0], "Hilde Claes"],
        ["parents", keys[0], "Bart Vandamme"], ["student", keys[0], ""], ["team", keys[1], ""],
        ["class_sheet", keys[1], ""], ["parents", keys[1], "Samira El Idrissi"], ["student", keys[1], ""],
        ["report", "group", ""],
    ]  # fmt: skip
    assert [int(line[3].rpartition("_")[2].removesuffix(".pdf")) for line in lines] == list(range(1, 11))
    assert len(list(tmp_path.iterdir())) == 10
    assert Entry.objects.filter(action="plan.printed", who=None).count() == 10


def test_no_confidential_item_is_on_any_copy(cast: Cast, tmp_path: Path):
    make_item(
        cast.meeting, "observation", cast.coordinator, valence="strength", domain="ll", text="GEHEIM-WOORD",
        visibility=["confidential"],
    )  # fmt: skip
    make_item(cast.meeting, "observation", cast.coordinator, valence="strength", domain="ll", text="OPEN-WOORD")
    export(cast.meeting, tmp_path, "--with-report")
    texts = {file.name.split("_", 2)[2]: text_of(file.read_bytes()) for file in tmp_path.iterdir()}
    assert not [name for name, text in texts.items() if "GEHEIM" in text]
    assert "OPEN-WOORD" in texts["report_6.pdf"]
    assert "OPEN-WOORD" in texts["team_1.pdf"]


@pytest.mark.parametrize("given", ["geen", "", str(uuid.UUID(int=7)), "7"])
def test_an_unknown_meeting_is_refused(cast: Cast, tmp_path: Path, given: str):
    refused(given, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not PlanIssue.objects.exists()


def test_a_cancelled_meeting_is_refused(cast: Cast, tmp_path: Path):
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="cancelled")
    refused(cast.meeting, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_something_is_refused(cast: Cast, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("van mij")
    assert "not empty" in str(refused(cast.meeting, tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
    assert not Entry.objects.filter(action="plan.printed").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(cast: Cast, tmp_path: Path):
    (tmp_path / "file").write_text("")
    refused(cast.meeting, tmp_path / "file")
    refused(cast.meeting, tmp_path / "file" / "below")
    assert not PlanIssue.objects.exists()


def test_a_file_that_cannot_be_made_leaves_nothing_behind(cast: Cast, tmp_path: Path, monkeypatch):
    def no_file(_html: str) -> None:
        raise PdfTrouble("died")

    monkeypatch.setattr("meetings.management.commands.export_plans.make_pdf", no_file)
    with pytest.raises(CommandError) as failure:
        export(cast.meeting, tmp_path / "new")
    assert failure.value.returncode == 1
    assert not (tmp_path / "new").exists()
    assert not PlanIssue.objects.exists()


def test_what_is_written_down_comes_before_what_is_handed_out(cast: Cast, tmp_path: Path, monkeypatch):
    """When the record cannot be kept, no file is left in the folder."""

    def no_record(*_args: Any, **_facts: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("meetings.documents.printing.record", no_record)
    with pytest.raises(RuntimeError):
        export(cast.meeting, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not PlanIssue.objects.exists()


@pytest.mark.once
def test_on_the_command_line_a_refusal_is_one_line_and_exit_2(tmp_path: Path):
    environment = os.environ | {"HGW_DATA": str(tmp_path / "data"), "DATABASE_URL": ""}
    run = [sys.executable, "manage.py"]
    ready_tables.lay_in(tmp_path / "data")
    subprocess.run([*run, "migrate", "-v0"], cwd=settings.BASE_DIR, env=environment, check=True)
    command = [*run, "export_plans", str(uuid.uuid4()), "--to", str(tmp_path / "new")]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_closed_meeting_is_not_called_provisional(cast: Cast, tmp_path: Path):
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", date=datetime.date(2026, 3, 4))
    export(cast.meeting, tmp_path)
    assert not [file.name for file in tmp_path.iterdir() if "voorlopig" in text_of(file.read_bytes()).lower()]
