"""Who is there already is recognised and never changed; who is not is added; names become users where they can."""

import datetime

import pytest
import time_machine

from hgw.accounts.models import School
from meetings.cases.exporting import export
from meetings.cases.faults import Refused
from meetings.cases.loading import load
from meetings.models import Agreement, Meeting, Person
from students.models import ClassGroup, Enrollment, Guardian, SchoolYear, Student
from tests.factories import make_class, make_guardian, make_school, make_student, make_user
from tests.meetings.case_files import Data, case, leaves, parsed, raw, written

pytestmark = pytest.mark.django_db


def jan() -> Data:
    return case("eerst_uitzoeken")


def school(**fields: object) -> School:
    return make_school(**({"institution_number": "888102", "name": "Al hier", "levels": ["kleuter"]} | fields))


def nele(here: School, **fields: object) -> Student:
    given = {"first_name": "Nele", "last_name": "Ossieur", "birth_date": datetime.date(2021, 4, 30)}
    return make_student(here, **(given | fields))


def test_twice_the_same_file_is_two_meetings_of_one_student() -> None:
    first, second = load(raw("eerst_uitzoeken")), load(raw("eerst_uitzoeken"))
    assert first.pk != second.pk
    assert first.students == second.students
    assert (School.objects.count(), ClassGroup.objects.count(), Guardian.objects.count()) == (1, 1, 1)
    assert Enrollment.objects.count() == 1


def test_what_is_here_is_used_and_stays_as_it_is() -> None:
    here = school()
    student = nele(here, preferred_name="Neeltje", competence_note="van vroeger")
    group = make_class(here, "K2", day=datetime.date(2026, 1, 8), name="De vlinders", level="kleuter")
    father = make_guardian(
        student, first_name="Jan", last_name="Ossieur", relation="vader", phone="1", lives_with=False
    )
    meeting = load(raw("eerst_uitzoeken"))
    assert (meeting.school, meeting.students, meeting.class_group) == (here, [student], group)
    student.refresh_from_db()
    assert (student.preferred_name, student.competence_note) == ("Neeltje", "van vroeger")
    father.refresh_from_db()
    assert (father.phone, father.lives_with) == ("1", False)
    data = parsed(export(Meeting.objects.get(pk=meeting.pk)).text)
    assert (data["school"]["name"], data["class_group"]["name"]) == ("Al hier", "De vlinders")
    assert data["guardians"][0]["phone"] == "1"


def test_a_guardian_of_the_file_keeps_the_place_it_has_there() -> None:
    student = nele(school())
    make_guardian(student, first_name="Voor", last_name="Ander")
    make_guardian(student, first_name="Jan", last_name="Ossieur", relation="vader")
    data = jan()
    data["guardians"].insert(0, data["guardians"][0] | {"first_name": "Mia", "receives_plan": False})
    meeting = load(written(data))
    there = parsed(export(Meeting.objects.get(pk=meeting.pk)).text)
    assert [row["first_name"] for row in there["guardians"]] == ["Mia", "Jan"]
    assert [leaf for leaf in leaves(data["guardians"]) if leaf not in list(leaves(there["guardians"]))] == []
    assert student.guardians.count() == 3


def test_another_authority_than_the_one_here_is_a_fault() -> None:
    make_guardian(nele(school()), first_name="Jan", last_name="Ossieur", authority="exclusive")
    with pytest.raises(Refused) as refused:
        load(raw("eerst_uitzoeken"))
    assert [str(fault) for fault in refused.value.faults] == [
        "guardians[0].authority: this guardian stands here with authority exclusive"
    ]
    assert not Meeting.objects.exists()


@pytest.mark.parametrize(
    "other", [{"first_name": "Nel"}, {"last_name": "Ossieurs"}, {"birth_date": datetime.date(2021, 5, 1)}]
)
def test_another_name_or_day_of_birth_is_another_student(other: Data) -> None:
    student = nele(school(), **other)
    assert load(raw("eerst_uitzoeken")).students != [student]


def test_the_same_student_at_another_school_is_another_student() -> None:
    nele(make_school())
    load(raw("eerst_uitzoeken"))
    assert Student.objects.filter(last_name="Ossieur").count() == 2


def test_a_class_is_recognised_within_its_school_year() -> None:
    here = school()
    last_year = make_class(here, "K2", day=datetime.date(2025, 3, 1))
    meeting = load(raw("eerst_uitzoeken"))
    assert meeting.class_group != last_year
    assert meeting.class_group is not None
    assert meeting.class_group.school_year == SchoolYear.around(here, datetime.date(2026, 1, 8))
    assert meeting.students[0].class_on(meeting.date) == meeting.class_group


