"""What was typed and not saved outlives the page, encrypted: its writer finds it again, and nobody else ever reads it."""

import contextlib
import os
import time
import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Error, Locator, Page, expect

from hgw.accounts.models import DraftKey, Session, User
from hgw.items.saving import save_item
from meetings.models import MeetingGoal
from tests.browser.test_saving import SAVED, avoid, opened, saved_as, start, state
from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SECRET = "Nore durft niets te vragen"
OFFLINE = 60 if os.environ.get("HGW_LONG") == "1" else 3  # seconds without a connection

# Everything a browser keeps for this address, as one text; bytes as the letters they would be.
STORED = """async () => {
  const letters = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder().decode(value) : value && typeof value === "object" ? Object.values(value).map(letters).join(" ") : String(value);
  const kept = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name, version } of await indexedDB.databases()) {
    const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
    const database = await asked(indexedDB.open(name, version));
    for (const store of database.objectStoreNames) {
      kept.push(...(await asked(database.transaction(store).objectStore(store).getAll())).map(letters));
    }
    database.close();
  }
  return [kept.length - 3, kept.join(" ")];
}"""

# Seals what stands in the line anew, so many times; gives the nonce and the sealed text of each, as hexadecimal digits.
SEALED_AGAIN = """async (times) => {
  const hex = (value) => [...new Uint8Array(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const asked = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const place = hgw.placeOf(document.querySelector("#add-meetinggoal [data-line]").form);
  const found = [];
  for (let time = 0; time < times; time += 1) {
    const database = await asked(indexedDB.open("hgw"));
    const [record] = await asked(database.transaction("drafts").objectStore("drafts").getAll());
    database.close();
    found.push([hex(record.iv), hex(record.data)]);
    await hgw.drafts.drop(place);
    await hgw.drafts.keep(place);
  }
  return found;
}"""


