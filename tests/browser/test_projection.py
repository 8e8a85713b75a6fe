"""A projected meeting in a real browser: the frame, what can be reached, and that no way back shows what stood there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hgw.accounts.models import Session
from hgw.items.models import CONFIDENTIAL
from meetings import steps
from tests.browser.pages import violations
from tests.browser.test_drafts import type_offline
from tests.browser.test_longer_words import BEYOND
from tests.browser.test_saving import avoid, saved_as
from tests.browser.test_sign_in_again import sign_in, with_password
from tests.factories import Cast, make_item
from tests.test_access import add_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SECRET = "alleen voor ons tweeën"


@pytest.fixture
def filled(cast: Cast) -> Cast:
    add_rows(cast)
    values = {"valence": "difficulty", "domain": "ll", "source": "seen", "text": SECRET}
    make_item(cast.meeting, "observation", cast.coordinator, visibility=(CONFIDENTIAL,), **values)
    return cast


def step(cast: Cast, slug: str) -> str:
    return f"/besprekingen/{cast.meeting.pk}/stap/{slug}/"


def project(page: Page, cast: Cast, slug: str = "overzicht") -> None:
    page.goto(step(cast, slug))
    page.get_by_role("button", name="Projecteren").click()
    expect(page.get_by_role("region", name="Projectie")).to_be_visible()


def style(page: Page, selector: str, name: str, of: str = "") -> Any:
    return page.evaluate(
        "([selector, name, of]) => getComputedStyle(document.querySelector(selector), of).getPropertyValue(name)",
        [selector, name, of],
    )


def test_no_projected_page_keeps_anybody_out(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator, dark=True)
    page.set_default_timeout(30_000)
    project(page, filled)
    urls = [step(filled, s.slug) for s in steps.STEPS]
    urls += [f"/besprekingen/{filled.meeting.pk}/goal/nieuw/", f"/projectie/stoppen/?next={urls[2]}"]
    found: dict[str, Any] = {}
    for url in urls:
        page.goto(url)
        for width in (1440, 1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found |= {f"{url} {width}": report} if (report := violations(page)) else {}
        for width in (640, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if beyond := page.evaluate(BEYOND):
                found[f"{url} {width}"] = beyond
        page.set_viewport_size({"width": 1280, "height": 900})
    assert found == {}, "\n".join(f"{where}\n{what}" for where, what in found.items())


def test_the_mode_is_seen_from_the_back_of_the_room(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator, dark=True)
    project(page, filled)
    assert style(page, "html", "font-size") == "20px"
    assert style(page, "body", "background-color") == "rgb(255, 255, 255)"  # light, on a dark machine too
    assert style(page, "body", "border-top-width", "::after") == "10px"
    page.mouse.wheel(0, 5000)
    expect(page.get_by_text("Dit scherm wordt geprojecteerd")).to_be_in_viewport()
    steps_of, sheet, prompts = (page.locator(name).bounding_box() for name in (".rail-top", ".sheet", ".rail-more"))
    assert steps_of
    assert sheet
    assert prompts
    assert steps_of["y"] < sheet["y"] < prompts["y"]
    assert sheet["width"] > 1200


def test_what_is_written_before_the_room_is_saved_and_can_be_changed(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator)
    project(page, filled)
    form = page.locator("#add-observation-strength-ll form")
    form.locator("[data-line]").fill("vertelt graag")
    form.locator("[name=source]").select_option("seen")
    form.locator("[data-line]").press("Enter")
    item = page.locator("li.item", has_text="vertelt graag")
    expect(item).to_be_visible()
    expect(page.get_by_text(SECRET)).to_have_count(0)
    dots = item.locator(".dots")
    page.mouse.move(0, 0)
    expect(dots).to_have_css("opacity", "0")
    dots.focus()
    expect(dots).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    item.get_by_role("link", name="Aanpassen").click()
    page.locator("form.edit textarea").first.fill("vertelt heel graag")
    page.locator("form.edit").get_by_role("button", name="Bewaar").click()
    expect(page.locator("li.item", has_text="vertelt heel graag")).to_be_visible()


def test_the_way_back_shows_nothing_of_before(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator)
    page.goto(step(filled, "overzicht"))
    expect(page.get_by_text(SECRET)).to_be_visible()
    project(page, filled)
    page.go_back()
    expect(page.locator("html")).to_have_attribute("data-view", "beamer")
    expect(page.get_by_text(SECRET)).to_have_count(0)


def test_stopping_is_asked_first(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.coordinator)
    project(page, filled, "inzicht")
    page.get_by_role("link", name="Stop met projecteren").click()
    page.get_by_role("link", name="Nee, verder projecteren").click()
    expect(page).to_have_url(f"{page.url.split('/besprekingen')[0]}{step(filled, 'inzicht')}")
    expect(page.locator("html")).to_have_attribute("data-view", "beamer")
    page.goto("/leerlingen/")
    page.get_by_role("button", name="Ja, stop met projecteren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leerlingen")
    page.goto(step(filled, "overzicht"))
    expect(page.get_by_text(SECRET)).to_be_visible()


def test_a_page_that_was_open_before_keeps_what_is_typed_in_it(filled: Cast, open_browser: Open) -> None:
    """In another tab of the same browser: nothing it asks for, or sends, shows more than the room may see."""
    page = open_browser(filled.coordinator)
    page.goto(f"/besprekingen/{filled.meeting.pk}/statement/nieuw/")
    page.get_by_label("Wiens woorden").select_option(index=1)
    page.get_by_label("Datum").fill("2026-01-08")
    page.locator("textarea").first.fill("een lange zin van de ouders")
    project(page.context.new_page(), filled)
    page.locator("form.full").get_by_role("button", name="Bewaar").click()
    expect(page.get_by_role("button", name="Kopieer de tekst")).to_be_visible()
    expect(page.locator("#save-state")).to_have_text("Niet bewaard. Je tekst staat hier nog.")
    expect(page.locator("textarea").first).to_have_value("een lange zin van de ouders")
    expect(page.get_by_text(SECRET)).to_have_count(0)


def test_a_draft_is_offered_on_no_wall(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.coordinator)
    page.on("dialog", lambda dialog: dialog.accept())
    type_offline(page, cast, SECRET)
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.context.set_offline(False)
    project(page, cast, "overzicht")
    page.goto(step(cast, "start"))
    page.wait_for_load_state("networkidle")
    expect(page.locator(".found")).to_have_count(0)
    assert SECRET not in page.content()
    page.goto("/projectie/stoppen/")
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/besprekingen/"))
    page.goto(step(cast, "start"))
    expect(page.locator(".found")).to_contain_text(SECRET)


def test_a_wall_is_a_wall_again_after_signing_in_again(cast: Cast, open_browser: Open) -> None:
    with_password(cast.coordinator)
    page = open_browser(cast.coordinator)
    project(page, cast, "start")
    Session.objects.all().delete()
    opened_field = page.locator(f"#id-steptext-{avoid(cast).pk}-text")
    opened_field.fill("Op de muur getypt")
    with page.expect_response("**/projecteren/"):
        sign_in(page, cast.coordinator.email)
    saved_as(cast, "Op de muur getypt")
    expect(page.get_by_role("region", name="Projectie")).to_be_visible()
    page.goto(step(cast, "start"))
    expect(page.get_by_role("region", name="Projectie")).to_be_visible()
    expect(opened_field).to_have_value("Op de muur getypt")
