"""A student's file in need: who opens it and how, what is open then, to whom it is told, and that it ends."""

import datetime
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.access import matrix
from hgw.accounts.models import Role, RoleAssignment, User
from hgw.audit.models import Action, Entry
from meetings.models import Agreement, ClbContribution, Meeting, MeetingGoal, Observation, Plan
from meetings.permissions import can_edit, can_print, can_read_document
from meetings.readers_of_student import readers_of_student
from students.emergency import MOST, TRIES, can_unlock
from students.models import ClassGroup, Consent, EmergencyAccess, Guardian, PhaseRecord, Student
from students.tasks import end_emergency, send_emergency_notice
from tests.access_case import make_row
from tests.factories import (
    PASSWORD,
    Cast,
    make_class,
    make_emergency,
    make_item,
    make_meeting,
    make_role,
    make_student,
    make_user,
    open_in_need,
)

NEW, AGAIN = "/noodtoegang/", "/aanmelden/reauthenticate/"
MORNING = datetime.datetime(2026, 3, 10, 9, 0, tzinfo=datetime.UTC)
SECRET = "kanariezin"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def stranger(cast: Cast) -> User:
    """A class teacher of another class."""
    user = make_user(name="Juf Els")
    make_role(user, cast.school, "homeroom_teacher", classes=(make_class(cast.school, "5C"),))
    return user


def typed(student: Student, **other: Any) -> dict[str, Any]:
    given = {
        "key": uuid.uuid4(), "first_name": student.first_name, "last_name": student.last_name,
        "birth_date": f"{student.birth_date:%Y-%m-%d}", "reason": "Een ongeval op uitstap.",
    }  # fmt: skip
    return given | other


def unlock(browser: Client, data: dict[str, Any]) -> Any:
    """Send the form, and sign in again where that is asked."""
    asked = browser.post(NEW, data)
    if asked.status_code != 302 or not asked.headers["Location"].startswith(AGAIN):
        return asked
    return browser.post(asked.headers["Location"], {"password": PASSWORD, "next": NEW})


def entries(*actions: Action) -> list[tuple[Any, ...]]:
    rows = Entry.objects.filter(action__in=actions).order_by("pk")
    return list(rows.values_list("action", "who", "student", "detail"))


# --- opening ---


def test_a_reason_and_a_new_sign_in_open_one_student(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser, page = sign_in(stranger), reverse("student", args=(cast.student.pk,))
    assert browser.get(page).status_code == 404
    asked = browser.post(NEW, typed(cast.student))
    assert asked.headers["Location"] == f"{AGAIN}?next=%2Fnoodtoegang%2F"
    assert not EmergencyAccess.objects.exists()
    wrong = browser.post(AGAIN, {"password": "helemaal verkeerd", "next": NEW})
    assert wrong.status_code == 200
    assert not EmergencyAccess.objects.exists()
    opened = browser.post(AGAIN, {"password": PASSWORD, "next": NEW})  # what was typed went along
    assert opened.headers["Location"] == page
    (row,) = EmergencyAccess.objects.all()
    assert (row.user, row.student, row.reason) == (stranger, cast.student, "Een ongeval op uitstap.")
    assert row.until - row.since == datetime.timedelta(minutes=30)
    shown = browser.get(page).content.decode()
    assert "In nood geopend" in shown
    assert "In nood geopend" in browser.get("/mijn-afspraken/").content.decode()
    assert sign_in(stranger).get(page).status_code == 404  # another session of the same person
    assert entries(Action.EMERGENCY_OPENED, Action.STUDENT_OPENED) == [
        ("emergency.opened", stranger.pk, cast.student.pk, ""),
        ("student.opened", stranger.pk, cast.student.pk, ""),
    ]


def test_what_is_incomplete_is_asked_before_the_password(cast: Cast, stranger: User, sign_in: Any) -> None:
    answer = sign_in(stranger).post(NEW, typed(cast.student, reason="  "))
    assert answer.status_code == 422
    assert cast.student.last_name in answer.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.HOMEROOM_TEACHER])
