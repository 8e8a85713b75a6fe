"""What is held back whatever the flags say."""

import pytest

from hgw.items.saving import remove_item
from meetings.models import Addendum, CircleMember, GoalScore, StepText
from meetings.models.insight import FactorCluster, FactorLink
from tests.factories import Cast, seat
from tests.meetings.paper import ALL, EVERYBODY, Writer, consent, document, read, section, where

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("band", "readers"),
    [
        ("min_necessary", {"report", "team", "class_sheet", "parents", "student"}),
        ("feasible", {"report", "team"}),
        ("max_desirable", {"report", "team"}),
    ],
)
def test_outside_the_team_only_the_minimally_necessary_need_is_left(cast: Cast, band: str, readers: set[str]) -> None:
    Writer(cast).need("instructie die kort is", band=band, visibility=EVERYBODY)
    assert where(cast, "instructie die kort is") == readers


def test_bands_follow_each_other_from_the_necessary_on(cast: Cast) -> None:
    write = Writer(cast)
    for band in ("max_desirable", "feasible", "min_necessary"):
        write.need(f"behoefte {band}", band=band)
    needs = section(document(cast.meeting, "team"), "needs_student")
    assert needs.index("min_necessary") < needs.index("feasible") < needs.index("max_desirable")


def test_what_a_teacher_needs_reaches_no_guardian_and_no_student(cast: Cast) -> None:
    Writer(cast).need("Een collega die meekijkt", "teacher", visibility=EVERYBODY)
    assert where(cast, "Een collega die meekijkt") == {"report", "team", "class_sheet"}


def test_a_presumption_is_not_told_to_the_family(cast: Cast) -> None:
    Writer(cast).factor("Misschien durft ze niet.", certainty="assumed", visibility=EVERYBODY)
    assert where(cast, "Misschien durft ze niet.") == {"report", "team"}


@pytest.mark.parametrize("kind", ["risk", "protective", "neutral"])
def test_a_risk_at_home_is_not_told_to_the_family(cast: Cast, kind: str) -> None:
    Writer(cast).factor("Iets thuis.", domain="opv", kind_of_factor=kind, visibility=EVERYBODY)
    Writer(cast).factor("Iets in de klas.", domain="ols", kind_of_factor="risk", visibility=EVERYBODY)
    assert ("parents" in where(cast, "Iets thuis.")) == (kind != "risk")
    assert "parents" in where(cast, "Iets in de klas.")


def test_own_words_are_always_on_the_own_copy_and_another_household_reads_them_nowhere(cast: Cast) -> None:
    write = Writer(cast)
    write.wish("Wens van Nore.", "student")
    write.wish("Wens van mama.", "parents", guardian=cast.mother, visibility=EVERYBODY)
    write.wish("Wens van papa.", "parents", guardian=cast.father)
    write.wish("Wens van beide ouders.", "parents")
    hers, his = (read(cast.meeting, "parents", guardian=guardian) for guardian in (cast.mother, cast.father))
    assert where(cast, "Wens van Nore.") == {"report", "team", "student"}
    assert "Wens van mama." in hers
    assert "Wens van mama." not in his
    assert "Wens van papa." in his
    assert "Wens van papa." not in hers
    assert "Wens van beide ouders." in hers
    assert "Wens van beide ouders." in his
    assert "Wens van mama." in read(cast.meeting, "student")
    assert "Wens van papa." not in read(cast.meeting, "student")


@pytest.mark.parametrize("lives_with", [True, False])
def test_what_one_guardian_told_reaches_the_other_in_one_household_only(cast: Cast, lives_with: bool) -> None:
    cast.father.lives_with = lives_with
    cast.father.save()
    told = {"source": "told_by_parent", "visibility": EVERYBODY, "told_by": cast.mother}
    Writer(cast).seen("Thuis leest ze graag.", **told)
    Writer(cast).seen("Thuis is het druk.", "difficulty", **told)
    his = read(cast.meeting, "parents", guardian=cast.father)
    assert ("Thuis leest ze graag." in his) == ("Thuis is het druk." in his) == lives_with
    assert "Thuis leest ze graag." in read(cast.meeting, "parents", guardian=cast.mother)
    assert "Thuis leest ze graag." in read(cast.meeting, "student")


def test_what_was_told_in_confidence_needs_a_yes(cast: Cast) -> None:
    kept, shared = (Writer(cast).seen(text, visibility=EVERYBODY) for text in ("Bewaard.", "Gedeeld."))
    consent(cast, "student_confidence_share", about=kept.pk, granted=False)
    consent(cast, "student_confidence_share", about=shared.pk)
    assert where(cast, "Bewaard.") == {"report", "team", "student"}
    assert where(cast, "Gedeeld.") == set(ALL)


# --- confidential ---


def confidential(cast: Cast) -> list[str]:
    """One confidential item of each kind, and what hangs under them; returns the texts."""
    write, secret = Writer(cast), {"visibility": ("confidential",)}
    goal = write.goal("Geheim doel.", indicator="Geheime maatstaf.", status="partly", **secret)
    write.row(
        GoalScore, goal=goal, date=cast.meeting.date, level=0, by=write.person(cast.teacher.name), note="Geheime score."
    )
    write.seen("Geheime sterkte.", **secret)
    write.seen("Geheime moeilijkheid.", "difficulty", **secret)
    write.wish("Geheime wens.", "student", **secret)
    write.factor("Geheim kenmerk.", cluster="Geheime cluster", how_used="Geheime aanpak.", **secret)
    write.row(FactorCluster, name="Geheime cluster", hypothesis="Geheime hypothese.")
    write("inforequest", question="Geheime vraag.", **secret)
    write.need("Geheime behoefte.", goal=goal, **secret)
    write.agreement("Geheime afspraak.", goal=goal, **secret)
    write.adjustment("Geheime aanpassing.", **secret)
    write.row(
        Addendum, by=write.person(cast.teacher.name), text="Geheime verbetering.", date=cast.meeting.date, **secret
    )
    return [
        "Geheim doel.", "Geheime maatstaf.", "Geheime score.", "Geheime sterkte.", "Geheime moeilijkheid.", "Geheime wens.",
        "Geheim kenmerk.", "Geheime cluster", "Geheime aanpak.", "Geheime hypothese.", "Geheime vraag.", "Geheime behoefte.",
        "Geheime afspraak.", "Geheime aanpassing.", "Geheime verbetering.",
    ]  # fmt: skip


