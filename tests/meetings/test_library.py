"""The library's data: complete, in both languages, in the method's order, and in words we stand for."""

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils.translation import override

from meetings import library, steps
from meetings.library import reading
from meetings.library.text import Text
from meetings.models.insight import Method
from tests.test_conventions import UNSHOWN

PROMPT_IDS = "K1 K2 K3 K4 K5 S1 S2 S3 S4 S5 O1 O2 O3 O4 O5 O6 I1 I2 I3 I4 I5 I6 I7 U1 U2 U3 U4 U5 A1 A2 A3 A4"

STEPS = {
    "start": "K1 S1 S2 S3 S4 S5",
    "overzicht": "K2 O1 O2 O3 O4 O5 O6",
    "inzicht": "K3 I1 I2 I3 I4 I5 I6 I7",
    "doelen": "K4 U1 U2 U4 U5",
    "behoeften": "K4 U3",
    "afspraken": "K5 A1 A2 A3",
    "evaluatie": "K5 A4",
}

STEMS = {
    "student": {
        "instruction": "instructie die …",
        "tasks": "opdrachten of taken die …",
        "activities_materials": "leeractiviteiten of materialen die …",
        "environment": "een leeromgeving die …",
        "feedback": "feedback die …",
        "classmates": "klasgenoten die …",
        "teacher": "een leerkracht die …",
        "parents": "ouders die …",
        "support_with": "hulp of ondersteuning bij …",
        "other": "anders: …",
    },
    "teacher": {
        "self_can": "Zelf kan de leerkracht …",
        "knowledge": "Kennis over …",
        "skills": "Vaardigheden om …",
        "support_with": "Ondersteuning bij …",
        "material": "Extra materiaal voor …",
        "colleague": "Een collega die …",
        "management": "Een directie die …",
        "coordinator_clb": "Een zorgcoördinator, CLB-medewerker die …",
        "think_along": "Mee te denken en van gedachten te wisselen over …",
        "examples": "Praktijkvoorbeelden te laten zien van …",
        "written_info": "Schriftelijke informatie te geven over …",
        "other": "anders: …",
    },
    "parents": {
        "parents": "ouders die …",
        "self_can": "Zelf kunnen de ouders …",
        "knowledge": "Kennis over …",
        "support_with": "Ondersteuning bij …",
        "school": "Een school die …",
        "think_along": "Mee te denken en van gedachten te wisselen over …",
        "written_info": "Schriftelijke informatie over …",
        "other": "anders: …",
    },
}

# Words that label a child or a family, and slips that once stood in the source.
NEVER = [
    r"kansarm",
    r"probleemkind",
    r"onwil",
    r"zwakke leerling",
    r"overleven",
    r"disadvantaged",
    r"\bfouten?\b",
    r"conflict",
    r"verplicht",
    r"leeromgevng",
    r"copoperatief",
    r"\bmetodiek",
    r"design of learning",
    r"prodiangostiek",
    r"visible leaning",
    r"\bX wél",
    r"zijn leerkracht \?",
    r" \?",
]


def everything() -> list[object]:
    return [
        *library.guidance(),
        *library.prompts(),
        *(sentence for holder in library.HOLDERS for sentence in library.help_sentences(holder)),
        *library.talents(),
        *library.effect_sizes(),
        *library.cards(),
        *library.conversation_cards(),
        *library.observation_tools(),
        *library.principles(),
        *library.sources(),
        *library.quotes(),
        *library.hint_rules().values(),
        *library.hint_words(),
        *library.role_help().values(),
        library.credit(),
    ]


def texts(found: object) -> Iterator[Text]:
    if isinstance(found, Text):
        yield found
    elif isinstance(found, tuple | list):
        for entry in found:
            yield from texts(entry)
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            yield from texts(getattr(found, field.name))


def test_every_question_stands_there_once_and_in_order():
    assert " ".join(prompt.id for prompt in library.prompts()) == PROMPT_IDS


