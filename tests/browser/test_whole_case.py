"""The main job in a real browser: a whole case is typed into the seven steps, the meeting closes, and every copy is printed."""

import re
from collections.abc import Callable
from itertools import cycle

import pytest
import yaml
from django.core.management import call_command
from playwright.sync_api import Page, expect

from meetings.models import Meeting, PlanIssue
from meetings.steps import STEPS
from tests import printed_case
from tests.browser.typist import NORE, Typist, finish, name_the_reporter, plan_the_meeting, point, type_rows, type_texts
from tests.typed_case import rows, school_of, texts, without_ids

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def close_the_meeting(page: Page, meeting: Meeting) -> None:
    for step, following in zip(STEPS, STEPS[1:], strict=False):
        page.goto(f"/besprekingen/{meeting.pk}/stap/{step.slug}/")
        page.locator(".foot .btn.main").click()
        expect(page).to_have_url(re.compile(f"/stap/{following.slug}/(#missing)?$"))
    page.get_by_role("button", name="Bespreking afsluiten").click()
    expect(page).to_have_url(re.compile(f"/besprekingen/{meeting.pk}/$"))


def print_everything(page: Page, meeting: Meeting) -> list[tuple[str, str, bytes]]:
    """Ask for each document on its page, let the worker make it, fetch the file: reader, recipient and PDF."""
    page.goto(f"/besprekingen/{meeting.pk}/documenten/")
    addresses = [link.get_attribute("href") for link in page.locator(".documents a").all()]
    files = []
    for address in addresses:
        page.goto(str(address))
        page.get_by_role("button", name="Druk af").click()
        expect(page).to_have_url(re.compile("/afdrukken/"))
        call_command("db_worker", batch=True, interval=0, verbosity=0)
        page.reload()
        link = page.get_by_role("link", name="Open de pdf").get_attribute("href")
        answer = page.request.get(str(link))
        assert answer.headers["content-type"] == "application/pdf"
        issue = PlanIssue.objects.order_by("-issued_on").first()
        assert issue is not None
        files.append((issue.reader, str(issue.guardian or ""), answer.body()))
    return files


@pytest.mark.long
def test_a_case_is_typed_closed_and_printed(open_browser: Callable[..., Page]) -> None:
    case = yaml.safe_load(NORE.read_text(encoding="utf-8"))
    student = school_of(case)
    page = open_browser(student.school.assignments.get(role="care_coordinator").user)
    meeting = plan_the_meeting(page, case, student)
    typist = Typist(page, meeting)
    alone = cycle([typist])
    point(type_rows(rows(case), alone), alone)
    type_texts(texts(case), alone)
    finish(case, alone)
    name_the_reporter(typist, case)
    close_the_meeting(page, meeting)

    exported = page.request.get(f"/besprekingen/{meeting.pk}/casusbestand/")
    typed, found = without_ids(case), without_ids(yaml.safe_load(exported.body()))
    assert not {path: (leaf, found.get(path)) for path, leaf in typed.items() if found.get(path) != leaf}

    files = print_everything(page, meeting)
    assert [reader for reader, _to, _pdf in files] == ["team", "class_sheet", "parents", "parents", "student", "report"]
    for reader, recipient, pdf in files:
        paper = printed_case.squeezed(printed_case.printed(pdf))
        assert not printed_case.wrong(case, reader, recipient, paper)
