"""Kind hints while writing: which text gives which, where they show, and that they stay nowhere."""

import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hgw.audit.models import Entry
from hgw.items.models import Revision
from meetings.hints import found_in, hints_for, look_around, names_in
from meetings.models import Agreement, Goal, Meeting, Observation, Plan, PlanText, SchoolWord
from tests.factories import Cast, make_class, make_item, make_meeting, make_student, seat, shown_just_now

LABEL = "Een label of een verslag is nog geen doel"
DESCRIBE = "Vertel wat je ziet of hoort."
ACTS = "Over hoe iemand zich voelt"
AROUND = "Alle kenmerken gaan tot nu toe over Nore."
FAMILY = "Is dat haalbaar voor dit gezin?"
OTHER = "Is dit een andere leerling?"
WIDE = ("care_team", "parents")


def codes(item: Any, cast: Cast, user: Any = None, meeting: Meeting | None = None) -> list[str]:
    meeting = meeting or Meeting.objects.get(pk=cast.meeting.pk)
    return [hint.rule for hint in hints_for(item, look_around(meeting, user or cast.coordinator, type(item)))]


def goal(cast: Cast, text: str, **fields: Any) -> Goal:
    return Goal(meeting=cast.meeting, school=cast.school, then_can=text, **fields)


def seen(cast: Cast, text: str, **fields: Any) -> Observation:
    return Observation(meeting=cast.meeting, school=cast.school, text=text, **({"visibility": ("care_team",)} | fields))


def step(cast: Cast, slug: str) -> str:
    return reverse("meeting_step", args=(cast.meeting.pk, slug))


# --- words ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Nore is lui", ["lui"]),
        ("LUI!", ["LUI"]),
        ("hij luistert, en fluit", []),
        ("kan\n niet zitten", ["kan\n niet"]),
        ("kan dat niet", []),
        ("Altijd te laat; nooit klaar", ["Altijd", "nooit"]),
    ],
)
def test_a_word_is_found_whole_whatever_its_capitals_and_blanks(text: str, found: list[str]) -> None:
    assert found_in(text, frozenset({"lui", "kan niet", "altijd", "nooit"})) == found


@pytest.mark.parametrize("word", ["diagnose", "attest", "verslag", "test", "Diagnosis", "GC-verslag"])
def test_a_label_is_no_goal(cast: Cast, word: str) -> None:
    assert codes(goal(cast, f"Een {word} krijgen."), cast) == ["label"]


def test_a_label_elsewhere_is_no_hint(cast: Cast) -> None:
    assert codes(goal(cast, "leest een bladzijde", indicator="we zien het aan de test"), cast) == []
    assert codes(seen(cast, "maakte de test helemaal af"), cast) == []


@pytest.mark.parametrize(
    "word", ["lui", "on" + "wil", "slechte ouders", "kan niet", "wil niet", "altijd", "nooit", "zwakke leerling"]
)
def test_blame_asks_for_what_was_seen(cast: Cast, word: str) -> None:
    assert codes(seen(cast, f"Hij is {word}."), cast) == ["describe"]
    assert codes(goal(cast, "leest", indicator=f"is niet meer {word}"), cast) == ["describe"]


def test_a_state_of_mind_asks_for_what_was_done(cast: Cast) -> None:
    assert codes(seen(cast, "lijkt somber"), cast) == ["acts"]


def test_own_words_of_a_student_are_left_as_they_were_said(cast: Cast) -> None:
    wish = make_item(
        cast.meeting,
        "wish",
        cast.coordinator,
        owner="student",
        text="Ik wil niet altijd lezen",
        how_known="written_down",
    )
    assert codes(wish, cast) == []


def test_a_word_that_no_page_writes_is_not_repeated_in_the_hint(cast: Cast) -> None:
    around = look_around(cast.meeting, cast.coordinator, Observation)
    assert [hint.words for hint in hints_for(seen(cast, "On" + "wil, altijd"), around)] == [("altijd",)]


