"""What the method brings along: its questions, help sentences, talents, cards, principles and sources.

The words stand in `data/*.toml`, in Dutch and English, each file with the reason of its content and order at its head.
This package makes frozen objects of them; a file is read at its first use and then kept. Nothing of a school or a
student is in here, and nothing in here is ever stored with a case, but for the codes (of a help sentence, of a way to
find out).
"""

from functools import cache

from meetings.library.entries import (
    EFFECT_THRESHOLD,
    Card,
    ConversationCard,
    EffectSize,
    Guidance,
    HelpSentence,
    HintRule,
    HintWord,
    ObservationTool,
    Picture,
    Principle,
    Prompt,
    Quote,
    RoleHelp,
    Source,
    Talent,
    TourStop,
)
from meetings.library.reading import DataFault, read, read_value
from meetings.library.text import Text
from meetings.steps import STEPS

__all__ = [
    "EFFECT_THRESHOLD",
    "HOLDERS",
    "Card",
    "ConversationCard",
    "DataFault",
    "EffectSize",
    "Guidance",
    "HelpSentence",
    "HintRule",
    "HintWord",
    "ObservationTool",
    "Picture",
    "Principle",
    "Prompt",
    "Quote",
    "RoleHelp",
    "Source",
    "Talent",
    "Text",
    "TourStop",
    "caption_for",
    "captions",
    "card",
    "cards",
    "conversation_cards",
    "credit",
    "effect_sizes",
    "guidance",
    "guidance_for",
    "help_sentence",
    "help_sentences",
    "hint_rules",
    "hint_words",
    "names_that_are_words",
    "observation_tools",
    "picture",
    "pictures",
    "principles",
    "prompts",
    "prompts_for",
    "quotes",
    "role_help",
    "sources",
    "talents",
    "titles",
    "tour",
    "tour_stop",
]

HOLDERS = ("student", "teacher", "parents")


@cache
def guidance() -> tuple[Guidance, ...]:
    """Return the help of the seven steps in order."""
    found = read("steps.toml", "guidance", Guidance)
    if [row.step for row in found] != [step.slug for step in STEPS]:
        raise DataFault("steps.toml: guidance: not one row for each step, in the order of the steps")
    return found


def guidance_for(step: str) -> Guidance:
    """Return the help of one step; KeyError when there is no such step."""
    return {row.step: row for row in guidance()}[step]


@cache
def prompts() -> tuple[Prompt, ...]:
    """Return all questions in the order of the method: K1 to K5, then S1 to A4."""
    found = read("prompts.toml", "prompt", Prompt)
    stage_of = {step.slug: step.stage.code for step in STEPS}
    for prompt in found:
        if not prompt.steps:
            raise DataFault(f"prompts.toml: {prompt.id}: helps in no step")
        for slug in prompt.steps:
            if stage_of.get(slug) != prompt.stage:
                raise DataFault(f"prompts.toml: {prompt.id}: {slug!r} is no step of stage {prompt.stage!r}")
    return found


def captions() -> tuple[Prompt, ...]:
    """Return the one question of each stage."""
    return tuple(prompt for prompt in prompts() if prompt.is_caption)


def caption_for(step: str) -> Prompt:
    """Return the question that heads the page of a step; KeyError when there is no such step."""
    return {slug: caption for caption in captions() for slug in caption.steps}[step]


def prompts_for(step: str) -> tuple[Prompt, ...]:
    """Return the guiding questions of a step, without its caption; KeyError when there is no such step."""
    guidance_for(step)
    return tuple(prompt for prompt in prompts() if step in prompt.steps and not prompt.is_caption)


@cache
def help_sentences(holder: str) -> tuple[HelpSentence, ...]:
    """Return the help sentences for needs of the student, the teacher or the parents; KeyError for anybody else."""
    if holder not in HOLDERS:
        raise KeyError(holder)
    return read("help_sentences.toml", holder, HelpSentence)


