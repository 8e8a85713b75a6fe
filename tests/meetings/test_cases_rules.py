"""The fifteen rules over more than one key: each has files that keep it and files that break it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from meetings.cases.rules import RULES
from tests.meetings.case_files import NAMES, Data, case, faults, raw

Change = Callable[[Data], Any]


def put(path: str, value: Any = None) -> Change:
    """Set the value at a path; None takes the key away."""

    def change(data: Data) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
        where: Any = data
        for part in way:
            where = where[part]
        if value is None:
            del where[last]
        else:
            where[last] = value

    return change


def add(path: str, value: Any) -> Change:
    """Append to the list at a path."""

    def change(data: Data) -> None:
        where: Any = data
        for part in path.split("."):
            where = where[int(part)] if part.isdigit() else where[part]
        where.append(value)

    return change


def changed(name: str, *changes: Change) -> list[str]:
    data = case(name)
    for change in changes:
        change(data)
    return faults(data)


def test_every_rule_is_there_with_its_reason() -> None:
    assert [rule.number for rule in RULES] == list(range(1, 16))
    assert all(rule.why for rule in RULES)


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_the_tests_break_no_rule(name: str) -> None:
    assert faults(raw(name)) == []


ONE, GROUP, ROUND, OPEN, OFF = "werkstuk", "kookhoek", "eerst_uitzoeken", "gepland", "afgelast"
GOALS, NEEDS, AGREEMENTS = "step_4_goals.goals", "step_5_needs", "step_6_agreements.agreements"
DESI = "Desi Van Hoornaert"


def without_the_middle(data: Data) -> None:
    del data["step_4_goals"]["goals"][1]["gas"]["0"]


BREAKS: list[tuple[int, str, list[Change], str]] = [
    (1, ONE, [put("addenda")], "addenda"),
    (1, ONE, [put("meeting.status", "closed")], "addenda"),
    (1, OPEN, [put("meeting.closed_kind", "full")], "meeting.closed_kind"),
    (1, ONE, [put("meeting.cancel_reason", "x")], "meeting.cancel_reason"),
    (2, ONE, [put("step_3_insight.insight_state", "not_yet")], "meeting.closed_kind"),
    (2, GROUP, [put("step_6_agreements.agreements")], "step_6_agreements.agreements"),
    (2, ROUND, [put("meeting.closed_kind", "full")], "step_4_goals.goals"),
    (2, ROUND, [put("step_3_insight.insight_state", "partly")], "step_3_insight.insight_state"),
    (2, ROUND, [put("step_5_needs", {"nothing_extra": False})], "step_5_needs.skip_reason"),
    (2, ROUND, [put("step_6_agreements.follow_up.attendees")], "step_6_agreements.follow_up"),
    (3, GROUP, [put("participants[4].student")], "participants[4].student"),
    (3, GROUP, [put("participants[0].student", "wout")], "participants[0].student"),
    (3, ONE, [put("participants[3].note")], "participants[3].note"),
    (4, ONE, [put("meeting.phase[0].reason")], "meeting.phase[0].reason"),
    (4, ONE, [put("consents[0].granted", False)], "meeting.phase[0].after"),
    (4, OPEN, [put("meeting.phase", {"domain": "all", "before": "increased", "requested": "extended", "reason": "x"})],
     "meeting.phase.requested"),
    (4, GROUP, [put("meeting.phase[0]")], "meeting.phase"),
    (5, ONE, [put("meeting.clb_contribution.by")], "meeting.clb_contribution.by"),
    (5, ONE, [put("consents[1].withdrawn_on", "2025-11-01")], "meeting.clb_contribution.text"),
    (5, ONE, [put("consents[1].withdrawn_on", "2025-11-01")], "step_2_overview.difficulties[0].source"),
    (5, GROUP, [put("step_2_overview.difficulties[1].source", "clb")], "step_2_overview.difficulties[1].source"),
    (6, ONE, [put("step_2_overview.strengths[0].holder", "teacher"), put("step_2_overview.strengths[2].holder", "group")],
     "step_2_overview.strengths"),
    (6, GROUP, [put("step_2_overview.strengths[0].subject")], "step_2_overview.strengths"),
    (7, ONE, [put("step_2_overview.strengths[3].told_by")], "step_2_overview.strengths[3].told_by"),
    (7, ONE, [put("step_2_overview.strengths[0].told_by", "Ludwina Peeraer")], "step_2_overview.strengths[0].told_by"),
    (7, GROUP, [put("step_2_overview.difficulties[0].subject", "ibrahim")], "step_2_overview.difficulties[0].subject"),
    (7, GROUP, [put("step_2_overview.difficulties[0].subject")], "step_2_overview.difficulties[0].subject"),
    (7, GROUP, [put("step_1_start.wish_parents[2].guardian", "Karlien Smout")], "step_1_start.wish_parents[2].guardian"),
    (8, GROUP, [put("step_3_insight.insight_state", "partly"), put("step_3_insight.info_requests")],
     "step_3_insight.info_requests"),
    (8, ROUND, [put("step_3_insight.info_requests[0].discussed_beforehand", False)],
     "step_3_insight.info_requests[0].discussed_beforehand"),
    (8, GROUP, [put("step_3_insight.info_requests[0].method", "abc")],
     "step_3_insight.info_requests[0].discussed_beforehand"),
    (9, GROUP, [put("gate_reasons[0]")], "gate_reasons"),
    (9, GROUP, [put("gate_reasons[0].subject", "wout")], "gate_reasons"),
    (9, GROUP, [put("gate_reasons[1]")], "gate_reasons"),
    (9, GROUP, [put("gate_reasons[1].subject", "wout")], "gate_reasons"),
    (9, GROUP, [put("gate_reasons[2]")], "gate_reasons"),
    (9, GROUP, [put("gate_reasons[4]")], "gate_reasons"),
    (9, ONE, [put("step_1_start.wish_student[0].text")], "gate_reasons"),
    (9, GROUP, [put("step_5_needs.nothing_extra", False), put("step_5_needs.teacher")], "gate_reasons"),
    (9, GROUP, [put("step_3_insight.factors[1].domain", "ll")], "gate_reasons"),
    (10, ONE, [put("step_6_agreements.communication[2]")], "step_6_agreements.communication"),
    (10, ONE, [put("step_6_agreements.communication[1]")], "step_6_agreements.communication"),
    (10, GROUP, [put("gate_reasons[3]")], "step_6_agreements.communication"),
    (10, GROUP, [put("step_6_agreements.communication[0].subject")], "step_6_agreements.communication[0].subject"),
    (11, GROUP, [put("step_6_agreements.agreements[0].when_text")], "step_6_agreements.agreements[0].due"),
    (11, GROUP, [put("step_6_agreements.agreements[0].goal")], "step_6_agreements.agreements[0].info_request"),
    (12, ONE, [put("student.competence_note")], "student.competence_note"),
    (12, ONE, [put("consents[0].form")], "consents[0].form"),
    (12, ONE, [put("consents[0].given_by", "Gaspard Van Hoornaert")], "consents[0].given_by"),
    (12, ONE, [put("consents[0].given_by", DESI)], "consents[0].given_by"),
    (12, ONE, [put("student.competence", "presumed_by_age")], "consents[0].given_by"),
    (12, GROUP, [put("consents[0].given_by", "Hatice Sahin")], "consents[0].given_by"),
    (13, ONE, [put("guardians[2].receives_plan", True)], "guardians[2].receives_plan"),
    (14, ONE, [put("step_2_overview.strengths[0].visibility", ["parents"])], "step_2_overview.strengths[0].visibility"),
    (14, ONE, [put("step_2_overview.strengths[0].visibility", ["care_team", "confidential"])],
     "step_2_overview.strengths[0].visibility"),
    (14, ONE, [put("step_2_overview.strengths[0].visibility", ["care_team", "care_team"])],
     "step_2_overview.strengths[0].visibility[1]"),
    (14, ONE, [put("step_2_overview.strengths[0].visibility", [])], "step_2_overview.strengths[0].visibility"),
    (14, ONE, [put("addenda[0].circle", ["Roos Timmermans"])], "addenda[0].circle"),
    (14, ONE, [add("addenda.1.circle", "Roos Timmermans")], "addenda[1].circle[1]"),
    (15, GROUP, [put("step_5_needs.student[0].subject", "wout")], "step_5_needs.student[0].goal"),
    (15, GROUP, [put("step_3_insight.factors[0].subject", "ibrahim")], "step_3_insight.factors[0].from_observations[0]"),
    (15, GROUP, [put("step_2_overview.strengths[2].used_in", "afspraak-1")], "step_2_overview.strengths[2].used_in"),
    (15, GROUP, [put("consents[0].about", "goed-w")], "consents[0].about"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "name", "changes", "path"), BREAKS)
def test_a_broken_rule_is_a_fault_at_its_path(number: int, name: str, changes: list[Change], path: str) -> None:
    assert path in [fault.partition(": ")[0] for fault in changed(name, *changes)]


def test_every_rule_is_tried() -> None:
    assert {number for number, *_rest in BREAKS} == set(range(1, 16))


# What looks like a broken rule and is none.
KEEPS: list[tuple[int, str, list[Change]]] = [
    (1, OPEN, [put("meeting.status", "cancelled")]),
    (2, ROUND, [add("step_6_agreements.follow_up.attendees", "Nele")]),
    (3, GROUP, [put("participants[2].participation", "not_this_time"), put("participants[2].note", "oma is ziek")]),
    (4, ONE, [put("meeting.phase[0].before", "iac_ov4"), put("consents[0].granted", False)]),  # downwards
    (4, OPEN, [put("meeting.phase", {"domain": "all", "before": "increased"})]),
    (4, ONE, [put("consents[0].withdrawn_on", "2025-12-01")]),  # it was granted
    (5, ONE, [put("meeting.clb_contribution", {"by": "Aniek Roelants"})]),
    (6, GROUP, [put("step_2_overview.strengths[0].holder", "student")]),
    (7, GROUP, [put("step_2_overview.difficulties[0].subject", "wout")]),  # of both children she is the mother
    (8, GROUP, [put("step_3_insight.info_requests")]),
    (9, GROUP, [put("gate_reasons[0].subject")]),  # for the whole group
    (9, GROUP, [put("gate_reasons[1].subject", "wout"), *(
        add("gate_reasons", {"gate": "G4", "subject": key, "reason": "x", "by": "Gitte Bauters"}) for key in ("fien_2", "ibrahim")
    )]),  # for each of them
    (9, GROUP, [put("step_3_insight.factors"), put("step_3_insight.links")]),
    (9, ONE, [put("step_1_start.wish_student", [{"how_known": "not_yet_asked"}])]),
    (10, OPEN, [put("step_6_agreements", {"communication": []})]),
    (11, GROUP, [put("step_6_agreements.agreements[0].when_text"),
                 put("step_6_agreements.agreements[0].due", "2025-10-31")]),
    (11, ROUND, [put("step_6_agreements.agreements[0].info_request")]),  # no goals there
    (12, GROUP, [put("consents[0].form", "written")]),
    (13, ONE, [put("guardians[1].receives_plan", False)]),
    (14, ONE, [put("step_2_overview.strengths[0].visibility", ["student", "care_team"])]),
    (15, GROUP, [put("step_5_needs.student[0].subject")]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "name", "changes"), KEEPS)
def test_a_kept_rule_is_no_fault(number: int, name: str, changes: list[Change]) -> None:
    assert changed(name, *changes) == []


def test_every_rule_is_tried_with_a_file_that_keeps_it() -> None:
    assert {number for number, *_rest in KEEPS} == set(range(1, 16))


LIMITS: list[tuple[str, list[Change], str]] = [
    (ONE, [put("meeting.end", "12:40")], "meeting.end: not after start"),
    (ONE, [put("student.birth_date", "2025-11-20")], "student.birth_date: not before the meeting"),
    (ONE, [put("legal_reports[0].valid_until", "2025-05-06")], "legal_reports[0].valid_until: not after date"),
    (ONE, [put("consents[2].withdrawn_on", "2025-10-05")], "consents[2].withdrawn_on: before date"),
    (ONE, [put("reasonable_adjustments[0].until", "2025-09-14")], "reasonable_adjustments[0].until: before from"),
    (ONE, [put("step_2_overview.seen_until", "2025-11-02")], "step_2_overview.seen_until: before seen_from"),
    (ONE, [put(f"{GOALS}[0].target_date", "2025-11-19")], f"{GOALS}[0].target_date: before the meeting"),
    (ONE, [put(f"{AGREEMENTS}[0].due", "2025-11-25")], f"{AGREEMENTS}[0].due: before start"),
    (ONE, [put(f"{AGREEMENTS}[0].reviews[0].date", "2025-11-19")],
     f"{AGREEMENTS}[0].reviews[0].date: before the meeting"),
    (ONE, [put("addenda[0].date", "2025-11-19")], "addenda[0].date: before the meeting"),
    (ONE, [put("step_6_agreements.follow_up.date", "2025-11-20")],
     "step_6_agreements.follow_up.date: not after the meeting"),
    (ONE, [put("meeting.clb_contribution.by", "Roos Timmermans")],
     'meeting.clb_contribution.by: "Roos Timmermans" is no participant with role clb_worker'),
    (ONE, [put("meeting.clb_contribution.locked_because", "x")],
     "meeting.clb_contribution.locked_because: not together with text"),
    (ONE, [put("participants[1].name", "Ziya Ôzdemir"), put("meeting.reporter")],
     'participants[1].name: "Ziya Ôzdemir" stands here twice'),
    (ONE, [put("participants[4].name", "Roos")], 'participants[4].name: "Roos" is no guardian of this student'),
    (ONE, [put("participants[5].name", "Roos")], 'participants[5].name: "Roos" is no name of this student'),
    (GROUP, [put("participants[2].student", "wout")],
     'participants[2].name: "Hatice Sahin" is no guardian of this student'),
    (ONE, [put("step_3_insight.clusters[0].name", "Einde")],
     "step_3_insight.clusters[0].name: no factor has this cluster"),
    (ONE, [put("step_3_insight.links[0].to", "F-2")], "step_3_insight.links[0].to: the same factor as from"),
    (ONE, [put(f"{GOALS}[0].parent", "D-2")], f"{GOALS}[1].parent: a goal is no step towards itself"),
    (ONE, [put(f"{GOALS}[1].parent", "D-2")], f"{GOALS}[1].parent: a goal is no step towards itself"),
    (ONE, [put(f"{GOALS}[1].start_level", 3)], f"{GOALS}[1].start_level: not a level of gas"),
    (ONE, [without_the_middle], f"{GOALS}[1].gas: a goal scale has at least the levels -1, 0 and +1; missing: 0"),
    (ONE, [put("step_4_goals.goal_scores[0].goal", "D-1")],
     "step_4_goals.goal_scores[0].goal: this goal has no gas"),
    (ONE, [put("step_4_goals.goal_scores[0].level", 5)],
     "step_4_goals.goal_scores[0].level: not a level of gas of its goal"),
    (ROUND, [put("step_5_needs.nothing_extra", True)],
     "step_5_needs.skip_reason: stands alone; this step has more in it"),
    (ONE, [add("step_6_agreements.agreements.0.who", {"name": "Desi"})], f"{AGREEMENTS}[0].who[2].name: once per agreement"),
    (ONE, [put(f"{AGREEMENTS}[0].goal", "D-1")], f'{AGREEMENTS}[0].goal: not the goal of its need, "D-2"'),
    (ONE, [put("step_5_needs.student[0].goal", "D-9")], 'step_5_needs.student[0].goal: no goal "D-9" in this file'),
    (ONE, [put("step_5_needs.student[0].goal", "S-1")], 'step_5_needs.student[0].goal: no goal "S-1" in this file'),
    (ONE, [put("step_5_needs.student[0].help_sentence", "colleague")],
     'step_5_needs.student[0].help_sentence: "colleague" is not one of instruction, tasks, activities_materials, '
     "environment, feedback, classmates, teacher, parents, support_with, other"),
    (ONE, [put("step_7_evaluation.goal_ratings[1].goal", "B-2")],
     'step_7_evaluation.goal_ratings[1].goal: "B-2" stands here twice'),
    (ONE, [put("step_7_evaluation.goal_ratings[1]")],
     'step_7_evaluation.goal_ratings: G15: no rating of "B-1"'),
    (ONE, [put("step_6_agreements.communication[0].to", "mama")],
     'step_6_agreements.communication[0].to: "mama" is no guardian of this student'),
    (ONE, [put("statements[0].by", "Roos Timmermans")],
     'statements[0].by: "Roos Timmermans" is no guardian or name of this student'),
    (ONE, [put("plan_texts.sections[0].section", "wishes")],
     "plan_texts.sections[0].section: wishes is never printed for class_sheet"),
    (ONE, [add("plan_texts.sections", {"reader": "team", "section": "insight", "text": "x"})],
     "plan_texts.sections[2].section: insight stands here twice for team"),
    (ONE, [put("class_group.level", "lager")], "class_group.stream: secondary school only"),
    (ONE, [put("meeting.phase[1].domain", "learning")], "meeting.phase[1].domain: each domain stands here once per student"),
    (ROUND, [put("meeting.phase", [{"domain": "all", "before": "increased", "after": "increased"}])],
     "meeting.phase: one row is written as the part itself, not as a list"),
    (GROUP, [put("group.members", ["wout", "fien_2", "ibrahim", "nina"])],
     'group.members[3]: no student "nina" in this file'),
    (GROUP, [put("group.members", ["wout", "fien_2"])], "students.ibrahim: not among the members of the group"),
    (GROUP, [put("student", {"first_name": "a", "last_name": "b", "birth_date": "2016-01-01", "competence": "under_12"})],
     "student: not in a group"),
    (ONE, [put("consents[0].student", "wout")], "consents[0].student: in a group only"),
    (OFF, [put("group.members", ["a"]), put("students.b")], "group.members: a group has 2 to 8 members"),
    (GROUP, [put("step_1_start.wish_student[1].student")],
     "step_1_start.wish_student[1].student: this is required in a group"),
    (ONE, [put("step_2_overview.strengths[1].source")],
     "step_2_overview.strengths[1].source: this is required in a closed meeting"),
    (ONE, [put("step_5_needs.parents[0].band")], "step_5_needs.parents[0].band: this is required in a closed meeting"),
    (ONE, [put("step_5_needs")], "step_5_needs: this is required in a closed meeting"),
    (ROUND, [put("step_1_start.meeting_goals", []), put("step_7_evaluation.goal_ratings")],
     "step_1_start.meeting_goals: at least one is needed here"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "fault"), LIMITS)
def test_what_a_table_says_of_a_value_holds(name: str, changes: list[Change], fault: str) -> None:
    assert fault in changed(name, *changes)