@pytest.mark.parametrize("text", ["Lina " * 20_000, "a" * 99_000 + " Lina" * 100], ids=["names", "letters"])
def test_a_long_text_full_of_names_takes_no_minutes(text: str) -> None:
    begin = time.process_time()
    assert set(names_in(text, frozenset({"lina"}), frozenset())) == {"Lina"}
    assert time.process_time() - begin < 20  # of computing: it was many times this


def test_the_rules_take_no_longer_with_a_long_text(cast: Cast) -> None:
    around = look_around(cast.meeting, cast.coordinator, Observation)
    assert [hint.words for hint in hints_for(seen(cast, "kan " * 25_000 + "nooit"), around)] == [("nooit",)]


# --- all about the student; the family ---


def test_traits_that_are_all_about_the_student_ask_what_lies_around(cast: Cast) -> None:
    def trait(domain: str) -> Any:
        return make_item(
            cast.meeting, "factor", cast.coordinator, domain=domain, kind_of_factor="risk", text="snel moe"
        )

    assert codes(trait("ll"), cast) == []
    first_around_the_student = trait("ll")
    assert codes(first_around_the_student, cast) == ["around"]
    assert codes(trait("ols"), cast) == []
    assert codes(first_around_the_student, cast) == []


def test_a_third_request_to_the_parents_asks_whether_the_family_can_carry_it(cast: Cast) -> None:
    mother = cast.meeting.person(str(cast.mother))

    def agreement(who: Any) -> Any:
        return make_item(
            cast.meeting, "agreement", cast.coordinator, what="leest voor", how="zo", why="daarom", who=[(who, True)]
        )

    asked = [agreement(mother), agreement(cast.meeting.person(cast.teacher.name)), agreement(mother), agreement(mother)]
    assert [codes(one, cast) for one in asked] == [[], [], [], ["family"]]


def test_a_request_that_the_writer_does_not_read_is_not_counted(cast: Cast) -> None:
    mother = cast.meeting.person(str(cast.mother))
    first, *_rest, last = [
        make_item(cast.meeting, "agreement", cast.coordinator, what="leest voor", how="zo", why="daarom", who=[(mother, True)])
        for _n in range(3)
    ]  # fmt: skip
    assert codes(last, cast) == ["family"]
    Agreement.objects.filter(pk=first.pk).update(visibility=("confidential",))
    assert codes(last, cast) == ["family"]
    assert codes(last, cast, cast.teacher) == []


def test_a_third_need_of_the_parents_too(cast: Cast) -> None:
    aim = make_item(cast.meeting, "goal", cast.coordinator, then_can="leest", indicator="hardop", horizon="quick")
    needs = [
        make_item(
            cast.meeting, "need", cast.coordinator, holder="parents", goal=aim, help_sentence="other",
            text=f"anders: {n}", band="feasible",
        )
        for n in range(3)
    ]  # fmt: skip
    assert [codes(need, cast) for need in needs] == [[], [], ["family"]]


# --- another student ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ruzie met Lotte", ["Lotte"]),
        ("ruzie met LOTTE.", ["LOTTE"]),
        ("Lottes boek", ["Lottes"]),
        ("Charlotte lacht", []),
        ("juf Lotte leest voor", []),
        ("Lotte Maes leest voor", []),
        ("een roos plukken. Roos zei niets", []),
        ("zit naast Roos", ["Roos"]),
    ],
)
def test_a_first_name_is_found_but_for_adults_and_common_words(text: str, found: list[str]) -> None:
    assert names_in(text, frozenset({"lotte", "lottes", "roos"}), frozenset({"lotte maes"})) == found


def test_the_name_of_a_classmate_in_what_others_get_on_paper(cast: Cast) -> None:
    make_student(cast.school, cast.class_group, first_name="Lotte", preferred_name="Lot-An")
    make_student(cast.school, make_class(cast.school, "6C"), first_name="Milan")
    make_student(cast.school, cast.class_group, first_name="Nore")  # a namesake is no other name
    assert codes(seen(cast, "speelt met lotte", visibility=WIDE), cast) == ["other_student"]
    assert codes(seen(cast, "speelt met Lot-An", visibility=WIDE), cast) == ["other_student"]
    assert codes(seen(cast, "speelt met Lotte"), cast) == []  # the care team alone
    assert codes(seen(cast, "speelt met Lotte", visibility=("confidential",)), cast) == []
    assert codes(seen(cast, "speelt met Milan", visibility=WIDE), cast) == []  # of another class
    assert codes(seen(cast, "Nore speelt", visibility=WIDE), cast) == []


