"""The rules of the format over more than one key: each says what breaks it, and why it is there."""

from collections.abc import Callable
from dataclasses import dataclass

from meetings.cases import limits, rules_people, rules_steps
from meetings.cases.case import Breaks, Case


@dataclass(frozen=True)
class Rule:
    """A rule by its number in the format."""

    number: int
    why: str
    breaks: Callable[[Case], Breaks]


RULES = (
    Rule(1, "The state of a meeting says which texts can exist.", rules_people.state),
    Rule(
        2,
        "A complete meeting ends in goals and agreements; an information round ends in a next meeting.",
        rules_people.closed_kind,
    ),
    Rule(
        3,
        "In a group it must be clear whose guardian, or which student; who is not there this time is not forgotten.",
        rules_people.participants,
    ),
    Rule(4, "A change of phase is reasoned, and the CLB comes in with permission only.", rules_people.phases),
    Rule(5, "What the CLB tells rests on a permission that still stands.", rules_people.clb),
    Rule(6, "G3: a meeting that only holds problems ends in a plan that only holds problems.", rules_steps.strengths),
    Rule(7, "Who told something decides who may read it; a guardian speaks for the own child.", rules_steps.told_by),
    Rule(
        8,
        "G6: without enough insight, what is still needed is written down; nobody is observed unawares.",
        rules_steps.info_requests,
    ),
    Rule(9, "A soft gate may stay open, with a reason.", rules_steps.gates),
    Rule(
        10,
        "G13: student and guardians hear what was agreed, each guardian who gets a copy apart.",
        rules_steps.communication,
    ),
    Rule(11, "G12: an agreement that leaves open when, or why it is there, is not done.", rules_steps.agreements),
    Rule(
        12,
        "Who decides on matters of the CLB is a question of competence and authority, not of who is in the room.",
        rules_people.consents,
    ),
    Rule(13, "A court, or the lack of any legal tie, decided that no copy goes there.", rules_people.copies),
    Rule(
        14, "Confidential is for a named few; everything else is for the care team at least.", rules_people.visibility
    ),
    Rule(15, "A reference must not lead from one child's item to another child's.", rules_steps.subjects),
)


def check(case: Case) -> None:
    """Note every broken rule. The people of the case are known to be there."""
    limits.people(case)
    for rule in RULES:
        for path, message in rule.breaks(case):
            case.faults.add(path, message)
