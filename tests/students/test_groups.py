"""Groups of students: added, renamed, changed and ended by hand; a meeting that is over keeps the one it was about."""

import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from meetings.models import Meeting
from students.models import Student, StudentGroup
from tests.factories import Cast, make_meeting, make_student, make_user
from tests.rendered_forms import pressed_by_enter


@pytest.fixture
def three(cast: Cast) -> list[Student]:
    return [cast.student, *(make_student(cast.school, cast.class_group, last_name="Aerts") for _n in range(2))]


def address(cast: Cast, group: StudentGroup | None = None, name: str = "group_new") -> str:
    return reverse("group_edit", args=(cast.school.pk, group.pk)) if group else reverse(name, args=(cast.school.pk,))


def typed(browser: Any, url: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends: what the form shows, and what is changed."""
    form = browser.get(url).context["form"]
    shown = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    return {name: value for name, value in (shown | changes).items() if value is not None}


def pks(students: list[Student]) -> list[str]:
    return [str(student.pk) for student in students]


def added(cast: Cast, browser: Any, students: list[Student], name: str = "Lezers") -> StudentGroup:
    sent = typed(browser, address(cast), name=name, members=pks(students))
    assert [browser.post(address(cast), sent).status_code for _click in range(2)] == [302, 302]
    return StudentGroup.objects.get(name=name)


def test_a_group_is_added_renamed_changed_and_ended(cast: Cast, sign_in: Any, three: list[Student]) -> None:
    browser = sign_in(cast.coordinator)
    group = added(cast, browser, three)
    assertContains(browser.get(address(cast, name="groups")), "Lezers")
    change = typed(browser, address(cast, group), name="Vlotte lezers", members=pks(three[:2]))
    assert browser.post(address(cast, group), change).status_code == 302
    group.refresh_from_db()
    assert (group.name, set(group.members.all()), group.followed_by) == ("Vlotte lezers", set(three[:2]), None)
    assert browser.post(address(cast, group), typed(browser, address(cast, group), has_ended="on")).status_code == 302
    group.refresh_from_db()
    assert group.ended_on == timezone.localdate()
    assert browser.get(address(cast, name="groups")).context["running"] == []


def test_a_search_keeps_what_was_typed_and_unticked(cast: Cast, sign_in: Any, three: list[Student]) -> None:
    browser = sign_in(cast.coordinator)
    group = added(cast, browser, three)
    browser.post(address(cast, group), typed(browser, address(cast, group), has_ended="on"))
    sent = typed(browser, address(cast, group), purpose="Samen lezen", has_ended=None) | {"search": "1"}
    answer = browser.post(address(cast, group), sent)
    assertContains(answer, "Samen lezen")
    assertContains(answer, "data-unsaved")
    assert not answer.context["form"]["has_ended"].value()


def test_a_meeting_that_is_over_keeps_its_group(cast: Cast, sign_in: Any, three: list[Student]) -> None:
    browser = sign_in(cast.coordinator)
    over, waiting = make_meeting(three, by=cast.coordinator), make_meeting(three, by=cast.coordinator)
    group = over.group
    assert group is not None
    Meeting.objects.filter(pk=waiting.pk).update(group=group)
    Meeting.objects.filter(pk=over.pk).update(status="closed", closed_kind="full", closed_at=timezone.now())
    old_name = group.name
    change = typed(browser, address(cast, group), name="Anders", members=pks(three[:2]))
    assert browser.post(address(cast, group), change).status_code == 302
    over, waiting = Meeting.objects.get(pk=over.pk), Meeting.objects.get(pk=waiting.pk)
    assert over.group == group
    assert (str(over.group), set(group.members.all())) == (old_name, set(three))
    assert (str(waiting.group), set(waiting.students)) == ("Anders", set(three))
    again = browser.post(address(cast, group), change)
    assert again.status_code == 409, "the second click finds the group as it goes on, and asks"
    assert StudentGroup.objects.filter(followed_by=None, name="Anders").count() == 1


def test_the_wrong_number_or_a_stranger_is_refused_with_all_that_was_typed(
    cast: Cast, sign_in: Any, three: list[Student]
) -> None:
    browser, stranger = sign_in(cast.coordinator), make_student(cast.other_school, last_name="Vreemd")
    for members in ([], pks(three[:1]), pks([three[0], stranger]), ["niets"]):
        answer = browser.post(address(cast), typed(browser, address(cast), name="Rekenaars", members=members))
        assertContains(answer, "Rekenaars", status_code=422)
        assertNotContains(answer, "Vreemd", status_code=422)
    assert not StudentGroup.objects.filter(name="Rekenaars").exists()


def test_somebody_is_found_by_name_without_losing_what_was_typed(
    cast: Cast, sign_in: Any, three: list[Student]
) -> None:
    browser, group = sign_in(cast.coordinator), added(cast, sign_in(cast.coordinator), three[:2])
    for n in range(30):
        make_student(cast.school, first_name=f"Ander{n}", last_name="Aa")
    sent = typed(browser, address(cast, group), name="Nieuwe naam", find="aerts", search="1")
    answer = browser.post(address(cast, group), sent)
    assertContains(answer, "Nieuwe naam")
    offered = {value for value, _label in answer.context["form"].fields["members"].choices}
    assert offered == set(pks(three))
    sent = typed_again(answer) | {"members": pks(three)}
    assert browser.post(address(cast, group), sent).status_code == 302
    group.refresh_from_db()
    assert (group.name, group.members.count()) == ("Nieuwe naam", 3)


def typed_again(answer: Any) -> dict[str, Any]:
    form = answer.context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def test_two_who_change_one_group_both_keep_their_text(cast: Cast, sign_in: Any, three: list[Student]) -> None:
    browser, other = sign_in(cast.coordinator), sign_in(make_user(cast.school, "care_coordinator"))
    group = added(cast, browser, three)
    first, second = (typed(who, address(cast, group), name=name) for who, name in ((browser, "Een"), (other, "Twee")))
    assert browser.post(address(cast, group), first).status_code == 302
    answer = other.post(address(cast, group), second)
    assertContains(answer, 'value="Twee"', status_code=409)
    assertContains(answer, "Een", status_code=409)


def test_a_member_who_is_not_on_offer_stands_in_words_beside_what_was_typed(
    cast: Cast, sign_in: Any, three: list[Student]
) -> None:
    browser, group = sign_in(cast.coordinator), added(cast, sign_in(cast.coordinator), three)
    for n in range(30):
        make_student(cast.school, first_name=f"Ander{n}", last_name="Aa")
    sent = typed(browser, address(cast, group), members=pks(three[:2]), seen="of another day")
    answer = browser.post(address(cast, group), sent)
    assert answer.status_code == 409
    stood = dict(answer.context["form"].differences)
    assert str(three[2]) in next(iter(stood.values()))
    assert not set(pks(three)) & set(re.findall(r"[0-9a-f-]{36}", " ".join(stood.values())))


def test_enter_in_any_line_saves_nothing_unfinished(cast: Cast, sign_in: Any, three: list[Student]) -> None:
    browser, group = sign_in(cast.coordinator), added(cast, sign_in(cast.coordinator), three)
    url = address(cast, group)
    sent = typed(browser, url, name="Half", find="aerts") | pressed_by_enter(browser.get(url))
    assertContains(browser.post(url, sent), 'value="Half"')
    group.refresh_from_db()
    assert group.name == "Lezers"


def test_planning_with_the_same_students_and_name_uses_the_group(
    cast: Cast, sign_in: Any, three: list[Student]
) -> None:
    browser = sign_in(cast.coordinator)
    group = added(cast, browser, three)
    page = browser.get(address(cast, name="groups")).content.decode()
    link = next(part for part in page.split('"') if part.startswith(reverse("meeting_new") + "?"))
    assert "Lezers" not in link
    form = browser.get(link).context["form"]
    assert (form["group_name"].value(), set(form.chosen_ids)) == ("Lezers", set(pks(three)))
    sent = {"key": str(uuid.uuid4()), "school": str(cast.school.pk), "students": pks(three), "group_name": "Lezers"}
    sent |= {"date": str(timezone.localdate()), "chair": str(cast.coordinator.pk)}
    elsewhere = sign_in(cast.others["care_coordinator"]).get(link).context["form"]
    assert (elsewhere["group_name"].value(), elsewhere.chosen_ids) == ("", [])
    assert browser.post(reverse("meeting_new"), sent).status_code == 302
    assert Meeting.objects.get(pk=sent["key"]).group == group


def test_who_reads_no_file_does_not_read_who_is_discussed_together(cast: Cast, sign_in: Any) -> None:
    url = address(cast, name="groups")
    statuses = {role: sign_in(user).get(url).status_code for role, user in cast.users.items()}
    assert {role for role, status in statuses.items() if status == 200} == {"care_coordinator"}
    admin = sign_in(cast.users["school_admin"])
    assert url not in admin.get(reverse("classes", args=(cast.school.pk,))).content.decode()
    assert sign_in(make_user(cast.other_school, "care_coordinator")).get(url).status_code == 404
