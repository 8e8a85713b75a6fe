"""Who was erased after a backup was made is not back when it is put back, wherever the list of erased students lies."""

from pathlib import Path

import pytest

from tests.hgw.storage.conftest import SchoolKey
from tests.hgw.storage.installation import Installation, Maker

pytestmark = pytest.mark.once

ERASE = """
import datetime
from hgw.accounts.models import User
from hgw.storage.row_security import WHOLE
from hgw.transaction import writing
from students.forgetting import erasing
from students.models import Student
with writing(WHOLE):
    student = Student.objects.get()
    student.enrollments.update(since=datetime.date(2020, 9, 1), until=datetime.date(2021, 6, 30))
    Student.objects.update(created_at=datetime.datetime(2020, 9, 1, tzinfo=datetime.UTC))
    erasing.confirm(erasing.ask(student, "student", by=User.objects.first()), by=None)
done = erasing.work()
assert (done.students, done.is_whole) == (1, True)
print(student.pk)
"""
WHERE = """
from django.apps import apps
from hgw.storage.row_security import WHOLE
from hgw.transaction import reading
found = set()
with reading(WHOLE):
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values_list():
            if any("Tarik" in (bytes(one).decode("utf-8", "replace") if isinstance(one, (bytes, memoryview)) else str(one)) for one in row):
                found.add(model._meta.db_table)
print(sorted(found))
"""


def where(school: Installation) -> str:
    return school.python(WHERE).strip()


def test_a_backup_that_is_put_back_does_not_bring_anybody_back(
    maker: Maker, school_key: SchoolKey, tmp_path: Path
) -> None:
    school, file = maker.filled(), tmp_path / "school.age"
    school.run("backup", "--to", file, "--recipient", school_key.public)
    assert "students_student" in where(school)
    student = school.python(ERASE).strip()
    assert where(school) == "[]"
    assert student in (school.data / "erased.tsv").read_text()
    if school.url.startswith("sqlite"):
        assert [one.name for one in school.data.iterdir() if b"Tarik" in one.read_bytes()] == []
    said = school.run("restore", file, "--identity", school_key.file, "--replace")
    assert "erased again\t1" in said.splitlines()
    assert where(school) == "[]"
    assert not (school.data / "erase_again").exists()
    if school.url.startswith("sqlite"):
        assert [one.name for one in school.data.iterdir() if b"Tarik" in one.read_bytes()] == []
    assert school.run("audit_verify").startswith("ok\t")
    # On another machine the list that lies beside the backups does the same.
    (tmp_path / "erased.tsv").write_text((school.data / "erased.tsv").read_text())
    elsewhere = maker.empty()
    elsewhere.run("restore", file, "--identity", school_key.file)
    assert where(elsewhere) == "[]"
    # And moved, nobody is back either.
    school.run("verify")


def test_a_backup_takes_the_list_along(on_files: Maker, school_key: SchoolKey, tmp_path: Path) -> None:
    school = on_files.filled()
    student = school.python(ERASE).strip()
    school.run("backup", "--to", tmp_path / "later.age", "--recipient", school_key.public)
    assert student in (tmp_path / "erased.tsv").read_text()


def test_who_stands_in_the_list_does_not_move_along(on_files: Maker) -> None:
    school, target = on_files.filled(), on_files.with_tables()
    student = school.python("from students.models import Student; print(Student.objects.get().pk)").strip()
    (school.data / "erased.tsv").write_text(f"{student}\t2026-09-01\tstudent\n")
    school.run("move_to", target.url)
    assert where(target) == "[]"
