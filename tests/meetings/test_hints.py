"""Kind hints while writing: which text gives which. Where they show: test_hints_shown.py."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings.hints import found_in, hints_for, look_around, names_in
from meetings.models import Agreement, Goal, Meeting, Observation, Plan, PlanText
from tests.factories import Cast, make_class, make_item, make_meeting, make_student, seat

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


def test_a_name_is_judged_by_what_stands_near_it() -> None:
    """Whoever looks back over the whole text at each name is busy for minutes with one that is full of them."""
    lotte = frozenset({"lotte"})
    assert names_in("juf" + " " * 40 + "Lotte", lotte, frozenset()) == []
    assert names_in("juf" + " " * 400 + "Lotte", lotte, frozenset()) == ["Lotte"]
    assert len(names_in("Lotte " * 16_000, lotte, frozenset())) == 16_000
    assert names_in("a" * 90_000 + " Lotte", lotte, frozenset()) == ["Lotte"]


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


def test_what_one_does_not_read_is_not_counted_for_a_hint(cast: Cast) -> None:
    """That more is asked of the parents than stands on the page would tell of what is hidden."""
    parent = seat(cast.meeting, "Hilde Claes", "guardian", standing="guardian").person
    parent.guardians.add(cast.mother)
    told = [
        make_item(
            cast.meeting, "agreement", cast.coordinator, what="leest voor", how="zo", why="daarom",
            who=[(parent, True)], visibility=flags,
        )
        for flags in (("confidential",), ("confidential",), ("care_team",))
    ]  # fmt: skip
    assert codes(told[-1], cast) == ["family"]
    assert codes(told[-1], cast, cast.teacher) == []
