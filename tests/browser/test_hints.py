"""A hint in a real browser: it comes with the answer to a save, and goes as soon as its text changes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_hint_comes_with_a_save_and_goes_with_the_text(cast: Cast, open_browser: Callable[..., Any]) -> None:
    page = open_browser(cast.teacher)
    page.goto(reverse("meeting_step", args=(cast.meeting.pk, "overzicht")))
    line = page.locator("form.add textarea[data-line]").first
    line.fill("leest altijd")
    line.press("Enter")
    hint = page.locator(".hints", has_text="Vertel wat je ziet of hoort.")
    expect(hint).to_be_visible()

    page.locator("li.item .dots").first.click()
    page.locator(".menu:popover-open a").first.click()
    text = page.locator("li.editing textarea").first
    expect(text).to_have_value("leest altijd")
    expect(hint).to_be_visible()
    text.fill("leest elke avond")
    expect(hint).to_have_count(0)
    page.locator("li.editing button.main").click()
    expect(page.locator("li.item .typed").first).to_have_text("leest elke avond")
    expect(hint).to_have_count(0)
