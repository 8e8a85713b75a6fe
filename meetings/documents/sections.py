"""Which section stands in which document: the print table, in the order in which the sections are printed.

Each row says per document whether its items are ticked for that reader from the start (P), may be ticked (C), or never
stand there (NEVER). What is printed follows from it: the cell is not NEVER, and the item's flags hold the reader. Items
without flags follow the cell alone; a C is then a tick on the plan itself. What holds back more than that stands in
`rules.py`, and nothing else does.
"""

from dataclasses import dataclass

from meetings.models import Reader

P, C, NEVER = "P", "C", "—"

FLAGGED, BARE = True, False  # whether the items of a row have flags


@dataclass(frozen=True)
class Row:
    """A row of the print table."""

    code: str
    report: str
    team: str
    class_sheet: str
    parents: str
    student: str
    flags: bool
    why: str
    for_clb: bool = False  # stands in a CLB worker's team version also without the flag `clb`

    def cell(self, reader: str) -> str:
        value: str = getattr(self, reader)
        return value


TABLE = (
    Row("header", P, P, P, P, P, BARE, "Who reads must know what it is, about whom, and of when.", for_clb=True),
    Row("strengths", P, P, P, P, P, FLAGGED, "What goes well comes first, for everybody; exceptions with it.", for_clb=True),
    Row("compliment", P, P, NEVER, P, P, BARE, "Said to the student and the family; no instruction for a class."),
    Row("wishes_student", P, P, NEVER, C, P, FLAGGED, "The student's own; guardians read what the student agreed to share."),
    Row("wishes_parents", P, P, NEVER, P, C, FLAGGED, "Their own words."),
    Row("reason", P, P, NEVER, P, NEVER, BARE, "For guardians only in simple words, as a text of the plan."),
    Row("difficulties", P, P, NEVER, C, NEVER, FLAGGED, "Shared with guardians only when somebody decides so."),
    Row("insight_ll", P, P, NEVER, C, NEVER, FLAGGED, "An explanation is the team's until it was talked over."),
    Row("insight_ols", P, P, NEVER, C, NEVER, FLAGGED, "The same, about class and school."),
    Row("insight_opv", P, P, NEVER, C, NEVER, FLAGGED, "The same, about home: what the family told or discussed."),
    Row("info_requests", P, P, NEVER, C, NEVER, FLAGGED, "A question in progress."),
    Row("goals", P, P, P, P, P, FLAGGED, "A goal nobody knows cannot be worked on.", for_clb=True),
    Row("needs_student", P, P, P, P, P, FLAGGED, "What helps, helps when the people around know it.", for_clb=True),
    Row("needs_team", P, P, C, NEVER, NEVER, FLAGGED, "The team's; on the class sheet the teacher's own.", for_clb=True),
    Row("needs_parents", P, P, NEVER, P, NEVER, FLAGGED, "Theirs.", for_clb=True),
    Row("adjustments", P, P, P, P, P, FLAGGED, "A measure that is not known is not given."),
    Row("agreements", P, P, P, P, P, FLAGGED, "Who does it and whom it helps both know.", for_clb=True),
    Row("communication", P, P, NEVER, P, P, BARE, "Who tells it to you; other people's lines are theirs."),
    Row("followup", P, P, P, P, P, BARE, "Everybody knows when we look again.", for_clb=True),
    Row("evaluation", P, P, NEVER, P, P, FLAGGED, "Follows the flags of its goal."),
    Row("clb_contribution", P, P, NEVER, C, C, FLAGGED, "CLB staff are bound by professional secrecy: with a recorded consent only."),
    Row("phase", P, P, NEVER, C, NEVER, BARE, "Explained in words when somebody ticks it on the plan."),
    Row("participants", P, P, NEVER, P, NEVER, BARE, "Who works on it together."),
    Row("ack", NEVER, P, NEVER, P, C, BARE, "Read and discussed; not a form of consent."),
    Row("meeting", P, NEVER, NEVER, NEVER, NEVER, BARE, "How the meeting itself went is the care team's trace."),
    Row("statements", P, NEVER, NEVER, P, P, BARE, "One's own version of the facts: with the report, and on the own copy."),
    Row("addenda", P, NEVER, NEVER, NEVER, NEVER, FLAGGED, "A correction goes with what it corrects: the report."),
)  # fmt: skip
ROWS = {row.code: row for row in TABLE}


