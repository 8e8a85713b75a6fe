"""Looking for a student by name: while typing, and without JavaScript. The name is in no address, and Back asks nothing."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import Cast, make_student

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
FOUND = re.compile(r"/leerlingen/\?search=[0-9a-f-]{36}$")


def visited(page: Page) -> list[str]:
    """The addresses that the browser keeps, and those that were asked for."""
    steps = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"]
    return [step["url"] for step in steps]


@pytest.mark.parametrize("javascript", [True, False])
def test_back_shows_what_was_found_and_the_address_holds_no_name(
    cast: Cast, open_browser: Open, javascript: bool
) -> None:
    make_student(cast.school, cast.class_group, first_name="Zoë", last_name="Östlund")
    page, asked, dialogs = open_browser(cast.coordinator, javascript=javascript), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.accept()))
    page.goto(reverse("today"))
    page.goto(reverse("students"))
    rows = page.locator("#student-list tbody tr")
    expect(rows).to_have_count(2)
    field = page.locator("[name=name]")
    field.press_sequentially("ostlund")
    if not javascript:
        field.press("Enter")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(FOUND)
    expect(field).to_have_value("ostlund")
    rows.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("Zoë")
    page.go_back()
    expect(page).to_have_url(FOUND)
    expect(rows).to_have_count(1)
    expect(field).to_have_value("ostlund")
    page.reload()
    expect(rows).to_have_count(1)
    page.go_back()
    # The page on which somebody types becomes that of what was found; without script it stays a step of its own.
    expect(page).to_have_url(re.compile(r":\d+/$" if javascript else "/leerlingen/$"))
    assert dialogs == []
    assert not [url for url in (*asked, *visited(page)) if "ostlund" in url.lower()]


def test_a_class_is_chosen_beside_the_name(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.coordinator)
    page.goto(reverse("students"))
    page.locator("[name=name]").press_sequentially("nie")
    expect(page.locator("#student-list")).to_contain_text("We vinden niemand")
    page.locator("[name=class_group]").select_option(str(cast.class_group.pk))
    expect(page).to_have_url(re.compile(f"search=[^&]+&class_group={cast.class_group.pk}"))
    page.locator("[name=name]").fill("")
    expect(page.locator("#student-list tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"/leerlingen/\?class_group={cast.class_group.pk}$"))