def become(page: Page, user: User, at: str = "") -> None:
    """Let somebody be signed in in this browser."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    root = "/".join((at or page.url).split("/")[:3])
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": root}])


def drafts(page: Page, number: int) -> None:
    """Wait until so many drafts lie on this device."""
    deadline = time.monotonic() + 10
    while (found := page.evaluate(STORED)[0]) != number:
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(100)


def line_of(page: Page) -> Locator:
    return page.locator("#add-meetinggoal [data-line]")


def type_offline(page: Page, cast: Cast, text: str) -> None:
    """Type half a sentence while there is no connection, until a draft of it lies on this device."""
    page.goto(start(cast))
    with page.expect_response(
        lambda answer: answer.url.endswith("/aanmelden/hier") and answer.request.method == "POST"
    ):
        line_of(page).focus()  # by now there is a key for drafts
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    line_of(page).press_sequentially(text)
    drafts(page, 1)


def test_a_page_reloaded_without_a_connection_gives_the_text_back_later(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.on("dialog", lambda dialog: dialog.accept())
    type_offline(page, cast, SECRET)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.wait_for_timeout(OFFLINE * 1000)
    page.context.set_offline(False)
    with contextlib.suppress(Error):  # the browser itself may be looking for the page again by now
        page.goto(start(cast))
    found = page.locator(".found")
    expect(found).to_contain_text(SECRET)
    expect(found).to_contain_text("Er is niet-bewaarde tekst van")
    found.get_by_role("button", name="Zet terug in het veld").click()
    expect(line_of(page)).to_have_value(SECRET)
    expect(line_of(page)).to_be_focused()
    expect(found).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(SECRET)
    expect(state(page)).to_have_text(SAVED)
    drafts(page, 0)  # it is saved: gone from this device


def test_what_waits_for_the_connection_is_saved_when_it_is_back(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.focus()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    field.press_sequentially(SECRET)
    expect(state(page)).to_have_text("Wacht op verbinding – je tekst staat veilig op dit toestel", timeout=5000)
    page.wait_for_timeout(OFFLINE * 1000)
    field.press_sequentially("!")
    page.context.set_offline(False)
    saved_as(cast, f"{SECRET}!")
    expect(state(page)).to_have_text(SAVED)
    drafts(page, 0)


def test_a_killed_tab_leaves_its_text_and_its_waiting_sentences(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    type_offline(page, cast, "Een zin die wacht")
    page.keyboard.press("Enter")
    expect(page.locator(".waits")).to_have_count(1)
    line_of(page).press_sequentially("Een halve")
    page.wait_for_timeout(2000)
    drafts(page, 2)
    context = page.context
    page.close(run_before_unload=False)
    Session.objects.all().delete()
    context.set_offline(False)
    again = context.new_page()
    again.goto(start(cast))  # the sign-in page: nobody is here
    assert "Een zin" not in again.content()
    become(again, cast.teacher)
    again.goto("/")
    expect(again.locator(".found-elsewhere")).to_have_count(2)
    again.locator(".found-elsewhere a").first.click()
    found = again.locator(".found")
    expect(found).to_have_count(2)
    found.filter(has_text="Een zin die wacht").get_by_role("button", name="Zet terug").click()
    expect(line_of(again)).to_have_value("Een zin die wacht")
    line_of(again).press("Enter")
    expect(again.locator("#list-meetinggoal .item .typed")).to_have_text("Een zin die wacht")
    found.filter(has_text="Een halve").get_by_role("button", name="Gooi weg").click()
    expect(found).to_have_count(0)
    drafts(again, 0)
    assert MeetingGoal.objects.get().text == "Een zin die wacht"


def test_nothing_that_is_stored_can_be_read(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    type_offline(page, cast, SECRET)
    count, kept = page.evaluate(STORED)
    assert count == 1
    for word in ("durft", "niets", "vragen"):
        assert word not in kept
    secret = bytes(DraftKey.objects.get().secret)
    assert secret.hex() not in kept
    # The same sentence sealed again, by the same key: another nonce and other letters each time.
    nonces, texts = zip(*page.evaluate(SEALED_AGAIN, 20), strict=True)
    assert len(set(nonces)) == len(set(texts)) == 20
    assert {len(nonce) for nonce in nonces} == {24}, "96 bits, as AES-GCM wants it"
    assert len({len(text) for text in texts}) == 1, "it was the same sentence"


def test_another_person_on_the_same_device_finds_nothing(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.on("dialog", lambda dialog: dialog.accept())
    type_offline(page, cast, SECRET)
    at = page.url
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.context.set_offline(False)
    become(page, cast.coordinator, at)
    page.goto(start(cast))
    page.wait_for_load_state("networkidle")
    expect(page.locator(".found")).to_have_count(0)
    assert SECRET not in page.content()
    become(page, cast.teacher, at)
    page.goto(start(cast))
    expect(page.locator(".found")).to_contain_text(SECRET)


def test_a_key_that_was_thrown_away_makes_drafts_unreadable_for_good(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.on("dialog", lambda dialog: dialog.accept())
    type_offline(page, cast, SECRET)
    DraftKey.objects.all().delete()
    page.context.set_offline(False)
    page.goto("/")
    drafts(page, 0)
    expect(page.locator(".found-elsewhere")).to_have_count(0)


def test_what_a_colleague_saved_since_is_not_overwritten_by_a_draft(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    page.route("**/steptext/**", lambda route: route.abort())
    field.press_sequentially("van mij")
    drafts(page, 1)
    at, context = page.url, page.context
    page.evaluate("window.hgw.leaving = true")  # as when the battery is empty: the page sends nothing any more
    page.close(run_before_unload=False)
    row = avoid(cast)
    save_item(row, {"text": "van een collega"}, by=cast.coordinator, base_version=row.version, key=uuid.uuid4())
    page = context.new_page()
    page.goto(at)
    page.get_by_role("button", name="Zet terug in het veld").click()
    expect(page.locator(f"#stale-{row.pk}")).to_contain_text("van een collega")
    expect(page.locator(f"#id-steptext-{row.pk}-text")).to_have_value("van mij")
    assert avoid(cast).text == "van een collega"


def test_without_a_secure_connection_no_draft_is_kept_and_the_page_says_why(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    field = opened(page, cast)
    field.press_sequentially("Over")
    expect(page.locator(".no-drafts")).to_have_count(1)
    expect(page.locator(".no-drafts")).to_contain_text("https")
    saved_as(cast, "Over")
    expect(state(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    field.press_sequentially(" en uit")
    expect(state(page)).to_have_text("Wacht op verbinding – laat deze pagina open")
    assert page.evaluate(STORED)[0] == 0