def test_a_student_who_sits_in_another_class_stays_there() -> None:
    here = school()
    other = make_class(here, "K3", day=datetime.date(2026, 1, 8))
    student = nele(here)
    Enrollment.objects.create(student=student, class_group=other, since=datetime.date(2025, 9, 1))
    meeting = load(raw("eerst_uitzoeken"))
    assert student.class_on(meeting.date) == other
    assert parsed(export(Meeting.objects.get(pk=meeting.pk)).text)["class_group"]["code"] == "K2"


def person(meeting: Meeting, name: str) -> Person:
    return Person.objects.get(meeting=meeting, name=name)


def test_a_name_is_the_active_user_of_the_school_with_that_name() -> None:
    here = school()
    gitte = make_user(here, "care_coordinator", name="Gitte Bauters")
    assert person(load(raw("eerst_uitzoeken")), "Gitte Bauters").user == gitte
    gitte.is_active = False
    gitte.save()
    assert person(load(raw("eerst_uitzoeken")), "Gitte Bauters").user is None


def test_a_user_of_another_school_or_two_of_one_name_stay_a_name() -> None:
    here = school()
    make_user(make_school(), "care_coordinator", name="Gitte Bauters")
    assert person(load(raw("eerst_uitzoeken")), "Gitte Bauters").user is None
    for _n in range(2):
        make_user(here, "care_coordinator", name="Gitte Bauters")
    assert person(load(raw("eerst_uitzoeken")), "Gitte Bauters").user is None


def test_a_parent_is_not_the_colleague_of_the_same_name() -> None:
    """Else an agreement of the father would be on the teacher's own list."""
    make_user(school(), "homeroom_teacher", name="Jan Ossieur")
    father = person(load(raw("eerst_uitzoeken")), "Jan Ossieur")
    assert father.user is None
    assert [str(guardian) for guardian in father.guardians.all()] == ["Jan Ossieur"]


def test_a_student_is_known_by_each_name() -> None:
    meeting = load(raw("werkstuk"))
    for name in ("Desi", "Desi Van Hoornaert"):
        assert person(meeting, name).student == meeting.students[0]
    assert person(meeting, "Roos Timmermans").student is None


def test_no_user_is_ever_made() -> None:
    from hgw.accounts.models import User

    load(raw("werkstuk"))
    assert not User.objects.exists()


# --- moved in time ---


@time_machine.travel("2026-11-24 12:00 +0100")
@pytest.mark.parametrize("name", ["werkstuk", "kookhoek", "gepland"])
def test_a_moved_meeting_falls_in_last_week_with_all_its_dates(name: str) -> None:
    meeting = load(raw(name), shift_dates=True)
    assert datetime.date(2026, 11, 16) <= meeting.date <= datetime.date(2026, 11, 22)
    before, after = case(name), parsed(export(Meeting.objects.get(pk=meeting.pk)).text)
    there = dict(leaves(after))
    moved = meeting.date - before["meeting"]["date"]
    assert moved.days % 7 == 0
    for path, value in leaves(before):
        if isinstance(value, datetime.date):
            assert there[path] == (value if path.endswith("birth_date") else value + moved), path
        elif path != "meeting.date":
            assert there[path] == value
    assert meeting.school_year == SchoolYear.around(meeting.school, meeting.date)


@time_machine.travel("2026-11-23 00:30 +0100")
def test_on_monday_last_week_is_the_week_before() -> None:
    assert load(raw("gepland"), shift_dates=True).date == datetime.date(2026, 11, 19)


@time_machine.travel("2026-11-22 23:30 +0100")
def test_on_sunday_last_week_is_the_week_before() -> None:
    assert load(raw("gepland"), shift_dates=True).date == datetime.date(2026, 11, 12)


def test_rules_are_checked_on_the_dates_in_the_file() -> None:
    data = case("gepland")
    data["student"]["birth_date"] = "2026-03-06"
    with pytest.raises(Refused):
        load(written(data), shift_dates=True)


def test_a_date_that_would_leave_the_calendar_is_a_fault() -> None:
    data = case("gepland")
    data["meeting"]["date"] = "1901-01-01"
    data["student"]["birth_date"] = "1900-01-01"
    data["step_2_overview"]["seen_until"] = "9999-12-31"
    with pytest.raises(Refused) as refused:
        load(written(data), shift_dates=True)
    assert refused.value.faults[0].path == "step_2_overview.seen_until"


def test_the_newest_review_is_the_status_where_the_file_gives_none() -> None:
    data = case("werkstuk")
    del data["step_6_agreements"]["agreements"][0]["status"]
    load(written(data))
    assert Agreement.objects.get(file_id="A-1").status == "partly_done"
