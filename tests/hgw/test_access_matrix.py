"""The access matrix says what it is meant to say, and the machine reads it so.

The table below is the matrix once more, in words of its own: whoever changes the file changes this too, on purpose.
"""

import datetime

import pytest
from django.utils import timezone

from hgw import access
from hgw.access import HOLDS, matrix
from hgw.accounts.models import Role, User
from meetings.models import Meeting
from students.models import ClassGroup, Student, StudentAccessGrant
from tests.factories import Cast, make_class, make_grant, make_role, make_school, make_student, make_user

COLUMNS = (
    "care_coordinator", "principal", "care_teacher", "homeroom_teacher", "subject_teacher", "clb_worker",
    "learning_supporter", "school_admin", "adviser",
)  # fmt: skip
SHEET = "print: own_class and final and newest | print: own_class and participant and newest"
SEAT = "participant and open"  # a place at the table, until the meeting closes
TABLE = {
    # object: one cell per column; "act: condition", alternatives with a stroke between, "-" is nothing
    "student": [
        "manage", "read", "read", "read: own_class | read: emergency", "read: own_class", "read: granted", "read: granted",
        "manage", "-",
    ],
    "student_file": ["manage", "read", "read", "read: emergency", "-", "read: granted", "read: granted", "-", "-"],
    "meeting": [
        "manage", "read", f"read | write: {SEAT}", f"write: {SEAT} | read: emergency", f"write: {SEAT}",
        f"write: granted and {SEAT} | read: granted and final", f"read: granted and {SEAT}", "-", "-",
    ],
    "projection": ["write", *["write: chair"] * 4, "-", "-", "-", "-"],
    "lead": ["write", "-", *[f"write: chair and {SEAT} | write: reporter and {SEAT}"] * 3, "-", "-", "-", "-"],
    "item": [
        "manage", "read", f"read | write: {SEAT}", f"write: {SEAT} | read: emergency", f"write: {SEAT}",
        f"write: granted and {SEAT} | read: granted and flagged_clb and final", f"read: granted and {SEAT}", "-", "-",
    ],
    "confidential": [
        "manage", "read", "read: named", "read: named and open", "read: named and open", "read: named and granted",
        "read: named and granted and open", "-", "-",
    ],
    "health_note": ["manage", "read", *["-"] * 7],
    "clb_contribution": ["read", "read", "read", "-", "-", f"write: granted and {SEAT}", "-", "-", "-"],
    "agreement": [
        "manage", "read", "read | review: own", "read: own | review: own | read: emergency",
        *["read: own | review: own"] * 3, "-", "-",
    ],
    "class_sheet": [
        "manage", "read", "print", f"{SHEET} | read: emergency and newest", SHEET, "-",
        "read: granted and final | read: granted and participant", "-", "-",
    ],
    "report": ["manage", "print", "read", "-", "-", "-", "-", "-", "-"],
    "plan_team": [
        "manage", "print", "print", "read: participant and own_class and newest", "-",
        "print: granted and final | print: granted and participant",
        "read: granted and final | read: granted and participant", "-", "-",
    ],
    "plan_reader": [
        "manage", "print", "print", "print: participant and newest", "-",
        "print: granted and final | print: granted and participant", "-", "-", "-",
    ],
    "statement": ["manage", "read", "read", "-", "-", "-", "-", "-", "-"],
    "addendum": ["manage", "read", "read", "read: emergency", "-", "read: granted and flagged_clb", "-", "-", "-"],
    "phase_history": ["manage", "read", "read", "-", "-", "read: granted", "read: granted", "-", "-"],
    "current_phase": ["manage", "read", "read", "read: own_class | read: emergency", "-", "read: granted", "read: granted", "-", "-"],
    "consent": ["manage", "read", "read", "-", "-", "read: granted", "read: granted", "-", "-"],
    "inspection": ["manage", "read", "-", "-", "-", "-", "-", "-", "-"],
    "transfer": ["manage", "read", "-", "-", "-", "-", "-", "-", "-"],
    "case_file": ["manage", "-", "-", "-", "-", "-", "-", "-", "-"],
    "users": ["read", "manage", "-", "-", "-", "-", "-", "manage", "-"],
    "grant": ["manage", "manage", "-", "-", "-", "read: own", "read: own", "-", "-"],
    "emergency": ["read", "read", "-", "unlock", "-", "-", "-", "-", "-"],
    "school": ["read", "manage", "-", "-", "-", "-", "-", "manage", "-"],
    "library": ["manage", *["read"] * 8],
    "audit": ["read", "read", "-", "-", "-", "-", "-", "-", "-"],
    "statistics": ["read", "read", "-", "-", "-", "-", "-", "-", "total"],
}  # fmt: skip


