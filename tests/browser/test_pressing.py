"""What somebody presses while the page renews itself is pressed: a button that was replaced under a finger does nothing."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from meetings.models import MeetingGoal
from tests.browser.test_saving import start
from tests.factories import Cast, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


def hold(button: Locator) -> None:
    """Press, and do not let go yet."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    button.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    button.page.mouse.down()


def look_again(page: Page) -> None:
    """As after each save: the stepper and the gates ask for themselves anew. Back when they have their answer."""
    with page.expect_response(lambda answer: answer.request.headers.get("hx-target") == "gates"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('item-saved'))")
    page.wait_for_timeout(200)


def test_the_next_step_while_the_gates_look_again(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    hold(page.get_by_role("button", name="Naar 2"))
    look_again(page)
    page.mouse.up()
    expect(page).to_have_url(re.compile("#missing$"))  # it was asked: something is missing here


def test_a_button_pressed_with_the_space_bar(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    page.get_by_role("button", name="Naar 2").focus()
    page.keyboard.down(" ")
    look_again(page)
    page.keyboard.up(" ")
    expect(page).to_have_url(re.compile("#missing$"))


def test_what_looks_again_does_so_once_the_button_is_let_go(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    gates = page.locator("#gates").element_handle()
    hold(page.get_by_role("button", name="Naar 2"))
    look_again(page)
    assert gates.is_visible()
    page.mouse.move(5, 5)
    page.mouse.up()  # somewhere else: nothing is pressed
    for _ in range(50):
        if not page.evaluate("gates => gates.isConnected", gates):
            break
        page.wait_for_timeout(100)
    assert not page.evaluate("gates => gates.isConnected", gates)
    expect(page.locator("#gates")).to_have_count(1)
    assert page.url.endswith("/stap/start/")


def test_a_button_of_a_list_while_a_line_of_it_is_saved(cast: Cast, open_browser: Open) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="Een", voice="team")
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    line = page.locator("#add-meetinggoal textarea")
    line.fill("We weten hoe het verder gaat")
    on_its_way: list[Route] = []
    page.route(re.compile("/meetinggoal/"), lambda route: on_its_way.append(route))  # noqa: PLW0108 - the driver marks what it is given
    line.press("Enter")
    hold(page.locator(f"#item-{goal.pk} .dots"))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        on_its_way.pop().continue_()
    page.wait_for_timeout(300)
    assert page.locator("#list-meetinggoal .item:not(.waits)").count() == 1  # not under the finger
    page.mouse.up()
    expect(page.locator(f"#menu-{goal.pk}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#list-meetinggoal .item:not(.waits)")).to_have_count(2)
    assert MeetingGoal.objects.count() == 2


def test_a_finger_on_the_button_while_the_gates_look_again(cast: Cast, open_browser: Open) -> None:
    """The click of a finger comes after it is lifted, and what it rests on is not called active meanwhile."""
    page = open_browser(cast.teacher, width=800)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    page.goto(start(cast))
    button = page.get_by_role("button", name="Naar 2")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    at = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    look_again(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page).to_have_url(re.compile("#missing$"))


def test_a_name_that_is_ticked_while_the_search_looks_again(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.coordinator)
    page.goto("/besprekingen/nieuw/")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(".pick-find input[type=search]").press_sequentially("Nore")
    tick = page.locator("#pick input[type=checkbox], #pick input[type=radio]").first
    expect(tick).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        hold(tick)  # leaving the field asks once more
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(tick).to_be_checked()


def test_a_letter_whose_field_went_away_holds_nothing_up(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    page.evaluate("""() => {
        const field = document.body.appendChild(document.createElement("input"));
        field.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
        field.remove();
    }""")
    line = page.locator("#add-meetinggoal textarea")
    line.fill("We weten hoe het verder gaat")
    line.press("Enter")
    expect(page.locator("#list-meetinggoal .item:not(.waits) .typed")).to_have_text("We weten hoe het verder gaat")


def test_a_press_that_no_page_heard_the_end_of_does_not_end_the_next(cast: Cast, open_browser: Open) -> None:
    page = open_browser(cast.teacher)
    page.goto(start(cast))
    gates = page.locator("#gates").element_handle()
    page.mouse.click(5, 5)
    page.wait_for_timeout(4700)
    hold(page.get_by_role("button", name="Naar 2"))
    page.wait_for_timeout(600)  # five seconds after the first one
    look_again(page)
    assert gates.is_visible()
    page.mouse.up()
    expect(page).to_have_url(re.compile("#missing$"))
