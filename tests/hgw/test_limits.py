"""Who does too often what costs much, or finds out much, is asked to wait; what is typed is never counted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hgw.accounts.models import Invitation
from hgw.audit.models import Action, Entry
from hgw.shared_cache import SharedFileCache
from meetings.models import PlanIssue
from tests.factories import Cast, shown_just_now
from tests.test_access import add_rows


@pytest.fixture(autouse=True)
def two_of_each(settings: Any, counted: None) -> None:
    settings.ACCOUNT_RATE_LIMITS = {name: "2/m/user" for name in settings.ACCOUNT_RATE_LIMITS}


def told_to_wait(answer: Any) -> bool:
    assert answer.status_code < 400 or answer.status_code in {422, 429}
    if answer.status_code == 429:
        assert answer.headers["Retry-After"] == "300"
        assert "vijf minuten" in answer.content.decode()
    return bool(answer.status_code == 429)


def thrice(ask: Any) -> list[bool]:
    return [told_to_wait(ask()) for _n in range(3)]


def test_looking_for_students(cast: Cast, sign_in: Any) -> None:
    browser, other = sign_in(cast.coordinator), sign_in(cast.teacher)
    for htmx in ({}, {"HX-Request": "true"}):
        assert not any(thrice(lambda: browser.get("/leerlingen/", headers=htmx)))  # noqa: B023  # asked at once
    assert thrice(lambda: browser.post("/leerlingen/", {"name": "Nore"})) == [False, False, True]
    assert not told_to_wait(other.post("/leerlingen/", {"name": "Nore"}))
    assert Entry.objects.filter(action=Action.STUDENTS_SEARCHED, who=cast.coordinator.pk).count() == 2
    assert Entry.objects.filter(action=Action.REFUSED, who=cast.coordinator.pk, detail="429 students").count() == 1


def test_inviting(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.users["school_admin"])
    url = reverse("user_invite", args=(cast.school.pk,))
    assert thrice(lambda: browser.post(url, {})) == [False, False, True]
    assert not told_to_wait(browser.get(url))
    assert not Invitation.objects.exists()


def test_printing_and_taking_along(cast: Cast, sign_in: Any) -> None:
    add_rows(cast)
    browser, before = shown_just_now(sign_in(cast.coordinator)), PlanIssue.objects.count()
    printed = reverse("report_print", args=(cast.meeting.pk,))
    assert thrice(lambda: browser.post(printed)) == [False, False, True]
    assert PlanIssue.objects.count() == before + 2
    taken = reverse("case_export", args=(cast.meeting.pk,))
    assert thrice(lambda: browser.get(taken)) == [False, False, True]


def test_a_save_is_never_counted(cast: Cast, sign_in: Any) -> None:
    """Whoever is at the limit of everything else goes on typing."""
    browser: Client = sign_in(cast.coordinator)
    thrice(lambda: browser.post("/leerlingen/", {"name": "Nore"}))
    url = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    for n in range(5):
        key = f"0198d7a2-0000-7000-8000-00000000000{n}"
        sent = {"text": f"zin {n}", "key": key, "base_version": 0, "short": 1, "voice": "team"}
        assert browser.post(url, sent, headers={"X-Save": "keep"}).status_code == 200


def test_two_processes_count_together(tmp_path: Any) -> None:
    """Each web worker has its own object; of two that add the same key one is told that it was first."""
    one, two = (SharedFileCache(str(tmp_path / "tries"), {}) for _worker in range(2))
    assert [one.add("code", 1, 60), two.add("code", 1, 60)] == [True, False]
    one.set("tries", [1.0], 60)
    assert two.get("tries") == [1.0]
    assert (tmp_path / "tries").stat().st_mode & 0o077 == 0  # nobody else on this machine reads along
