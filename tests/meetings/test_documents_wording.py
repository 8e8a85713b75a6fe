"""How a document reads: wording instead of items, the student's form, the furniture of the page, the words."""

import datetime
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from meetings.documents import render_body, render_html, words
from meetings.documents.document import Prose
from meetings.documents.pdf_process import DOCTYPE
from meetings.models import (
    PROGRESS,
    AgreementReview,
    Communication,
    FollowUp,
    Goal,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Method,
    Need,
    Observation,
    Participant,
    StepText,
    Wish,
)
from meetings.models.insight import Factor, FactorLink
from students.models import LegalReport, Phase, ReasonableAdjustment
from students.models.phases import GuidanceDomain
from students.models.support import Scope
from tests.factories import Cast
from tests.meetings.paper import Writer, document, flags, read, section, text_of

pytestmark = pytest.mark.once
EVERYBODY = flags("class_sheet", "parents", "student")


# --- a text instead of the items ---


@pytest.mark.parametrize("reader", ["team", "class_sheet", "parents"])
def test_a_text_of_the_plan_replaces_the_items_for_its_reader(cast: Cast, reader: str) -> None:
    write = Writer(cast)
    write.goal("Doel zoals getypt.", visibility=EVERYBODY)
    write.wording(reader, "goals", "Doel in eigen woorden.")
    for other in ("team", "class_sheet", "parents", "student", "report"):
        printed = read(cast.meeting, other)
        assert ("Doel in eigen woorden." in printed) == (other == reader)
        assert ("Doel zoals getypt." in printed) == (other != reader)


def test_a_text_stands_without_items_and_a_section_with_neither_is_left_out(cast: Cast) -> None:
    Writer(cast).wording("parents", "difficulties", "Wat nog moeilijk is.")
    codes = [part.code for part in document(cast.meeting, "parents").sections]
    assert codes == ["difficulties", "participants"]


@pytest.mark.parametrize(
    ("reader", "part"), [("parents", "needs_team"), ("class_sheet", "difficulties"), ("parents", "meeting")]
)
def test_a_text_in_a_section_the_reader_has_not_got_is_not_printed(cast: Cast, reader: str, part: str) -> None:
    Writer(cast).wording(reader, part, "Niet voor deze lezer.")
    assert "Niet voor deze lezer." not in read(cast.meeting, reader)


def test_the_compliment_stands_with_the_strengths_and_leaves_them(cast: Cast) -> None:
    write = Writer(cast)
    write.seen("Een sterkte.", visibility=EVERYBODY)
    write.wording("", "compliment", "Ik waardeer dat het lukt.", by=cast.teacher.name)
    good = section(document(cast.meeting, "parents"), "strengths")
    assert "Een sterkte." in good
    assert "Ik waardeer dat het lukt." in good
    assert cast.teacher.name in good


# --- the student's own document ---


def full_plan(cast: Cast) -> Writer:
    """Something behind each of the eight headings."""
    write = Writer(cast)
    goal = write.goal("Doel.", indicator="Maatstaf.", visibility=EVERYBODY)
    write.seen("Sterkte.", visibility=EVERYBODY)
    write.seen("Uitzondering.", "exception", visibility=EVERYBODY)
    write.wish("Wens.", "student")
    write.agreement("Door mij.", "Nore", visibility=EVERYBODY)
    write.need("Behoefte.", goal=goal, visibility=EVERYBODY)
    write.agreement("Door school.", visibility=EVERYBODY)
    write.agreement("Door thuis.", "Hilde Claes", visibility=EVERYBODY)
    write.adjustment("Aanpassing.", visibility=EVERYBODY)
    write.row(FollowUp, date=datetime.date(2026, 1, 8), purpose="Terugkijken.")
    return write


BEHIND = {
    "can": ("Dit kan ik al goed", ["Sterkte.", "Uitzondering."]),
    "want": ("Dit wil ik leren", ["Wens.", "Doel."]),
    "do": ("Dit ga ik doen", ["Door mij."]),
    "teacher_helps": ("Zo helpt mijn juf, meester of leraar", ["Behoefte.", "Door school."]),
    "home_helps": ("Zo helpen ze thuis", ["Door thuis."]),
    "helps_too": ("Dit helpt mij ook", ["Aanpassing."]),
    "notice": ("Zo merken we dat het lukt", ["Maatstaf."]),
    "again": ("Dan praten we verder op donderdag 8 januari 2026", ["Terugkijken."]),
}


def test_eight_headings_hold_the_students_items(cast: Cast) -> None:
    full_plan(cast)
    made = document(cast.meeting, "student")
    assert [(part.code, part.heading) for part in made.sections] == [
        (key, heading) for key, (heading, _) in BEHIND.items()
    ]
    for key, (_heading, texts) in BEHIND.items():
        assert [text for text in texts if text not in section(made, key)] == []