def test_nobody_else_opens_anything(cast: Cast, sign_in: Any, role: str) -> None:
    browser = sign_in(cast.users[Role(role)])
    assert (browser.get(NEW).status_code, browser.post(NEW, typed(cast.student)).status_code) == (403, 403)
    assert NEW not in browser.get("/leerlingen/").content.decode()


def test_who_is_unknown_who_is_elsewhere_and_a_wrong_day_get_one_answer(
    cast: Cast, stranger: User, sign_in: Any
) -> None:
    elsewhere = make_student(cast.other_school, first_name="Nore", last_name="Ginder")
    tries = (
        typed(elsewhere),
        typed(elsewhere, last_name="Nergens"),
        typed(cast.student, birth_date="2016-01-01"),
        typed(cast.student, first_name="No"),
    )
    browser, answers = sign_in(stranger), []
    for data in tries:
        answer = unlock(browser, data)
        body = answer.content.decode()
        assert "Een ongeval op uitstap." in body  # to be sent again
        answers.append((answer.status_code, re.findall(r'<ul class="errorlist.*?</ul>', body, re.DOTALL)))
    assert answers == [answers[0]] * len(tries)
    assert answers[0][0] == 422
    assert not EmergencyAccess.objects.exists()
    found = entries(Action.EMERGENCY_REFUSED)
    assert found == [("emergency.refused", stranger.pk, None, "not_found")] * len(tries)


def test_accents_capitals_and_the_name_one_goes_by_do_not_count(cast: Cast, stranger: User, sign_in: Any) -> None:
    student = make_student(cast.school, first_name="Zoë Anna", preferred_name="Zoë", last_name="De  Pée")
    browser = sign_in(stranger)
    assert unlock(browser, typed(student, first_name=" zoe", last_name="DE PEE")).status_code == 302
    assert EmergencyAccess.objects.get().student == student


def test_one_form_opens_once(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser, data = sign_in(stranger), typed(cast.student)
    unlock(browser, data)
    unlock(browser, data)
    assert EmergencyAccess.objects.count() == 1
    assert len(entries(Action.EMERGENCY_OPENED)) == 1


def test_a_day_has_few_of_them_and_no_more(cast: Cast, stranger: User, sign_in: Any) -> None:
    students = [make_student(cast.school) for _n in range(MOST + 1)]
    with time_machine.travel(MORNING, tick=False) as clock:
        browser = sign_in(stranger)
        for student in students[:MOST]:
            assert unlock(browser, typed(student)).status_code == 302
        refused = unlock(browser, typed(students[-1]))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(14 * 3600 + 1))
        assert "Een ongeval op uitstap." in refused.content.decode()
        assert entries(Action.EMERGENCY_REFUSED) == [("emergency.refused", stranger.pk, None, "too_often")]
        assert EmergencyAccess.objects.running().get().student == students[MOST - 1]  # one at a time
        clock.shift(24 * 3600)
        browser = sign_in(stranger)
        assert unlock(browser, typed(students[-1])).status_code == 302


