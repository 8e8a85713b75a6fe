"""The pages from which documents are read and printed: who may open which, for whom there is a copy, what is written down."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.accounts.models import RoleAssignment
from hgw.audit.models import Entry
from meetings.models import Meeting, Participant, Plan, PlanIssue
from meetings.tasks import make_file
from tests.factories import Cast, make_guardian, make_item, make_meeting, make_student
from tests.meetings.test_pdf_process import text_of

READERS = ("team", "class_sheet", "parents", "student")


def plan_of(cast: Cast) -> Plan:
    return Plan.objects.get(meeting=cast.meeting, student=cast.student)


def address(cast: Cast, reader: str, view: str = "document_preview") -> str:
    guardian = f"?guardian={cast.mother.pk}" if reader == "parents" and view == "document_preview" else ""
    return reverse(view, args=[plan_of(cast).pk, reader]) + guardian


def ask(client: Any, cast: Cast, reader: str) -> Any:
    guardian = {"guardian": str(cast.mother.pk)} if reader == "parents" else {}
    return client.post(address(cast, reader, "document_print"), guardian)


# Role, then what it gets for reading and for printing each document in the order of READERS, as in the access matrix.
# Participants: coordinator, homeroom teacher (own class), care teacher; the CLB worker and supporter are granted too.
ACCESS = {
    "care_coordinator": ([200, 200, 200, 200], [302, 302, 302, 302]),
    "principal": ([200, 200, 200, 200], [302, 403, 302, 302]),
    "care_teacher": ([200, 200, 200, 200], [302, 302, 302, 302]),
    "homeroom_teacher": ([200, 200, 200, 200], [403, 302, 302, 302]),
    "subject_teacher": ([404, 404, 404, 404], [404, 404, 404, 404]),
    "clb_worker": ([200, 403, 200, 200], [302, 403, 302, 302]),
    "learning_supporter": ([200, 200, 403, 403], [403, 403, 403, 403]),
    "school_admin": ([404, 404, 404, 404], [404, 404, 404, 404]),
    "adviser": ([404, 404, 404, 404], [404, 404, 404, 404]),
}


@pytest.mark.parametrize("role", ACCESS)
def test_each_role_reads_and_prints_its_documents(cast, sign_in, role):
    client = sign_in(cast.users[role])
    read, printed = ACCESS[role]
    assert [client.get(address(cast, reader)).status_code for reader in READERS] == read
    assert [ask(client, cast, reader).status_code for reader in READERS] == printed
    assert PlanIssue.objects.count() == printed.count(302)


@pytest.mark.parametrize("role", ACCESS)
def test_somebody_of_another_school_finds_nothing(cast, sign_in, role):
    client = sign_in(cast.others[role])
    assert {client.get(address(cast, reader)).status_code for reader in READERS} == {404}
    assert {ask(client, cast, reader).status_code for reader in READERS} == {404}
    for view in ("meeting_documents", "report_preview"):
        assert client.get(reverse(view, args=[cast.meeting.pk])).status_code == 404
    assert client.post(reverse("report_print", args=[cast.meeting.pk])).status_code == 404


def test_a_stranger_gets_the_answer_of_an_unknown_id(cast, sign_in):
    client = sign_in(cast.others["care_coordinator"])
    unknown = client.get(reverse("document_preview", args=[uuid.uuid4(), "team"]))
    assert client.get(address(cast, "team")).content == unknown.content


@pytest.mark.parametrize(
    ("role", "read", "printed"),
    [
        ("care_coordinator", 200, 302), ("principal", 200, 302), ("care_teacher", 200, 403), ("homeroom_teacher", 403, 403),
        ("clb_worker", 403, 403), ("learning_supporter", 403, 403), ("subject_teacher", 404, 404), ("school_admin", 404, 404),
    ],
)  # fmt: skip
def test_the_report_is_for_the_care_team_and_printed_by_two(cast, sign_in, role, read, printed):
    client = sign_in(cast.users[role])
    assert client.get(reverse("report_preview", args=[cast.meeting.pk])).status_code == read
    assert client.post(reverse("report_print", args=[cast.meeting.pk])).status_code == printed


def test_a_teacher_of_the_class_reaches_the_class_sheet_of_a_meeting_closed_to_them(cast, sign_in):
    Participant.objects.filter(meeting=cast.meeting, person__user=cast.teacher).delete()
    client = sign_in(cast.teacher)
    assert client.get(reverse("meeting", args=[cast.meeting.pk])).status_code == 404
    # What is typed at a table where one does not sit is not there, nor that there is such a table.
    assert client.get(reverse("meeting_documents", args=[cast.meeting.pk])).status_code == 404
    assert client.get(address(cast, "class_sheet")).status_code == 404
    assert ask(client, cast, "class_sheet").status_code == 404
    Plan.objects.update(status="final")
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    assert page.status_code == 200
    assert [offer.copy.reader for _student, offers in page.context["plans"] for offer in offers] == ["class_sheet"]
    assert cast.meeting.title not in page.text
    assert ask(client, cast, "class_sheet").status_code == 302
    assert client.get(address(cast, "team")).status_code == 403


@pytest.mark.parametrize("sat_there", [True, False])
@pytest.mark.parametrize("role", ["homeroom_teacher", "subject_teacher"])
def test_what_a_newer_plan_replaced_is_not_there_for_a_teacher(cast, sign_in, role, sat_there):
    """Who teaches the class now works with the newest sheet and the newest plan, whoever sat at the table of the one before."""
    cast.class_group.staff.add(RoleAssignment.objects.get(user=cast.users[role], role=role))
    if not sat_there:
        Participant.objects.filter(meeting=cast.meeting, person__user=cast.users[role]).delete()
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    Plan.objects.update(status="final")
    client = sign_in(cast.users[role])
    assert client.get(address(cast, "class_sheet")).status_code == 200
    old = ask(client, cast, "class_sheet").headers["Location"]
    assert client.get(old).status_code == 200

    Plan.objects.update(status="superseded")

    for reader in READERS:
        assert client.get(address(cast, reader)).status_code == 404, reader
        assert ask(client, cast, reader).status_code == 404, reader
    assert client.get(old).status_code == 403  # asked for by this person, who knows of it
    assert client.get(reverse("meeting_documents", args=[cast.meeting.pk])).status_code == 404


@pytest.mark.parametrize("role", ["care_coordinator", "principal", "care_teacher"])
def test_the_care_team_keeps_what_a_newer_plan_replaced(cast, sign_in, role):
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    Plan.objects.update(status="superseded")
    for reader in ("team", "class_sheet", "student"):
        assert sign_in(cast.users[role]).get(address(cast, reader)).status_code == 200, reader


def test_the_page_names_each_copy_and_who_gets_none(cast, sign_in):
    make_guardian(cast.student, first_name="Rik", relation="plusouder", authority="step_parent", receives_plan=False)
    client = sign_in(cast.coordinator)
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    ((_student, offers),) = page.context["plans"]
    assert [(o.copy.reader, o.copy.guardian) for o in offers] == [
        ("team", None), ("class_sheet", None), ("parents", cast.mother), ("parents", cast.father), ("student", None),
    ]  # fmt: skip
    assert [guardian.first_name for guardian, _why in page.context["without_copy"]] == ["Rik"]
    assert "Rik" in page.text
    assert all(client.get(offer.address).status_code == 200 for offer in offers)
    assert "Rik" not in sign_in(cast.users["principal"]).get(reverse("meeting_documents", args=[cast.meeting.pk])).text


def test_a_copy_that_is_switched_off_is_explained_and_not_made(cast, sign_in):
    cast.mother.receives_plan = False
    cast.mother.save()
    client = sign_in(cast.coordinator)
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    assert [guardian for guardian, _why in page.context["without_copy"]] == [cast.mother]
    assert client.get(address(cast, "parents")).status_code == 404
    assert ask(client, cast, "parents").status_code == 404


@pytest.mark.parametrize("guardian", ["", "x", "7d9f0000-0000-4000-8000-000000000000"])
def test_a_parents_copy_is_always_somebodys(cast, sign_in, guardian):
    client = sign_in(cast.coordinator)
    assert (
        client.get(
            reverse("document_preview", args=[plan_of(cast).pk, "parents"]) + f"?guardian={guardian}"
        ).status_code
        == 404
    )


def test_a_guardian_of_another_student_gets_no_copy(cast, sign_in):
    stranger = make_guardian(make_student(cast.school, cast.class_group))
    client = sign_in(cast.coordinator)
    there = reverse("document_preview", args=[plan_of(cast).pk, "parents"]) + f"?guardian={stranger.pk}"
    assert client.get(there).status_code == 404


def test_reading_and_printing_stand_in_the_trace(cast, sign_in):
    client = sign_in(cast.coordinator)
    plan = plan_of(cast)
    client.get(address(cast, "parents"))
    opened = Entry.objects.get(action="plan.opened")
    assert (opened.who, opened.object, opened.student, opened.detail) == (
        cast.coordinator.pk, plan.pk, cast.student.pk, "parents",
    )  # fmt: skip
    ask(client, cast, "team")
    printed = Entry.objects.get(action="plan.printed")
    assert (printed.who, printed.object, printed.student, printed.detail) == (
        cast.coordinator.pk, plan.pk, cast.student.pk, "team 1",
    )  # fmt: skip


def test_a_character_without_a_font_is_named_before_and_after_printing(cast, sign_in):
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Nore schrijft 漢 mooi")
    client = sign_in(cast.coordinator)
    page = client.get(address(cast, "team"))
    assert page.context["missing"] == [("漢", "U+6F22")]
    assert "U+6F22" in page.text
    status = ask(client, cast, "team").headers["Location"]
    make_file.call(str(PlanIssue.objects.get().pk))
    assert PlanIssue.objects.get().missing_glyphs == "漢"
    assert "漢" in client.get(status).text
    assert client.get(address(cast, "student")).context["missing"] == []


def test_confidential_items_come_on_a_report_only_when_ticked(cast, sign_in):
    make_item(
        cast.meeting, "observation", cast.coordinator, valence="difficulty", domain="ll", text="GEHEIM-WOORD",
        visibility=["confidential"],
    )  # fmt: skip
    client = sign_in(cast.coordinator)
    there = reverse("report_preview", args=[cast.meeting.pk])
    assert "GEHEIM-WOORD" not in client.get(there).text
    assert "GEHEIM-WOORD" in client.get(f"{there}?confidential=1").text
    assert "GEHEIM-WOORD" not in sign_in(cast.users["care_teacher"]).get(f"{there}?confidential=1").text
    for ticked in ({}, {"confidential": "1"}):
        client.post(reverse("report_print", args=[cast.meeting.pk]), ticked)
    without, with_them = PlanIssue.objects.order_by("issued_on")
    assert (without.with_confidential, with_them.with_confidential) == (False, True)
    for issue in (without, with_them):
        make_file.call(str(issue.pk))
        issue.refresh_from_db()
    assert "GEHEIM-WOORD" not in text_of(bytes(without.pdf))
    assert "GEHEIM-WOORD" in text_of(bytes(with_them.pdf))
    assert "vertrouwelijke stukken" in text_of(bytes(with_them.pdf))
    assert [entry.detail for entry in Entry.objects.filter(action="plan.printed")] == [
        "report 1",
        "report 2 confidential",
    ]


def test_a_clb_worker_prints_the_narrower_team_version(cast, sign_in):
    make_item(cast.meeting, "observation", cast.teacher, valence="difficulty", domain="ll", text="NIET-VOOR-CLB")
    worker = cast.users["clb_worker"]
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    for user in (cast.coordinator, worker):
        ask(sign_in(user), cast, "team")
        issue = PlanIssue.objects.get(issued_by=user)
        make_file.call(str(issue.pk))
        issue.refresh_from_db()
        assert ("NIET-VOOR-CLB" in text_of(bytes(issue.pdf))) is (user != worker)


def test_nothing_comes_out_of_a_cancelled_meeting(cast, sign_in):
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="cancelled")
    client = sign_in(cast.coordinator)
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    assert page.context["cancelled"]
    assert page.context["plans"] == []
    assert {client.get(address(cast, reader)).status_code for reader in READERS} == {404}
    assert {ask(client, cast, reader).status_code for reader in READERS} == {404}
    assert client.get(reverse("report_preview", args=[cast.meeting.pk])).status_code == 404


def test_of_a_group_a_clb_worker_sees_the_plan_of_the_granted_student_only(cast, sign_in):
    other = make_student(cast.school, cast.class_group, first_name="Aya")
    group = make_meeting([cast.student, other], by=cast.coordinator)
    Plan.objects.update(status="final")
    page = sign_in(cast.users["clb_worker"]).get(reverse("meeting_documents", args=[group.pk]))
    assert [student for student, _offers in page.context["plans"]] == [cast.student]
    assert "Aya" not in page.text
    assert group.title not in page.text
    hidden = Plan.objects.get(meeting=group, student=other)
    client = sign_in(cast.users["clb_worker"])
    assert client.get(reverse("document_preview", args=[hidden.pk, "team"])).status_code == 404


def test_printing_is_only_asked_for_with_a_post(cast, sign_in):
    client = sign_in(cast.coordinator)
    assert client.get(address(cast, "team", "document_print")).status_code == 405
    assert client.get(reverse("report_print", args=[cast.meeting.pk])).status_code == 405
    assert client.get(reverse("document_preview", args=[plan_of(cast).pk, "report"])).status_code == 404


def test_who_prints_for_the_clb_reads_that_other_terms_hold_there(cast: Cast, sign_in: Any) -> None:
    plan = Plan.objects.get(meeting=cast.meeting)
    preview = reverse("document_preview", args=(plan.pk, "team"))
    said = "In een CLB-dossier gelden andere termijnen"
    assert said in sign_in(cast.users["clb_worker"]).get(preview).text
    assert said not in sign_in(cast.coordinator).get(preview).text