@pytest.mark.parametrize("key", BEHIND)
def test_a_text_replaces_what_stands_under_its_heading(cast: Cast, key: str) -> None:
    full_plan(cast).wording("student", key, "In mijn woorden.")
    made = section(document(cast.meeting, "student"), key)
    assert "In mijn woorden." in made
    assert [text for text in BEHIND[key][1] if text in made] == []


@pytest.mark.parametrize("level", ["kleuter", "lager", "secundair"])
def test_the_form_follows_the_class_on_the_day_of_the_meeting(cast: Cast, level: str) -> None:
    cast.class_group.level = level
    cast.class_group.save()
    full_plan(cast)
    made = document(cast.meeting, "student")
    drawn = [part for part in made.sections if part.picture]
    assert made.level == level
    assert f"level-{level}" in render_html(made)
    assert len(drawn) == (3 if level == "kleuter" else 0)
    page = ElementTree.fromstring(render_html(made).removeprefix(DOCTYPE))  # the quick way to read it
    assert len(page.findall(".//{http://www.w3.org/2000/svg}svg/{http://www.w3.org/2000/svg}title")) == len(drawn)
    everything = text_of(made)
    assert [text for _heading, texts in BEHIND.values() for text in texts if text not in everything] == []


def test_beside_a_drawing_stands_one_short_line(cast: Cast) -> None:
    cast.class_group.level = "kleuter"
    cast.class_group.save()
    full_plan(cast)
    drawn = [part for part in document(cast.meeting, "student").sections if part.picture]
    assert [part.code for part in drawn] == ["can", "want", "again"]
    assert drawn[0].blocks == (Prose("Sterkte."),)
    assert all(len(part.blocks) == 1 for part in drawn)


@pytest.mark.parametrize("level", ["kleuter", "lager", "secundair"])
def test_a_student_reads_with_whom_it_is_shared_and_nobody_else_does(cast: Cast, level: str) -> None:
    """No promise of secrecy: whoever works at a school may keep nothing from its head."""
    cast.class_group.level = level
    cast.class_group.save()
    full_plan(cast)
    said = "Wat je vertelt, delen we alleen met wie jou moet helpen. Zeg het als iets niet verder mag, dan bekijken we dat samen."
    for reader in ("student", "report", "team", "class_sheet", "parents"):
        assert render_html(document(cast.meeting, reader)).count(said) == (reader == "student"), reader


def test_an_empty_plan_of_the_student_is_empty(cast: Cast) -> None:
    assert document(cast.meeting, "student").sections == ()


# --- the furniture of the page ---


def test_the_footer_says_for_whom_which_version_when_and_by_whom(cast: Cast) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", closed_kind="full")
    made = document(cast.meeting, "parents", guardian=cast.father, version=2)
    assert made.footer == (
        "Versie voor: ouders van Nore (Bart Vandamme) · versie 2 · 14 november 2025 · uitgegeven door Marlies Okkerse · vertrouwelijk"
    )
    assert "Voor Bart Vandamme" in made.about


@pytest.mark.parametrize("reader", ["report", "team", "class_sheet", "parents", "student"])
def test_an_open_meeting_says_voorlopig_on_each_page(cast: Cast, reader: str) -> None:
    made = document(cast.meeting, reader)
    assert made.status == "voorlopig"
    assert "· voorlopig ·" in made.footer
    assert '<p class="plan-status">voorlopig</p>' in render_html(made)
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="amended", closed_kind="full")
    assert "oorlopig" not in read(cast.meeting, reader)


def test_an_information_round_says_so(cast: Cast) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", closed_kind="info_round")
    for reader in ("report", "team", "class_sheet", "parents", "student"):
        assert "Dit was een inforonde" in read(cast.meeting, reader)


def test_what_helps_a_guardian_to_read_is_a_line_to_tick(cast: Cast) -> None:
    cast.mother.language_support = "tolk gewenst"
    cast.mother.save()
    assert "Samen overlopen met hulp: tolk gewenst" in read(cast.meeting, "parents", guardian=cast.mother)
    assert "tolk gewenst" not in read(cast.meeting, "parents", guardian=cast.father)


@pytest.mark.parametrize("reader", ["report", "team", "class_sheet", "parents", "student"])
def test_the_page_stands_by_itself_and_its_title_names_nobody(cast: Cast, reader: str) -> None:
    full_plan(cast)
    html = render_html(document(cast.meeting, reader))
    title = re.search(r"<title>(.*)</title>", html)
    assert title
    assert not {"Nore", "Vandamme", "Hilde", "Claes"} & set(re.findall(r"\w+", title[1]))
    assert html.startswith(DOCTYPE)
    assert ElementTree.fromstring(html.removeprefix(DOCTYPE)).find("head/title") is not None  # so it is read quickly
    assert 'lang="nl-BE"' in html
    assert not re.search(r"<(link|img|script|style|iframe)\b|\sstyle=|https?:", html.replace("http://www.w3.org", ""))
    assert html.count("<h1") == 1
    assert all('scope="col"' in head for head in re.findall(r"<th\b[^>]*>", html))
    assert render_body(document(cast.meeting, reader)).strip() in html.replace("\r", "")