def test_trying_names_ends_too(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    for _n in range(TRIES):
        assert unlock(browser, typed(cast.student, last_name="Anders")).status_code == 422
    assert unlock(browser, typed(cast.student)).status_code == 429


def test_a_sign_in_for_something_else_does_not_count(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    browser.post(AGAIN, {"password": PASSWORD, "next": "/"})
    assert browser.post(NEW, typed(cast.student)).headers["Location"].startswith(AGAIN)
    assert not EmergencyAccess.objects.exists()
    unlock(browser, typed(cast.student))
    other = make_student(cast.school)  # nor does that for the student before
    assert browser.post(NEW, typed(other)).headers["Location"].startswith(AGAIN)


def test_who_reads_the_file_anyway_opens_nothing(cast: Cast, stranger: User, sign_in: Any) -> None:
    make_role(stranger, cast.school, "care_teacher")
    assert unlock(sign_in(stranger), typed(cast.student)).headers["Location"].endswith(f"{cast.student.pk}/")
    assert not EmergencyAccess.objects.exists()


def test_the_page_of_ones_own_student_leads_to_it(cast: Cast, sign_in: Any) -> None:
    browser, there = sign_in(cast.teacher), f"{NEW}?student={cast.student.pk}"
    assert there in browser.get(reverse("student", args=(cast.student.pk,))).content.decode()
    assert 'value="Vandamme"' in browser.get(there).content.decode()
    other = make_student(cast.school, last_name="Verborgen")
    assert "Verborgen" not in browser.get(f"{NEW}?student={other.pk}").content.decode()


# --- what is open ---


def with_rows(cast: Cast) -> Cast:
    """One row of what matters in the meeting, open and hidden; and a meeting of a group with the same student in it."""
    make_row(Observation, cast.meeting, text=SECRET)
    make_row(Observation, cast.meeting, text="vertrouwelijk", visibility=("confidential",))
    for model in (Agreement, ClbContribution, Consent):
        make_row(model, cast.meeting)
    other = make_student(cast.school)
    group = make_meeting([cast.student, other], by=cast.coordinator, title="Groep")
    make_row(Observation, group, text="van de groep")
    alone = make_meeting([other], by=cast.coordinator)
    make_row(Observation, alone, text="van een ander")
    return cast


def opened(user: User, student: Student) -> User:
    again = User.objects.get(pk=user.pk)
    again.opened_in_need = frozenset({student.pk})
    return again


def test_one_door_one_student_reading_only(cast: Cast, stranger: User) -> None:
    with_rows(cast)
    user = opened(stranger, cast.student)
    for rows, found in (
        (Student.objects.visible_to(user), [cast.student]),
        (Meeting.objects.visible_to(user), [cast.meeting]),
        (Guardian.objects.visible_to(user).order_by("position"), [cast.mother, cast.father]),
        (ClbContribution.objects.visible_to(user), []),
        (Consent.objects.visible_to(user), []),
        (PhaseRecord.objects.visible_to(user), []),
        (Plan.objects.visible_to(user), []),
        (EmergencyAccess.objects.visible_to(user), []),
    ):
        assert list(rows) == found
    assert set(ClassGroup.objects.visible_to(user)) == set(ClassGroup.objects.visible_to(stranger))
    assert [row.text for row in Observation.objects.visible_to(user)] == [SECRET]
    make_item(cast.meeting, "observation", cast.coordinator, text="Wat het CLB zag.", source="clb")
    assert [row.text for row in Observation.objects.visible_to(user)] == [SECRET]
    assert Agreement.objects.visible_to(user).count() == 1
    for act in ("write", "manage", "print", "review"):
        for model in (Student, Meeting, Observation, Agreement, Guardian):
            assert not model.objects.allowed(user, act).exists()
    plan = Plan.objects.get(meeting=cast.meeting)
    assert can_read_document(user, plan, "class_sheet")
    assert not can_print(user, plan, "class_sheet")
    assert not any(can_read_document(user, plan, reader) for reader in ("team", "parents", "student"))
    assert list(Plan.objects.allowed(user, "read", "class_sheet")) == [plan], "of nobody else, and of no group"
    Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.SUPERSEDED)
    assert not can_read_document(user, plan, "class_sheet"), "what a newer plan replaced helps nobody in need"
    Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.FINAL)
    assert can_read_document(user, plan, "class_sheet")
    assert not can_edit(user, cast.meeting)
    assert not Observation.objects.visible_to(stranger).exists()  # the rule of one is not kept for another


def test_the_other_conditions_of_the_role_stay_what_they_are(cast: Cast) -> None:
    other = make_student(cast.school)
    user = opened(cast.teacher, other)
    assert set(Student.objects.visible_to(user)) == {cast.student, other}
    assert can_edit(user, cast.meeting)


def test_at_another_school_and_without_the_role_it_opens_nothing(cast: Cast, stranger: User) -> None:
    elsewhere = make_student(cast.other_school)
    assert not Student.objects.visible_to(opened(stranger, elsewhere)).exists()
    for role in set(Role) - {Role.HOMEROOM_TEACHER}:
        user, other = cast.users[role], make_student(cast.school)
        assert Student.objects.visible_to(opened(user, other)).count() == Student.objects.visible_to(user).count()


