"""Case files on the page: coordinators of the school the case is about, and nobody else."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hgw.accounts.models import Role
from hgw.audit.models import Entry
from hgw.items.models import Revision
from meetings.cases.loading import load
from meetings.models import Meeting, MeetingGoal
from tests.factories import PASSWORD, Cast, make_role, shown_just_now
from tests.meetings.case_files import Data, case, leaves, parsed, raw, written

SignIn = Callable[..., Client]


def send(client: Client, data: bytes) -> Any:
    return client.post(reverse("case_import"), {"file": SimpleUploadedFile("case.yaml", data)})


def own_case(cast: Cast, name: str = "werkstuk") -> Data:
    data = case(name)
    data["school"]["institution_number"] = cast.school.institution_number
    return data


def test_a_coordinator_takes_a_meeting_along(cast: Cast, sign_in: SignIn) -> None:
    answer = shown_just_now(sign_in(cast.coordinator)).get(reverse("case_export", args=(cast.meeting.pk,)))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/yaml; charset=utf-8"
    name = f"leerlingbespreking_{cast.meeting.pk}.yaml"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert parsed(answer.content)["student"]["first_name"] == "Nore"
    assert Entry.objects.get(action="case.exported").who == cast.coordinator.pk


def test_taking_confidential_items_along_is_in_the_trace(cast: Cast, sign_in: SignIn) -> None:
    meeting = load(written(own_case(cast)))
    shown_just_now(sign_in(cast.coordinator)).get(reverse("case_export", args=(meeting.pk,)))
    entry = Entry.objects.get(action="case.exported_with_confidential")
    assert (entry.who, entry.object, entry.student) == (cast.coordinator.pk, meeting.pk, meeting.students[0].pk)


def test_the_password_is_asked_again_before_a_meeting_leaves_the_building(cast: Cast, sign_in: SignIn) -> None:
    url, meeting = reverse("case_export", args=(cast.meeting.pk,)), f"/besprekingen/{cast.meeting.pk}/"
    for browser in (sign_in(cast.coordinator), shown_just_now(sign_in(cast.coordinator), ago=301)):
        taken = Entry.objects.filter(action="case.exported").count()
        asks = browser.get(url)
        assert asks.headers["Location"] == f"/aanmelden/reauthenticate/?{urlencode({'next': meeting})}"
        assert Entry.objects.filter(action="case.exported").count() == taken
        page = browser.get(asks.headers["Location"]).content.decode()
        assert "Kies daarna het bestand opnieuw" in page
        assert browser.post("/aanmelden/reauthenticate/", {"password": "verkeerd"}).status_code == 200
        assert browser.get(url).status_code == 302
        sent = {"password": PASSWORD, "next": meeting}
        assert browser.post("/aanmelden/reauthenticate/", sent).headers["Location"] == meeting
        assert browser.get(url).status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CARE_COORDINATOR])
def test_nobody_else_takes_it_along(cast: Cast, sign_in: SignIn, role: str) -> None:
    answer = sign_in(cast.users[role]).get(reverse("case_export", args=(cast.meeting.pk,)))
    seen = Meeting.objects.visible_to(cast.users[role]).filter(pk=cast.meeting.pk).exists()
    assert answer.status_code == (403 if seen else 404)
    assert not Entry.objects.filter(action__startswith="case.exported").exists()


def test_a_coordinator_elsewhere_finds_nothing(cast: Cast, sign_in: SignIn) -> None:
    other = cast.others[Role.CARE_COORDINATOR]
    assert sign_in(other).get(reverse("case_export", args=(cast.meeting.pk,))).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CARE_COORDINATOR])
def test_nobody_else_loads_a_file(cast: Cast, sign_in: SignIn, role: str) -> None:
    client = sign_in(cast.users[role])
    assert client.get(reverse("case_import")).status_code == 403
    assert send(client, written(own_case(cast))).status_code == 403
    assert Meeting.objects.count() == 1


def test_who_is_not_signed_in_is_sent_to_the_door(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in().get(reverse("case_import")).status_code == 302


def test_a_coordinator_loads_a_file_under_the_own_name(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.coordinator)
    assert client.get(reverse("case_import")).status_code == 200
    answer = send(client, written(own_case(cast)))
    meeting = Meeting.objects.exclude(pk=cast.meeting.pk).get()
    assert (answer.status_code, answer.url) == (302, reverse("meeting", args=(meeting.pk,)))
    assert Entry.objects.get(action="case.loaded").who == cast.coordinator.pk
    goal = MeetingGoal.objects.filter(meeting=meeting)[0]
    assert (goal.created_by, Revision.objects.get(item=goal.pk).author) == (cast.coordinator, cast.coordinator)
    assert client.get(answer.url).status_code == 200


def test_the_page_takes_a_whole_case_in_and_out(cast: Cast, sign_in: SignIn) -> None:
    client, data = shown_just_now(sign_in(cast.coordinator)), own_case(cast)
    where = send(client, written(data)).url
    there = dict(leaves(parsed(client.get(where + "casusbestand/").content)))
    wrong = [path for path, value in leaves(data) if str(there.get(path, "—")) != str(value)]
    assert [path for path in wrong if not path.startswith("school.")] == []


def test_faults_are_listed_with_their_place(cast: Cast, sign_in: SignIn) -> None:
    data = own_case(cast)
    data["step_5_needs"]["student"][0]["goal"] = "<b>"
    data["meeting"]["titel"] = "x"
    answer = send(sign_in(cast.coordinator), written(data))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<code>meeting.titel</code> there is no such key here" in page
    assert "<code>step_5_needs.student[0].goal</code> no goal &quot;&lt;b&gt;&quot; in this file" in page
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"[" * 9000, raw("werkstuk")[:2000]])
def test_what_is_no_case_file_is_refused(cast: Cast, sign_in: SignIn, data: bytes) -> None:
    assert send(sign_in(cast.coordinator), data).status_code == 422
    assert Meeting.objects.count() == 1


def test_no_file_at_all_is_said_beside_the_field(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.coordinator).post(reverse("case_import"))
    assert answer.status_code == 422
    assert b"errorlist" in answer.content


@pytest.mark.parametrize("number", ["111111", "other"])
def test_a_file_of_another_school_is_refused(cast: Cast, sign_in: SignIn, number: str) -> None:
    data = own_case(cast)
    data["school"]["institution_number"] = cast.other_school.institution_number if number == "other" else number
    answer = send(sign_in(cast.coordinator), written(data))
    assert answer.status_code == 422
    assert Meeting.objects.count() == 1
    assert b'role="alert"' in answer.content


def test_a_coordinator_of_two_schools_loads_for_both(cast: Cast, sign_in: SignIn) -> None:
    make_role(cast.coordinator, cast.other_school, Role.CARE_COORDINATOR)
    data = own_case(cast)
    data["school"]["institution_number"] = cast.other_school.institution_number
    assert send(sign_in(cast.coordinator), written(data)).status_code == 302


def test_too_much_is_413(cast: Cast, sign_in: SignIn) -> None:
    assert send(sign_in(cast.coordinator), b"a" * (5 * 1024 * 1024 + 1)).status_code == 413


def test_a_long_list_of_faults_ends(cast: Cast, sign_in: SignIn) -> None:
    answer = send(sign_in(cast.coordinator), b"\n".join(b"a%d: b" % n for n in range(3000)))
    assert answer.status_code == 422
    assert answer.content.count(b"<code>") == 200
