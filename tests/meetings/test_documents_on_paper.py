"""How the plans of the public cases lie on paper: on how many sheets, in which size, with every name in one piece."""

import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from meetings.models import Meeting
from tests.meetings.test_pdf_process import opened

pytestmark = pytest.mark.once

CASES = Path(__file__).resolve().parents[2] / "meetings" / "demo" / "cases"


def copies(case: str, folder: Path, reader: str = "parents") -> list[Path]:
    call_command("load_case", str(CASES / f"{case}.yaml"), stdout=StringIO())
    call_command("export_plans", str(Meeting.objects.get().pk), "--to", str(folder), stdout=StringIO())
    return sorted(folder.glob(f"*_{reader}_*.pdf"))


def words(file: Path, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("case", "number", "last_on_first"), [("nore", 2, "Wat helpt thuis?"), ("kring", 7, "Waar willen we naartoe?")]
)
def test_a_copy_for_parents_is_one_sheet_with_what_is_told_in_front(
    case: str, number: int, last_on_first: str, tmp_path: Path
) -> None:
    """Two sides of one sheet, in a size that reads easily: what parents are told on the one, who does what on the other."""
    files = copies(case, tmp_path)
    assert len(files) == number
    for file in files:
        with opened(file.read_bytes()) as pdf:
            assert len(pdf.pages) == 2
        assert last_on_first in words(file, "-l", "1")
        for name in ("Wittewrongel", "Wijnendaele"):  # as long as names get in the narrow column
            if name[:-1] in words(file, "-raw").replace("\n", ""):
                assert name in words(file, "-raw")


@pytest.mark.django_db
def test_what_parents_read_is_not_printed_small(tmp_path: Path) -> None:
    file = copies("nore", tmp_path)[0]
    done = subprocess.run(["pdftotext", "-bbox-layout", str(file), "-"], capture_output=True, check=True)
    line = next(line for line in done.stdout.decode().splitlines() if ">onzeker." in line or ">onzeker" in line)
    top, bottom = (float(line.split(f'{side}="')[1].split('"')[0]) for side in ("yMin", "yMax"))
    assert bottom - top > 12  # a line of 10.5 points, of 10 it is 11.6


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["nore", "kring"])
def test_the_plan_of_a_student_is_one_page_up_to_with_whom_it_is_shared(case: str, tmp_path: Path) -> None:
    files = copies(case, tmp_path, "student")
    assert files
    for file in files:
        with opened(file.read_bytes()) as pdf:
            assert len(pdf.pages) == 1
        assert "delen we alleen met wie jou moet helpen" in " ".join(words(file).split())
