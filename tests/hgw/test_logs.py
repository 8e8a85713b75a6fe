"""What reaches a log: enough to find a fault, and nothing of whom the work is about."""

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from hgw.logs import HEADER, JsonFormatter, TextFormatter

SECRET = "kanarie"


def fails(request: HttpRequest, word: str) -> HttpResponse:
    held = word
    try:
        int(word)
    except ValueError as error:
        raise RuntimeError(f"no place for {held}") from error
    return HttpResponse()


def speaks(request: HttpRequest) -> HttpResponse:
    logging.getLogger("somebody.else").warning("cannot read %s of %s", SECRET, request.get_full_path())
    logging.getLogger("meetings.tasks").error("print %s failed", "a1b2")
    return HttpResponse()


urlpatterns = [path("faal/<str:word>/", fails), path("zeg/", speaks)]
handler500 = "hgw.errors.server_error"


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that is logged, as the server would write it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(request.param())
    logging.root.addHandler(handler)
    yield written
    logging.root.removeHandler(handler)


@pytest.fixture
def browser(db: None) -> Iterator[Client]:
    signing_in = {"django.contrib.auth.middleware.LoginRequiredMiddleware", "hgw.middleware.SignInMiddleware"}
    with override_settings(
        ROOT_URLCONF=__name__, MIDDLEWARE=[name for name in settings.MIDDLEWARE if name not in signing_in]
    ):
        yield Client(raise_request_exception=False)


def test_an_error_is_found_by_its_id_and_place_and_quotes_nothing(browser: Client, log: io.StringIO) -> None:
    answer = browser.get(f"/faal/{SECRET}/?naam={SECRET}")
    assert answer.status_code == 500
    found = log.getvalue()
    assert SECRET not in found
    assert answer.headers[HEADER] in found
    assert "faal/<str:word>/" in found
    assert re.search(r"builtins\.ValueError.*test_logs\.py:\d+ in fails.*builtins\.RuntimeError", found, re.DOTALL)


def test_what_another_library_fills_in_is_left_out(browser: Client, log: io.StringIO) -> None:
    browser.get(f"/zeg/?naam={SECRET}")
    found = log.getvalue()
    assert SECRET not in found
    assert "somebody.else" in found
    assert "test_logs:" in found, "where it was said"
    assert "print a1b2 failed" in found, "our own sentences are whole"


def test_a_slip_in_a_log_line_prints_no_value() -> None:
    record = logging.LogRecord("hgw.demo", logging.ERROR, __file__, 1, "two values: %s %s", (SECRET,), None)
    for formatter in (JsonFormatter(), TextFormatter()):
        found = formatter.format(record)
        assert "two values" in found
        assert SECRET not in found


def test_each_request_is_one_line_of_json_without_its_address(browser: Client) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("hgw.request")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel("INFO")
    try:
        answer = browser.get(f"/zeg/?naam={SECRET}")
        browser.get(f"/{SECRET}/")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    first, second = [json.loads(line) for line in written.getvalue().splitlines()]
    wanted: dict[str, Any] = {"method": "GET", "route": "zeg/", "status": 200, "request": answer.headers[HEADER]}
    assert wanted.items() <= first.items()
    assert (second["route"], second["status"]) == ("", 404)
    assert SECRET not in written.getvalue()
    assert all(line["time"].endswith("+00:00") for line in (first, second))  # one zone, wherever the server stands


@pytest.mark.parametrize("sent", ["", "Lotte Peeters", "a" * 31, "a" * 33, "A" * 32, "a" * 31 + "\n"])
def test_only_the_id_of_a_proxy_is_taken_over(browser: Client, sent: str) -> None:
    of_proxy = "0123456789abcdef" * 2
    assert browser.get("/zeg/", headers={HEADER: of_proxy}).headers[HEADER] == of_proxy
    own = browser.get("/zeg/", headers={HEADER: sent}).headers[HEADER]
    assert re.fullmatch("[0-9a-f]{32}", own)
    assert own != sent
