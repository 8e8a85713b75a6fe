"""The flow as data: seven steps in five stages, what follows what, and that everything the steps name exists."""

from meetings import step_pages, steps
from meetings.gates import CLOSING, GATES
from meetings.kinds import kinds
from meetings.models import Meeting
from meetings.planning import TEXTS

SLUGS = ["start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie"]


def test_seven_steps_in_five_stages() -> None:
    assert [step.slug for step in steps.STEPS] == SLUGS
    assert [step.number for step in steps.STEPS] == [1, 2, 3, 4, 5, 6, 7]
    stages = [step.stage.code for step in steps.STEPS]
    assert stages == ["start", "overview", "insight", "outlook", "outlook", "closure", "closure"]
    assert sum(step.minutes for step in steps.STEPS) == 45


def test_the_way_forward_and_back() -> None:
    assert [steps.after(step).slug if steps.after(step) else None for step in steps.STEPS] == [*SLUGS[1:], None]  # type: ignore[union-attr]  # asked just before
    assert [steps.before(step).slug if steps.before(step) else None for step in steps.STEPS] == [None, *SLUGS[:-1]]  # type: ignore[union-attr]  # asked just before


def test_without_insight_goals_and_needs_are_passed_by() -> None:
    def forward(slug: str) -> str | None:
        step = steps.after(steps.BY_SLUG[slug], without_insight=True)
        return step.slug if step else None

    def back(slug: str) -> str | None:
        step = steps.before(steps.BY_SLUG[slug], without_insight=True)
        return step.slug if step else None

    assert [forward(slug) for slug in SLUGS] == [
        "overzicht", "inzicht", "afspraken", "afspraken", "afspraken", "evaluatie", None,
    ]  # fmt: skip
    assert (back("afspraken"), back("evaluatie")) == ("inzicht", "afspraken")


def test_what_a_step_names_exists() -> None:
    meeting_fields = {field.name for field in Meeting._meta.concrete_fields}
    for step in steps.STEPS:
        assert set(step.kinds) <= set(kinds())
        assert set(step.gates) <= set(GATES)
        assert set(step.choices) <= meeting_fields
        assert set(step.texts) <= set(TEXTS)
        assert step.slug in step_pages.PAGES
    assert set(step_pages.PAGES) == set(SLUGS)


def test_each_gate_stands_at_one_step_in_order() -> None:
    in_steps = [gate for step in steps.STEPS for gate in step.gates]
    assert in_steps == [f"G{n}" for n in range(1, 16)]
    assert [gate.id for gate in CLOSING] == ["C1", "C2", "C3", "C4", "C5", "C6", "C7"]


def test_a_kind_that_is_written_in_no_step_stands_on_the_meeting_itself() -> None:
    assert {name for name, kind in kinds().items() if kind.step is None} <= {
        "participant", "consent", "legalreport", "statement", "addendum", "steptext", "gatereason", "plantext",
    }  # fmt: skip
