"""The ears of the other tests: what the policy holds back in a page, and a script that stumbles, make a test fail."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.watch import Watch
from tests.factories import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
ADD = """(markup) => {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  document.body.append(holder.content);
}"""


@pytest.mark.parametrize(
    ("markup", "directive"),
    [
        ('<img src=x onerror="window.__hit = 1">', "script-src"),
        ('<p style="color: red">x</p>', "style-src"),
        ('<iframe src="https://hit.example/"></iframe>', "frame-src"),
        ('<img src="https://hit.example/p.png">', "img-src"),
    ],
)
def test_what_the_policy_holds_back_is_heard(
    cast: Cast, open_browser: Open, watch: Watch, markup: str, directive: str
) -> None:
    page = open_browser(cast.teacher)
    page.goto("/")
    assert watch.taken() == []
    page.evaluate(ADD, markup)
    page.wait_for_timeout(300)
    found = watch.taken()
    assert any(directive in fault for fault in found), found
    assert page.evaluate("window.__hit") is None


def test_it_is_heard_in_any_page_of_any_context(cast: Cast, chromium: Browser, live_server: Any, watch: Watch) -> None:
    context = chromium.new_context(base_url=live_server.url)
    for page in (context.new_page(), context.new_page()):
        page.goto("/aanmelden/login/")
        page.evaluate(ADD, '<p style="color: red">x</p>')
        page.wait_for_timeout(200)
        assert watch.taken() != []
    context.close()


def test_without_scripts_the_browser_itself_says_it(cast: Cast, open_browser: Open, watch: Watch) -> None:
    page = open_browser(cast.teacher, javascript=False)

    def broken(route: Any) -> None:
        answer = route.fetch()
        body = answer.text().replace("</main>", '<p style="color: red">x</p></main>')
        route.fulfill(response=answer, body=body)

    page.route("**/hulp/", broken)
    page.goto("/hulp/")
    page.wait_for_timeout(300)
    assert watch.taken() != []


def test_a_script_that_stumbles_is_heard(cast: Cast, open_browser: Open, watch: Watch) -> None:
    page = open_browser(cast.teacher)
    page.goto("/")
    page.evaluate("window.setTimeout(() => { throw new Error('kapot'); })")
    page.wait_for_timeout(300)
    assert any("kapot" in fault for fault in watch.taken())
