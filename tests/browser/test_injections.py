"""The pages of a school in which every text means harm, in a real browser: they show it, and nothing happens."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from meetings import steps
from meetings.models import MeetingGoal, StepText
from tests.browser.pages import urls
from tests.browser.watch import Watch
from tests.factories import Cast
from tests.injected_case import write_everywhere
from tests.injections import Texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
# The elements that no page of ours has at all.
STRANGE = (
    "main :is(script, iframe, object, embed, video, audio, base, meta, marquee, style, [onerror], [onload], [onfocus])"
)


def test_nothing_happens_on_any_page(filled: Cast, open_browser: Open, watch: Watch, live_server: Any) -> None:
    addresses = list(urls(filled))
    write_everywhere(filled, Texts(are_harmless=False))
    page, opened, foreign = open_browser(filled.coordinator), [], []
    ours = urlsplit(live_server.url).netloc
    page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
    page.context.on(
        "request",
        lambda request: foreign.append(request.url) if urlsplit(request.url).netloc not in {ours, ""} else None,
    )
    for url in addresses:
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == 200, url
        assert page.evaluate("window.__hit") is None, url
        assert page.locator(STRANGE).count() == 0, url
        assert urlsplit(page.url).netloc == ours, url
        assert watch.taken() == [], url
    assert (opened, foreign, watch.consoles) == ([], [], [])
    assert len(page.context.pages) == 1


def test_what_is_typed_and_comes_back_by_itself_is_text(filled: Cast, open_browser: Open, watch: Watch) -> None:
    """The scripts put on the page what they saved, and what a colleague wrote meanwhile."""
    typed = '"><img src=x onerror=window.__hit=1></textarea><div hx-get=/ hx-trigger=load>{{ 7|add:7 }}'
    page = open_browser(filled.coordinator)
    page.goto(f"/besprekingen/{filled.meeting.pk}/stap/{steps.STEPS[0].slug}/")
    line = page.locator("#add-meetinggoal form [data-line]").first
    line.fill(typed)
    line.press("Enter")
    expect(page.locator("main .typed", has_text=typed).first).to_be_visible()
    assert MeetingGoal.objects.filter(text=typed).exists()
    field = page.locator(f"form#item-{StepText.objects.get(meeting=filled.meeting, field='avoid').pk} textarea")
    field.fill(typed)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(field).to_have_value(typed)
    assert page.evaluate("window.__hit") is None
    assert page.locator(STRANGE).count() == 0
