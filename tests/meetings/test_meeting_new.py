"""Planning a meeting about one student or a group."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Meeting
from students.models import SchoolYear, Student
from tests.factories import Cast, make_class, make_grant, make_role, make_student, make_user
from tests.rendered_forms import pressed_by_enter

URL = "/besprekingen/nieuw/"


def planned(cast: Cast, *students: Student, **more: Any) -> dict[str, Any]:
    """What the form sends: about whom, on which day, and who leads."""
    given = {
        "students": [str(s.pk) for s in students or [cast.student]],
        "date": "2030-01-15",
        "key": str(uuid.uuid4()),
    }
    return given | {"chair": str(cast.coordinator.pk), f"seat_{cast.coordinator.pk}": "full"} | more


def lasting(cast: Cast) -> None:
    """Let the class of the cast go on until the day on which `planned` plans."""
    SchoolYear.objects.filter(pk=cast.class_group.school_year_id).update(end="2030-08-31")


def new(cast: Cast) -> Meeting:
    return Meeting.objects.exclude(pk=cast.meeting.pk).get()


def table(meeting: Meeting) -> dict[str, tuple[str, str, str, str]]:
    """Who sits at the table: role as printed, how they take part, standing and secrecy by name."""
    rows = meeting.participants.filter(removed_at=None).select_related("person")
    return {row.person.name: (row.role_label, row.participation, row.standing, row.secrecy) for row in rows}


def test_a_meeting_about_one_student_is_planned_with_who_leads(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(URL, planned(cast, start="13:30", place="lokaal 4", title="Rekenen"))
    meeting = new(cast)
    assert answer.headers["Location"] == reverse("meeting", args=(meeting.pk,))
    assert (meeting.title, meeting.status, meeting.students) == ("Rekenen", "planned", [cast.student])
    assert [seat.person.user for seat in meeting.participants.all()] == [cast.coordinator]
    assert meeting.chair == meeting.participants.get().person


def test_without_a_title_the_meeting_is_named_after_the_student(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.coordinator).post(URL, planned(cast))
    assert new(cast).title == "Leerlingbespreking Nore"


def test_everybody_gets_the_seat_that_is_theirs(cast: Cast, sign_in: Any) -> None:
    lasting(cast)
    sent = planned(
        cast, class_teachers="full", guardians="part", themselves="beforehand", **{f"seat_{cast.users['clb_worker'].pk}": "part"}
    )  # fmt: skip
    sign_in(cast.coordinator).post(URL, sent)
    assert table(new(cast)) == {
        cast.coordinator.name: ("zorgcoördinator", "full", "professional", "ambtsgeheim"),
        cast.users["clb_worker"].name: ("CLB-medewerker", "part", "professional", "beroepsgeheim"),
        cast.teacher.name: ("klasleerkracht 2B", "full", "professional", "ambtsgeheim"),
        "Hilde Claes": ("moeder", "part", "experience_expert", "none"),
        str(cast.father): ("vader", "part", "experience_expert", "none"),
        "Nore": ("leerling", "beforehand", "co_director", "none"),
    }
    assert Meeting.objects.visible_to(cast.teacher).filter(pk=new(cast).pk).exists(), "the seat opens the meeting"


def test_who_teaches_the_class_of_next_year_is_not_known_yet(cast: Cast, sign_in: Any) -> None:
    day = cast.class_group.school_year.end + datetime.timedelta(days=1)
    sign_in(cast.coordinator).post(URL, planned(cast, class_teachers="full", date=str(day)))
    assert set(table(new(cast))) == {cast.coordinator.name}


def test_who_lost_the_right_to_information_is_not_invited(cast: Cast, sign_in: Any) -> None:
    cast.father.authority, cast.father.receives_plan = "deprived", False
    cast.father.save()
    sign_in(cast.coordinator).post(URL, planned(cast, guardians="full"))
    assert str(cast.father) not in table(new(cast))


def test_somebody_chosen_by_who_they_are_reads_along_whatever_others_are_called(cast: Cast, sign_in: Any) -> None:
    namesake = make_user(cast.school, "care_teacher", name=cast.users["care_teacher"].name)
    sign_in(cast.coordinator).post(URL, planned(cast, **{f"seat_{cast.users['care_teacher'].pk}": "full"}))
    people = [seat.person.user for seat in new(cast).participants.all()]
    assert cast.users["care_teacher"] in people
    assert namesake not in people


def test_who_leads_is_there(cast: Cast, sign_in: Any) -> None:
    sent = planned(cast, chair=str(cast.users["care_teacher"].pk))
    sign_in(cast.coordinator).post(URL, sent)
    assert new(cast).chair.user == cast.users["care_teacher"]
    assert cast.users["care_teacher"].name in table(new(cast))


def test_a_form_sent_twice_plans_once(cast: Cast, sign_in: Any) -> None:
    browser, sent = sign_in(cast.coordinator), planned(cast)
    assert browser.post(URL, sent).headers["Location"] == browser.post(URL, sent).headers["Location"]
    new(cast)


def test_a_group_needs_a_name(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    browser = sign_in(cast.coordinator)
    refused = browser.post(URL, planned(cast, cast.student, other, title="Rekenen"))
    assert (refused.status_code, refused.context["form"]["title"].value()) == (422, "Rekenen")
    assert (
        browser.post(URL, planned(cast, cast.student, other, group_name="Leesgroepje", guardians="full")).status_code
        == 302
    )
    assert new(cast).is_group
    seats = new(cast).participants.filter(role="guardian")
    assert {seat.subject for seat in seats} == {cast.student}, "in a group a parent belongs to the own child"


def test_nine_students_are_too_many(cast: Cast, sign_in: Any) -> None:
    many = [make_student(cast.school, cast.class_group) for _ in range(9)]
    assert sign_in(cast.coordinator).post(URL, planned(cast, *many, group_name="Veel")).status_code == 422


def test_a_name_or_a_class_finds_the_student_and_nothing_typed_is_lost(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, make_class(cast.school, "5C"), first_name="Zoë", last_name="Şahin")
    sent = planned(cast, find="sahin", search="1", title="Rekenen", date="geen dag")
    page = sign_in(cast.coordinator).post(URL, sent)
    form = page.context["form"]
    assert page.status_code == 200, "a question is not refused"
    assert [(student, is_chosen) for student, _class, is_chosen in form.offered] == [
        (cast.student, True),
        (other, False),
    ]
    assert (form["title"].value(), form["date"].value()) == ("Rekenen", "geen dag")
    assert "data-unsaved" in page.content.decode(), "the browser asks before it goes away with them"
    assert not Meeting.objects.exclude(pk=cast.meeting.pk).exists()


@pytest.mark.parametrize("name", ["meeting_new", "series_new"])
def test_enter_in_any_line_plans_nothing_unfinished(cast: Cast, sign_in: Any, name: str) -> None:
    browser, url = sign_in(cast.coordinator), reverse(name)
    sent = planned(cast, cast.student, find="nore", start="13:30", minutes="40") | pressed_by_enter(browser.get(url))
    assert browser.post(url, sent).context["form"]["find"].value() == "nore"
    assert not Meeting.objects.exclude(pk=cast.meeting.pk).exists()


def test_the_list_alone_comes_back_while_somebody_types(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator, htmx=True)
    page = browser.post(URL, {"find": "nore", "search": "1"}, headers={"HX-Target": "pick"}).content.decode()
    assert page.strip().startswith('<div id="pick">')
    assert "Nore Vandamme" in page


@pytest.mark.parametrize("who", ["homeroom_teacher", "principal", "clb_worker", "school_admin"])
def test_only_a_coordinator_plans(cast: Cast, sign_in: Any, who: str) -> None:
    assert sign_in(cast.users[who]).post(URL, planned(cast)).status_code == 403


def test_a_student_of_another_school_is_no_choice_and_not_shown(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.others["care_coordinator"])
    assert browser.post(URL, planned(cast)).status_code == 422
    page = browser.post(URL, planned(cast, search="1", find="nore", school=str(cast.school.pk))).content.decode()
    assert "Vandamme" not in page


def test_who_coordinates_two_schools_plans_for_one_of_them(cast: Cast, sign_in: Any) -> None:
    make_role(cast.coordinator, cast.other_school, "care_coordinator")
    there = make_student(cast.other_school, first_name="Milan")
    browser = sign_in(cast.coordinator)
    page = browser.get(URL, {"school": str(cast.other_school.pk)})
    assert [student for student, _class, _chosen in page.context["form"].offered] == [there]
    assert browser.get(URL, {"student": str(there.pk)}).context["form"].school == cast.other_school


def test_a_form_that_was_used_and_filled_in_again_plans_another_meeting(cast: Cast, sign_in: Any) -> None:
    """Back in the browser, another student, and sent again: the page still holds the key of the first time."""
    other = make_student(cast.school, cast.class_group)
    browser, sent = sign_in(cast.coordinator), planned(cast)
    browser.post(URL, sent)
    again = sent | {"students": [str(other.pk)], "title": "Rekenen"}
    refused = browser.post(URL, again)
    assert refused.status_code == 422, "nothing is answered as planned that is not"
    form = refused.context["form"]
    assert form["title"].value() == "Rekenen"
    assert browser.post(URL, again | {"key": str(form["key"].value())}).status_code == 302
    assert Meeting.objects.get(title="Rekenen").students == [other]


def test_namesakes_both_get_the_seat_that_is_theirs(cast: Cast, sign_in: Any) -> None:
    here = cast.users["care_teacher"]
    namesake = make_user(cast.school, "clb_worker", name=here.name)
    make_grant(namesake, cast.student)
    seats = {f"seat_{here.pk}": "full", f"seat_{namesake.pk}": "part"}
    sign_in(cast.coordinator).post(URL, planned(cast, **seats, chair=str(namesake.pk)))
    people = {seat.person.user: seat.participation for seat in new(cast).participants.all()}
    assert people == {cast.coordinator: "full", here: "full", namesake: "part"}
    assert new(cast).chair.user == namesake


def test_somebody_of_the_school_who_is_called_like_a_parent_does_not_take_the_parents_place(
    cast: Cast, sign_in: Any
) -> None:
    namesake = make_user(cast.school, "clb_worker", name=str(cast.mother))
    make_grant(namesake, cast.student)
    sign_in(cast.coordinator).post(URL, planned(cast, guardians="full", **{f"seat_{namesake.pk}": "full"}))
    seats = {seat.role: seat.person for seat in new(cast).participants.exclude(person__name=str(cast.father))}
    assert seats["clb_worker"].user == namesake
    assert list(seats["guardian"].guardians.all()) == [cast.mother]
    assert seats["guardian"].user is None


def test_who_has_two_roles_has_one_seat(cast: Cast, sign_in: Any) -> None:
    make_role(cast.teacher, cast.school, "care_teacher")
    sign_in(cast.coordinator).post(URL, planned(cast, class_teachers="full", **{f"seat_{cast.teacher.pk}": "full"}))
    assert [seat.person.user for seat in new(cast).participants.order_by("position")] == [
        cast.coordinator,
        cast.teacher,
    ]
