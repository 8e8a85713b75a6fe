"""What a case file says must be on each copy, and what may not be: the printing rules once more, from the file alone.

This shares nothing with the program. A test lays both beside each other: every text of the file that a reader gets must be
on that reader's paper, and no other text of the file.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

Case = Mapping[str, Any]
EVERYBODY = {"report", "team", "class_sheet", "parents", "student"}
TEAM = {"report", "team"}
# Which lines of the student's own plan are words instead of items, and which items they replace.
OWN_PLAN = {
    "can": "strengths", "want": "goals", "do": "own agreements", "teacher_helps": "help at school",
    "home_helps": "help at home", "helps_too": "adjustments", "notice": "indicators", "again": "followup",
}  # fmt: skip


def squeezed(text: str) -> str:
    """Letters and digits only: how a line was broken or hyphenated on paper does not count."""
    return re.sub(r"[\W_]+", "", text).casefold()


def printed(pdf: bytes) -> str:
    """The words of a PDF in the order in which they were drawn, cell by cell."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def wrong(case: Case, reader: str, recipient: str, paper: str) -> list[tuple[str, str]]:
    """What a copy lacks, and what stands on it too much. `paper` is squeezed."""
    found = [(squeezed(text), due) for text, due in texts(case, reader, recipient) if text]
    all_due = "\n".join(text for text, due in found if due)  # the same words may stand in a text that is due
    return [
        ("missing" if due else "too much", text)
        for text, due in found
        if due != (text in paper) and (due or text not in all_due)
    ]


def texts(case: Case, reader: str, recipient: str = "") -> Iterator[tuple[str, bool]]:
    """Each text of a case about one student, and whether it is on this reader's copy (`recipient`: the guardian's name)."""
    plan = case.get("plan_texts", {})
    own = plan.get("student", {}) if reader == "student" else {}
    worded = {row["section"] for row in plan.get("sections", ()) if row["reader"] == reader}

    def gets(row: Case, *, own_line: str = "", section: str = "") -> bool:
        if row.get("visibility") == ["confidential"] or own_line in own or section in worded:
            return False
        return reader in TEAM or reader in row.get("visibility", ["care_team"])

    def household(name: str) -> bool:
        """Whether what this guardian told or wished may be read on the recipient's copy."""
        people = {f"{g['first_name']} {g['last_name']}": g for g in case["guardians"]}
        both = (people.get(name), people.get(recipient))
        return name == recipient or all(g and g["authority"] == "joint" and g["lives_with"] for g in both)

    start, overview, insight = case["step_1_start"], case["step_2_overview"], case["step_3_insight"]
    for goal in start["meeting_goals"]:
        yield goal["text"], reader == "report"
    for name in ("avoid", "satisfaction"):
        yield start[name], reader == "report"
    for wish in start["wish_student"]:
        mine = reader == "student" and "want" not in own
        yield wish["text"], mine or (reader in TEAM | {"parents"} and gets(wish))
    for wish in start["wish_parents"]:
        whose = wish.get("guardian", recipient)
        mine = reader == "parents" and whose == recipient
        yield (
            wish["text"],
            mine or (reader in TEAM | {"parents"} and gets(wish) and (reader in TEAM or household(whose))),
        )
    for name in ("reason_now",):
        yield overview[name], reader in TEAM
    for key, readers, line in (
        ("strengths", EVERYBODY, "can"), ("exceptions", EVERYBODY, "can"), ("difficulties", TEAM | {"parents"}, ""),
    ):  # fmt: skip
        for row in overview.get(key, ()):
            told = reader != "parents" or "told_by" not in row or household(row["told_by"])
            yield row["text"], reader in readers and told and gets(row, own_line=line)
    for name in ("help_question", "hypothesis"):
        yield insight[name], reader in TEAM
    for factor in insight["factors"]:
        checked = factor.get("certainty") == "known" and not (factor["domain"] == "opv" and factor["kind"] == "risk")
        yield factor["text"], gets(factor) and (reader in TEAM or (reader == "parents" and checked))
    for question in insight["info_requests"]:
        yield question["question"], reader in TEAM | {"parents"} and gets(question)
    looked_back = reader != "class_sheet" and not worded & {"evaluation"}
    for goal in case["step_4_goals"]["goals"]:
        yield goal["then_can"], gets(goal, own_line="want") or (looked_back and gets(goal) and _outcome(case, goal))
        yield goal["indicator"], gets(goal, own_line="notice")
    for holder in ("student", "teacher", "parents"):
        readers = {"student": EVERYBODY, "teacher": TEAM | {"class_sheet"}, "parents": TEAM | {"parents"}}[holder]
        section = {"student": "needs_student", "teacher": "needs_team", "parents": "needs_parents"}[holder]
        for need in case["step_5_needs"].get(holder, ()):
            narrowed = reader in TEAM or need.get("band") == "min_necessary"
            line = "teacher_helps" if holder == "student" else ""
            yield need["text"], reader in readers and narrowed and gets(need, own_line=line, section=section)
    for row in case.get("reasonable_adjustments", ()):
        yield row["description"], gets(row, own_line="helps_too")
    yield from _agreements(case, reader, gets, own)
    for row in case["step_6_agreements"]["communication"]:
        mine = {"parents": row["to"] == recipient, "student": row["audience"] == "student"}.get(reader, reader in TEAM)
        yield row.get("channel", ""), mine
        yield row.get("note", ""), False
    follow_up = case["step_6_agreements"]["follow_up"]
    yield follow_up["purpose"], reader in TEAM | {"parents"}
    evaluation = case["step_7_evaluation"]
    for name in ("learned", "info_exchange_answer"):
        yield evaluation[name], reader == "report"
    yield plan["compliment"]["text"], reader != "class_sheet"
    yield plan["parents_reason"], reader == "parents"
    for text in plan["student"].values():
        yield text, reader == "student"
    for row in plan.get("sections", ()):
        yield row["text"], row["reader"] == reader
    yield from _never(case, reader, recipient)