def test_a_room_that_reads_along_sees_nothing_of_it(cast: Cast, stranger: User) -> None:
    user = opened(stranger, cast.student)
    user.is_projecting = True
    assert not Student.objects.visible_to(user).exists()


def test_who_projects_while_a_file_is_open_shows_nothing_of_it(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, first_name="Kanarie", last_name="Verborgen")
    make_meeting([other], by=cast.coordinator, title="kanariebespreking")
    Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(cast.teacher.name))
    browser = sign_in(cast.teacher)
    open_in_need(browser, make_emergency(cast.teacher, other))
    step = reverse("meeting_step", args=(cast.meeting.pk, "start"))
    assert "Verborgen" in browser.get(step).content.decode()  # the bar
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)))
    page = browser.get(step).content.decode()
    assert 'data-view="beamer"' in page
    assert "Verborgen" not in page
    assert browser.get(reverse("student", args=(other.pk,))).status_code == 302  # asks first


def test_nothing_confidential_is_in_the_matrix_under_this_condition() -> None:
    found = {
        name: {one.act for cell in what.cells.values() for one in cell if "emergency" in one.conditions}
        for name, what in matrix().items()
    }
    assert {name for name, acts in found.items() if acts} == {
        "student", "student_file", "meeting", "item", "agreement", "class_sheet", "addendum", "current_phase",
    }  # fmt: skip
    assert set().union(*found.values()) == {"read"}


def test_pages_show_it_and_take_nothing(cast: Cast, stranger: User, sign_in: Any) -> None:
    with_rows(cast)
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    step = reverse("meeting_step", args=(cast.meeting.pk, "overzicht"))
    page = browser.get(step).content.decode()
    assert SECRET in page
    assert "vertrouwelijk" not in re.sub(r"<nav.*?</nav>|<script.*?</script>", "", page, flags=re.DOTALL)
    assert browser.get(reverse("student_edit", args=(cast.student.pk,))).status_code == 403
    assert browser.post(reverse("item_add", args=(cast.meeting.pk, "meetinggoal")), {"text": "x"}).status_code == 403
    assert browser.get(reverse("case_export", args=(cast.meeting.pk,))).status_code == 403
    assert browser.get(reverse("report_preview", args=(cast.meeting.pk,))).status_code == 403
    plan = Plan.objects.get(meeting=cast.meeting)
    assert browser.get(reverse("document_preview", args=(plan.pk, "class_sheet"))).status_code == 200
    assert browser.post(reverse("document_print", args=(plan.pk, "class_sheet"))).status_code == 403
    rows = browser.get("/leerlingen/").context["rows"]
    assert [row.student for row in rows] == [cast.student]


# --- how it ends ---


def pages_of(cast: Cast) -> tuple[str, ...]:
    plan = Plan.objects.get(meeting=cast.meeting)
    return (
        reverse("student", args=(cast.student.pk,)), reverse("meeting", args=(cast.meeting.pk,)),
        reverse("meeting_step", args=(cast.meeting.pk, "start")), reverse("meeting_documents", args=(cast.meeting.pk,)),
        reverse("document_preview", args=(plan.pk, "class_sheet")),
    )  # fmt: skip


def statuses(browser: Client, cast: Cast) -> set[int]:
    return {browser.get(url).status_code for url in pages_of(cast)}


