"""A file in need, as its person sees it: the page that says what happens, the bar on every page, and nothing on paper."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from students.models import EmergencyAccess
from tests.browser.pages import violations
from tests.factories import PASSWORD, Cast, make_role, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.mark.parametrize("javascript", [True, False])
def test_opening_reading_and_closing(filled: Cast, open_browser: Open, javascript: bool) -> None:
    cache.clear()
    teacher = make_user(name="Juf Els")
    make_role(teacher, filled.school, "homeroom_teacher")
    page = open_browser(teacher, javascript=javascript)
    found = []

    def look(what: str) -> None:
        for width, dark in ((1440, False), (390, True)) if javascript else ():
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if dark else "light")
            found.append((what, width, violations(page)))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (what, width)

    page.goto(reverse("students"))
    page.get_by_role("link", name="Open in nood een dossier").click()
    look("the question")
    page.get_by_label("Voornaam van de leerling").fill(filled.student.first_name)
    page.get_by_label("Familienaam van de leerling").fill(filled.student.last_name)
    page.get_by_label("Geboortedatum").fill(f"{filled.student.birth_date:%Y-%m-%d}")
    page.get_by_label("Waarom heb je het dossier nu nodig?").fill("Een ongeval op uitstap.")
    page.get_by_role("button", name="Meld je opnieuw aan en open het").click()
    page.locator("[type=password]").fill(PASSWORD)
    page.locator(".sign-in button").click()
    expect(page.get_by_role("heading", name=str(filled.student), level=1)).to_be_visible()
    assert EmergencyAccess.objects.get(user=teacher).reason == "Een ongeval op uitstap."
    page.goto(reverse("meeting_step", args=(filled.meeting.pk, "overzicht")))
    bar = page.get_by_role("region", name="In nood geopend")
    expect(bar).to_contain_text(str(filled.student))
    look("the bar")
    page.emulate_media(media="print")
    expect(page.locator("main")).to_be_hidden()
    expect(page.get_by_text("lees je op het scherm, niet op papier")).to_be_visible()
    page.emulate_media(media="screen")
    bar.get_by_role("button", name="Sluit het nu").click()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(bar).to_have_count(0)
    assert [one for one in found if one[2]] == []


def test_what_is_to_be_reviewed(filled: Cast, open_browser: Open) -> None:
    page = open_browser(filled.users["principal"])
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for url in (reverse("today"), reverse("looks", args=(filled.school.pk,))):
            page.goto(url)
            assert violations(page) == ""
    page.get_by_label("Wat stel je vast?").fill("Gebeld, in orde.")
    page.get_by_role("button", name="Ik keek dit na").click()
    expect(page.get_by_text("Gebeld, in orde.")).to_be_visible()