def in_words(name: str) -> list[str]:
    """The row of this object in the file, in the words of the table above."""
    cells = matrix()[name].cells
    row = []
    for role in COLUMNS:
        permissions = cells.get(Role(role), ())
        words = [p.act + (f": {' and '.join(p.conditions)}" if p.conditions else "") for p in permissions]
        row.append(" | ".join(sorted(words)) or "-")
    return row


@pytest.mark.parametrize("name", TABLE)
def test_the_file_says_what_the_table_says(name: str) -> None:
    wanted = [" | ".join(sorted(cell.split(" | "))) for cell in TABLE[name]]
    assert dict(zip(COLUMNS, in_words(name), strict=True)) == dict(zip(COLUMNS, wanted, strict=True))


@pytest.mark.parametrize("written", ["item", "confidential", "clb_contribution", "statement", "addendum"])
@pytest.mark.parametrize("read", ["own", "meeting"])
def test_who_may_write_an_item_reads_it_and_its_meeting(written: str, read: str) -> None:
    """A save asks for the right to write alone; that answer must hold the others."""
    for role, permissions in matrix()[written].cells.items():
        readers = matrix()[written if read == "own" else "meeting"].cells.get(role, ())
        grounds = [set(other.conditions) for other in readers if "read" in HOLDS[other.act]]
        for permission in permissions:
            if "write" in HOLDS[permission.act]:
                assert any(ground <= set(permission.conditions) for ground in grounds), role


def test_no_object_stands_in_the_file_alone_and_each_says_why() -> None:
    assert set(matrix()) == set(TABLE)
    assert all(thing.what and thing.why for thing in matrix().values())
    assert set(COLUMNS) == set(Role.values)


def test_an_act_holds_the_weaker_ones_and_no_stronger_one() -> None:
    assert {act: sorted(held) for act, held in HOLDS.items()} == {
        "manage": ["manage", "print", "read", "review", "write"],
        "write": ["read", "write"],
        "print": ["print", "read"],
        "review": ["read", "review"],
        "read": ["read"],
        "unlock": ["unlock"],
        "total": ["total"],
    }


def test_every_condition_of_an_object_has_its_words_on_the_model_behind_it() -> None:
    from django.apps import apps

    missing = []
    for model in apps.get_models():
        rows = getattr(model, "_default_manager").all()  # noqa: B009  # the manager of any model
        name = getattr(rows, "access_object", None)
        for cell in matrix()[name].cells.values() if name else ():
            for condition in {c for permission in cell for c in permission.conditions}:
                if not hasattr(rows, f"when_{condition}"):
                    missing.append((model.__name__, condition))
    assert missing == []


def test_several_roles_add_up(cast: Cast) -> None:
    other = make_student(cast.school, make_class(cast.school, "6C"))
    teacher = cast.teacher
    assert set(Student.objects.visible_to(teacher)) == {cast.student}
    make_role(teacher, cast.school, "care_teacher")
    assert set(Student.objects.visible_to(teacher)) == {cast.student, other}
    make_role(teacher, cast.other_school, "care_coordinator")
    elsewhere = make_student(cast.other_school)
    assert set(Student.objects.visible_to(teacher)) == {cast.student, other, elsewhere}
    assert set(Student.objects.allowed(teacher, "manage")) == {elsewhere}


@pytest.mark.parametrize("role", ["care_coordinator", "homeroom_teacher", "clb_worker"])
def test_who_works_at_twelve_schools_asks_one_question_as_who_works_at_one(cast: Cast, role: str) -> None:
    one, many, there = make_user(cast.school, role), make_user(), []
    for school in (cast.school, *(make_school() for _ in range(11))):
        class_group = make_class(school, "4D")
        student = make_student(school, class_group)
        make_role(many, school, role, classes=(class_group,))
        make_grant(many, student)
        make_student(school)
        there.append(student)

    def question(user: User) -> tuple[int, int]:
        sql = str(Student.objects.visible_to(user).query)
        return sql.count("SELECT"), sql.count(" OR ")

    assert question(many) == question(one)
    seen = set(Student.objects.visible_to(many))
    assert seen == set(there) or (role == "care_coordinator" and seen > set(there))


