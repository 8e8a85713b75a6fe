"""The words that give a hint: ours, and what a school makes of them."""

from typing import Any

import pytest
from django.urls import reverse

from meetings import library
from meetings.hints import hints_for, look_around
from meetings.models import Meeting, Observation, SchoolWord
from tests.factories import Cast, make_item, make_role, make_school

ADDRESS = "/bronnen/woorden/"
LABELS = ("kans" + "arm", "probleem" + "kind", "on" + "wil", "zwakke leerling")


def found(cast: Cast, text: str) -> list[str]:
    item = Observation(meeting=cast.meeting, school=cast.school, text=text, visibility=("care_team",))
    around = look_around(Meeting.objects.get(pk=cast.meeting.pk), cast.coordinator, Observation)
    return [word for hint in hints_for(item, around) for word in hint.words]


def added(**fields: str) -> dict[str, str]:
    return {"word": "vervelend", "rule": "describe", **fields}


def test_every_word_has_its_rule_and_its_reason_in_both_languages() -> None:
    rules = library.hint_rules()
    assert set(rules) == {"label", "describe", "acts", "around", "family", "other_student"}
    assert {word.rule for word in library.hint_words()} == {"label", "describe", "acts"}
    for entry in (*library.hint_words(), *rules.values()):
        assert entry.why.nl != entry.why.en


def test_the_words_of_the_method_are_among_them() -> None:
    asked = {
        "label": ["diagnose", "attest", "verslag", "test"],
        "describe": ["lui", "kan niet", "wil niet", "altijd", "nooit"],
    }
    for rule, words in asked.items():
        assert set(words) <= {
            spelling for word in library.hint_words() if word.rule == rule for spelling in word.spellings
        }


@pytest.mark.parametrize("language", ["nl", "en"])
def test_words_that_label_a_child_are_found_and_written_on_no_page(cast: Cast, sign_in: Any, language: str) -> None:
    unshown = {word.code for word in library.hint_words() if not word.shown}
    assert unshown == set(LABELS)
    browser = sign_in(cast.coordinator)
    browser.cookies["django_language"] = language
    make_item(cast.meeting, "factor", cast.coordinator, domain="ll", kind_of_factor="risk", text="moe")
    step = reverse("meeting_step", args=(cast.meeting.pk, "inzicht"))
    for page in (ADDRESS, reverse("library"), step):
        assert [word for word in LABELS if word in browser.get(page).text.casefold()] == [], page


def test_a_word_is_switched_off_and_on_again_for_this_school_alone(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    for _twice in range(2):
        assert browser.post(ADDRESS, {"off": "altijd"}).status_code == 302
    assert found(cast, "altijd of nooit") == ["nooit"]
    assert found(cast, "always") == []  # the same word in English
    assert 'value="altijd" aria-pressed="false"' in browser.get(ADDRESS).text
    elsewhere = sign_in(cast.others["care_coordinator"]).get(ADDRESS).text
    assert 'value="altijd" aria-pressed="true"' in elsewhere

    assert browser.post(ADDRESS, {"on": "altijd"}).status_code == 302
    assert found(cast, "altijd of nooit") == ["altijd", "nooit"]
    assert SchoolWord.objects.count() == 0


@pytest.mark.parametrize("code", ["on" + "wil", "geen woord", ""])
def test_only_a_word_of_the_list_can_be_switched(cast: Cast, sign_in: Any, code: str) -> None:
    browser = sign_in(cast.coordinator)
    assert [browser.post(ADDRESS, {act: code}).status_code for act in ("off", "on")] == [404, 404]
    assert SchoolWord.objects.count() == 0


def test_a_school_adds_a_word_and_takes_it_away(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    assert browser.post(ADDRESS, added(word="  Erg   vervelend ")).status_code == 302
    assert found(cast, "was erg vervelend") == ["erg vervelend"]
    word = SchoolWord.objects.get()
    assert (word.word, word.school, word.created_by) == ("Erg vervelend", cast.school, cast.coordinator)
    assert "Erg vervelend" in browser.get(ADDRESS).text
    other = sign_in(cast.others["care_coordinator"])
    assert "Erg vervelend" not in other.get(ADDRESS).text

    other.post(ADDRESS, {"away": str(word.pk), "school": str(cast.school.pk)})
    assert found(cast, "was erg vervelend") == ["erg vervelend"]
    assert browser.post(ADDRESS, {"away": str(word.pk)}).status_code == 302
    assert found(cast, "was erg vervelend") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"word": ""}, {"word": "a"}, {"word": "x" * 41}, {"word": "<b>"}, {"word": "a.*"}, {"word": "een\ntwee"},
        {"word": "lui"}, {"word": "LAZY"}, {"word": "On" + "wil"}, {"rule": "family"}, {"rule": "geen"},
    ],
)  # fmt: skip
def test_what_is_no_word_comes_back_with_the_reason(cast: Cast, sign_in: Any, fields: dict[str, str]) -> None:
    answer = sign_in(cast.coordinator).post(ADDRESS, added(**fields))
    assert answer.status_code == 422
    assert "errorlist" in answer.text
    assert SchoolWord.objects.count() == 0


def test_a_word_stands_in_the_list_once(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    assert [browser.post(ADDRESS, added(word=word)).status_code for word in ("vervelend", "Vervelend")] == [302, 422]


def test_somebody_who_coordinates_two_schools_chooses_which(cast: Cast, sign_in: Any) -> None:
    second = make_school(name="De Zwaluw")
    make_role(cast.coordinator, second, "care_coordinator")
    browser = sign_in(cast.coordinator)
    assert browser.post(ADDRESS, added(school=str(second.pk))).url == f"{ADDRESS}?school={second.pk}"
    assert SchoolWord.objects.get().school == second
    assert found(cast, "vervelend") == []


def test_the_page_is_reached_from_the_sources_by_who_may_use_it(cast: Cast, sign_in: Any) -> None:
    assert f'href="{ADDRESS}"' in sign_in(cast.coordinator).get(reverse("library")).text
    assert f'href="{ADDRESS}"' not in sign_in(cast.teacher).get(reverse("library")).text
