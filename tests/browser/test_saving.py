"""What the page says about each text, and that it is true: “saved” is what the server acknowledged, and nothing else is."""

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hgw.items import saving
from hgw.items.models import Revision
from hgw.items.saving import save_item
from meetings.models import Meeting, MeetingGoal, StepText
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SAVED = re.compile(r"^Alles bewaard · \d\d:\d\d$")


def start(cast: Cast) -> str:
    return f"/besprekingen/{cast.meeting.pk}/stap/start/"


def state(page: Page) -> Locator:
    return page.locator("#save-state")


def avoid(cast: Cast) -> StepText:
    return StepText.objects.get(meeting=cast.meeting, field="avoid")


def opened(page: Page, cast: Cast) -> Locator:
    """The field of a single text, on its page."""
    page.goto(start(cast))
    return page.locator(f"#id-steptext-{avoid(cast).pk}-text")


def saved_as(cast: Cast, text: str) -> None:
    deadline = time.monotonic() + 10
    while (now := avoid(cast).text) != text:
        assert time.monotonic() < deadline, now
        time.sleep(0.1)


def texts(item: Any) -> list[str]:
    return [row.content["text"] for row in Revision.objects.filter(item=item.pk).order_by("version", "at")]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every save takes a while, as on a busy server."""
    saved = saving._save

    def later(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.7)
        return saved(*args, **kwargs)

    monkeypatch.setattr(saving, "_save", later)


@pytest.mark.usefixtures("slow")
def test_a_text_saves_itself_and_says_so_at_every_moment(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    expect(state(page)).to_be_empty()
    field.press_sequentially("abc")
    expect(state(page)).to_have_text("Nog niet bewaard")
    expect(state(page)).to_have_text("Bewaren …")
    field.press_sequentially("def")  # while that is on its way
    saved_as(cast, "abcdef")
    expect(state(page)).to_have_text(SAVED)
    expect(field).to_have_value("abcdef")
    expect(field).to_be_focused()
    field.press("x")
    expect(state(page)).to_have_text("Nog niet bewaard")
    assert texts(avoid(cast)) == ["abc", "abcdef"]


def test_leaving_the_field_saves_at_once(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.fill("Geen verwijten")
    page.locator("#add-meetinggoal [data-line]").focus()
    expect(state(page)).to_have_text(SAVED, timeout=1200)  # sooner than by itself


def test_a_page_that_is_hidden_saves_at_once(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.fill("Weg ermee")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    expect(state(page)).to_have_text(SAVED, timeout=1200)


@pytest.mark.parametrize(
    "wrong",
    [{"key": "6a3f0c1e-8f0d-4b57-9c1e-2f4d6a8b0c11"}, {"hash": "0" * 64}, {"version": "2"}, None],
    ids=["key", "hash", "version", "page"],
)
def test_an_answer_that_is_no_acknowledgement_is_never_called_saved(
    cast: Cast, open_browser: Open, wrong: dict[str, str] | None
) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)

    def answer(route: Route) -> None:
        response = route.fetch()
        if wrong is None:
            return route.fulfill(status=200, body="<h1>Welkom op het gastnetwerk</h1>", content_type="text/html")
        return route.fulfill(response=response, body=json.dumps(response.json() | wrong))

    page.route("**/steptext/**", answer)
    field.fill("Geen verwijten")
    page.locator("#add-meetinggoal [data-line]").focus()
    expect(state(page)).to_contain_text("Wacht op verbinding")
    page.wait_for_timeout(800)
    expect(state(page)).to_contain_text("Wacht op verbinding")
    page.unroute("**/steptext/**")
    expect(state(page)).to_have_text(SAVED)
    assert texts(avoid(cast)) == ["Geen verwijten"]  # once, however often it was sent


def test_a_save_whose_answer_was_lost_is_done_once_and_what_came_after_it_too(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()  # it is done
        lost.append(route.request.post_data or "")
        route.abort()  # and nobody hears it

    page.route("**/steptext/**", lose)
    field.fill("een")
    page.locator("#add-meetinggoal [data-line]").focus()
    expect(state(page)).to_contain_text("Wacht op verbinding")
    field.fill("een twee")
    page.unroute("**/steptext/**")
    saved_as(cast, "een twee")
    expect(state(page)).to_have_text(SAVED)
    assert texts(avoid(cast)) == ["een", "een twee"]


def test_sentences_entered_without_a_connection_wait_in_the_list_and_come_in_order(
    cast: Cast, open_browser: Open
) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    page.context.set_offline(True)
    for sentence in ("Eerst", "Dan", "Ten slotte"):
        line.fill(sentence)
        line.press("Enter")
        expect(line).to_have_value("")
        expect(page.locator("#list-meetinggoal .waits").last).to_contain_text(sentence)
    expect(page.locator("#list-meetinggoal .waits").first).to_contain_text("Wacht op de verbinding")
    expect(state(page)).to_contain_text("Wacht op verbinding")
    line.fill("nog aan het typen")
    page.context.set_offline(False)
    expect(page.locator("#list-meetinggoal .item .typed")).to_have_text(["Eerst", "Dan", "Ten slotte"])
    expect(page.locator(".waits")).to_have_count(0)
    expect(line).to_have_value("nog aan het typen")
    assert list(MeetingGoal.objects.order_by("position").values_list("text", flat=True)) == [
        "Eerst",
        "Dan",
        "Ten slotte",
    ]


def test_one_that_is_refused_holds_up_none_of_the_others(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    page.context.set_offline(True)
    for sentence in ("Eer\x01st", "Dan", "Ten slotte"):
        line.fill(sentence)
        line.press("Enter")
        expect(line).to_have_value("")
    line.fill("nog aan het typen")
    page.context.set_offline(False)
    expect(page.locator("#list-meetinggoal .item:not(.waits) .typed")).to_have_text(["Dan", "Ten slotte"])
    expect(page.locator(".waits")).to_contain_text("Niet bewaard")
    expect(line).to_have_value("nog aan het typen")
    line.press("Enter")
    expect(page.locator("#list-meetinggoal .item:not(.waits) .typed")).to_have_count(3)
    expect(state(page)).not_to_contain_text("Alles bewaard")  # one sentence still stands there that is not


def test_another_sentence_entered_while_the_first_one_fails_is_not_wiped(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal [data-line]")
    held: list[Route] = []
    page.route("**/meetinggoal/nieuw/", lambda route: held.append(route))
    line.fill("Rekenen lukt")
    with page.expect_request("**/meetinggoal/nieuw/"):
        line.press("Enter")
    line.fill("Lezen is moe")
    line.press("Enter")
    held[0].abort()
    page.unroute("**/meetinggoal/nieuw/")
    expect(page.locator("#list-meetinggoal .item:not(.waits) .typed")).to_have_text(["Rekenen lukt", "Lezen is moe"])
    expect(state(page)).to_contain_text("Alles bewaard")


def test_a_letter_in_the_making_is_left_alone(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.url) if request.method == "POST" and "steptext" in request.url else None,
    )
    field.press_sequentially("Zo")
    driver = page.context.new_cdp_session(page)
    driver.send("Input.imeSetComposition", {"text": "¨", "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_timeout(2200)  # longer than it takes to save by itself
    assert sent == []
    driver.send("Input.insertText", {"text": "ë"})
    expect(field).to_have_value("Zoë")
    expect(state(page)).to_have_text(SAVED)
    assert avoid(cast).text == "Zoë"


def test_what_two_people_change_apart_comes_together_while_one_types_on(cast: Cast, open_browser: Open) -> None:
    row = avoid(cast)
    save_item(row, {"text": "boven\nmidden\nonder"}, by=cast.teacher, base_version=row.version, key=uuid.uuid4())
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    now = avoid(cast)
    save_item(now, {"text": "BOVEN\nmidden\nonder"}, by=cast.coordinator, base_version=now.version, key=uuid.uuid4())
    field.press("Control+End")
    field.press_sequentially(" en verder")
    saved_as(cast, "BOVEN\nmidden\nonder en verder")
    expect(field).to_have_value("BOVEN\nmidden\nonder en verder")
    field.press_sequentially("!")  # the caret is where it was
    saved_as(cast, "BOVEN\nmidden\nonder en verder!")


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ("Houd de mijne", "van mij"),
        ("Houd die van mijn collega", "van een collega"),
        ("Houd allebei", "van een collega\nvan mij"),
    ],
)
def test_one_place_changed_by_two_people_asks_one_of_them(
    cast: Cast, open_browser: Open, choice: str, kept: str
) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    row = avoid(cast)
    save_item(row, {"text": "van een collega"}, by=cast.coordinator, base_version=row.version, key=uuid.uuid4())
    field.fill("van mij")
    panel = page.locator(f"#stale-{row.pk}")
    expect(panel).to_contain_text("van een collega")
    expect(state(page)).to_have_text("Een collega wijzigde dit ook")
    expect(field).to_have_value("van mij")
    assert avoid(cast).text == "van een collega"
    panel.get_by_text(choice).click()
    saved_as(cast, kept)
    expect(field).to_have_value(kept)
    expect(panel).to_be_empty()
    page.wait_for_load_state("networkidle")
    assert {"van een collega", "van mij"} <= set(texts(row))  # what was not chosen stays in the history


def test_two_tabs_of_one_person_are_no_colleague(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    first = opened(page, cast)
    second_page = page.context.new_page()
    second = opened(second_page, cast)
    first.fill("in de eerste")
    saved_as(cast, "in de eerste")
    expect(state(page)).to_have_text(SAVED)
    second_page.reload()
    expect(second).to_have_value("in de eerste")
    second.press("End")
    second.press_sequentially(" en de tweede")
    saved_as(cast, "in de eerste en de tweede")
    expect(second_page.locator(".found")).to_have_count(0)  # what lives in another tab is no lost text
    first.fill("toch anders")
    expect(page.locator(f"#stale-{avoid(cast).pk}")).to_contain_text("in de eerste en de tweede")
    expect(first).to_have_value("toch anders")


@pytest.mark.parametrize("ending", ["closed", "rights"])
def test_where_saving_is_not_allowed_any_more_the_text_can_be_taken_along(
    cast: Cast, open_browser: Open, ending: str
) -> None:
    page = open_browser(cast.teacher)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    field = opened(page, cast)
    if ending == "closed":
        Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    else:
        cast.teacher.assignments.all().delete()
    field.fill("Mijn laatste zin")
    expect(state(page)).to_have_text("Niet bewaard. Je tekst staat hier nog.")
    expect(field).to_have_value("Mijn laatste zin")
    page.get_by_role("button", name="Kopieer de tekst").click()
    expect(page.get_by_role("button", name="Gekopieerd")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Mijn laatste zin"
    assert avoid(cast).text == ""


def test_back_forward_and_reload_bring_no_old_text_back(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    field.fill("eerste versie")
    saved_as(cast, "eerste versie")
    expect(state(page)).to_have_text(SAVED)
    page.goto("/")
    now = avoid(cast)
    save_item(now, {"text": "nieuwe versie"}, by=cast.coordinator, base_version=now.version, key=uuid.uuid4())
    page.go_back()
    expect(field).to_have_value("nieuwe versie")
    page.go_forward()
    page.go_back()
    page.reload()
    expect(field).to_have_value("nieuwe versie")
    page.wait_for_timeout(300)
    assert avoid(cast).text == "nieuwe versie"


def test_whoever_goes_on_by_a_link_is_not_asked_about_what_saves_itself(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    field = opened(page, cast)
    field.fill("En we gaan door")
    page.locator(".meetbar .back").click()
    expect(page).to_have_url(re.compile(f"/besprekingen/{cast.meeting.pk}/$"))
    assert avoid(cast).text == "En we gaan door"
    assert asked == []


def test_a_refused_text_says_why_beside_the_field_and_stays(cast: Cast, open_browser: Open) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    page.locator(f"#item-{goal.pk} .dots").click()
    page.locator(f"#menu-{goal.pk} a").first.click()
    field = page.locator(f"#id-meetinggoal-{goal.pk}-text")
    field.fill("")
    expect(page.locator(f"#item-{goal.pk} .save-errors")).to_be_visible()
    expect(state(page)).to_contain_text("kijk naast het veld")
    field.fill("Toch iets")
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator(f"#item-{goal.pk} .save-errors")).to_have_count(0)


def test_without_script_the_same_forms_save(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher, javascript=False)
    field = opened(page, cast)
    field.fill("Zonder script")
    page.locator(f"#item-{avoid(cast).pk} button").click()
    saved_as(cast, "Zonder script")


def test_what_is_typed_after_the_question_and_then_given_up_is_in_the_history(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    row = avoid(cast)
    save_item(row, {"text": "van een collega"}, by=cast.coordinator, base_version=row.version, key=uuid.uuid4())
    field.fill("van mij")
    panel = page.locator(f"#stale-{row.pk}")
    expect(panel).to_contain_text("van een collega")
    field.fill("van mij, en er is nog meer")
    panel.get_by_text("Houd die van mijn collega").click()
    expect(field).to_have_value("van een collega")
    assert {"van mij", "van mij, en er is nog meer"} <= set(texts(row))


def test_a_busy_server_is_left_alone_as_long_as_it_asks(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    field = opened(page, cast)
    sent: list[float] = []
    page.on("request", lambda request: sent.append(time.monotonic()) if "/steptext/" in request.url else None)
    busy = {"status": 503, "headers": {"Retry-After": "3"}, "body": "Even geduld"}
    page.route("**/steptext/**", lambda route: route.fulfill(**busy), times=1)  # type: ignore[arg-type]  # as it asks
    field.fill("een")
    page.locator("#add-meetinggoal [data-line]").focus()
    expect(state(page)).to_contain_text("Wacht op verbinding")
    field.fill("een twee")  # typing on asks for a save too
    saved_as(cast, "een twee")
    expect(state(page)).to_have_text(SAVED)
    assert sent[1] - sent[0] >= 3


def test_a_timer_that_comes_too_early_leaves_nothing_behind(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.add_init_script("const now = performance.now.bind(performance); performance.now = () => now() * 0.9;")
    field = opened(page, cast)
    busy = {"status": 503, "headers": {"Retry-After": "2"}, "body": "Even geduld"}
    page.route("**/steptext/**", lambda route: route.fulfill(**busy), times=1)  # type: ignore[arg-type]  # as it asks
    field.fill("een")
    page.locator("#add-meetinggoal [data-line]").focus()
    expect(state(page)).to_contain_text("Wacht op verbinding")
    saved_as(cast, "een")