def test_a_role_counts_at_its_own_school_and_in_its_own_time(cast: Cast) -> None:
    today = timezone.localdate()
    gone, later = make_user(), make_user()
    make_role(gone, cast.school, "care_coordinator", valid_until=today - datetime.timedelta(days=1))
    make_role(later, cast.school, "care_coordinator", valid_from=today + datetime.timedelta(days=1))
    last_day = make_user()
    make_role(last_day, cast.school, "care_coordinator", valid_until=today)
    inactive = make_user(cast.school, "care_coordinator", is_active=False)
    for user, seen in ((gone, 0), (later, 0), (inactive, 0), (last_day, 1), (cast.others["care_coordinator"], 0)):
        assert Meeting.objects.visible_to(user).filter(pk=cast.meeting.pk).count() == seen
    supporter = cast.others["learning_supporter"]
    make_grant(supporter, cast.student)  # a grant without a role at this school opens nothing
    assert not Student.objects.visible_to(supporter).exists()


def test_a_grant_opens_one_student_between_its_days(cast: Cast) -> None:
    make_student(cast.school)
    worker = cast.users["clb_worker"]
    assert list(Student.objects.visible_to(worker)) == [cast.student]
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    StudentAccessGrant.objects.filter(user=worker).update(until=yesterday, since=yesterday)
    assert not Student.objects.visible_to(worker).exists()
    assert not Meeting.objects.visible_to(worker).exists()


def test_each_row_stands_in_its_list_once(cast: Cast) -> None:
    """Two roles, two grants, two enrolments: the conditions join nothing."""
    teacher, worker = cast.teacher, cast.users["clb_worker"]
    make_role(teacher, cast.school, "subject_teacher", classes=(cast.class_group,))
    make_role(teacher, cast.school, "homeroom_teacher", classes=(cast.class_group,))
    make_grant(worker, cast.student, scope="file")
    second = make_student(cast.school, cast.class_group)
    make_grant(worker, second)
    for user in (teacher, worker):
        assert list(ClassGroup.objects.visible_to(user)) == [cast.class_group]
        assert sorted(s.pk for s in Student.objects.visible_to(user)) == sorted([cast.student.pk, second.pk])
        assert Meeting.objects.visible_to(user).count() == 1


def test_the_door_takes_only_away_from_what_was_asked_before(cast: Cast) -> None:
    """The rows of a whole table are worded once for everybody alike; those of a question that has begun never are."""
    other = make_student(cast.school, first_name="Adam")
    for _again in range(2):
        assert {*Student.objects.visible_to(cast.coordinator)} == {cast.student, other}
        for asked in (
            Student.objects.filter(pk=other.pk), Student.objects.all().filter(first_name="Adam"),
            Student.objects.exclude(pk=cast.student.pk), cast.school.students.filter(pk=other.pk),
        ):  # fmt: skip
            assert [*asked.visible_to(cast.coordinator)] == [other]
        assert [*Student.objects.none().visible_to(cast.coordinator)] == []
        assert {*Student.objects.values_list("first_name", flat=True).visible_to(cast.coordinator)} == {"Nore", "Adam"}
        assert {*cast.school.students.visible_to(cast.coordinator)} == {cast.student, other}
    elsewhere = make_school()
    make_student(elsewhere)
    assert [*elsewhere.students.visible_to(cast.coordinator)] == []


def test_nobody_may_anything_with_a_row_that_is_not_saved(cast: Cast) -> None:
    unsaved = Meeting(school=cast.school, title="nog niet")
    assert not access.may(cast.coordinator, "read", unsaved)
    assert access.may(cast.coordinator, "manage", cast.meeting)


def test_a_word_that_nobody_knows_stops_the_start(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cell in ('care_coordinator = ["own"]', 'boss = ["read"]'):
        (tmp_path / "access.toml").write_text(f'[thing]\nwhat = "w"\nwhy = "y"\n{cell}\n')
        monkeypatch.setattr(access, "__file__", str(tmp_path / "access.py"))
        matrix.cache_clear()
        with pytest.raises(ValueError, match="unknown act|not a valid Role"):
            matrix()
    monkeypatch.undo()
    matrix.cache_clear()