def test_no_two_questions_are_the_same():
    assert len({prompt.text.nl for prompt in library.prompts()}) == 32
    assert len({prompt.text.en for prompt in library.prompts()}) == 32


def test_a_question_stands_in_the_step_where_it_helps():
    assert [row.step for row in library.guidance()] == list(STEPS)
    for step, ids in STEPS.items():
        asked = [library.caption_for(step), *library.prompts_for(step)]

        assert " ".join(prompt.id for prompt in asked) == ids


def test_an_unknown_step_is_no_empty_step():
    with pytest.raises(KeyError):
        library.prompts_for("voorbereiding")


def test_a_stage_is_headed_by_its_own_question():
    for step in steps.STEPS:
        assert library.caption_for(step.slug).id == step.stage.caption


def test_only_the_exception_is_asked_by_name():
    assert [prompt.id for prompt in library.prompts() if prompt.text.is_about_one_student] == ["O6"]


def test_every_text_takes_a_name_and_nothing_else():
    for text in texts(everything()):
        for words in (text.nl, text.en):
            assert "{" not in words.format(roepnaam="Nore")


def test_a_name_is_never_read_as_a_pattern():
    text = Text(nl="Wat lukt {roepnaam}?", en="What can {roepnaam} do?")

    with override("nl"):
        assert text.format(roepnaam="{0} <b>") == "Wat lukt {0} <b>?"


def test_a_text_names_the_student_in_both_languages_or_in_neither():
    for text in texts(everything()):
        assert ("{roepnaam}" in text.nl) == ("{roepnaam}" in text.en), text


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "met de leerling"), ("nl-be", "met de leerling"), ("en", "with the student")]
)
def test_a_text_shows_itself_in_the_language_of_the_reader(language, words):
    with override(language):
        assert Text(nl="met {roepnaam}", en="with {roepnaam}").in_general == words


def test_without_a_language_it_is_dutch():
    with override(None):
        assert str(Text(nl="ja", en="yes")) == "ja"


@pytest.mark.parametrize("holder", list(STEMS))
def test_the_stems_are_literal(holder):
    assert {sentence.code: sentence.stem.nl for sentence in library.help_sentences(holder)} == STEMS[holder]
    assert [sentence.code for sentence in library.help_sentences(holder)] == list(STEMS[holder])


def test_nobody_else_has_help_sentences():
    with pytest.raises(KeyError):
        library.help_sentences("school")


def test_a_sentence_opens_with_its_stem_and_the_free_one_with_nothing():
    with override("nl"):
        assert library.help_sentence("student", "instruction").opening == "instructie die "
        assert library.help_sentence("student", "other").opening == ""


def test_a_starter_continues_its_stem():
    starters = [
        starter.text
        for holder in library.HOLDERS
        for sentence in library.help_sentences(holder)
        for starter in sentence.starters
    ]

    for text in starters:
        assert not text.nl.endswith("."), text
        assert text.nl[0].islower() or text.nl.startswith("{roepnaam}"), text


def test_a_starter_is_offered_at_its_own_level_only():
    planning = library.help_sentence("student", "tasks")

    assert len(planning.starters_for("kleuter")) < len(planning.starters_for("secundair"))


def test_every_method_of_an_information_request_is_explained():
    tools = library.observation_tools()

    assert [tool.code for tool in tools] == Method.values
    assert [tool.needs_agreement for tool in tools] == [Method(tool.code).is_observation for tool in tools]
    assert {tool.code for tool in tools if tool.printable} == {"tally", "abc"}


def test_the_threshold_itself_is_worth_a_look():
    effects = library.effect_sizes()

    assert " ".join(str(effect.d) for effect in effects) == (
        "0.12 0.82 0.29 0.53 0.60 0.70 0.10 0.52 0.53 0.41 0.60 "
        "-0.49 -0.02 0.21 -0.32 1.62 0.90 0.40 0.52 0.16 0.42 -0.34"
    )
    assert sum(effect.is_worth_a_look for effect in effects) == 13
    assert [effect.d for effect in effects if effect.d == library.EFFECT_THRESHOLD] == [Decimal("0.40")]
    assert sum(effect.d < 0 for effect in effects) == 4


