"""Whole case files that nobody wrote: composed from the tables of the format, by chance, so that every rule of it holds."""

import datetime
import random
from typing import Any

from meetings.cases import schema
from meetings.cases.case import WITH_AUTHORITY
from meetings.cases.schema import Key, tables
from meetings.cases.tables_people import PHASE_CODES
from tests.meetings.case_files import Data

DAY = datetime.date(2025, 11, 20)
FIRST_NAMES = ("Zoë", "Łukasz", "D'Arcy", "Şükran", "Anh", "محمد", "An-Sofie", "Ö", "Bo")
LAST_NAMES = ("Van den Bossche", "O'Neill", "Şahin", "El Amrani", "Peeters", "De", "Wiśniewska")
PIECES = (
    "Hij leest", "voor", "=1+1", "- a", "# b", ": c", "“ja”", "'nee'", '"', "\\n", "\n", "\n\n", "\t", " ", "  ", "\u00a0", "é",
    "e\u0301", "שלום", "👩‍👧", "\u202e", "\u200b", "{{ item }}", "%(x)s", "&amp;", "<b>", "null", "yes", "15:45", "|", ">", "…",
    "\u2028", "\ufeff", "1",
)  # fmt: skip
PHASE_DOMAINS = ("learning", "wellbeing", "school_career", "health", "all")
FAMILY = ("guardian", "student")


def compose(chance: random.Random) -> Data:
    """One valid case file, as plain data."""
    return _Composer(chance).case()


