"""Enter in the field that finds students only finds; in another line of that form it does what the form is for."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from meetings.models import Meeting
from students.models import StudentGroup
from tests.factories import Cast, make_student

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("name", ["meeting_new", "series_new"])
def test_finding_plans_nothing(cast: Cast, open_browser: Callable[..., Page], name: str, javascript: bool) -> None:
    page = open_browser(cast.coordinator, javascript=javascript)
    page.goto(reverse(name))
    page.locator(f"[name=students][value='{cast.student.pk}']").check()
    page.locator("[name=title]").fill("Nog niet af")
    page.locator("[name=date]").fill("2030-01-15")
    page.locator("[name=find]").fill("niemand")
    page.locator("[name=find]").press("Enter")
    expect(page.locator("[name=students]")).to_have_count(1)  # the one who was chosen; nobody has that name
    page.wait_for_load_state("networkidle")
    expect(page).to_have_url(re.compile(reverse(name) + "$"))
    expect(page.locator("[name=title]")).to_have_value("Nog niet af")
    assert not Meeting.objects.exclude(pk=cast.meeting.pk).exists()


def test_enter_in_another_line_plans(cast: Cast, open_browser: Callable[..., Page]) -> None:
    page = open_browser(cast.coordinator)
    page.goto(reverse("meeting_new"))
    page.locator(f"[name=students][value='{cast.student.pk}']").check()
    page.locator("[name=date]").fill("2030-01-15")
    page.locator("[name=title]").fill("Klaar")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url(lambda url: reverse("meeting_new") not in url)
    assert Meeting.objects.filter(title="Klaar").exists()


def test_finding_a_member_changes_no_group(cast: Cast, open_browser: Callable[..., Page]) -> None:
    group = StudentGroup.objects.create(school=cast.school, name="Lezers")
    group.write_members([cast.student, make_student(cast.school, last_name="Aerts")])
    page = open_browser(cast.coordinator)
    page.goto(reverse("group_edit", args=(cast.school.pk, group.pk)))
    page.locator("[name=name]").fill("Nog niet af")
    page.locator("[name=find]").fill("aerts")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("[name=find]").press("Enter")
    page.wait_for_load_state()
    expect(page.locator("[name=name]")).to_have_value("Nog niet af")
    group.refresh_from_db()
    assert group.name == "Lezers"
