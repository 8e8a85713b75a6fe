"""The seven steps of a student-case meeting, in the order they are taken.

This file is the flow. Adding, renaming or reordering a step happens here and nowhere else: the addresses, the
stepper, the pages, the gates and the documents all read `STEPS`. Five stages have seven steps, because two of the
stage questions ask two things: outlook is goals and needs, closure is agreements and evaluation.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Stage:
    code: str
    title: StrPromise
    caption: str  # id of the stage's question in the library


@dataclass(frozen=True)
class Step:
    slug: str  # in the address and in the database; never change one that is in use
    number: int
    stage: Stage
    title: StrPromise
    minutes: int  # of a meeting of 45 minutes
    kinds: tuple[str, ...]  # what can be written down in this step
    texts: tuple[str, ...] = ()  # single texts of this step
    choices: tuple[str, ...] = ()  # single choices, kept on the meeting itself
    gates: tuple[str, ...] = ()  # what must be there before going on (gates.py)


START = Stage("start", _("Start"), "K1")
OVERVIEW = Stage("overview", _("Overview"), "K2")
INSIGHT = Stage("insight", _("Insight"), "K3")
OUTLOOK = Stage("outlook", _("Outlook"), "K4")
CLOSURE = Stage("closure", _("Closure"), "K5")
STAGES = (START, OVERVIEW, INSIGHT, OUTLOOK, CLOSURE)

STEPS = (
    Step(
        "start", 1, START, _("Start"), 5,
        kinds=("meetinggoal", "wish"),
        texts=("avoid", "satisfaction"),
        gates=("G1", "G2"),
    ),
    Step(
        "overzicht", 2, OVERVIEW, _("Overview"), 8,
        kinds=("observation",),
        texts=("reason_now",),
        choices=("seen_from", "seen_until"),
        gates=("G3", "G4", "G5"),
    ),
    Step(
        "inzicht", 3, INSIGHT, _("Insight"), 10,
        kinds=("factor", "factorcluster", "factorlink", "inforequest", "clbcontribution"),
        texts=("help_question", "hypothesis"),
        choices=("insight_state",),
        gates=("G6", "G7"),
    ),
    Step(
        "doelen", 4, OUTLOOK, _("Goals"), 7,
        kinds=("goal", "goalscore"),
        texts=("skip_reason_goals",),
        gates=("G8", "G9"),
    ),
    Step(
        "behoeften", 5, OUTLOOK, _("Needs"), 8,
        kinds=("need", "reasonableadjustment"),
        texts=("teacher_learning_question", "skip_reason_needs"),
        choices=("nothing_extra",),
        gates=("G10", "G11"),
    ),
    Step(
        "afspraken", 6, CLOSURE, _("Agreements"), 5,
        kinds=("agreement", "communication", "followup", "phasedecision"),
        gates=("G12", "G13", "G14"),
    ),
    Step(
        "evaluatie", 7, CLOSURE, _("Evaluation"), 2,
        kinds=("meetinggoal",),
        texts=("learned", "info_exchange_answer"),
        choices=("satisfied_student", "satisfied_parents", "satisfied_team"),
        gates=("G15",),
    ),
)  # fmt: skip

BY_SLUG = {step.slug: step for step in STEPS}
SKIPPED_WITHOUT_INSIGHT = ("doelen", "behoeften")  # the branch: no insight yet, so first find out, then meet again


def after(step: Step, *, without_insight: bool = False) -> Step | None:
    """The step that follows; past the two skipped ones when there is no insight yet. None after the last one."""
    rest = [s for s in STEPS[step.number :] if not (without_insight and s.slug in SKIPPED_WITHOUT_INSIGHT)]
    return rest[0] if rest else None


def before(step: Step, *, without_insight: bool = False) -> Step | None:
    """The step before, None before the first one."""
    rest = [s for s in STEPS[: step.number - 1] if not (without_insight and s.slug in SKIPPED_WITHOUT_INSIGHT)]
    return rest[-1] if rest else None
