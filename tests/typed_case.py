"""A case file as a list of things somebody types: what a test fills in, form by form, in the order of the steps.

The tests that drive the pages, by requests or in a real browser, share this: it knows which row of a case file goes into
which form, and leaves it to them how to type it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hgw.accounts.models import Role
from hgw.items.models import CARE_TEAM
from students.models import Student
from tests.factories import make_class, make_guardian, make_role, make_school, make_student, make_user

# A key of a case file that has another name on the form.
NAMES = {
    "factor": {"kind": "kind_of_factor"},
    "factorlink": {"from": "from_factor", "to": "to_factor"},
    "consent": {"kind": "kind_of_consent"},
    "legalreport": {"kind": "kind_of_report"},
    "reasonableadjustment": {"kind": "kind_of_measure", "from": "since"},
    "phasedecision": {"domain": "guidance_domain"},
}
# Fields that hold the id of another row of the file.
REFERENCES = {
    "consent": ("about",),
    "observation": ("counterpart", "used_in"),
    "factor": ("from_observations",),
    "factorlink": ("from_factor", "to_factor"),
    "goal": ("parent",),
    "goalscore": ("goal",),
    "need": ("goal",),
    "agreement": ("need", "goal", "info_request", "factor"),
}


@dataclass
class Row:
    """One row to add: its kind, the list it stands in, what is typed, and its id in the file."""

    kind: str
    place: Mapping[str, str]
    fields: dict[str, Any]
    id: str = ""
    references: tuple[str, ...] = field(default=())


def rows(case: Mapping[str, Any]) -> Iterator[Row]:
    """Every row of a case about one student, in the order of the steps.

    What a row refers to stands before it, except where observations and permissions point to what is written later.
    """
    for participant in case["participants"]:
        given = {"present": participant["participation"] in {"full", "part"}} | participant
        yield Row("participant", {}, given)
    for kind, key in (("consent", "consents"), ("legalreport", "legal_reports")):
        yield from (_row(kind, {}, row) for row in case.get(key, ()))
    start, overview, insight = case["step_1_start"], case["step_2_overview"], case["step_3_insight"]
    yield from (_row("meetinggoal", {}, row) for row in start["meeting_goals"])
    for owner in ("student", "parents"):
        yield from (_row("wish", {"owner": owner}, row) for row in start.get(f"wish_{owner}", ()))
    for valence, key in (("strength", "strengths"), ("difficulty", "difficulties"), ("exception", "exceptions")):
        for row in overview.get(key, ()):
            yield _row("observation", {"valence": valence, "domain": row["domain"]}, row)
    yield from (_row("factor", {"domain": row["domain"]}, row) for row in insight.get("factors", ()))
    yield from (_row("factorcluster", {}, row) for row in insight.get("clusters", ()))
    yield from (_row("factorlink", {}, row) for row in insight.get("links", ()))
    yield from (_row("inforequest", {}, row) for row in insight.get("info_requests", ()))
    yield from (_goal(row) for row in case["step_4_goals"].get("goals", ()))
    yield from (_row("goalscore", {}, row) for row in case["step_4_goals"].get("goal_scores", ()))
    for holder in ("student", "teacher", "parents"):
        yield from (_row("need", {"holder": holder}, row) for row in case["step_5_needs"].get(holder, ()))
    for row in case.get("reasonable_adjustments", ()):
        yield _row("reasonableadjustment", {}, row | {"school_subjects": ", ".join(row.get("school_subjects", ()))})
    closure = case["step_6_agreements"]
    for row in closure.get("agreements", ()):
        actors = row.get("who", ())
        leads = [actor["name"] for actor in actors if actor.get("lead")]
        yield _row("agreement", {}, row | {"who": [actor["name"] for actor in actors], "lead": leads})
    yield from (_row("communication", {}, row) for row in closure.get("communication", ()))
    if "follow_up" in closure:
        yield _row("followup", {}, closure["follow_up"])
    phases = case["meeting"]["phase"]
    yield from (_row("phasedecision", {}, row) for row in (phases if isinstance(phases, list) else [phases]))


def row_of(kind: str, row: Mapping[str, Any]) -> Row:
    """A single row, outside the order of the steps."""
    return _row(kind, {}, row)


def _row(kind: str, place: Mapping[str, str], row: Mapping[str, Any]) -> Row:
    fields = {NAMES.get(kind, {}).get(key, key): value for key, value in row.items()}
    fields.pop("reviews", None)
    if "visibility" in fields:
        fields["visibility"] = [flag for flag in fields["visibility"] if flag != CARE_TEAM]
    return Row(kind, place, fields, fields.pop("id", ""), REFERENCES.get(kind, ()))


def _goal(row: Mapping[str, Any]) -> Row:
    goal = _row("goal", {}, row)
    for level, text in goal.fields.pop("gas", {}).items():
        goal.fields[f"gas_{level}"] = text
    for n, link in enumerate(goal.fields.pop("curriculum_links", ())):
        goal.fields |= {f"link_{n}_{part}": value for part, value in link.items()}
    return goal


def texts(case: Mapping[str, Any]) -> dict[str, str]:
    """The single texts of the steps, under the names they have in the application."""
    start, overview, insight = case["step_1_start"], case["step_2_overview"], case["step_3_insight"]
    needs, goals, evaluation = case["step_5_needs"], case["step_4_goals"], case["step_7_evaluation"]
    found = {
        "avoid": start.get("avoid"),
        "satisfaction": start.get("satisfaction"),
        "reason_now": overview.get("reason_now"),
        "help_question": insight.get("help_question"),
        "hypothesis": insight.get("hypothesis"),
        "skip_reason_goals": goals.get("skip_reason"),
        "skip_reason_needs": needs.get("skip_reason"),
        "teacher_learning_question": case["meeting"].get("teacher_learning_question"),
        "learned": evaluation.get("learned"),
        "info_exchange_answer": evaluation.get("info_exchange_answer"),
    }
    return {name: text for name, text in found.items() if text}


def plan_texts(case: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    """The plan's wording: (reader, section) to what is typed."""
    given = case.get("plan_texts", {})
    found: dict[tuple[str, str], dict[str, str]] = {}
    if "compliment" in given:
        found["", "compliment"] = given["compliment"]
    if "parents_reason" in given:
        found["parents", "reason"] = {"text": given["parents_reason"]}
    for key, text in given.get("student", {}).items():
        found["student", key] = {"text": text}
    for row in given.get("sections", ()):
        found[row["reader"], row["section"]] = {"text": row["text"]}
    return found


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every leaf of a parsed file with its path, to compare two files."""
    if isinstance(value, Mapping):
        return {p: leaf for key, part in value.items() for p, leaf in leaves(part, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {p: leaf for n, part in enumerate(value) for p, leaf in leaves(part, f"{path}[{n}]").items()}
    return {path: value}


def without_ids(case: dict[str, Any]) -> dict[str, Any]:
    """The leaves of a case; what is typed in a browser gets ids of its own, so each stands for the place it points to."""
    found = leaves(case)
    place = {str(leaf): path.removesuffix(".id") for path, leaf in found.items() if path.endswith(".id")}
    return {path: place.get(str(leaf), leaf) for path, leaf in found.items() if not path.endswith(".id")}


def school_of(case: dict[str, Any]) -> Student:
    """The school, class, staff, student and guardians that a case speaks of, before its meeting."""
    school = make_school(**case["school"])
    class_group = make_class(school, day=case["meeting"]["date"], **case["class_group"])
    student = make_student(school, class_group, **case["student"])
    for guardian in case["guardians"]:
        make_guardian(student, **guardian)
    for participant in case["participants"]:
        if participant["role"] in Role.values:
            make_role(make_user(name=participant["name"]), school, participant["role"], classes=(class_group,))
    return student
