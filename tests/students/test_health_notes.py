"""A note on health: off unless the school chose for it, only with a permission, for two roles, and erased for good."""

import re
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from hgw.access import UNPROJECTED, may
from hgw.accounts.models import School, User
from hgw.audit.models import Action, Entry
from hgw.items.models import Revision, SavedKey
from hgw.items.saving import save_item
from meetings.cases.exporting import export
from meetings.forgetting.inspection import inspection
from meetings.forms.student_items import HealthNoteForm
from students.forgetting import tasks
from students.models import Consent, HealthNote, Hold
from tests.access_case import make_row
from tests.factories import (
    Cast,
    make_emergency,
    make_health_note,
    make_item,
    make_role,
    make_student,
    make_user,
    open_in_need,
    permit_health_note,
    shown_just_now,
)
from tests.meetings.case_files import case, faults
from tests.meetings.erased_case import erase, where_it_stands
from tests.students.test_school_settings import given
from tests.students.test_student_edit import typed

TEXT, WHY = "woordpuffer", "woordreden"
NOTE = {"text": TEXT, "necessity": WHY}
READERS = {"care_coordinator", "principal"}


def new(cast: Cast) -> str:
    return reverse("student_item_new", args=[cast.student.pk, "health_note"])


def edit(note: HealthNote) -> str:
    return reverse("student_item_edit", args=[note.student_id, "health_note", note.pk])


def page(cast: Cast) -> str:
    return reverse("student", args=[cast.student.pk])


def erased(cast: Cast) -> str:
    return reverse("health_note_erase", args=[cast.student.pk])


def yes(browser: Client, cast: Cast) -> dict[str, list[str]]:
    """What the page that asks it sends back."""
    shown = browser.get(erased(cast)).content.decode()
    return {"note": re.findall(r'name="note" value="([^"]*)"', shown)}


@pytest.fixture
def note(cast: Cast) -> HealthNote:
    return make_health_note(cast.student, **NOTE)


def write(cast: Cast, text: str = TEXT) -> HealthNote:
    """As the application does, with a history."""
    permit_health_note(cast.student)
    item = HealthNote(school=cast.school, student=cast.student)
    values = {"text": text, "necessity": WHY}
    return save_item(item, values, by=cast.coordinator, base_version=0, key=uuid.uuid4()).item


# What closes a note, whoever reads it: nothing of it is left for anybody.
def switch_off(cast: Cast) -> None:
    School.objects.filter(pk=cast.school.pk).update(keeps_health_notes=False)


def take_back(cast: Cast) -> None:
    Consent.objects.update(withdrawn_on=timezone.localdate())


CLOSES: dict[str, Any] = {
    "switched off": switch_off,
    "taken back": take_back,
    "refused": lambda cast: Consent.objects.update(granted=False),
    "the permission removed": lambda cast: Consent.objects.update(removed_at=timezone.now()),
    "a permission for something else": lambda cast: Consent.objects.update(kind_of_consent="external_share"),
    "a permission of somebody else": lambda cast: Consent.objects.update(student=make_student(cast.school)),
}


# --- the switch ---


@pytest.mark.parametrize("role", ["principal", "school_admin"])
def test_it_is_off_until_who_runs_the_school_switches_it_on(cast: Cast, sign_in: Any, role: str) -> None:
    browser, address = sign_in(cast.users[role]), f"/school/{cast.school.pk}/"
    assert not School.objects.get(pk=cast.school.pk).keeps_health_notes
    assertContains(browser.get(address), "art. 9 AVG")
    for switched, noted in (({"keeps_health_notes": "on"}, "on"), ({}, "off")):
        assert browser.post(address, given(browser, address, **switched)).status_code == 302
        assert School.objects.get(pk=cast.school.pk).keeps_health_notes == bool(switched)
        assert Entry.objects.filter(action=Action.SCHOOL_CHANGED).latest("pk").detail == f"health_notes {noted}"


def test_a_coordinator_reads_whether_it_is_on_and_does_not_change_it(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.coordinator), f"/school/{cast.school.pk}/"
    assertContains(browser.get(address), "<dt>Notities over gezondheid bewaren</dt><dd>nee</dd>", html=False)
    assert (
        browser.post(address, given(sign_in(cast.users["principal"]), address, keeps_health_notes="on")).status_code
        == 403
    )
    permit_health_note(cast.student)
    assertContains(browser.get(address), "<dt>Notities over gezondheid bewaren</dt><dd>ja</dd>", html=False)


