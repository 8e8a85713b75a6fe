"""The pages from which documents are read and printed: who may open which, what is written down, how the file comes."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hgw.audit.models import Entry
from meetings.models import Meeting, Participant, Plan, PlanIssue
from meetings.tasks import drop_file, make_file
from tests.factories import Cast, make_guardian, make_item, make_meeting, make_student, seat

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
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    assert page.status_code == 200
    assert [offer.copy.reader for _student, offers in page.context["plans"] for offer in offers] == ["class_sheet"]
    assert cast.meeting.title not in page.text
    assert ask(client, cast, "class_sheet").status_code == 302
    assert client.get(address(cast, "team")).status_code == 403