def test_nobody_learns_a_name_from_a_hint(cast: Cast) -> None:
    """The CLB worker reads one student of the class: to that person nobody else sits in it."""
    make_student(cast.school, cast.class_group, first_name="Lotte")
    text = seen(cast, "speelt met Lotte", visibility=WIDE)
    assert codes(text, cast, cast.users["clb_worker"]) == []
    assert codes(text, cast, cast.teacher) == ["other_student"]


def test_in_a_group_the_others_are_others_on_the_paper_of_one(cast: Cast) -> None:
    lotte = make_student(cast.school, cast.class_group, first_name="Lotte")
    meeting = make_meeting([cast.student, lotte], by=cast.coordinator)
    seat(meeting, cast.coordinator, "care_coordinator")

    def said(about: Any) -> Any:
        return Observation(meeting=meeting, school=cast.school, text="Nore helpt", subject=about, visibility=WIDE)

    assert [codes(said(one), cast, meeting=meeting) for one in (cast.student, lotte, None)] == [
        [], ["other_student"], ["other_student"],
    ]  # fmt: skip


def test_a_text_of_a_plan_is_for_a_reader_whatever_its_flags(cast: Cast, sign_in: Any) -> None:
    make_student(cast.school, cast.class_group, first_name="Lotte")
    plan = Plan.objects.get(meeting=cast.meeting)
    PlanText.objects.create(
        plan=plan, meeting=cast.meeting, school=cast.school, reader="parents", section="reason", text="Zit bij Lotte."
    )
    page = sign_in(cast.coordinator).get(reverse("plan_texts", args=(cast.meeting.pk,))).text
    assert page.count(OTHER) == 1


def test_where_readers_are_chosen_only_that_hint_shows(cast: Cast, sign_in: Any) -> None:
    make_student(cast.school, cast.class_group, first_name="Lotte")
    text = {"valence": "strength", "domain": "ll", "text": "speelt altijd met Lotte"}
    item = make_item(cast.meeting, "observation", cast.coordinator, visibility=("care_team",), **text)
    browser, address = sign_in(cast.coordinator), reverse("who_reads_what", args=(cast.meeting.pk,))
    assert OTHER not in browser.get(address).text
    sent = {"kind": "observation", "item": str(item.pk), "base_version": "1", "visibility": "parents"}
    page = browser.post(address, sent | {"key": str(uuid.uuid4())}, follow=True).text
    assert page.count(OTHER) == 1
    assert DESCRIBE not in page
    assert OTHER not in sign_in(cast.users["principal"]).get(address).text


# --- where they show ---


def line(text: str, **more: str) -> dict[str, str]:
    return {
        "short": "1", "text": text, "valence": "strength", "domain": "ll", "source": "seen", "key": str(uuid.uuid4()),
        "base_version": "0", **more,
    }  # fmt: skip


