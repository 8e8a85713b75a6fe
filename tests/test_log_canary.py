"""The ear for words of people in logs hears them, whoever speaks, and lets everything else pass."""

import logging
import subprocess
import sys

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests.factories import Cast
from tests.log_canary import canary, planted


@pytest.mark.parametrize(
    "word",
    [
        "Nore",
        "Vandamme",
        "user12@school.example",
        "Persoon 4",
        "Hier care_coordinator",
        "2017-03-04",
        "kanarieclb",
        "Kind31",
    ],
)
def test_what_the_tests_plant_is_known(word: str) -> None:
    assert word in planted(f'{{"message": "saved {word}"}}')


def test_what_stands_in_a_log_rightly_is_nobodys() -> None:
    for said in (
        "2026-11-30T00:12:37.123+00:00 INFO hgw.request answered request=0f3a method=GET route=leerlingen/<uuid:pk>/ status=200 ms=31",
        "  tests/browser/test_nore_by_two.py:31 in test_nore", "print 0b6f failed: timeout", "UPDATE students_guardian",
    ):  # fmt: skip
        assert planted(said) == ""


@pytest.mark.parametrize("logger", ["meetings.tasks", "hgw.request", "students", "django_tasks_db"])
def test_a_logger_of_ours_that_says_a_name_is_heard(logger: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger)  # a worker that ran in a test before may have made its own one silent
    logging.getLogger(logger).warning("saved for %s", "Nore Vandamme")
    heard = canary.taken()
    assert heard
    assert all(f"logger {logger}: " in one for one in heard)


def test_what_the_forms_of_the_log_leave_out_is_not_there_to_hear() -> None:
    logging.getLogger("somebody.else").warning("cannot read %s", "Nore Vandamme")
    try:
        raise ValidationError("Nore Vandamme")
    except ValidationError:
        logging.getLogger("django.request").exception("failed %s", "Nore Vandamme")
    assert canary.taken() == []


def test_a_request_is_heard_although_the_console_is_quiet(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    plain, canary.forms = canary.forms, (logging.Formatter("%(name)s Vandamme"),)  # type: ignore[assignment]  # any form will do
    try:
        Client().get("/aanmelden/login/")
    finally:
        canary.forms = plain
    assert any("logger hgw.request" in one for one in canary.taken())


def test_what_a_process_wrote_is_heard() -> None:
    with subprocess.Popen([sys.executable, "-c", "print('Nore', 'Vandamme')"], stdout=subprocess.PIPE) as child:
        child.wait()
        canary.hear(child, "a server")
    assert canary.taken() == ["a server: …Nore Vandamme\n…"]


def test_a_test_in_which_it_is_heard_fails_with_the_name_of_the_logger() -> None:
    canary.look("Nore Vandamme", "logger meetings.tasks")
    with pytest.raises(pytest.fail.Exception, match=r"logger meetings\.tasks: …Nore"):
        canary.complain()
