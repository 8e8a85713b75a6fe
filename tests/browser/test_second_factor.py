"""The second step in a browser: an app whose key is read from the page, a passkey of a device, and signing in with them."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect

from hgw.accounts.models import Role, User
from hgw.accounts.ways_in import Change
from tests.browser.pages import violations
from tests.browser.test_drafts import become
from tests.browser.test_saving import SAVED, opened, saved_as, state
from tests.browser.test_sign_in_again import PASSWORD, Session, sign_in, with_password
from tests.browser.test_targets import TOO_SMALL
from tests.factories import Cast, make_role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
REFUSALS = (
    "window.refusals = []; addEventListener('securitypolicyviolation', (e) => refusals.push(e.violatedDirective))"
)


@pytest.fixture(autouse=True)
def asked(settings: Any, counted: None) -> None:
    settings.SECOND_FACTOR = True


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def at_the_door(open_browser: Open) -> Page:
    page = open_browser(None)
    page.context.add_init_script(REFUSALS)
    page.goto("/aanmelden/login/")
    return page


def give_password(page: Page, user: User) -> None:
    page.locator("[name=login]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/aanmelden/logout/")
    page.get_by_role("main").get_by_role("button", name="Afmelden").click()
    expect(page).to_have_url(re.compile("/aanmelden/login/"))


def is_well(page: Page) -> None:
    """Nothing that the policy refused; on a wide screen and on a phone at night nothing that axe has against it, no target
    too small, nothing to scroll for sideways."""
    for width, scheme in ((390, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert violations(page) == "", (page.url, width)
        assert page.evaluate(TOO_SMALL, width < 1000) == [], (page.url, width)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
    assert page.evaluate("refusals") == []


def is_in(page: Page, user: User) -> None:
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))
    expect(page.locator("body")).to_have_attribute("data-user", str(user.pk))


def test_an_app_is_set_up_and_signed_in_with(cast: Cast, open_browser: Open) -> None:
    with_password(cast.coordinator)
    page = at_the_door(open_browser)
    is_well(page)
    give_password(page, cast.coordinator)
    expect(page).to_have_url(re.compile("/aanmelden/tweede-stap/"))
    is_well(page)
    page.get_by_role("link", name="Stel een app in").click()
    square = page.get_by_role("img", name="vierkantje")
    expect(square).to_be_visible()
    assert square.evaluate("async (img) => (await img.decode(), img.naturalWidth > 50)")
    is_well(page)
    secret = page.locator("#totp-key").inner_text()
    page.get_by_label("Code uit de app").fill("000000")
    page.get_by_role("button", name="Stel in").click()
    expect(page.get_by_text("Deze code klopt niet")).to_be_visible()
    is_well(page)
    page.get_by_label("Code uit de app").fill(code(secret))
    page.get_by_role("button", name="Stel in").click()
    expect(page.locator(".codes li")).to_have_count(10)
    paper = page.locator(".codes li").first.inner_text()
    is_well(page)
    page.get_by_role("link", name="Ik heb ze, ga verder").click()
    is_in(page, cast.coordinator)
    for given in (code(secret), paper):
        sign_out(page)
        give_password(page, cast.coordinator)
        expect(page).to_have_url(re.compile("/aanmelden/code/"))
        is_well(page)
        page.get_by_label("Code").fill(given)
        page.get_by_role("button", name="Aanmelden", exact=True).click()
        is_in(page, cast.coordinator)


def test_a_passkey_is_added_and_signed_in_with(cast: Cast, open_browser: Open, settings: Any) -> None:
    """In the place of the password, and after it; whose account it opens is told by mail."""
    settings.MAIL_IS_SET_UP = True
    with_password(cast.coordinator)
    page = at_the_door(open_browser)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    give_password(page, cast.coordinator)
    page.get_by_role("link", name="Voeg een passkey toe").click()
    is_well(page)
    page.get_by_label("Hoe noem je deze passkey?").fill("Mijn laptop")
    page.get_by_role("button", name="Voeg een passkey toe").click()
    expect(page.locator(".codes li")).to_have_count(10)
    (waits,) = DBTaskResult.objects.all()
    assert waits.args_kwargs["args"][:2] == [str(cast.coordinator.pk), Change.SECOND_STEP_SET_UP]
    page.get_by_role("link", name="De tweede stap bij het aanmelden", exact=False).last.click()
    expect(page.get_by_text("Mijn laptop", exact=True)).to_be_visible()
    is_well(page)
    sign_out(page)
    page.get_by_role("button", name="Meld aan met een passkey").click()
    is_in(page, cast.coordinator)
    sign_out(page)
    give_password(page, cast.coordinator)
    expect(page.get_by_role("button", name="Met een passkey")).to_be_visible()
    is_well(page)
    page.get_by_role("button", name="Met een passkey").click()
    is_in(page, cast.coordinator)


def test_a_passkey_that_is_refused_is_said_in_words(cast: Cast, open_browser: Open) -> None:
    page = at_the_door(open_browser)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"isUserVerified": False}})
    page.get_by_role("button", name="Meld aan met een passkey").click()
    expect(page.get_by_text("Dat lukte niet, of het werd afgebroken.")).to_be_visible(timeout=20_000)


def test_without_script_the_app_is_enough(cast: Cast, open_browser: Open) -> None:
    with_password(cast.coordinator)
    page = open_browser(None, javascript=False)
    page.goto("/aanmelden/login/")
    expect(page.get_by_role("button", name="Meld aan met een passkey")).to_be_hidden()
    give_password(page, cast.coordinator)
    page.get_by_role("link", name="Stel een app in").click()
    secret = page.locator("#totp-key").inner_text()
    page.get_by_label("Code uit de app").fill(code(secret))
    page.get_by_role("button", name="Stel in").click()
    expect(page.locator(".codes li")).to_have_count(10)


def test_signing_in_again_in_place_asks_the_code_too(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    secret = generate_totp_secret()
    TOTP.activate(cast.teacher, secret)
    Session.objects.all().delete()
    field.fill("Geen verwijten")
    dialog = sign_in(page, cast.teacher.email)
    asks = dialog.get_by_label("De code van de app")
    expect(asks).to_be_focused()
    expect(dialog.locator("[name=password]")).to_be_hidden()
    assert violations(page) == ""
    asks.fill("000000")
    dialog.get_by_role("button", name="Aanmelden", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Deze code klopt niet")
    asks.fill(code(secret))
    asks.press("Enter")
    expect(dialog).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    expect(field).to_be_focused()
    saved_as(cast, "Geen verwijten")


def test_a_role_that_is_given_while_somebody_types_takes_no_text(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = open_browser(cast.teacher, gave_password=False)
    field = opened(page, cast)
    make_role(cast.teacher, cast.school, Role.CARE_COORDINATOR)
    field.fill("Nu coördinator")
    dialog = page.locator("#sign-in-again")
    expect(dialog.get_by_role("alert")).to_contain_text("Je rol vraagt een tweede stap.")
    with page.expect_popup() as opens:
        dialog.get_by_role("button", name="klein venster").click()
    small = opens.value
    small.get_by_role("link", name="Stel een app in").click()
    small.locator("[name=password]").fill(PASSWORD)  # this session never gave one
    small.get_by_role("button", name="Verder").click()
    secret = small.locator("#totp-key").inner_text()
    small.get_by_label("Code uit de app").fill(code(secret))
    small.get_by_role("button", name="Stel in").click()
    expect(small.locator(".codes li")).to_have_count(10)
    expect(dialog).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    saved_as(cast, "Nu coördinator")
    expect(small.locator(".codes li")).to_have_count(10)  # to be written down


def test_a_passkey_is_shown_in_a_session_that_never_took_it_and_ended(cast: Cast, open_browser: Open) -> None:
    with_password(cast.teacher)
    page = at_the_door(open_browser)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    give_password(page, cast.teacher)
    is_in(page, cast.teacher)  # this role need not have one
    page.goto("/aanmelden/tweede-stap/passkeys/nieuw/")
    page.get_by_role("button", name="Voeg een passkey toe").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/aanmelden/tweede-stap/")
    page.get_by_role("link", name="Niet meer gebruiken").click()
    is_well(page)
    page.get_by_role("link", name="Toch niet").click()
    role = make_role(cast.teacher, cast.school, Role.CARE_COORDINATOR)
    page.context.clear_cookies()
    become(page, cast.teacher)
    page.goto("/leerlingen/")
    expect(page).to_have_url(re.compile("/aanmelden/opnieuw/code/"))
    is_well(page)
    page.get_by_role("link", name="Met een passkey").click()
    is_well(page)
    page.get_by_role("button", name="Met een passkey").click()
    expect(page).to_have_url(re.compile("/leerlingen/$"))
    page.goto("/aanmelden/tweede-stap/")
    expect(page.get_by_role("link", name="Niet meer gebruiken")).to_have_count(0)
    role.delete()
    page.reload()
    page.get_by_role("link", name="Niet meer gebruiken").click()
    page.get_by_role("button", name="Niet meer gebruiken").click()
    expect(page.get_by_text("Je gebruikt die passkey niet meer.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_a_lost_one_is_taken_away_on_the_users_page(cast: Cast, open_browser: Open, settings: Any) -> None:
    settings.SECOND_FACTOR = False  # for who does it
    TOTP.activate(cast.teacher, generate_totp_secret())
    page = open_browser(cast.users[Role.PRINCIPAL])
    page.context.add_init_script(REFUSALS)
    page.goto(reverse("users", args=(cast.school.pk,)))
    page.get_by_role("link", name="Tweede stap kwijt").click()
    is_well(page)
    page.get_by_role("button", name="Neem de tweede stap weg").click()
    expect(page.get_by_text("stelt dan een nieuwe tweede stap in")).to_be_visible()
    expect(page.get_by_role("link", name="Tweede stap kwijt")).to_have_count(0)
    assert not Authenticator.objects.exists()
