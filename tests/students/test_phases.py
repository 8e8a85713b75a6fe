"""Phases of support: a vocabulary with dates, and a history that goes both ways."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from students.models import Consent, Phase, PhaseRecord, Student
from students.models.phases import load_phases, phases
from tests.factories import Cast

TODAY = timezone.localdate()


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def decide(cast: Cast, number: int, n: int, domain: str = "all", **fields: Any) -> PhaseRecord:
    phase = Phase.objects.get(number=number)
    return PhaseRecord.decide(cast.student, domain, phase, on=day(n), reason="Daarom.", by=cast.coordinator, **fields)


def test_the_four_phases_in_order(db: None) -> None:
    assert [p.code for p in Phase.objects.all()] == ["broad_basic", "increased", "extended", "iac_ov4"]
    assert [p.number for p in Phase.objects.all()] == [0, 1, 2, 3]
    assert [p["code"] for p in phases()] == [p.code for p in Phase.objects.all()]
    load_phases(Phase)  # again is the same
    assert Phase.objects.count() == 4


def test_a_phase_is_named_in_the_language_of_the_page(db: None) -> None:
    phase = Phase.objects.get(code="increased")
    with translation.override("nl"):
        assert str(phase) == "Verhoogde zorg"
    with translation.override("en"):
        assert str(phase) == phase.name_en


def test_the_history_goes_up_and_down(cast: Cast) -> None:
    rows = [decide(cast, 1, -30), decide(cast, 2, -20), decide(cast, 2, -10), decide(cast, 1, 0)]
    assert [row.direction for row in rows] == ["up", "up", "same", "down"]
    kept = PhaseRecord.objects.filter(student=cast.student)
    assert [(row.since, row.until) for row in kept] == [
        (day(-30), day(-20)), (day(-20), day(-10)), (day(-10), day(0)), (day(0), None),
    ]  # fmt: skip


def test_the_first_decision_for_broad_basic_care_is_no_step_down(cast: Cast) -> None:
    assert decide(cast, 0, 0).direction == "same"


@pytest.mark.parametrize(("n", "number"), [(-31, None), (-30, 1), (-11, 1), (-10, 2), (5, 2)])
def test_the_current_phase_is_the_one_of_the_day(cast: Cast, n: int, number: int | None) -> None:
    decide(cast, 1, -30)
    decide(cast, 2, -10)
    found = PhaseRecord.objects.current(day(n)).filter(student=cast.student)
    assert [row.phase.number for row in found] == ([] if number is None else [number])


def test_domains_do_not_touch_each_other(cast: Cast) -> None:
    decide(cast, 2, -9, "learning")
    decide(cast, 1, 0, "wellbeing")
    assert {r.guidance_domain: r.phase.number for r in PhaseRecord.objects.current()} == {"learning": 2, "wellbeing": 1}


def test_a_decision_of_an_earlier_day_does_not_break_the_history(cast: Cast) -> None:
    """A meeting of last week that closes today: the row that begins later stays the one that holds."""
    decide(cast, 2, 0)
    decide(cast, 1, -7)
    current = PhaseRecord.objects.current().filter(student=cast.student)
    assert [row.phase.number for row in current] == [2]
    assert [(r.phase.number, r.since, r.until) for r in PhaseRecord.objects.order_by("since")] == [
        (1, day(-7), day(0)), (2, day(0), None),
    ]  # fmt: skip
    assert [r.direction for r in PhaseRecord.objects.order_by("since")] == ["up", "up"]


def test_a_row_does_not_end_before_it_begins(cast: Cast) -> None:
    row = decide(cast, 1, 0)
    row.until = day(-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_the_phase_is_no_column_of_the_student() -> None:
    assert "phase" not in " ".join(field.name for field in Student._meta.concrete_fields)


def test_a_permission_stands_until_it_is_taken_back(cast: Cast) -> None:
    given: dict[str, Any] = {
        "school": cast.school, "student": cast.student, "kind_of_consent": "clb_involve", "given_by": "Hilde Claes",
        "what": "Het CLB mag meedenken.", "date": TODAY,
    }  # fmt: skip
    Consent.objects.create(**given, granted=False)
    Consent.objects.create(**given, granted=True, withdrawn_on=TODAY)
    Consent.objects.create(**given, granted=True, removed_at=timezone.now())
    assert not Consent.objects.standing("clb_involve").exists()
    stands = Consent.objects.create(**given, granted=True)
    assert list(Consent.objects.standing("clb_involve")) == [stands]
    assert not Consent.objects.standing("clb_to_school").exists()