def _outcome(case: Case, goal: Case) -> bool:
    """Whether there is something to say about how this goal went."""
    scored = any(score["goal"] == goal["id"] for score in case["step_4_goals"].get("goal_scores", ()))
    needs = {
        need["id"]
        for holder in ("student", "teacher", "parents")
        for need in case["step_5_needs"].get(holder, ())
        if need["goal"] == goal["id"]
    }
    for row in case["step_6_agreements"]["agreements"]:
        if row.get("goal") == goal["id"] or row.get("need") in needs:
            scored |= any(review.get("effect") for review in row.get("reviews", ()))
    return scored or goal.get("status", "open") != "open"


def _agreements(case: Case, reader: str, gets: Any, own: Case) -> Iterator[tuple[str, bool]]:
    guardians = {f"{g['first_name']} {g['last_name']}" for g in case["guardians"]}
    student = {case["student"]["first_name"], case["student"].get("preferred_name", "")}
    student |= {f"{name} {case['student']['last_name']}" for name in student}
    for row in case["step_6_agreements"]["agreements"]:
        names = {actor["name"] for actor in row["who"]}
        line = "do" if names & student else "home_helps" if names & guardians else "teacher_helps"
        looked_back = reader != "class_sheet" and any(review.get("effect") for review in row.get("reviews", ()))
        yield row["what"], gets(row, own_line=line) or (looked_back and gets(row))
        yield row["how"], gets(row, own_line=line) and reader != "student"


def _never(case: Case, reader: str, recipient: str) -> Iterator[tuple[str, bool]]:
    """What is on no copy at all, and what only the report holds."""
    for guardian in case["guardians"]:
        for name in ("email", "phone", "note_restriction"):
            yield guardian.get(name, ""), False
    for row in case["participants"]:
        yield row.get("note", ""), False
    for row in case.get("addenda", ()):
        yield row["text"], reader == "report" and row.get("visibility") != ["confidential"]
    for row in case.get("statements", ()):
        yield row["text"], reader == "report" or (reader == "parents" and row["by"] == recipient)
    yield case["student"].get("competence_note", ""), False