def test_a_confidential_item_is_on_no_copy(cast: Cast) -> None:
    confidential(cast)
    for reader in ALL:
        assert "eheim" not in read(cast.meeting, reader)
        assert "eheim" not in read(cast.meeting, reader, viewer=cast.coordinator)


def test_a_report_may_hold_them_for_who_may_read_them_and_says_so(cast: Cast) -> None:
    texts = confidential(cast)
    printed = read(cast.meeting, "report", viewer=cast.coordinator, confidential=True)
    assert [text for text in texts if text not in printed] == []
    assert "Dit exemplaar bevat vertrouwelijke stukken." in printed
    for reader in ("team", "class_sheet", "parents", "student"):
        assert "eheim" not in read(cast.meeting, reader, viewer=cast.coordinator, confidential=True)
    assert "eheim" not in read(cast.meeting, "report", confidential=True)


def test_a_report_holds_only_those_of_the_circle(cast: Cast) -> None:
    care_teacher, write = cast.users["care_teacher"], Writer(cast)
    named = write.seen("Voor de kring.", visibility=("confidential",))
    write.seen("Voor de coördinator.", visibility=("confidential",))
    CircleMember.objects.create(item=named.pk, person=write.person(care_teacher.name))
    printed = read(cast.meeting, "report", viewer=care_teacher, confidential=True)
    assert "Voor de kring." in printed
    assert "Voor de coördinator." not in printed


def test_a_reference_to_what_may_not_be_read_prints_nothing(cast: Cast) -> None:
    write, secret = Writer(cast), {"visibility": ("confidential",)}
    goal = write.goal("Geheim doel.", **secret)
    hidden, seen = write.factor("Geheim kenmerk.", **secret), write.seen("Geheim gezien.", **secret)
    need = write.need("Geheime behoefte.", goal=goal, **secret)
    question = write("inforequest", question="Geheime vraag.", **secret)
    open_factor = write.factor("Open kenmerk.")
    open_factor.write_part("from_observations", [seen])
    write.seen("Open sterkte.", used_in_goal=goal, counterpart=seen)
    write.need("Open behoefte.", goal=goal)
    write.agreement("Open afspraak.", goal=goal, need=need, factor=hidden, info_request=question)
    write.row(FactorLink, from_factor=open_factor, to_factor=hidden, effect="maintains")
    write.goal("Open doel.", parent=goal)
    for reader in ("report", "team"):
        printed = read(cast.meeting, reader)
        assert "eheim" not in printed
        assert "houdt in stand" not in printed
        assert all(f"Open {what}" in printed for what in ("kenmerk", "sterkte", "behoefte", "afspraak", "doel"))


# --- the rest ---


def test_single_texts_of_a_meeting_are_for_report_and_team(cast: Cast) -> None:
    both = ("reason_now", "help_question", "hypothesis", "teacher_learning_question")
    report = ("avoid", "satisfaction", "learned", "info_exchange_answer", "skip_reason_goals", "skip_reason_needs")
    for field in (*both, *report):
        StepText.objects.filter(meeting=cast.meeting, field=field).update(text=f"Tekst {field}.")
    for field in both:
        assert where(cast, f"Tekst {field}.") == {"report", "team"}
    for field in report:
        assert where(cast, f"Tekst {field}.") == {"report"}


def test_notes_on_people_and_their_addresses_are_on_no_copy(cast: Cast) -> None:
    cast.mother.email, cast.mother.phone, cast.mother.note_restriction = (
        "mama@voorbeeld.example",
        "0400 11",
        "Niet bellen.",
    )
    cast.mother.save()
    seat(cast.meeting, "Hilde Claes", "guardian", note="Was boos.", role_label="mama")
    for text in ("mama@voorbeeld.example", "0400 11", "Niet bellen.", "Was boos."):
        assert where(cast, text) == set()


def test_what_was_removed_is_on_no_copy(cast: Cast) -> None:
    item = Writer(cast).seen("Weggehaald.", visibility=EVERYBODY)
    remove_item(item, by=cast.coordinator, base_version=1, key=item.new_key)
    assert where(cast, "Weggehaald.") == set()


def test_only_a_doubtful_agreement_says_where_it_stands(cast: Cast) -> None:
    for status in ("proposed", "put_forward", "agreed", "declined", "done"):
        Writer(cast).agreement(f"Afspraak {status}.", status=status, visibility=EVERYBODY)
    team = section(document(cast.meeting, "team"), "agreements")
    assert [team.count(word) for word in ("voorgesteld", "voorgelegd", "niet aanvaard", "afgesproken", "gedaan")] == [
        1,
        1,
        1,
        0,
        0,
    ]
    parents = section(document(cast.meeting, "parents"), "agreements")
    assert parents.count("We stellen voor:") == 1
    assert parents.count("Nog niet afgesproken.") == 1
    assert parents.count("Niet aanvaard") == 1