def test_the_surname_is_not_on_the_students_own(cast: Cast) -> None:
    assert "Vandamme" not in read(cast.meeting, "student")
    assert "Nore Vandamme" in read(cast.meeting, "team")


def test_typed_text_is_printed_as_typed(cast: Cast) -> None:
    Writer(cast).seen('Eerste regel\ntweede <b>regel</b> & "meer"', visibility=EVERYBODY)
    html = render_html(document(cast.meeting, "parents"))
    assert "Eerste regel\ntweede &lt;b&gt;regel&lt;/b&gt; &amp; &quot;meer&quot;" in html


def test_documents_are_dutch_in_every_language(cast: Cast, settings: Any) -> None:
    full_plan(cast)
    dutch = read(cast.meeting, "team")
    settings.LANGUAGE_CODE = "en"
    from django.utils import translation

    with translation.override("en"):
        assert read(cast.meeting, "team") == dutch


def test_guardians_read_no_abbreviations_of_ours(cast: Cast) -> None:
    write = full_plan(cast)
    write.factor("Iets.", domain="ols", visibility=EVERYBODY)
    write.row(Communication, audience="parents", to="Hilde Claes", by=write.person(cast.teacher.name))
    assert not re.search(r"\b(OLS|OPV|LL|CLB|GAS|zorgcontinuüm)\b", text_of(document(cast.meeting, "parents")))


def test_the_team_reads_the_scale_and_where_it_begins(cast: Cast) -> None:
    gas = {"-1": "Nu.", "0": "Zoals gehoopt.", "+1": "Meer."}
    Writer(cast).goal("Doel.", gas=gas, start_level=-1, visibility=EVERYBODY)
    goals = section(document(cast.meeting, "team"), "goals")
    assert "\N{MINUS SIGN}1 (start)\nNu." in goals
    assert "Zoals gehoopt." in goals
    assert "Zoals gehoopt." not in read(cast.meeting, "parents")


def test_a_provisional_goal_says_so_everywhere(cast: Cast) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", closed_kind="full")
    Writer(cast).row(Goal, then_can="Doel.", horizon="quick", provisional=True, visibility=EVERYBODY)
    for reader in ("report", "team", "class_sheet", "parents", "student"):
        assert "oorlopig" in read(cast.meeting, reader)


def test_a_skipped_step_says_why_in_the_report(cast: Cast) -> None:
    StepText.objects.filter(meeting=cast.meeting, field="skip_reason_goals").update(text="Nog geen inzicht.")
    assert "Waarom we nog geen doelen kozen:" in section(document(cast.meeting, "report"), "meeting")


# --- the words ---


def test_every_value_has_its_dutch_word() -> None:
    pairs: list[tuple[dict[str, str], Any]] = [
        (words.SOURCES, Observation.Source), (words.HOLDERS, Observation.Holder), (words.HOW_KNOWN, Wish.HowKnown),
        (words.FACTORS, Factor.Kind), (words.EFFECTS_OF_LINKS, FactorLink.Effect), (words.METHODS, Method),
        (words.INFO_STATUS, InfoRequest.Status), (words.TARGETS, Goal.Target), (words.HORIZONS, Goal.Horizon),
        (words.CHECKS, Goal.Check), (words.CURRICULUM, Goal.CurriculumKind), (words.GOAL_STATUS, Goal.Status),
        (words.GOAL_STATUS_STUDENT, Goal.Status), (words.BANDS, Need.Band), (words.NEED_STATUS, Need.Status),
        (words.SCOPES, Scope), (words.EFFECTS, AgreementReview.Effect), (words.AUDIENCES, Communication.Audience),
        (words.STANDINGS, Participant.Standing), (words.PARTICIPATION, Participant.Participation),
        (words.GUIDANCE_DOMAINS, GuidanceDomain), (words.GUIDANCE_DOMAINS_PARENTS, GuidanceDomain),
        (words.REPORTS, LegalReport.Kind), (words.VOICES, MeetingGoal.Voice), (words.RATINGS, MeetingGoal.Rating),
        (words.SATISFIED, Meeting.Satisfied), (words.INSIGHT, Meeting.Insight),
    ]  # fmt: skip
    for known, choices in pairs:
        assert set(known) == set(choices.values), choices
    assert set(words.PROGRESS) == set(PROGRESS)
    assert set(words.ADJUSTMENTS) == {
        value for value, _label in ReasonableAdjustment._meta.get_field("kind_of_measure").flatchoices
    }


@pytest.mark.django_db
def test_every_phase_is_explained() -> None:
    assert set(words.PHASES_PARENTS) == set(Phase.objects.values_list("code", flat=True))


def test_dates_are_words() -> None:
    date = datetime.date(2025, 11, 13)
    assert words.day(date, weekday=True) == "donderdag 13 november 2025"
    assert words.period(date, datetime.date(2026, 3, 1)) == "vanaf 13 november 2025 tot en met 1 maart 2026"
    assert words.period(None, None) == words.day(None) == ""
