"""The student's own document: eight headings in the I-form, each worded by somebody or filled with the flagged items.

Its form follows the level of the class on the day of the meeting. The youngest have up to three pictures with one short
line each; what else is theirs stands beneath, to be read aloud.
"""

from dataclasses import replace

from meetings.documents import words
from meetings.documents.document import Block, Line, Lines, Prose, Quote, Section, Stairs
from meetings.documents.parts import agreements, closure, insight
from meetings.documents.parts.outlook import adjustment_rows, in_order
from meetings.documents.parts.overview import compliments
from meetings.documents.sections import STUDENT_HEADINGS
from meetings.documents.sheet import Sheet
from meetings.models import Agreement, Goal, Need, Observation, Wish

YOUNGEST = "kleuter"
FIRST_PICTURES = ("can", "want", "again")
# Beneath everything, whatever the level: staff of a school may keep nothing from its head, so no copy promises secrecy.
WHO_HEARS_IT = "Wat je vertelt, delen we alleen met wie jou moet helpen. Zeg het als iets niet verder mag, dan bekijken we dat samen."


def own_plan(sheet: Sheet, level: str) -> tuple[Section, ...]:
    """The sections of the student's document."""
    gathered = _Gathered(sheet)
    sections = []
    for key, heading in STUDENT_HEADINGS:
        wording = sheet.wording(key)
        blocks: list[Block] = [Prose(wording)] if wording else getattr(gathered, key)()
        if key == "can" and level != YOUNGEST:
            blocks += compliments(sheet)
        if key == "want":
            blocks += gathered.wishes_of_parents()
        if key == "again" and blocks and not wording and level != YOUNGEST:
            heading, blocks = f"{heading} op {gathered.next_date()}", blocks[1:] or blocks
        if blocks:
            sections.append(Section(key, heading, tuple(blocks)))
    if level == YOUNGEST:
        sections = _with_pictures(sections, compliments(sheet))
    rest = (
        ("evaluation", "Hoe ging het?", agreements.evaluation(sheet)),
        ("clb_contribution", "Wat het CLB vertelt", insight.clb_contribution(sheet)),
        ("statements", "Wat ik zelf wilde zeggen", closure.statements(sheet)),
        ("communication", "", agreements.communication(sheet)),
        ("ack", "", closure.ack(sheet)),
    )
    return (*sections, *(Section(code, heading, tuple(blocks)) for code, heading, blocks in rest if blocks))


def _with_pictures(sections: list[Section], praise: list[Block]) -> list[Section]:
    """Up to three drawings with one short line each; the rest beneath, to be read together."""
    there = [section.code for section in sections]
    chosen = [code for code in FIRST_PICTURES if code in there]
    chosen = (chosen + [code for code in there if code not in chosen])[:3]
    drawn: list[Section] = []
    aloud: list[Block] = list(praise)
    for section in sections:
        line, others = _first_line(section.blocks[0])
        rest = (*filter(None, (others,)), *section.blocks[1:])
        if section.code in chosen:
            drawn.append(replace(section, blocks=(line,), picture=section.code))
        else:
            rest = section.blocks
        aloud += [Prose("", strong=section.heading), *rest] if rest else []
    return [*drawn, Section("aloud", "Om samen te lezen", tuple(aloud))] if aloud else drawn


def _first_line(block: Block) -> tuple[Block, Block | None]:
    """The one line that stands beside a drawing, and what is left."""
    if isinstance(block, Lines | Stairs):
        items = block.lines if isinstance(block, Lines) else block.steps
        return Prose(items[0].text), Lines(items[1:]) if items[1:] else None
    return (Prose(block.strong) if isinstance(block, Prose) and not block.text else block), None


class _Gathered:
    """The items behind the headings, where nobody worded them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.goals = in_order(sheet.rows(Goal))
        self.agreed = sheet.rows(Agreement)

    def can(self) -> list[Block]:
        rows = self.sheet.rows(Observation)
        good = tuple(Line(row.text) for row in rows if row.valence == Observation.Valence.STRENGTH)
        works = tuple(Line(row.text) for row in rows if row.valence == Observation.Valence.EXCEPTION)
        return [Lines(good + works)] if good or works else []

    def want(self) -> list[Block]:
        own = [row for row in self.sheet.rows(Wish, owner=Wish.Owner.STUDENT) if row.text]
        blocks: list[Block] = [Quote(row.text) for row in own]
        steps = tuple(Line(goal.then_can, ("voorlopig",) if goal.provisional else ()) for goal in self._up_the_stairs())
        return [*blocks, Stairs(steps)] if steps else blocks

    def _up_the_stairs(self) -> list[Goal]:
        """The small, quick ones first."""
        order = list(words.HORIZONS)
        return sorted((goal for goal, _small in self.goals), key=lambda goal: order.index(goal.horizon))

    def wishes_of_parents(self) -> list[Block]:
        rows = [row for row in self.sheet.rows(Wish, owner=Wish.Owner.PARENTS) if row.text]
        return [
            Quote(row.text, self.sheet.names.write(row.guardian) if row.guardian else "Mijn ouders") for row in rows
        ]

    def do(self) -> list[Block]:
        return self._agreements("student")

    def teacher_helps(self) -> list[Block]:
        needs = tuple(Line(row.text) for row in self.sheet.rows(Need, holder=Need.Holder.STUDENT))
        blocks: list[Block] = [Lines(needs)] if needs else []
        return blocks + self._agreements("school")

    def home_helps(self) -> list[Block]:
        return self._agreements("home")

    def _agreements(self, done_by: str) -> list[Block]:
        lines = tuple(self._agreement(row, done_by) for row in self.agreed if self._done_by(row) == done_by)
        return [Lines(lines)] if lines else []

    def _done_by(self, row: Agreement) -> str:
        """By the student, at home, or at school: who pulls the cart decides."""
        actors = sorted(row.actors.all(), key=lambda actor: not actor.is_lead)
        names = self.sheet.names
        if any(names.is_student(actor.person.name) for actor in actors if actor.is_lead):
            return "student"
        if actors and names.is_guardian(actors[0].person.name):
            return "home"
        return "school"

    def _agreement(self, row: Agreement, done_by: str) -> Line:
        who = "" if done_by == "student" else self.sheet.names.write_all([actor.person for actor in row.actors.all()])
        when = row.when_text or words.period(row.start, row.due)
        notes = (row.how, words.joined(when, row.where), words.AGREEMENT_STATUS_STUDENT.get(row.status, ""))
        return Line(row.what, tuple(filter(None, notes)), f"{who}:" if who else "")

    def helps_too(self) -> list[Block]:
        lines = tuple(Line(row.description) for row in adjustment_rows(self.sheet))
        return [Lines(lines)] if lines else []

    def notice(self) -> list[Block]:
        lines = tuple(Line(goal.indicator) for goal in self._up_the_stairs() if goal.indicator)
        return [Lines(lines)] if lines else []

    def again(self) -> list[Block]:
        return agreements.followup(self.sheet)

    def next_date(self) -> str:
        row = agreements.next_meeting(self.sheet)
        return words.day(row.date, weekday=True) if row else ""