def test_where_it_is_off_no_page_speaks_of_it(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    assertNotContains(browser.get(page(cast)), "h-health")
    assert browser.get(new(cast)).status_code == 404


# --- who reads it ---


@pytest.mark.parametrize("with_note", [True, False])
def test_on_the_page_of_the_student_two_roles_read_it(cast: Cast, sign_in: Any, with_note: bool) -> None:
    make_health_note(cast.student, **NOTE) if with_note else permit_health_note(cast.student)
    for role, user in cast.users.items():
        body = sign_in(user).get(page(cast)).content.decode()
        reads = with_note and role in READERS
        assert (TEXT in body, WHY in body) == (reads, reads), role
        assert ("h-health" in body) == (reads or role == "care_coordinator"), role
        assert (erased(cast) in body) == (with_note and role == "care_coordinator"), role
        assert (new(cast) in body) == (not with_note and role == "care_coordinator"), role


def test_a_file_in_need_does_not_hold_it(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    teacher = make_user(cast.school, "homeroom_teacher")
    browser = sign_in(teacher)
    open_in_need(browser, make_emergency(teacher, cast.student))
    answer = browser.get(page(cast))
    assertContains(answer, "Nore")
    assertNotContains(answer, TEXT)


def test_no_screen_in_a_room_shows_it(cast: Cast, note: HealthNote) -> None:
    assert "health_note" in UNPROJECTED
    assert HealthNote.objects.visible_to(cast.coordinator).exists()
    on_screen = User.objects.get(pk=cast.coordinator.pk)
    on_screen.is_projecting = True
    assert not HealthNote.objects.visible_to(on_screen).exists()


def test_of_another_school_nobody_reads_it(cast: Cast, note: HealthNote) -> None:
    for user in cast.others.values():
        assert not HealthNote.objects.visible_to(user).exists()
        assert not HealthNote.objects.erasable_by(user).exists()
        assert not may(user, "read", note)


def test_that_another_school_keeps_notes_or_has_a_permission_opens_nothing_here(cast: Cast, note: HealthNote) -> None:
    switch_off(cast)
    permit_health_note(make_student(cast.other_school))
    assert not HealthNote.objects.visible_to(cast.coordinator).exists()


def test_who_reads_at_one_school_and_manages_at_another_does_each_there(cast: Cast, note: HealthNote) -> None:
    make_role(cast.users["principal"], cast.other_school, "care_coordinator")
    user = User.objects.get(pk=cast.users["principal"].pk)
    assert list(HealthNote.objects.visible_to(user)) == [note]
    assert not HealthNote.objects.erasable_by(user).exists()


# --- that there is a permission for it ---

ASKED, OTHER = "woordvraag", "woordlezen"


def ask(cast: Cast, **given: Any) -> Consent:
    """A permission to keep a note on health, and one for something else, both noted in a meeting."""
    make_row(Consent, cast.meeting, kind_of_consent="external_share", what=OTHER)
    return make_row(Consent, cast.meeting, kind_of_consent="health_note", what=ASKED, **given)


@pytest.mark.parametrize("given", [{"granted": True}, {"granted": False}, {"withdrawn_on": timezone.localdate()}])
def test_that_a_note_was_permitted_is_there_only_for_who_reads_such_notes(
    cast: Cast, sign_in: Any, given: dict[str, Any]
) -> None:
    """Whatever the answer: that it was asked tells that there is something about health."""
    row = ask(cast, **given)
    switch_off(cast)
    for role, user in cast.users.items():
        reads = Consent.objects.visible_to(user).filter(pk=row.pk).exists()
        assert (reads, may(user, "read", row)) == (role in READERS, role in READERS), role
        pages = [
            sign_in(user).get(at).content.decode() for at in (page(cast), reverse("meeting", args=[cast.meeting.pk]))
        ]
        assert {ASKED in body for body in pages} == {role in READERS}, role
        if role in {"care_teacher", "clb_worker", "learning_supporter"}:
            assert [OTHER in body for body in pages] == [True, True], role
            assert not [body for body in pages if "notitie over gezondheid" in body], role
            at = reverse("item_history", args=[cast.meeting.pk, "consent", row.pk])
            assert sign_in(user).get(at).status_code == 404
    assert ASKED in str(export(cast.meeting))  # for the coordinator alone


def test_who_reads_notes_at_one_school_reads_of_none_at_another(cast: Cast) -> None:
    make_role(cast.users["care_teacher"], cast.other_school, "care_coordinator")
    user = User.objects.get(pk=cast.users["care_teacher"].pk)
    row, there = ask(cast), permit_health_note(make_student(cast.other_school))
    found = Consent.objects.visible_to(user)
    assert (row in found, there in found) == (False, True)


def test_no_screen_in_a_room_shows_that_one_was_permitted(cast: Cast) -> None:
    row = ask(cast)
    assert row in Consent.objects.visible_to(cast.coordinator)
    on_screen = User.objects.get(pk=cast.coordinator.pk)
    on_screen.is_projecting = True
    assert row not in Consent.objects.visible_to(on_screen)


def test_nor_what_a_permission_for_something_else_was_before(cast: Cast, sign_in: Any) -> None:
    given = {"kind_of_consent": "health_note", "given_by": "Nore", "date": cast.meeting.date, "what": ASKED}
    row = make_item(cast.meeting, "consent", cast.coordinator, **given)
    changes = {"kind_of_consent": "external_share", "what": OTHER}
    save_item(row, changes, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    at = reverse("item_history", args=[cast.meeting.pk, "consent", row.pk])
    for role in ("care_teacher", "clb_worker", "learning_supporter", "principal", "care_coordinator"):
        body = sign_in(cast.users[role]).get(at).content.decode()
        assert (OTHER in body, ASKED in body) == (True, role in READERS), role


@pytest.mark.parametrize("why", CLOSES)
def test_without_switch_or_permission_nobody_reads_it_anywhere(
    cast: Cast, sign_in: Any, note: HealthNote, why: str
) -> None:
    assert list(HealthNote.objects.visible_to(cast.coordinator)) == [note]  # asked once, and not kept
    CLOSES[why](cast)
    assert not HealthNote.objects.visible_to(cast.coordinator).exists()
    for role in READERS:
        browser = sign_in(cast.users[role])
        body = browser.get(page(cast)).content.decode()
        assert TEXT not in body
        assert WHY not in body
        assert ("niet langer bewaard" in body) == (role == "care_coordinator")
    browser = sign_in(cast.coordinator)
    assert browser.get(edit(note)).status_code == 404
    assert browser.post(edit(note), NOTE | {"base_version": "1", "key": str(uuid.uuid4())}).status_code == 404
    shown = shown_just_now(browser).get(reverse("student_inspection", args=[cast.student.pk]))
    assertNotContains(shown, TEXT)
    assertContains(shown, "1× een notitie over gezondheid die niet langer bewaard mag worden")


def test_a_permission_that_is_taken_back_on_the_page_closes_it_at_once(cast: Cast, sign_in: Any) -> None:
    note, browser = write(cast), sign_in(cast.coordinator)
    consent = Consent.objects.get()
    address = reverse("student_item_edit", args=[cast.student.pk, "consent", consent.pk])
    sent = {
        "kind_of_consent": "health_note",
        "given_by": "Hilde Claes",
        "granted": "on",
        "what": "x",
        "form": "written",
    }
    sent |= {"date": str(timezone.localdate()), "withdrawn_on": str(timezone.localdate())}
    answer = browser.post(address, sent | {"base_version": "1", "key": str(uuid.uuid4())}, follow=True)
    assertContains(answer, "niet langer bewaard")
    assertContains(answer, erased(cast))
    assertNotContains(answer, TEXT)
    assert HealthNote.objects.filter(pk=note.pk).exists()  # until somebody says yes


# --- writing it ---


def test_the_coordinator_writes_it_once_and_changes_it(cast: Cast, sign_in: Any) -> None:
    permit_health_note(cast.student)
    browser = sign_in(cast.coordinator)
    data = typed(browser, new(cast), **NOTE)
    for _click in range(2):
        assert browser.post(new(cast), data).status_code == 302
    note = HealthNote.objects.get()
    assert (note.text, note.necessity, note.came_with, note.version) == (TEXT, WHY, None, 1)
    assertContains(browser.get(page(cast)), edit(note))
    assert browser.post(edit(note), typed(browser, edit(note), text="anders")).status_code == 302
    note.refresh_from_db()
    assert (note.text, note.necessity, note.version) == ("anders", WHY, 2)
    assert not [one.detail for one in Entry.objects.all() if TEXT in one.detail]


def test_who_may_not_write_it(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    for role, user in cast.users.items():
        if role != "care_coordinator":
            known = 404 if role in {"subject_teacher", "adviser"} else 403
            for address in (new(cast), edit(note), erased(cast)):
                browser = sign_in(user)
                assert (browser.get(address).status_code, browser.post(address, NOTE).status_code) == (known, known), (
                    role
                )
            with pytest.raises(PermissionDenied):
                save_item(note, {"text": "x"}, by=user, base_version=1, key=uuid.uuid4())
    assert HealthNote.objects.get().text == TEXT


def refused(browser: Client, cast: Cast, **sent: Any) -> Any:
    answer = browser.post(new(cast), NOTE | {"key": str(uuid.uuid4())} | sent)
    assert answer.status_code == 422
    assert isinstance(answer.context["form"], HealthNoteForm)
    assert not HealthNote.objects.filter(text=TEXT).exists()
    return answer


def test_where_the_school_keeps_none_the_text_comes_back_with_a_word(cast: Cast, sign_in: Any) -> None:
    answer = refused(sign_in(cast.coordinator), cast)
    assert list(answer.context["form"].errors) == ["text"]
    assertContains(answer, "Je school bewaart geen notities over gezondheid", status_code=422)
    assertContains(answer, TEXT, status_code=422)


@pytest.mark.parametrize("why", [name for name in CLOSES if name != "switched off"])
def test_without_a_permission_that_stands_it_is_refused(cast: Cast, sign_in: Any, why: str) -> None:
    permit_health_note(cast.student)
    CLOSES[why](cast)
    browser = sign_in(cast.coordinator)
    assertContains(browser.get(new(cast)), "Er geldt geen toestemming")  # before anything is typed
    answer = refused(browser, cast)
    assert list(answer.context["form"].errors) == ["text"]
    assertContains(answer, TEXT, status_code=422)
    assertNotContains(browser.get(page(cast)), new(cast))


@pytest.mark.parametrize("empty", ["", " \n\t"])
def test_without_the_reason_it_is_refused(cast: Cast, sign_in: Any, empty: str) -> None:
    permit_health_note(cast.student)
    answer = refused(sign_in(cast.coordinator), cast, necessity=empty)
    assert list(answer.context["form"].errors) == ["necessity"]
    assertContains(answer, "Waarom moet de school dit weten?", status_code=422)


def test_there_is_one_note_of_a_student(cast: Cast, sign_in: Any) -> None:
    make_health_note(cast.student, text="de eerste")
    assertContains(refused(sign_in(cast.coordinator), cast), "Er is al een notitie", status_code=422)
    make_health_note(make_student(cast.school))
    assert HealthNote.objects.count() == 2


def test_two_who_change_it_both_keep_their_sentence(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    browser = sign_in(cast.coordinator)
    mine = typed(browser, edit(note), text="mijn zin")
    browser.post(edit(note), typed(browser, edit(note), text="zin van een collega"))
    answer = browser.post(edit(note), mine)
    assertContains(answer, "mijn zin", status_code=409)
    assertContains(answer, "zin van een collega", status_code=409)


def test_the_rule_holds_where_no_form_asks_it(cast: Cast, note: HealthNote) -> None:
    """A save asks again, whatever was read before."""
    take_back(cast)
    with pytest.raises(PermissionDenied):
        save_item(note, {"text": "x"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())


# --- erasing it ---


@pytest.mark.parametrize("closed", [True, False])
def test_the_coordinator_erases_it_with_all_that_stood_there(cast: Cast, sign_in: Any, closed: bool) -> None:
    note, browser = write(cast), sign_in(cast.coordinator)
    save_item(note, {"text": "woordanders"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    if closed:
        take_back(cast)
    asked = browser.get(erased(cast))
    assertNotContains(asked, "woordanders")
    assert HealthNote.objects.exists()
    sent = yes(browser, cast)
    for _click in range(2):
        assertRedirects(browser.post(erased(cast), sent), page(cast), fetch_redirect_response=False)
    assert not HealthNote.objects.exists()
    assert not Revision.objects.filter(item=note.pk).exists()
    assert not SavedKey.objects.filter(item=note.pk).exists()
    assert where_it_stands(TEXT) == where_it_stands(WHY) == []
    entry = Entry.objects.get(action=Action.ITEM_REMOVED)
    assert (entry.who, entry.object, entry.student) == (cast.coordinator.pk, note.pk, cast.student.pk)
    assert entry.detail == "healthnote erased"
    assert browser.get(erased(cast)).status_code == 404


def test_while_a_decision_is_disputed_nothing_is_erased(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    hold = Hold.objects.create(school=cast.school, student=cast.student, reason="beroep")
    Hold.objects.create(school=cast.school, student=make_student(cast.school), reason="beroep")
    browser = sign_in(cast.coordinator)
    assertContains(browser.get(erased(cast)), "betwist")
    assert browser.post(erased(cast), {"note": note.as_it_stands}).status_code == 422
    assert not note.erase(by=cast.coordinator)
    assert HealthNote.objects.exists()
    Hold.objects.filter(pk=hold.pk).update(ended_on=timezone.localdate())
    assert browser.post(erased(cast), yes(browser, cast)).status_code == 302
    assert not HealthNote.objects.exists()


@pytest.mark.parametrize("rewritten", [False, True])
def test_a_yes_is_to_the_note_that_stood_there_when_it_was_asked(cast: Cast, sign_in: Any, rewritten: bool) -> None:
    """A colleague wrote on in the same note, or destroyed it and began a new one: that is read before it is destroyed."""
    note, browser = write(cast), sign_in(cast.coordinator)
    sent = yes(browser, cast)
    if rewritten:
        assert note.erase(by=cast.coordinator)
        write(cast, "zin van een collega")
    else:
        values = {"text": "zin van een collega"}
        save_item(note, values, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    answer = browser.post(erased(cast), sent)
    assertContains(answer, "Deze notitie is intussen veranderd. Kijk opnieuw voor je vernietigt.", status_code=409)
    assertNotContains(answer, "zin van een collega", status_code=409)
    assert HealthNote.objects.get().text == "zin van een collega"
    assertNotContains(browser.get(erased(cast)), "intussen veranderd")
    assert browser.post(erased(cast), yes(browser, cast)).status_code == 302
    assert not HealthNote.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"note": ""}, {"note": "x"}, {"note": f"{uuid.UUID(int=7)}:1"}])
def test_a_yes_to_nothing_erases_nothing(cast: Cast, sign_in: Any, note: HealthNote, sent: dict[str, str]) -> None:
    assert sign_in(cast.coordinator).post(erased(cast), sent).status_code == 409
    assert HealthNote.objects.exists()


def test_what_a_colleague_saves_at_the_same_moment_is_not_erased(cast: Cast) -> None:
    read_before = write(cast)
    save_item(read_before, {"text": "anders"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert not read_before.erase(by=cast.coordinator)
    assert HealthNote.objects.get().text == "anders"
    assert Revision.objects.filter(item=read_before.pk).count() == 2


def test_that_of_another_student_stays(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    other = make_health_note(make_student(cast.school), text="van een ander")
    browser = sign_in(cast.coordinator)
    browser.post(erased(cast), yes(browser, cast) | {"student": str(other.student_id)})
    assert list(HealthNote.objects.all()) == [other]


def test_what_the_file_of_the_database_still_holds_is_overwritten(
    cast: Cast, sign_in: Any, note: HealthNote, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    done: list[bool] = []
    monkeypatch.setattr(tasks.tidying, "tidy", lambda: done.append(True) or True)
    browser = sign_in(cast.coordinator)
    sent = yes(browser, cast)
    with django_capture_on_commit_callbacks() as waiting:
        browser.post(erased(cast), sent)
    assert any("overwrite_what_is_gone" in repr(one) for one in waiting)
    tasks.overwrite_what_is_gone.call()
    assert done == [True]


def test_with_the_student_it_goes_to_the_last_version(cast: Cast) -> None:
    note = write(cast)
    save_item(note, {"text": "woordanders"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    done = erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert done.counts["healthnote"] == 1
    assert where_it_stands(TEXT) == where_it_stands(WHY) == []


# --- where else it is, and is not ---


def test_who_asks_to_see_everything_sees_it(cast: Cast, note: HealthNote) -> None:
    for guardian in (None, cast.mother):
        found = inspection(cast.student, guardian)
        said = {text for part in found.parts for block in part.blocks for row in block.rows for _label, text in row}
        assert {TEXT, WHY} <= said


def test_a_case_file_has_no_place_for_it(cast: Cast, note: HealthNote) -> None:
    assert TEXT not in str(export(cast.meeting))
    data = case("werkstuk")
    assert faults(data) == []
    data["student"]["health_note"] = TEXT
    assert [fault for fault in faults(data) if "health_note" in fault and TEXT not in fault]


def test_no_search_finds_it(cast: Cast, sign_in: Any, note: HealthNote) -> None:
    answer = sign_in(cast.coordinator).post(reverse("students"), {"name": TEXT}, follow=True)
    assertNotContains(answer, "Vandamme")
