"""What the pages about destroying say of one, of more and of nobody, in both languages."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from students.forgetting import erasing
from students.forgetting.counting import WORDS, in_words
from students.models import Erasure
from tests.factories import Cast, shown_just_now
from tests.students.test_forgetting import gone


def confirmed(
    cast: Cast, sign_in: Any, language: str, *, done: list[bool], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What is said after the yes to as many students, of which these are destroyed and those were let go meanwhile."""
    asked = [erasing.ask(gone(cast), "student", by=cast.coordinator) for _one in done]
    answers = iter(done)
    browser = shown_just_now(sign_in(cast.users["principal"]))
    browser.cookies["django_language"] = language
    sent = {"erasures": [one.pk for one in asked], "is_sure": "on"}
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(erasing, "confirm", lambda erasure, *, by: next(answers))
        answer = browser.post(reverse("forgetting_confirm", args=(cast.school.pk,)), sent)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize(
    ("done", "dutch", "english"),
    [
        ([True], ["Het dossier van 1 leerling wordt vernietigd."], ["The file of 1 student is being destroyed."]),
        (
            [True, True],
            ["De dossiers van 2 leerlingen worden vernietigd."],
            ["The files of 2 students are being destroyed."],
        ),
        (
            [False],
            ["Het dossier van 1 leerling blijft: iemand anders bevestigde al, of het hoeft niet meer weg."],
            ["The file of 1 student stays: it was confirmed by somebody else, or need not go any more."],
        ),
        (
            [True, False, False],
            [
                "Het dossier van 1 leerling wordt vernietigd.",
                "De dossiers van 2 leerlingen blijven: iemand anders bevestigde al, of ze hoeven niet meer weg.",
            ],
            [
                "The file of 1 student is being destroyed.",
                "The files of 2 students stay: they were confirmed by somebody else, or need not go any more.",
            ],
        ),
    ],
)
def test_what_is_said_after_the_yes(
    cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch, done: list[bool], dutch: list[str], english: list[str]
) -> None:
    assert confirmed(cast, sign_in, "nl", done=done, monkeypatch=monkeypatch) == dutch
    Erasure.objects.all().delete()
    assert confirmed(cast, sign_in, "en", done=done, monkeypatch=monkeypatch) == english


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_of_anything_is_not_said_as_more_and_nothing_is_not_said(language: str) -> None:
    with translation.override(language):
        one, more = in_words(dict.fromkeys(WORDS, 1)), in_words(dict.fromkeys(WORDS, 2))
        assert [a for (_n, a), (_m, b) in zip(one, more, strict=True) if a == b] == []
        assert one[0][1] == {"nl": "leerling", "en": "student"}[language]
        assert in_words(dict.fromkeys(WORDS, 0)) == []


def test_nobody_was_destroyed_before_is_not_said_as_a_number(cast: Cast, sign_in: Any) -> None:
    browser, address = sign_in(cast.coordinator), reverse("forgetting", args=(cast.school.pk,))
    assert "van 0 leerling" not in browser.get(address).content.decode()
    assert "eerder vernietigd" not in browser.get(address).content.decode()