class _Composer:
    """Fills in one file. What the rules ask of a row of a table stands in the function `fit_` and its name."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_group = chance.random() < 0.4
        self.status = chance.choice(["planned", "preparing", "in_progress", "closed", "closed", "amended", "cancelled"])
        self.is_closed = self.status in {"closed", "amended"}
        self.round = self.is_closed and self.maybe(0.25)
        self.clb_may_tell = self.maybe()
        self.count = 0
        self.keys = [f"kind_{n}" for n in range(chance.randint(2, 8))] if self.is_group else [""]
        self.ids: dict[str, dict[str, Data]] = {}
        self.references: list[tuple[Key, Data]] = []
        self.people: list[str] = []

    def maybe(self, part: float = 0.5) -> bool:
        return self.chance.random() < part

    # --- values ---

    def text(self) -> str:
        words = "".join(self.chance.choices(PIECES, k=self.chance.randint(1, 9)))
        return f"{words}{self.number()}" if self.maybe(0.8) else words

    def short(self) -> str:
        return self.text().replace("\n", " ")

    def number(self) -> int:
        self.count += 1
        return self.count

    def day(self) -> datetime.date:
        return DAY + datetime.timedelta(days=self.chance.randint(0, 40))

    def person(self) -> str:
        return self.chance.choice(self.people)

    def value(self, key: Key) -> Any:
        if key.type == schema.TABLE:
            return self.row(key.table)
        values = {
            schema.TEXT: self.text, schema.SHORT: self.short, schema.PERSON: self.person, schema.DATE: self.day,
            schema.FLAG: self.maybe, schema.ENUM: lambda: self.chance.choice(key.values),
            schema.MEMBER: lambda: self.chance.choice(self.keys), schema.TIME: lambda: "09:05",
            schema.NUMBER: lambda: self.chance.randint(1, 7), schema.GAS: dict,
            schema.ID: lambda: f"{self.chance.choice(['A', 'é', '_', '0', '-'])}{self.number()}",
        }  # fmt: skip
        return values[key.type]()

    def values(self, key: Key) -> list[Any]:
        found = [self.value(key) for _n in range(self.chance.randint(1, 3))]
        return found if key.type == schema.TABLE else list(dict.fromkeys(found))

    # --- rows ---

    def row(self, table: str, **given: Any) -> Data:
        """A row of a table: what is required, and by chance the rest. References follow when all items are there."""
        row: Data = {}
        for key in tables()[table].keys:
            if key.name in given:
                row |= {key.name: given[key.name]} if given[key.name] not in (None, "") else {}
            elif key.name in {"visibility", "circle"} or (key.type == schema.MEMBER and not self.is_group):
                continue
            elif key.type == schema.REF:
                self.references.append((key, row))
            elif self.is_required(key) or self.maybe():
                row[key.name] = self.values(key) if key.many else self.value(key)
        self.show(table, row)
        if "id" in row:
            self.ids.setdefault(tables()[table].word, {})[row["id"]] = row
        getattr(self, f"fit_{table}", lambda _row: None)(row)
        return row

    def rows(self, table: str, *, least: int = 0, most: int = 3, **given: Any) -> list[Data]:
        return [self.row(table, **given) for _n in range(self.chance.randint(least, most))]

    def is_required(self, key: Key) -> bool:
        asked = {schema.ALWAYS: True, schema.CLOSED: self.is_closed, schema.GROUP: self.is_group}
        return asked.get(key.required, False)

    def show(self, table: str, row: Data) -> None:
        """Choose the readers of an item."""
        flags = tables()[table].key("visibility")
        if flags is None or self.maybe(0.3):
            return
        if self.maybe(0.3):
            row["visibility"] = ["confidential"]
            if tables()[table].key("circle") and self.maybe():
                row["circle"] = list(dict.fromkeys([self.person(), self.person()]))
            return
        others = [flag for flag in flags.values if flag not in {"care_team", "confidential"}]
        chosen = ["care_team", *self.chance.sample(others, self.chance.randint(0, len(others)))]
        row["visibility"] = self.chance.sample(chosen, len(chosen))

    def in_order(self, row: Data, first: str, last: str) -> None:
        if first in row and last in row:
            row[first], row[last] = sorted((row[first], row[last]))

    def parents(self, row: Data) -> list[Data]:
        """The guardians of the student a row is about."""
        return [guardian for guardian in self.guardians if guardian.get("student") == row.get("student")]

    def fit_strength(self, row: Data) -> None:
        row.pop("told_by", None)
        if row.get("source") == "told_by_parent":
            guardian = self.chance.choice(self.guardians)
            row["told_by"] = name_of(guardian)
            row |= {"subject": guardian["student"]} if self.is_group else {}
        if row.get("source") == "clb" and not self.clb_may_tell:
            row["source"] = "heard"
        self.in_order(row, "seen_from", "seen_until")

    fit_difficulty = fit_exception = fit_strength

    def fit_info_request(self, row: Data) -> None:
        method = row.get("method", "")
        if method.endswith("_observation") or method in {"tally", "abc"}:
            row["discussed_beforehand"] = True

    def fit_wish_student(self, row: Data) -> None:
        if "text" not in row:
            row["how_known"] = "not_yet_asked"

    def fit_wish_parents(self, row: Data) -> None:
        row.pop("guardian", None)
        if self.maybe():
            row["guardian"] = name_of(self.chance.choice(self.parents(row)))
        self.fit_wish_student(row)

    def fit_goal(self, row: Data) -> None:
        row.pop("gas", None)
        row.pop("start_level", None)
        if self.maybe():
            levels = [level for level in ("-2", "-1", "0", "+1", "+2") if level[1:] != "2" or self.maybe()]
            row["gas"] = {level: self.text() for level in levels}
            row |= {"start_level": int(self.chance.choice(levels))} if self.maybe() else {}

    def fit_agreement(self, row: Data) -> None:
        if "who" in row:
            row["who"] = list({actor["name"]: actor for actor in row["who"]}.values())
        self.in_order(row, "start", "due")
        if self.is_closed and "due" not in row:
            row.setdefault("when_text", self.short())

    def fit_reasonable_adjustment(self, row: Data) -> None:
        self.in_order(row, "from", "until")

    def fit_legal_report(self, row: Data) -> None:
        if "valid_until" in row:
            row["valid_until"] = row["date"] + datetime.timedelta(days=1)

    def fit_follow_up(self, row: Data) -> None:
        row["date"] += datetime.timedelta(days=1)

    def fit_clb_contribution(self, row: Data) -> None:
        row.pop("text" if "locked_because" in row or not self.clb_may_tell else "locked_because", None)
        row.pop("by", None)
        if "text" in row or self.maybe():
            row["by"] = self.clb_worker

    def fit_statement(self, row: Data) -> None:
        own = sorted(names(self.students[row.get("student", "")]))
        row["by"] = self.chance.choice([*map(name_of, self.parents(row)), *own])

    def fit_consent(self, row: Data) -> None:
        if row["granted"]:
            row.setdefault("form", "written")
        self.in_order(row, "date", "withdrawn_on")

    def fit_participant(self, row: Data) -> None:
        if row["participation"] == "not_this_time":
            row.setdefault("note", self.text())

    def fit_student(self, row: Data) -> None:
        if row["competence"].startswith("assessed"):
            row.setdefault("competence_note", self.text())

    def fit_guardian(self, row: Data) -> None:
        row["receives_plan"] = row["receives_plan"] and row["authority"] not in {"deprived", "step_parent"}

    def fit_class_group(self, row: Data) -> None:
        if row["level"] != "secundair":
            row.pop("stream", None)

    def fit_meeting(self, row: Data) -> None:
        if self.status != "cancelled":
            row.pop("cancel_reason", None)

    def fit_phase(self, row: Data) -> None:
        for name in ("after", "requested"):
            if row.get(name) in PHASE_CODES[2:] and not self.clb_may_tell:
                row[name] = "broad_basic"
        if "requested" in row or row.get("after", row["before"]) != row["before"]:
            row.setdefault("reason", self.text())

    # --- the people ---

    def make_people(self) -> None:
        self.students = {key: self.student() for key in self.keys}
        self.keys = self.chance.sample(self.keys, len(self.keys))
        self.guardians = [guardian for key in self.keys for guardian in self.family(key)]
        self.clb_worker = f"Mevr. {self.number()}"
        self.participants: list[Data] = []
        roles = tables()["participant"].key("role")
        assert roles
        for _n in range(self.chance.randint(0, 3)):
            role = self.chance.choice([role for role in roles.values if role not in FAMILY])
            self.seat(f"{self.chance.choice(LAST_NAMES)} {self.number()}", role)
        self.seat(self.clb_worker, "clb_worker")
        for guardian in self.guardians:
            if self.maybe() and name_of(guardian) not in self.people:
                self.seat(name_of(guardian), "guardian", guardian.get("student"))
        for key, student in self.students.items():
            if self.maybe() and not names(student) & set(self.people):
                self.seat(self.chance.choice(sorted(names(student))), "student", key)
        self.people += [name_of(guardian) for guardian in self.guardians]
        self.people += [name for student in self.students.values() for name in sorted(names(student))]

    def seat(self, name: str, role: str, student: str | None = None) -> None:
        self.participants.append(self.row("participant", name=name, role=role, student=student))
        self.people.append(name)

    def student(self) -> Data:
        born = datetime.date(2010, 1, 1) + datetime.timedelta(days=self.number() * 97)
        called = self.chance.choice([None, "Noor", self.short()])
        first, last = self.chance.choice(FIRST_NAMES), self.chance.choice(LAST_NAMES)
        return self.row("student", first_name=first, last_name=last, preferred_name=called, birth_date=born)

    def family(self, key: str) -> list[Data]:
        """One guardian at least who may answer; the mothers of several children may have one name."""
        named = {"student": key, "last_name": self.chance.choice(LAST_NAMES)}
        more = [self.row("guardian", first_name=f"Ouder {n}", **named) for n in range(self.chance.randint(0, 2))]
        return [self.row("guardian", first_name="Mama", authority="joint", **named), *more]

    def consent(self, key: str, kind: str, **given: Any) -> Data:
        student, may = self.students[key], self.guardians
        own = [name_of(g) for g in may if g.get("student", "") == key and g["authority"] in WITH_AUTHORITY]
        if student["competence"] in {"presumed_by_age", "assessed_competent"}:
            own = sorted(names(student))
        return self.row("consent", student=key, kind=kind, given_by=self.chance.choice(own), **given)

    def consents(self) -> list[Data]:
        needed = [(key, kind) for key in self.keys for kind in ("clb_to_school", "clb_involve") if self.clb_may_tell]
        standing = [self.consent(*both, granted=True, withdrawn_on=None) for both in needed]
        return [*standing, *(self.consent(key, "external_share") for key in self.keys if self.maybe())]

    # --- the file ---

    def case(self) -> Data:
        self.make_people()
        number = f"{self.chance.randrange(10**6):06d}"
        case: Data = {"format": schema.FORMAT, "school": self.row("school", institution_number=number)}
        case["class_group"] = self.row("class_group")
        if self.is_group:
            case |= {"group": self.row("group", members=self.keys), "students": self.students}
        else:
            case["student"] = self.students[""]
        case |= {"guardians": self.guardians, "meeting": self.meeting(), "participants": self.participants}
        case |= {"consents": self.consents(), "legal_reports": self.rows("legal_report")}
        case |= {"reasonable_adjustments": self.rows("reasonable_adjustment"), "statements": self.rows("statement")}
        case |= self.start_and_overview() | self.insight() | self.goals_and_needs() | self.agreements()
        case["step_7_evaluation"] = self.evaluation(case["step_1_start"]["meeting_goals"])
        case["gate_reasons"] = [
            self.row("gate_reason", gate=gate, subject=None)
            for gate in ("G4", "G7", "G9", "G11", "G14")
            if self.is_closed
        ]
        case["addenda"] = self.rows("addendum", least=1) if self.status == "amended" else []
        if self.maybe():
            some = self.chance.sample(self.keys, self.chance.randint(1, len(self.keys)))
            texts = {key: self.plan_text() for key in some}
            case["plan_texts"] = texts if self.is_group else texts[""]
        self.refer(case)
        return case

    def meeting(self) -> Data:
        phases = [
            self.row("phase", student=key, domain=domain)
            for key in self.keys
            for domain in self.chance.sample(PHASE_DOMAINS, self.chance.randint(1, 3))
        ]
        return self.row(
            "meeting", kind="group" if self.is_group else "student", date=DAY, status=self.status,
            closed_kind=("info_round" if self.round else "full") if self.is_closed else None,
            phase=phases if self.is_group or len(phases) > 1 else phases[0], end=self.chance.choice([None, "09:06"]),
        )  # fmt: skip

    def start_and_overview(self) -> Data:
        least = int(self.is_closed)
        wishes = {
            name: [row for key in self.keys for row in self.rows(name, least=least, most=2, student=key)]
            for name in ("wish_student", "wish_parents")
        }
        own = [
            self.row("strength", domain="ll", source="seen", holder=self.chance.choice([None, "student"]), subject=key)
            for key in self.keys
        ]
        lists = {"difficulties": self.rows("difficulty"), "exceptions": self.rows("exception")}
        overview = self.row("step_2_overview", strengths=[*own, *self.rows("strength")], **lists)
        self.in_order(overview, "seen_from", "seen_until")
        start = self.row("step_1_start", meeting_goals=self.rows("meeting_goal", least=least), **wishes)
        return {"step_1_start": start, "step_2_overview": overview}

    def insight(self) -> Data:
        factors = self.rows("factor", most=5, cluster=None)
        for factor in factors:
            factor |= {"cluster": self.chance.choice(["Taal", "=tijd", " "])} if self.maybe() else {}
        named = dict.fromkeys(factor["cluster"] for factor in factors if "cluster" in factor)
        state = ("not_yet" if self.round else self.chance.choice(["yes", "partly"])) if self.is_closed else None
        row = self.row(
            "step_3_insight", factors=factors, insight_state=state, links=self.rows("link"),
            clusters=[self.row("cluster", name=name) for name in named if self.maybe()],
            info_requests=self.rows("info_request", least=int(state in {"partly", "not_yet"})),
        )  # fmt: skip
        return {"step_3_insight": row}

    def goals_and_needs(self) -> Data:
        if self.round or (not self.is_closed and self.maybe(0.2)):
            return {name: {"skip_reason": self.text()} for name in ("step_4_goals", "step_5_needs")}
        needs = {holder: self.rows(f"need_{holder}") for holder in ("student", "teacher", "parents")}
        goals = {"goals": [self.row("goal", subject=None), *self.rows("goal")], "goal_scores": self.rows("goal_score")}
        return {"step_4_goals": goals, "step_5_needs": self.row("step_5_needs", skip_reason=None, **needs)}

    def agreements(self) -> Data:
        told = self.rows("communication", audience="other")
        told += [
            self.row("communication", audience="parents", to=name_of(guardian), subject=guardian.get("student"))
            for guardian in self.guardians
        ]
        told += [
            self.row("communication", audience="student", to=self.chance.choice(sorted(names(student))), subject=key)
            for key, student in self.students.items()
        ]
        attendees = list(dict.fromkeys([self.person(), self.person()]))
        row = self.row(
            "step_6_agreements", agreements=self.rows("agreement", least=int(self.is_closed)), communication=told,
            follow_up=self.row("follow_up", attendees=attendees) if self.round or self.maybe() else None,
        )  # fmt: skip
        return {"step_6_agreements": row}

    def evaluation(self, goals: list[Data]) -> Data:
        ratings = [self.row("goal_rating") | {"goal": goal["id"]} for goal in self.chance.sample(goals, len(goals))]
        self.references = [(key, row) for key, row in self.references if "rating" not in row]
        return self.row("step_7_evaluation", goal_ratings=ratings)

    def plan_text(self) -> Data:
        sections = [
            self.row("plan_section", reader=reader, section=section)
            for reader in ("team", "class_sheet", "parents")
            for section in ("strengths", "goals", "followup")
            if self.maybe()
        ]
        return self.row("plan_text", sections=sections)

    # --- references ---

    def refer(self, case: Data) -> None:
        """Point each reference at an item that can be meant; a row that needs one and finds none falls away."""
        lost = []
        for key, row in self.references:
            found = [
                name
                for kind in key.refers
                for name, item in self.ids.get(kind, {}).items()
                if self.fits(key, row, item)
            ]
            if found and (key.required == schema.ALWAYS or self.maybe()):
                row[key.name] = [self.chance.choice(found)] if key.many else self.chance.choice(found)
            elif key.required == schema.ALWAYS:
                lost.append(id(row))
            if "level" in row and "goal" in row:
                row["level"] = int(self.chance.choice(list(self.ids["goal"][row["goal"]]["gas"])))
        for step, name in (("step_3_insight", "links"), ("step_4_goals", "goal_scores")):
            if name in case[step]:
                case[step][name] = [row for row in case[step][name] if id(row) not in lost]
        for row in case["step_6_agreements"].get("agreements", ()):
            self.serve_a_goal(row, case["step_4_goals"].get("goals", ()))

    def fits(self, key: Key, row: Data, item: Data) -> bool:
        about, other = row.get("subject") or row.get("student"), item.get("subject")
        goals = list(self.ids.get("goal", {}))
        if item is row or (about and other and about != other) or item.get("id") == row.get("from"):
            return False
        if key.name == "parent":
            return goals.index(item["id"]) < goals.index(row["id"])
        return not (key.name == "goal" and "level" in row and "gas" not in item)

    def serve_a_goal(self, row: Data, goals: list[Data]) -> None:
        if goals and self.is_closed and not {"need", "goal", "info_request"} & set(row):
            row["goal"] = goals[0]["id"]
        if "need" in row and "goal" in row:
            del row["goal"]


def name_of(guardian: Data) -> str:
    return f"{guardian['first_name']} {guardian['last_name']}"


def names(student: Data) -> set[str]:
    given = {student["first_name"], student.get("preferred_name", student["first_name"])}
    return given | {f"{name} {student['last_name']}" for name in given}