@dataclass(frozen=True)
class Heading:
    """A printed section: which rows of the table stand in it, under which Dutch words. {name} is the roepnaam."""

    code: str
    rows: tuple[str, ...]
    words: str
    group: str = ""  # in the report of a group, where it differs


HEADINGS = (
    Heading("strengths", ("strengths", "compliment"), "Wat loopt goed?"),
    Heading("wishes", ("wishes_student", "wishes_parents"), "Wat wil {name}? Wat willen de ouders?", "Wat willen leerlingen en ouders?"),
    Heading("reason", ("reason",), "Waarom dit plan?"),
    Heading("difficulties", ("difficulties",), "Wat loopt moeilijk?"),
    Heading("insight", ("insight_ll", "insight_ols", "insight_opv"), "Hoe begrijpen we dit?"),
    Heading("info_requests", ("info_requests",), "Wat zoeken we nog uit?"),
    Heading("goals", ("goals",), "Waar willen we naartoe?"),
    Heading("needs_student", ("needs_student",), "Wat heeft {name} nodig?", "Wat hebben de leerlingen nodig?"),
    Heading("needs_team", ("needs_team",), "Wat heeft de leerkracht nodig?"),
    Heading("needs_parents", ("needs_parents",), "Wat helpt thuis?"),
    Heading("adjustments", ("adjustments",), "Redelijke aanpassingen"),
    Heading("agreements", ("agreements",), "Afspraken"),
    Heading("communication", ("communication",), "Wie vertelt wat aan wie?"),
    Heading("followup", ("followup",), "Wanneer kijken we opnieuw?"),
    Heading("evaluation", ("evaluation",), "Hoe ging het?"),
    Heading("clb_contribution", ("clb_contribution",), "Wat het CLB inbrengt"),
    Heading("phase", ("phase",), "Fase in het zorgcontinuüm"),
    Heading("participants", ("participants", "ack"), "Wie werkt mee?"),
    Heading("meeting", ("meeting",), "De bespreking zelf"),
    Heading("statements", ("statements", "addenda"), "Wat ouders of leerling zelf willen toevoegen"),
)  # fmt: skip
# Guardians read no abbreviations and no words of the trade.
FOR_PARENTS = {
    "clb_contribution": "Wat het centrum voor leerlingenbegeleiding ons vertelde",
    "phase": "Hoeveel hulp is er nu?",
    "statements": "Wat je zelf wilde toevoegen",
    "communication": "Wie bespreekt dit met jou?",
    "adjustments": "Wat mag of krijgt {name} extra?",
    "needs_parents": "Wat helpt thuis?",
}

# The titles of the five documents, and what the file is called inside: without anybody's name.
TITLES = {
    Reader.REPORT: "Verslag van de leerlingbespreking",
    Reader.TEAM: "Leerlingplan van {name}",
    Reader.CLASS_SHEET: "Klasfiche van {name}",
    Reader.PARENTS: "Het plan van {name}",
    Reader.STUDENT: "Mijn plan",
}
FILE_TITLES = {
    Reader.REPORT: "Verslag van de leerlingbespreking",
    Reader.TEAM: "Leerlingplan, versie voor het team",
    Reader.CLASS_SHEET: "Klasfiche",
    Reader.PARENTS: "Het plan, versie voor ouders",
    Reader.STUDENT: "Mijn plan",
}

# The student's document has headings of its own, in the I-form; each has a key for its wording.
STUDENT_HEADINGS = (
    ("can", "Dit kan ik al goed"),
    ("want", "Dit wil ik leren"),
    ("do", "Dit ga ik doen"),
    ("teacher_helps", "Zo helpt mijn juf, meester of leraar"),
    ("home_helps", "Zo helpen ze thuis"),
    ("helps_too", "Dit helpt mij ook"),
    ("notice", "Zo merken we dat het lukt"),
    ("again", "Dan praten we verder"),
)
