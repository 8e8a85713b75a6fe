"""Sharing beyond the care team: a seat for a colleague has a reason, and is an act of its own in the trace."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from hgw.access import matrix
from hgw.accounts.models import Role, RoleAssignment, User
from hgw.audit.models import Action, Entry
from hgw.items.saving import remove_item, restore_item, save_item
from meetings.cases.loading import load
from meetings.forms.meeting import WHY_AT_TABLE
from meetings.looks.month import month_of_school
from meetings.looks.of_student import looks_of_student
from meetings.models import Meeting, Participant
from meetings.readers_of_student import readers_of_student
from meetings.sharing import CARE_TEAM, COLLEAGUES, sits_beyond
from students.models import ClassGroup
from tests.factories import Cast, make_class, make_item, make_meeting, make_role, make_student, make_user, seat
from tests.meetings.case_files import case, written
from tests.meetings.test_documents_pages import READERS, address
from tests.meetings.test_following import follow
from tests.meetings.test_item_add import line, url
from tests.students.test_student_edit import typed

TODAY = timezone.localdate()
REASON = "Geeft Nore turnen en zag de ruzie"


@pytest.fixture
def colleague(cast: Cast) -> User:
    """A teacher of one subject, who teaches the student too: the class sheet is for them, the case is not."""
    user = make_user(name="Joke Turnt")
    make_role(user, cast.school, Role.SUBJECT_TEACHER, classes=(cast.class_group,))
    return user


def sent(user: User | str, **more: Any) -> dict[str, Any]:
    name = user if isinstance(user, str) else user.name
    return line(**{"name": name, "role": "subject_teacher", "participation": "full", "note": ""} | more)


def give(cast: Cast, sign_in: Any, user: User | str, **more: Any) -> Any:
    return sign_in(cast.coordinator).post(url(cast.meeting, "participant"), sent(user, **more))


def shared() -> list[tuple[Any, ...]]:
    rows = Entry.objects.filter(action=Action.FILE_SHARED).order_by("pk")
    return list(rows.values_list("who", "object", "student", "detail"))


def given(cast: Cast, user: User, **values: Any) -> Participant:
    """A seat, saved the way the application does."""
    found: Participant = make_item(
        cast.meeting, "participant", cast.coordinator, person=cast.meeting.person(user.name),
        **{"role": "subject_teacher", "role_label": "turnen", "standing": "professional"} | values,
    )  # fmt: skip
    return found


def change(cast: Cast, row: Any, **values: Any) -> Any:
    return save_item(row, values, by=cast.coordinator, base_version=row.version, key=uuid.uuid4()).item


def test_a_colleague_gets_a_seat_for_a_reason_that_is_kept_with_it(cast: Cast, sign_in: Any, colleague: User) -> None:
    assert sign_in(colleague).get(reverse("meeting", args=(cast.meeting.pk,))).status_code == 404

    refused = give(cast, sign_in, colleague)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["note"]
    page = refused.content.decode()
    assert "gaat verder dan het zorgteam" in page
    assert f'value="{colleague.name}"' in page
    assert not Participant.objects.filter(person__name=colleague.name).exists()
    assert give(cast, sign_in, colleague, note=REASON).status_code == 302
    assert Participant.objects.get(person__user=colleague).note == REASON
    assert sign_in(colleague).get(reverse("meeting", args=(cast.meeting.pk,))).status_code == 200


def test_it_stands_in_the_trace_once_and_says_no_word_of_the_reason(cast: Cast, sign_in: Any, colleague: User) -> None:
    give(cast, sign_in, colleague, note=REASON)
    assert shared() == [(cast.coordinator.pk, colleague.pk, cast.student.pk, "subject_teacher")]
    change(cast, Participant.objects.get(person__user=colleague), invited_on=TODAY)
    assert len(shared()) == 1
    assert not Entry.objects.filter(detail__contains="turnen").exists()


def test_of_a_group_it_stands_with_each_student(cast: Cast, colleague: User) -> None:
    sister = make_student(cast.school, cast.class_group)
    cast.meeting = make_meeting([cast.student, sister], by=cast.coordinator)
    given(cast, colleague, note=REASON)
    assert [row[2] for row in shared()] == [cast.student.pk, sister.pk]


def test_the_care_team_and_the_class_teacher_need_no_reason(cast: Cast, sign_in: Any) -> None:
    Participant.objects.all().delete()
    sister = make_student(cast.school, make_class(cast.school, "6C"))
    own = make_user(name="Klas van zus")
    make_role(own, cast.school, Role.HOMEROOM_TEACHER, classes=(sister.class_on(),))  # type: ignore[arg-type]  # she sits in one
    also = make_user(cast.school, Role.SUBJECT_TEACHER, name="Turnt en zorgt")
    make_role(also, cast.school, Role.CARE_TEACHER)
    cast.meeting = make_meeting([cast.student, sister], by=cast.coordinator)
    for user in (*(cast.users[role] for role in CARE_TEAM), cast.teacher, own, also):
        assert give(cast, sign_in, user).status_code == 302, user.name
    assert shared() == []


def test_a_class_teacher_of_another_class_is_a_colleague(cast: Cast, sign_in: Any) -> None:
    other = make_user(name="Van het derde")
    make_role(other, cast.school, Role.HOMEROOM_TEACHER, classes=(ClassGroup.objects.get(code="3A"),))
    make_role(cast.users["care_teacher"], cast.other_school, Role.SUBJECT_TEACHER)
    assert give(cast, sign_in, other, role="homeroom_teacher").status_code == 422
    assert give(cast, sign_in, other, role="homeroom_teacher", note=REASON).status_code == 302
    assert [row[3] for row in shared()] == ["homeroom_teacher"]


def test_care_at_another_school_is_no_care_here(cast: Cast, sign_in: Any, colleague: User) -> None:
    make_role(colleague, cast.other_school, Role.CARE_COORDINATOR)
    assert give(cast, sign_in, colleague).status_code == 422


def test_the_class_teacher_of_today_is_none_of_last_year(cast: Cast, sign_in: Any) -> None:
    row = RoleAssignment.objects.get(user=cast.teacher, school=cast.school)
    RoleAssignment.objects.filter(pk=row.pk).update(valid_until=TODAY - datetime.timedelta(days=1))
    make_role(cast.teacher, cast.school, Role.SUBJECT_TEACHER)
    cast.teacher.forget_roles()
    assert sits_beyond(cast.teacher, cast.meeting) == Role.SUBJECT_TEACHER
    Meeting.objects.filter(pk=cast.meeting.pk).update(date=TODAY - datetime.timedelta(days=3))
    assert sits_beyond(cast.teacher, Meeting.objects.get(pk=cast.meeting.pk)) is None


@pytest.mark.parametrize("more", [{"role": "interpreter"}, {"participation": "not_this_time", "note": "turnt dan"}])
def test_a_seat_that_opens_nothing_shares_nothing(
    cast: Cast, sign_in: Any, colleague: User, more: dict[str, str]
) -> None:  # fmt: skip
    assert give(cast, sign_in, colleague, **more).status_code == 302
    assert sign_in(colleague).get(reverse("meeting", args=(cast.meeting.pk,))).status_code == 404
    assert shared() == []


def test_a_seat_that_opens_later_asks_then(cast: Cast, sign_in: Any, colleague: User) -> None:
    row, browser = given(cast, colleague, role="interpreter"), sign_in(cast.coordinator)
    edit = reverse("item_edit", args=(cast.meeting.pk, "participant", row.pk))
    assert list(browser.post(edit, typed(browser, edit, role="external")).context["form"].errors) == ["note"]
    assert browser.post(edit, typed(browser, edit, role="external", note=REASON)).status_code == 302
    assert len(shared()) == 1
    assert str(WHY_AT_TABLE) in browser.get(edit).context["form"]["note"].help_text


@pytest.mark.parametrize("name", ["Buurvrouw Bea", "Hier school_admin", "Hier adviser", "Elders subject_teacher"])
def test_who_reads_nothing_by_a_seat_needs_no_reason(cast: Cast, sign_in: Any, name: str) -> None:
    assert give(cast, sign_in, name, role="external").status_code == 302
    assert shared() == []


def test_a_seat_that_is_put_back_is_shared_again(cast: Cast, colleague: User) -> None:
    row = given(cast, colleague, note=REASON)
    gone = remove_item(row, by=cast.coordinator, base_version=1, key=uuid.uuid4()).item
    assert len(shared()) == 1
    restore_item(gone, by=cast.coordinator, base_version=2, key=uuid.uuid4())
    assert len(shared()) == 2


def test_a_seat_of_before_this_rule_is_shared_once_its_reason_is_noted(cast: Cast, colleague: User) -> None:
    row = change(cast, seat(cast.meeting, colleague, "subject_teacher"), note=REASON)
    change(cast, row, invited_on=TODAY)
    assert len(shared()) == 1


@pytest.mark.parametrize("is_open", [True, False])
def test_a_seat_that_comes_with_a_case_file_is_in_the_trace(cast: Cast, *, is_open: bool) -> None:
    data = case("gepland" if is_open else "werkstuk")
    name = "Joke Turnt"
    data["participants"] = [
        *data.get("participants", []),
        {"name": name, "role": "external", "role_label": "x", "standing": "professional", "participation": "full"},
    ]
    school = load(written(data)).school
    colleague = make_user(school, Role.SUBJECT_TEACHER, name=name)
    meeting = load(written(data), by=cast.coordinator)
    assert meeting.participants.filter(person__user=colleague).exists()
    assert [row[:2] for row in shared()] == ([(cast.coordinator.pk, colleague.pk)] if is_open else [])


def test_the_roles_are_those_to_which_the_matrix_opens_a_meeting_by_a_seat_alone() -> None:
    meeting = matrix()["meeting"].cells
    by_seat = {
        role
        for role, cells in meeting.items()
        if any("participant" in one.conditions and "granted" not in one.conditions for one in cells)
    }
    assert by_seat - set(CARE_TEAM) == set(COLLEAGUES)
    assert not {role for role in meeting if role not in CARE_TEAM and role not in COLLEAGUES}


# --- the meeting that follows ---


@pytest.fixture
def previous(cast: Cast, colleague: User) -> Meeting:
    given(cast, colleague, note=REASON)
    seat(cast.meeting, "Tolk Tina", "interpreter", participation="full", note="Farsi")
    before = TODAY - datetime.timedelta(days=20)
    Meeting.objects.filter(pk=cast.meeting.pk).update(date=before, status="closed", closed_at=timezone.now())
    return cast.meeting.fresh()


def test_a_colleague_comes_again_for_a_reason_that_is_looked_at_again(
    cast: Cast, sign_in: Any, colleague: User, previous: Meeting
) -> None:
    why = f"why_{colleague.pk}"
    form = sign_in(cast.coordinator).get("/besprekingen/nieuw/", {"after": str(previous.pk)}).context["form"]
    assert [field.name for field in form.table if field.name.startswith("why_")] == [why]
    assert form[why].value() == REASON
    meeting = follow(cast, sign_in, previous, **{why: "Turnt nog altijd met Nore"})
    seats = {row.person.name: row.note for row in meeting.participants.all()}
    others = {cast.coordinator.name, "Tolk Tina", cast.users["learning_supporter"].name}
    assert seats == {colleague.name: "Turnt nog altijd met Nore"} | dict.fromkeys(others, "")
    assert [row[1] for row in shared()] == [colleague.pk] * 2


def test_without_a_reason_a_colleague_does_not_come_again(
    cast: Cast, sign_in: Any, colleague: User, previous: Meeting
) -> None:  # fmt: skip
    meeting = follow(cast, sign_in, previous, **{f"why_{colleague.pk}": " "})
    names = {row.person.name for row in meeting.participants.all()}
    assert (colleague.name in names, "Tolk Tina" in names) == (False, True)
    assert sign_in(colleague).get(reverse("meeting", args=(meeting.pk,))).status_code == 404


def test_why_somebody_was_not_there_is_no_reason_to_come(cast: Cast, sign_in: Any, colleague: User) -> None:
    row = given(cast, colleague, participation="not_this_time", note="ziek")
    make_item(cast.meeting, "followup", cast.coordinator, date=TODAY, attendees=[row.person])
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    form = sign_in(cast.coordinator).get("/besprekingen/nieuw/", {"after": str(cast.meeting.pk)}).context["form"]
    assert form[f"why_{colleague.pk}"].value() == ""


# --- who reads of it ---


def test_it_stands_out_in_the_month_of_the_school(cast: Cast, sign_in: Any, colleague: User) -> None:
    given(cast, colleague, note=REASON)
    (one,) = month_of_school(cast.school, TODAY.replace(day=1)).shared
    assert (one.who, one.whom, one.student) == (cast.coordinator.name, colleague.name, str(cast.student))
    assert month_of_school(cast.other_school, TODAY.replace(day=1)).shared == []
    page = sign_in(cast.users["principal"]).get(reverse("looks", args=(cast.school.pk,))).content.decode()
    assert f"gaf {colleague.name} (Vakleerkracht) een plaats" in page
    assert REASON not in page


def test_it_stands_in_who_looked_at_this_case(cast: Cast, colleague: User) -> None:
    given(cast, colleague, note=REASON)
    with translation.override("nl"):
        (one,) = looks_of_student(cast.student)
        (unnamed,) = looks_of_student(cast.student, without_names=True)
    words = "gaf een collega buiten het zorgteam een plaats aan tafel: Vakleerkracht"
    assert (one.who, list(one.acts)) == (cast.coordinator.name, [words])
    assert (unnamed.who, list(unnamed.acts)) == ("Zorgcoördinator", [words])


def test_why_somebody_can_see_this_says_the_reason_to_who_reads_the_list(
    cast: Cast, sign_in: Any, colleague: User
) -> None:  # fmt: skip
    row = given(cast, colleague, note=REASON)
    elsewhere = make_meeting([make_student(cast.school, cast.class_group)], by=cast.coordinator)
    seat(elsewhere, colleague, "subject_teacher", note="van een ander")
    page = sign_in(cast.users["principal"]).get(f"/leerlingen/{cast.student.pk}/lezers/").content.decode()
    assert REASON in page
    assert "van een ander" not in page
    assert not _reasons(cast, cast.users["school_admin"], colleague), "reads no list of participants"
    Participant.objects.filter(pk=row.pk).update(note="")
    assert "geen reden" in " ".join(_reasons(cast, cast.coordinator, colleague))
    assert not _reasons(cast, cast.coordinator, cast.teacher), "has the student in class"


def _reasons(cast: Cast, asked_by: User, reader: User) -> list[str]:
    with translation.override("nl"):
        found = {one.name: one for one in readers_of_student(cast.student, asked_by=asked_by)}
        return [word for _what, words in found[reader.name].reads for word in words if "zorgteam" in word]


def test_the_reason_is_printed_nowhere(cast: Cast, sign_in: Any, colleague: User) -> None:
    given(cast, colleague, note=REASON)
    addresses = [address(cast, reader) for reader in READERS] + [reverse("report_preview", args=(cast.meeting.pk,))]
    for one in addresses:
        answer = sign_in(cast.coordinator).get(one)
        assert (answer.status_code, REASON in answer.content.decode()) == (200, False), one