def test_a_number_is_written_as_its_reader_writes_it():
    bored = next(effect for effect in library.effect_sizes() if effect.d == Decimal("-0.49"))

    with override("nl"):
        assert bored.shown == "−0,49"
    with override("en"):
        assert bored.shown == "−0.49"


def test_the_principles_are_seven_and_in_order():
    assert [principle.number for principle in library.principles()] == [1, 2, 3, 4, 5, 6, 7]
    assert library.principles()[0].title.nl == "Doelgericht"


def test_the_cards_are_all_there():
    assert [card.code for card in library.cards()] == ["connect", "attitude", "participation"]
    assert library.card("connect").title.nl == "Verbind eer ge begint"
    audiences = [card.audience for card in library.conversation_cards()]
    assert audiences == ["parents"] * 9 + ["students"]


def test_nobody_is_labelled_and_no_slip_comes_back():
    words = "\n".join(path.read_text(encoding="utf-8") for path in sorted(reading.DATA.glob("*.toml")))
    words = UNSHOWN.sub("", words)

    assert [pattern for pattern in NEVER if re.search(pattern, words, re.IGNORECASE)] == []


def test_every_data_file_says_why_it_is_as_it_is():
    for path in sorted(reading.DATA.glob("*.toml")):
        comment = path.read_text(encoding="utf-8").split("\n\n")[0]

        assert all(line.startswith("#") for line in comment.splitlines()), path.name
        assert "TOPunt Gent" in comment, path.name


def test_the_source_is_credited():
    assert "TOPunt Gent, Ontmoetingsdag HGW 2024, Inge Lootens; gebaseerd op HGW, N. Pameijer" in library.credit().nl


def test_an_address_is_https_and_an_old_one_is_not_kept():
    for source in library.sources():
        assert source.url == "" or source.url.startswith("https://"), source
        assert "?q=" not in source.url, source


FILE = """
[[talent]]
code = "humour"
label = { nl = "Humor", en = "Humour" }
student_label = { nl = "Je bent grappig.", en = "You are funny." }
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("student_label", "pupil_label"), "talents.toml: talent[0]: unknown key pupil_label"),
        (('code = "humour"\n', ""), "talents.toml: talent[0]: code is missing"),
        ((', en = "Humour"', ""), "talents.toml: talent[0].label: en is missing"),
        (('"Humour"', '""'), "talents.toml: talent[0].label.en: empty; leave the key out"),
        (('"Humour"', '"Humour "'), "talents.toml: talent[0].label: en: empty, or with a blank"),
        (('"Humour"', '"{name}"'), "talents.toml: talent[0].label: en: only {roepnaam} may stand in braces"),
        (('"humour"', "7"), "talents.toml: talent[0].code: expected str, found 7"),
        (("[[talent]]", "[[talents]]"), "talents.toml: no table [[talent]]"),
        (("[[talent]]", "[[talent"), "talents.toml: "),
        (("\n[[talent]]", FILE + "[[talent]]"), "talents.toml: talent[1].code: humour stands in the table twice"),
    ],
)
def test_a_slip_in_a_file_is_named_with_its_place(tmp_path, monkeypatch, change, message):
    (tmp_path / "talents.toml").write_text(FILE.replace(*change), encoding="utf-8")
    monkeypatch.setattr(reading, "DATA", tmp_path)

    with pytest.raises(library.DataFault, match="^" + re.escape(message)):
        reading.read("talents.toml", "talent", library.Talent)


def test_a_file_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "DATA", tmp_path)

    with pytest.raises(library.DataFault, match=r"^talents\.toml: "):
        reading.read("talents.toml", "talent", library.Talent)
