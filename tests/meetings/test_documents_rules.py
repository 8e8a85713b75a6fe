"""What is held back whatever the flags say."""

import datetime
from typing import Any

import pytest

from hgw.items.saving import remove_item
from meetings.models import Addendum, CircleMember, ClbContribution, GoalScore, StepText
from meetings.models.insight import FactorCluster, FactorLink
from students.models import Consent
from tests.factories import Cast, make_grant, make_meeting, make_role, make_user, seat
from tests.meetings.paper import Writer, document, flags, read, section

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once

EVERYBODY = flags("class_sheet", "parents", "student", "clb")
ALL = ("report", "team", "class_sheet", "parents", "student")


def where(cast: Cast, text: str, **options: Any) -> set[str]:
    return {reader for reader in ALL if text in read(cast.meeting, reader, **options)}


def consent(cast: Cast, kind: str = "clb_to_school", **values: Any) -> Consent:
    given: dict[str, Any] = {
        "given_by": "Hilde Claes",
        "granted": True,
        "what": "dit",
        "date": datetime.date(2025, 11, 1),
    }
    return Consent.objects.create(school=cast.school, student=cast.student, kind_of_consent=kind, **(given | values))


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


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ([], False),
        ([{"granted": False}], False),
        ([{"withdrawn_on": datetime.date(2025, 11, 5)}], False),
        ([{"kind": "school_to_clb"}], False),
        ([{}], True),
    ],
)
def test_what_the_clb_told_stands_nowhere_without_a_consent_that_holds(
    cast: Cast, given: list[Any], stands: bool
) -> None:
    for values in given:
        consent(cast, **values)
    write = Writer(cast)
    write.row(ClbContribution, text="Van het CLB.", visibility=EVERYBODY)
    write.seen("Een sterkte van het CLB.", source="clb", visibility=EVERYBODY)
    assert where(cast, "Van het CLB.") == ({"report", "team", "parents", "student"} if stands else set())
    assert where(cast, "Een sterkte van het CLB.") == (set(ALL) if stands else set())


def test_the_consent_stands_beside_what_rests_on_it(cast: Cast) -> None:
    consent(cast, what="dat ze graag tekent")
    Writer(cast).row(ClbContribution, text="Van het CLB.", visibility=EVERYBODY)
    team = section(document(cast.meeting, "team"), "clb_contribution")
    assert "met toestemming van Hilde Claes, 1 november 2025: dat ze graag tekent" in team
    his = section(document(cast.meeting, "parents", guardian=cast.father), "clb_contribution")
    assert "met toestemming van de andere ouder, 1 november 2025" in his
    assert "tekent" not in his


@pytest.mark.parametrize(("here", "told"), [(True, ": dat ze graag tekent"), (False, "")])
def test_what_was_allowed_at_another_table_is_not_told_at_this_one(cast: Cast, here: bool, told: str) -> None:
    other = make_meeting([cast.student], by=cast.coordinator)
    consent(cast, what="dat ze graag tekent", came_with=(cast.meeting if here else other).pk)
    Writer(cast).row(ClbContribution, text="Van het CLB.", visibility=EVERYBODY)
    team = section(document(cast.meeting, "team"), "clb_contribution")
    assert f"met toestemming van Hilde Claes, 1 november 2025{told}" in team
    assert ("tekent" in team) == here


def test_why_nothing_stands_there_is_for_the_team(cast: Cast) -> None:
    Writer(cast).row(ClbContribution, locked_because="Nog niet gevraagd aan Nore.", visibility=EVERYBODY)
    assert where(cast, "Nog niet gevraagd aan Nore.") == {"report", "team"}


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


# --- the version of a CLB worker ---


def test_a_clb_worker_has_a_narrower_team_version(cast: Cast) -> None:
    write, worker = Writer(cast), cast.users["clb_worker"]
    seat(cast.meeting, "Hilde Claes", "guardian", role_label="mama-rol")
    StepText.objects.filter(meeting=cast.meeting, field="reason_now").update(text="Aanleiding.")
    write.wording("", "compliment", "Een compliment.")
    write.wording("team", "difficulties", "Moeilijk, in andere woorden.")
    write.seen("Sterkte.")
    write.goal("Doel.", status="partly")
    write.need("Behoefte van de leerkracht.", "teacher")
    write.agreement("Afspraak.")
    write.factor("Kenmerk zonder vlag.")
    write.factor("Kenmerk met vlag.", visibility=flags("clb"))
    write.adjustment("Aanpassing zonder vlag.")
    printed, whole = read(cast.meeting, "team", viewer=worker), read(cast.meeting, "team", viewer=cast.coordinator)
    shared = ("Sterkte.", "Doel.", "Behoefte van de leerkracht.", "Afspraak.", "Kenmerk met vlag.")
    left_out = (
        "Aanleiding.", "Een compliment.", "Moeilijk, in andere woorden.", "Kenmerk zonder vlag.", "Aanpassing zonder vlag.",
        "mama-rol", "Hoe ging het?",
    )  # fmt: skip
    assert [text for text in shared if text not in printed] == []
    assert [text for text in left_out if text in printed] == []
    assert [text for text in (*shared, *left_out) if text not in whole] == []


@pytest.mark.parametrize("role", ["homeroom_teacher", "learning_supporter"])
def test_who_works_with_the_student_has_the_whole_version(cast: Cast, role: str) -> None:
    Writer(cast).factor("Kenmerk zonder vlag.")
    assert "Kenmerk zonder vlag." in read(cast.meeting, "team", viewer=cast.users[role])


def test_who_is_of_the_care_team_as_well_has_the_whole_version(cast: Cast) -> None:
    both = make_user(cast.school, "clb_worker")
    make_role(both, cast.school, "care_teacher")
    make_grant(both, cast.student)
    Writer(cast).factor("Kenmerk zonder vlag.")
    assert "Kenmerk zonder vlag." in read(cast.meeting, "team", viewer=both)