def test_a_hint_comes_back_under_the_item_and_saving_goes_on(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    answer = browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"))
    assert answer.status_code == 200
    assert DESCRIBE in answer.text
    assert 'role="status"' in answer.text
    item = Observation.objects.get(meeting=cast.meeting, text="leest altijd graag")
    edit = reverse("item_edit", args=(cast.meeting.pk, "observation", item.pk))
    assert DESCRIBE in browser.get(edit).text
    assert DESCRIBE in browser.get(f"{edit}?view=1").text

    changed = line("leest elke avond", holder="student", base_version="1")
    answer = browser.post(edit, changed | {"key": str(uuid.uuid4())})
    assert answer.status_code == 200
    assert DESCRIBE not in answer.text


def test_without_script_the_hint_stands_on_the_page_of_the_step(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher)
    answer = browser.post(
        reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"), follow=True
    )
    assert DESCRIBE in answer.text


def test_a_single_text_of_a_step_has_its_hint(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    text = cast.meeting.steptexts.get(field="avoid")
    address = reverse("item_edit", args=(cast.meeting.pk, "steptext", text.pk))
    sent = {"text": "dat hij nooit luistert", "base_version": "1", "key": str(uuid.uuid4())}
    assert DESCRIBE in browser.post(address, sent).text
    assert DESCRIBE in browser.get(step(cast, "start")).text


def test_a_hint_is_for_who_writes_and_while_it_can_be_written(cast: Cast, sign_in: Any) -> None:
    make_item(cast.meeting, "goal", cast.teacher, then_can="Een attest krijgen", indicator="", horizon="quick")
    assert LABEL in sign_in(cast.teacher).get(step(cast, "doelen")).text
    assert LABEL not in sign_in(cast.users["principal"]).get(step(cast, "doelen")).text
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    assert LABEL not in sign_in(cast.coordinator).get(step(cast, "doelen")).text


def test_the_hints_of_a_whole_list_stand_on_the_page_once(cast: Cast, sign_in: Any) -> None:
    aim = make_item(cast.meeting, "goal", cast.coordinator, then_can="leest", indicator="hardop", horizon="quick")
    for n in range(4):
        make_item(
            cast.meeting, "need", cast.coordinator, holder="parents", goal=aim, help_sentence="other",
            text=f"anders: {n}", band="feasible",
        )  # fmt: skip
        make_item(cast.meeting, "factor", cast.coordinator, domain="ll", kind_of_factor="risk", text=f"kenmerk {n}")
        make_item(
            cast.meeting, "agreement", cast.coordinator, what=f"leest {n}", how="zo", why="daarom",
            who=[(cast.meeting.person(str(cast.mother)), True)],
        )  # fmt: skip
    browser = sign_in(cast.coordinator)
    assert browser.get(step(cast, "behoeften")).text.count(FAMILY) == 1
    assert browser.get(step(cast, "inzicht")).text.count(AROUND) == 1
    assert browser.get(step(cast, "afspraken")).text.count(FAMILY) == 1


def test_what_gave_a_hint_is_escaped(cast: Cast, sign_in: Any) -> None:
    SchoolWord.objects.create(school=cast.school, rule="describe", word="<b>x</b>", is_own=True)
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="een <b>x</b> woord")
    page = sign_in(cast.teacher).get(step(cast, "overzicht")).text
    assert "<b>x</b>" not in page
    assert "<q>&lt;b&gt;x&lt;/b&gt;</q>" in page


def test_a_hint_is_kept_nowhere(cast: Cast, sign_in: Any) -> None:
    """Not with the item, not in its history or the trace, not in the case file."""
    with CaptureQueriesContext(connection) as asked:
        browser: Client = shown_just_now(sign_in(cast.coordinator, htmx=True))
        browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"))
        case = browser.get(reverse("case_export", args=(cast.meeting.pk,)))
    written = [q["sql"] for q in asked.captured_queries if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE"))]
    content = "".join(str(row.content) for row in Revision.objects.all())
    trace = "".join(str(row.detail) for row in Entry.objects.all())
    for kept in ("\n".join(written), content, trace, case.content.decode()):
        assert DESCRIBE not in kept
        assert "describe" not in kept


def test_hints_cost_one_question_for_a_save_and_for_a_page(
    cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number(browser: Client, ask: Any) -> int:
        ask(browser)
        with CaptureQueriesContext(connection) as asked:
            assert ask(browser).status_code == 200
        return len(asked)

    def save(browser: Client) -> Any:
        return browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd"))

    for slug in ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie"):
        make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text=slug)
    requests = [save, *(lambda b, s=slug: b.get(step(cast, s)) for slug in ("start", "overzicht", "inzicht", "doelen"))]
    browser = sign_in(cast.teacher, htmx=True)
    with_hints = [number(browser, ask) for ask in requests]
    for module in ("meetings.item_lists", "meetings.step_pages.texts"):
        monkeypatch.setattr(f"{module}.hang_hints", lambda *args: None)
    monkeypatch.setattr("meetings.views.items.hang_hints_on_one", lambda *args: None)
    without = [number(browser, ask) for ask in requests]
    assert [a - b for a, b in zip(with_hints, without, strict=True)] == [1, 1, 1, 1, 1]