def test_after_half_an_hour_there_is_nothing(cast: Cast, stranger: User, sign_in: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = sign_in(stranger)
        row = make_emergency(stranger, cast.student)
        open_in_need(browser, row)
        for seconds in (600, 600, 599):  # never so long without anything done that the session locks
            clock.shift(seconds)
            assert statuses(browser, cast) == {200}
        clock.shift(1)
        assert statuses(browser, cast) == {404}
        assert "is weer gesloten" in browser.get("/").content.decode()
        assert "In nood geopend" not in browser.get("/").content.decode()
        clock.shift(-60)  # a clock that goes back opens nothing again in this session
        assert statuses(browser, cast) == {404}
        clock.shift(60)
        end_emergency.call(str(row.pk))
        end_emergency.call(str(row.pk))
    assert entries(Action.EMERGENCY_ENDED) == [("emergency.ended", None, cast.student.pk, "time")]


def test_the_end_is_not_written_before_its_time(cast: Cast, stranger: User) -> None:
    row = make_emergency(stranger, cast.student)
    end_emergency.call(str(row.pk))
    assert EmergencyAccess.objects.running().get() == row


def test_by_hand_in_all_its_tabs(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    assert statuses(browser, cast) == {200}
    assert browser.post(reverse("emergency_end")).headers["Location"] == "/"
    assert statuses(browser, cast) == {404}
    assert entries(Action.EMERGENCY_ENDED) == [("emergency.ended", stranger.pk, cast.student.pk, "by_hand")]


def test_with_the_sign_out(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    browser.post("/aanmelden/logout/")
    assert not EmergencyAccess.objects.running().exists()
    assert statuses(sign_in(stranger), cast) == {404}
    assert entries(Action.EMERGENCY_ENDED) == [("emergency.ended", None, cast.student.pk, "rights_changed")]


def test_with_the_role(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    RoleAssignment.objects.filter(user=stranger).update(valid_until=yesterday)  # by its date: nobody did anything
    assert statuses(browser, cast) == {404}
    assert "In nood geopend" not in browser.get("/").content.decode()


@pytest.mark.parametrize("role", ["subject_teacher", "homeroom_teacher"])
def test_a_session_opens_nothing_with_what_another_one_opened(
    cast: Cast, stranger: User, sign_in: Any, role: str
) -> None:
    browser = sign_in(make_user(cast.school, role))
    open_in_need(browser, make_emergency(stranger, cast.student))
    assert statuses(browser, cast) == {404}


def test_who_is_no_class_teacher_any_more_has_nothing_open(cast: Cast, stranger: User, sign_in: Any) -> None:
    """Nor does a page still say so."""
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    assert browser.get("/").wsgi_request.emergency is not None
    RoleAssignment.objects.filter(user=stranger).update(role="subject_teacher")
    assert browser.get("/").wsgi_request.emergency is None


def test_only_a_class_teacher_who_does_not_read_the_file_may_open_it(cast: Cast, stranger: User) -> None:
    everybody = {*cast.users.values(), *cast.others.values(), stranger}
    may = {user for user in everybody if can_unlock(user, cast.student)}
    assert may == {stranger, cast.teacher}


def test_the_ticket_of_the_room_ends_with_it(
    cast: Cast, stranger: User, sign_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from meetings.urls.room import POLL

    browser, row = sign_in(stranger), make_emergency(stranger, cast.student)
    open_in_need(browser, row)
    ticket = browser.get(reverse("room_changes", args=(cast.meeting.pk, "start"))).json()["ticket"]
    ask = {"headers": {"X-Room": ticket}}
    assert browser.get(f"/{POLL}?tab=a1", **ask).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("emergency_end"))
    assert browser.get(f"/{POLL}?tab=a1", **ask).status_code == 410


# --- who hears of it ---


def test_the_mail_says_who_and_when_and_neither_whom_nor_why(cast: Cast, stranger: User, settings: Any) -> None:
    settings.MAIL_IS_SET_UP = True
    make_role(stranger, cast.school, "principal")  # not to oneself
    row = make_emergency(stranger, cast.student, reason="kanariereden")
    send_emergency_notice.call(str(row.pk))
    to = {cast.coordinator.email, cast.users["principal"].email}
    assert {address for one in mail.outbox for address in one.to} == to
    assert all(len(one.to) == 1 for one in mail.outbox)
    for one in mail.outbox:
        said = f"{one.subject} {one.body}"
        assert stranger.name in said
        assert f"/school/{cast.school.pk}/inkijk/" in said
        for word in (cast.student.first_name, cast.student.last_name, "kanarie", str(cast.student.pk)):
            assert word not in said


def test_it_stands_on_today_and_first_in_the_month_until_somebody_says_a_word(
    cast: Cast, stranger: User, sign_in: Any
) -> None:
    browser = sign_in(stranger)
    unlock(browser, typed(cast.student))
    browser.get(reverse("student", args=(cast.student.pk,)))
    principal, month = sign_in(cast.users["principal"]), reverse("looks", args=(cast.school.pk,))
    assert "In nood geopend" in principal.get("/").content.decode()
    assert "In nood geopend" not in sign_in(cast.users["care_teacher"]).get("/").content.decode()
    page = principal.get(month).content.decode()
    assert page.index("Een ongeval op uitstap.") < page.index("h-reviewed")
    assert "bekeek de leerlingpagina" in page
    said = reverse("looks_emergency_reviewed", args=(cast.school.pk, EmergencyAccess.objects.get().pk))
    empty = principal.post(said, {"review": " "})
    assert (empty.status_code, "aria-invalid" in empty.content.decode()) == (422, True)
    assert principal.post(said, {"review": "Gebeld, in orde."}).status_code == 302
    sign_in(cast.coordinator).post(said, {"review": "Te laat."})
    row = EmergencyAccess.objects.get()
    assert (row.review, row.reviewed_by) == ("Gebeld, in orde.", cast.users["principal"])
    assert "Gebeld, in orde." in principal.get(month).content.decode()
    assert "In nood geopend" not in principal.get("/").content.decode()
    assert [who for _action, who, *_rest in entries(Action.EMERGENCY_REVIEWED)] == [cast.users["principal"].pk]


def test_ones_own_is_reviewed_by_somebody_else(cast: Cast, sign_in: Any) -> None:
    row = make_emergency(cast.coordinator, cast.student)  # opened as a class teacher, in another role
    said = reverse("looks_emergency_reviewed", args=(cast.school.pk, row.pk))
    assert sign_in(cast.coordinator).post(said, {"review": "Van mij."}).status_code == 403
    assert "In nood geopend" not in sign_in(cast.coordinator).get("/").content.decode()
    assert EmergencyAccess.objects.get().reviewed_at is None


def test_a_month_in_which_one_waits_is_not_reviewed(cast: Cast, stranger: User, sign_in: Any) -> None:
    with time_machine.travel(MORNING, tick=False):
        row = make_emergency(stranger, cast.student)
    row.end(by=None, why="time")
    browser, month = sign_in(cast.users["principal"]), f"{MORNING:%Y-%m}"
    done = reverse("looks_reviewed", args=(cast.school.pk,))
    browser.post(done, {"month": month})
    assert not entries(Action.TRACE_REVIEWED)
    row.say_reviewed("Besproken.", by=cast.coordinator)
    browser.post(done, {"month": month})
    assert len(entries(Action.TRACE_REVIEWED)) == 1


def test_the_pages_of_the_student_say_it(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    unlock(browser, typed(cast.student))
    page = sign_in(cast.coordinator).get(reverse("student_looks", args=(cast.student.pk,))).content.decode()
    assert "opende het dossier in nood" in page
    readers = {
        reader.name: dict(reader.reads) for reader in readers_of_student(cast.student, asked_by=cast.coordinator)
    }
    assert all("half uur" in words for said in readers[stranger.name].values() for words in said)
    EmergencyAccess.objects.get().end(by=stranger, why="by_hand")
    assert stranger.name not in {reader.name for reader in readers_of_student(cast.student, asked_by=cast.coordinator)}


def test_a_refused_try_is_in_the_month(cast: Cast, stranger: User, sign_in: Any) -> None:
    unlock(sign_in(stranger), typed(cast.student, last_name="Anders"))
    page = sign_in(cast.coordinator).get(reverse("looks", args=(cast.school.pk,)))
    assert page.context["found"].refused == [(stranger.name, 1)]


def test_what_was_written_meanwhile_by_those_at_the_table_is_theirs(cast: Cast, stranger: User, sign_in: Any) -> None:
    browser = sign_in(stranger)
    open_in_need(browser, make_emergency(stranger, cast.student))
    make_item(cast.meeting, "meetinggoal", cast.teacher, text=SECRET)
    browser.post(reverse("meeting_step", args=(cast.meeting.pk, "start")), {"help_question": "van mij"})
    assert MeetingGoal.objects.count() == 1
    assert SECRET in browser.get(reverse("meeting_step", args=(cast.meeting.pk, "start"))).content.decode()
