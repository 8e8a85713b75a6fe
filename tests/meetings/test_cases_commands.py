"""load_case and export_case: the last line, the lines on stderr, the exit code, and nothing written when refused."""

import io
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command

from hgw.accounts.models import School
from hgw.audit.models import Entry
from meetings.cases import reading
from meetings.models import Meeting, StepText
from students.models import Student
from tests.meetings.case_files import FOLDER, case, parsed, written

pytestmark = pytest.mark.django_db(transaction=True)


def run(*args: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*args, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def loaded(name: str) -> str:
    code, out, err = run("load_case", str(FOLDER / f"{name}.yaml"))
    assert (code, err) == (0, "")
    return out.splitlines()[-1].removeprefix("meeting ")


def test_loading_prints_the_meeting_and_is_in_the_trace() -> None:
    pk = uuid.UUID(loaded("werkstuk"))
    assert Meeting.objects.get().pk == pk
    found = Entry.objects.get(action="case.loaded")
    assert (found.object, found.who, found.student) == (pk, None, Student.objects.get().pk)


def test_every_fault_is_a_line_and_nothing_is_written(tmp_path: Path) -> None:
    data = case("werkstuk")
    data["step_5_needs"]["student"][0]["goal"] = "X-D9"
    data["meeting"]["titel"] = "x"
    file = tmp_path / "case.yaml"
    file.write_bytes(written(data))
    code, out, err = run("load_case", str(file))
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        "meeting.titel: there is no such key here",
        'step_5_needs.student[0].goal: no goal "X-D9" in this file',
    ]
    assert not School.objects.exists()
    assert not Entry.objects.exists()


def test_a_fault_against_what_is_here_leaves_nothing_behind(tmp_path: Path) -> None:
    loaded("werkstuk")
    data = case("werkstuk")
    data["guardians"][0]["authority"] = "joint"
    file = tmp_path / "case.yaml"
    file.write_bytes(written(data))
    code, _out, err = run("load_case", str(file))
    assert (code, err) == (2, "guardians[0].authority: this guardian stands here with authority exclusive\n")
    assert Meeting.objects.count() == 1


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        code, out, err = run("load_case", str(path))
        assert (code, out, err.startswith("file: cannot be read: "), err.count("\n")) == (2, "", True, 1)


def test_a_file_of_more_than_5_mb_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_bytes(b"a" * (5 * 1024 * 1024 + 1))
    assert run("load_case", str(file)) == (2, "", "file: larger than 5 MB\n")


def test_exporting_prints_the_file_and_says_so_in_the_trace() -> None:
    pk = loaded("eerst_uitzoeken")
    code, out, err = run("export_case", pk)
    assert (code, err, parsed(out)["meeting"]["title"]) == (0, "", "Leerlingbespreking Nele")
    assert Entry.objects.filter(object=pk, action="case.exported", who=None).count() == 1


def test_exporting_what_is_confidential_says_that_too() -> None:
    pk = loaded("kookhoek")
    assert "Wat Ibrahim in vertrouwen zei." in run("export_case", pk)[1]
    found = Entry.objects.filter(object=pk, action="case.exported_with_confidential")
    assert {entry.student for entry in found} == {student.pk for student in Student.objects.all()}


@pytest.mark.parametrize("pk", ["", "nonsense", "6a3f0c1e-8f0d-4b57-9c1e-2f4d6a8b0c11", "a\nb"])
def test_an_unknown_id_is_one_line(pk: str) -> None:
    code, out, err = run("export_case", pk)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("no meeting with the id")


def test_a_moved_case_is_loaded_by_the_command() -> None:
    code, out, _err = run("load_case", str(FOLDER / "gepland.yaml"), "--shift-dates")
    assert code == 0
    assert (
        Meeting.objects.get(pk=out.split()[-1]).date
        != parsed(run("export_case", loaded("gepland"))[1])["meeting"]["date"]
    )


def test_a_file_that_was_written_here_loads_whatever_its_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What people typed into one meeting may be more than we take from others."""
    monkeypatch.setattr(reading, "LARGEST", 5_000)
    pk, file = loaded("gepland"), tmp_path / "groot.yaml"
    StepText.objects.filter(meeting=pk, field="avoid").update(text="Niet te veel tegelijk.\n" * 400 + "é")
    _code, text, _err = run("export_case", pk)
    file.write_text(text, encoding="utf-8")
    code, out, _err = run("load_case", str(file))
    assert code == 0
    assert run("export_case", out.split()[-1])[1] == text
    file.write_text(text.replace("tegelijk", "tegelyk", 1), encoding="utf-8")
    assert run("load_case", str(file)) == (2, "", "file: larger than 5 MB\n")


def test_what_is_wrong_in_the_file_and_against_what_is_here_is_told_at_once(tmp_path: Path) -> None:
    loaded("werkstuk")
    data, file = case("werkstuk"), tmp_path / "case.yaml"
    data["guardians"][0]["authority"] = "joint"
    data["class_group"], data["step_2_overview"]["strengths"] = None, []
    file.write_bytes(written(data))
    paths = [line.partition(": ")[0] for line in run("load_case", str(file))[2].splitlines()]
    assert {"class_group", "guardians[0].authority", "step_2_overview.strengths"} <= set(paths)
