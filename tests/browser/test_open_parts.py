"""What opens, what is refused and what is seldom seen, for everybody: menus, forms, errors, first page, other roles."""

import re
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from hgw.accounts.invitations import path_of
from hgw.accounts.models import Invitation, School
from tests.browser.pages import urls, violations
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def look(page: Page, found: dict[str, str], what: str) -> None:
    """On a screen in the light, and on a phone in the dark."""
    for width, scheme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if report := violations(page):
            found[f"{what} {width} {scheme}"] = report


def told(found: dict[str, str]) -> str:
    return "\n".join(f"{where}\n{what}" for where, what in found.items())


def test_what_opens_keeps_nobody_out(filled: Cast, open_browser: Open) -> None:
    """The menu of the account and of an item, forms to add and to change, a refused line, and what was taken away."""
    goal = make_item(filled.meeting, "meetinggoal", filled.coordinator, text="Samen kijken")
    page = open_browser(filled.coordinator, width=1440)
    found: dict[str, str] = {}
    page.goto(reverse("today"))
    page.locator("[popovertarget=account-menu]").click()
    look(page, found, "account menu")

    page.goto(reverse("meeting_step", args=(filled.meeting.pk, "start")))
    item = page.locator(f"#item-{goal.pk}")
    item.locator(".dots").click()
    look(page, found, "item menu")
    page.locator(f"#menu-{goal.pk} a").first.click()
    expect(item.locator("[name=text]")).to_be_focused()
    look(page, found, "item that is changed")
    item.locator("[name=text]").fill("")
    item.evaluate("item => { for (const field of item.querySelectorAll('[required]')) field.required = false; }")
    item.locator(".btn.main").click()
    expect(item.locator(".errorlist")).to_be_visible()
    look(page, found, "change that is refused")
    item.get_by_role("link", name="Toch niet").click()
    item.locator(".dots").click()
    page.locator(f"#menu-{goal.pk}").get_by_role("button", name="Haal weg").click()
    expect(item.get_by_role("button", name="Zet terug")).to_be_visible()
    look(page, found, "item that was taken away")

    page.goto(reverse("meeting_step", args=(filled.meeting.pk, "overzicht")))
    line = page.locator("#add-observation-strength-opv [data-line]")
    line.fill("Leest samen")
    page.locator("#add-observation-strength-opv [name=source]").select_option("told_by_parent")
    line.press("Enter")
    expect(page.locator("#add-observation-strength-opv .errorlist")).to_be_visible()
    look(page, found, "line that is refused")

    for slug in ("inzicht", "behoeften", "afspraken"):
        page.goto(reverse("meeting_step", args=(filled.meeting.pk, slug)))
        page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
        page.evaluate("() => document.querySelector('.sentences [popovertarget]')?.click()")
        look(page, found, f"everything open in {slug}")
    page.goto(reverse("meeting", args=(filled.meeting.pk,)))
    page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
    look(page, found, "everything open on the page of a meeting")
    page.goto(reverse("meeting_new"))
    page.evaluate("() => { for (const field of document.querySelectorAll('[required]')) field.required = false; }")
    page.locator("form.planning .btn.main").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    look(page, found, "plan that is refused")
    assert found == {}, told(found)


def test_the_first_pages_keep_nobody_out(db: None, open_browser: Open) -> None:
    """Beginning a school, before there is one, and after a mistake; and the link that invites a colleague."""
    page = open_browser(None)
    found: dict[str, str] = {}
    page.goto(reverse("school_begin"))
    look(page, found, "first page")
    page.evaluate("() => { for (const field of document.querySelectorAll('[required]')) field.required = false; }")
    page.locator("main button, form button").last.click()
    expect(page.locator(".errorlist").first).to_be_visible()
    look(page, found, "first page that is refused")
    school = School.objects.create(name="De Wilg")
    invited = Invitation.objects.create(school=school, email="nieuw@school.example", roles=["principal"])
    page.goto(path_of(invited))
    look(page, found, "invitation")
    page.goto(reverse("invitation", args=("onbekend",)))
    look(page, found, "invitation that is gone")
    assert found == {}, told(found)


ERRORS = ("400", "401", "401_locked", "403", "403_csrf", "404", "409", "413", "422", "429", "500", "503", "507")


def test_no_error_keeps_anybody_out(cast: Cast, open_browser: Open) -> None:
    def answer(route: Route) -> None:
        error = route.request.url.split("/")[-2]
        body = render_to_string(f"{error}.html", {"typed": ["Wat ik schreef"]})
        route.fulfill(body=body, content_type="text/html")

    page = open_browser(cast.teacher)
    page.route("**/fout/*/", answer)
    found: dict[str, str] = {}
    for error in ERRORS:
        page.goto(f"/fout/{error}/")
        look(page, found, error)
    assert found == {}, told(found)


# What others than the coordinator see: the pages on which they see something else.
ROLES = {
    "homeroom_teacher": "^/$|mijn-afspraken|^/afspraken/|/stap/afspraken/",
    "clb_worker": "^/$|^/leerlingen/|/stap/inzicht/|/documenten/",
    "school_admin": "^/$|^/school/[^/]+/(gebruikers/|klassen/)?$",
}


@pytest.mark.parametrize("role", ROLES)
def test_no_role_is_kept_out(filled: Cast, open_browser: Open, role: str) -> None:
    page = open_browser(filled.users[role])
    found: dict[str, str] = {}
    for url in filter(re.compile(ROLES[role]).search, urls(filled, role)):
        page.goto(url)
        look(page, found, url)
    assert found == {}, told(found)
