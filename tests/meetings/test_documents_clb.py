"""What the CLB told stands on paper with the permission it rests on; and the team's version that a CLB worker gets."""

import datetime
from typing import Any

import pytest

from meetings.models import ClbContribution, StepText
from tests.factories import Cast, make_grant, make_meeting, make_role, make_user, seat
from tests.meetings.paper import ALL, EVERYBODY, Writer, consent, document, flags, read, section, where

# A document is made of what was read, the same from either database.
pytestmark = pytest.mark.once


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