def help_sentence(holder: str, code: str) -> HelpSentence:
    """Return one help sentence; KeyError when that holder has none of this code."""
    return {sentence.code: sentence for sentence in help_sentences(holder)}[code]


@cache
def talents() -> tuple[Talent, ...]:
    """Return the talents to think of."""
    return read("talents.toml", "talent", Talent)


@cache
def effect_sizes() -> tuple[EffectSize, ...]:
    """Return the average effects in the order of the source."""
    return read("effect_sizes.toml", "effect", EffectSize)


@cache
def cards() -> tuple[Card, ...]:
    """Return the cards for the professional: connecting, attitude, the student's say."""
    return read("cards.toml", "card", Card)


def card(code: str) -> Card:
    """Return one card; KeyError when there is none of this code."""
    return {found.code: found for found in cards()}[code]


@cache
def conversation_cards() -> tuple[ConversationCard, ...]:
    """Return the "what if" cards: nine for parents, one for students."""
    return read("cards.toml", "conversation", ConversationCard)


@cache
def observation_tools() -> tuple[ObservationTool, ...]:
    """Return the ways to find something out; their codes are the methods of an information request."""
    return read("observation.toml", "tool", ObservationTool)


@cache
def principles() -> tuple[Principle, ...]:
    """Return the seven principles in order."""
    return read("principles.toml", "principle", Principle)


@cache
def sources() -> tuple[Source, ...]:
    """Return what can be read and watched elsewhere, per kind in the order of the source."""
    return read("sources.toml", "source", Source)


@cache
def quotes() -> tuple[Quote, ...]:
    """Return the sentences to keep."""
    return read("sources.toml", "quote", Quote)


@cache
def credit() -> Text:
    """Return where all of this comes from, as it must be printed beside it."""
    return read_value("sources.toml", "credit", Text)


@cache
def role_help() -> dict[str, RoleHelp]:
    """Return the help for each role, by its code."""
    found = {help.role: help for help in read("help.toml", "role", RoleHelp)}
    _pictured("help.toml", *(help.picture for help in found.values()))
    return found


@cache
def tour() -> tuple[TourStop, ...]:
    """Return the stops of the tour, one for each step in order."""
    found = read("tour.toml", "stop", TourStop)
    if [stop.step for stop in found] != [step.slug for step in STEPS]:
        raise DataFault("tour.toml: stop: not one for each step, in the order of the steps")
    _pictured("tour.toml", *(stop.picture for stop in found))
    return found


def tour_stop(step: str) -> TourStop:
    """Return what the tour tells of one step; KeyError when there is no such step."""
    return {stop.step: stop for stop in tour()}[step]


@cache
def pictures() -> dict[str, Picture]:
    """Return the pictures of the help and of the tour, by code."""
    return {picture.code: picture for picture in read("pictures.toml", "picture", Picture)}


def picture(code: str) -> Picture:
    """Return one picture; KeyError when there is none of this code."""
    return pictures()[code]


def _pictured(file: str, *codes: str) -> None:
    for code in codes:
        if code not in pictures():
            raise DataFault(f"{file}: no picture {code!r}")


@cache
def hint_rules() -> dict[str, HintRule]:
    """Return the rules of the hints by code."""
    return {rule.code: rule for rule in read("hints.toml", "rule", HintRule)}


@cache
def hint_words() -> tuple[HintWord, ...]:
    """Return the words that give a hint, rule by rule."""
    found = read("hints.toml", "word", HintWord)
    for word in found:
        if word.rule not in hint_rules():
            raise DataFault(f"hints.toml: word {word.code}: no rule {word.rule!r}")
    return found


@cache
def names_that_are_words() -> frozenset[str]:
    """Return the first names that are a common word too."""
    return frozenset(read_value("hints.toml", "names_that_are_words", list))


@cache
def titles() -> tuple[str, ...]:
    """Return the words that stand before the name of an adult."""
    return tuple(read_value("hints.toml", "titles", list))
