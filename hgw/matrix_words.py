"""The access matrix (access.toml) in words, for whoever wants to read it: object by object, what each role may do, and when."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from hgw.access import Object, Permission, matrix
from hgw.accounts.models import Role

# An act holds the ones under it (`hgw.access.HOLDS`): the strongest is named.
ACTS = {
    "manage": _("manages"),
    "write": _("writes"),
    "print": _("reads and prints"),
    "review": _("says how it goes"),
    "read": _("reads"),
    "unlock": _("opens it, with a reason"),
    "total": _("reads totals, none of fewer than five students"),
}
CONDITIONS = {
    "own_class": _("for the classes they teach now"),
    "granted": _("for a student who was opened to them by name"),
    "participant": _("while they sit at the table"),
    "open": _("until the meeting closes"),
    "final": _("once the meeting was closed"),
    "newest": _("until a newer plan replaces it"),
    "chair": _("when they chair"),
    "reporter": _("when they report"),
    "named": _("when they are named on it"),
    "own": _("for what is their own"),
    "flagged_clb": _("for what is ticked for the CLB"),
    "emergency": _("for the half hour in which they opened the student in need"),
}
# What stands in the file, listed so that it stands in the catalogue of words too; a test holds the two together.
SENTENCES = (
    gettext_noop("Student list, classes, the student's page"),
    gettext_noop(
        "Teachers need their own classes, not the school; whoever comes from outside needs the students opened to them by name."
    ),
    gettext_noop("What the school keeps on a student beside the name: guardians, meetings, plans, the support so far"),
    gettext_noop("A school administrator keeps the list of students and reads no case."),
    gettext_noop("A meeting and its seven steps"),
    gettext_noop(
        "Who sits at the table writes until the meeting closes; after that a teacher works with the class sheet and the "
        "agreements. The CLB keeps what is flagged for it."
    ),
    gettext_noop("Projection of a meeting: showing its steps to the room, and ending that"),
    gettext_noop("Whoever leads the meeting decides what the room sees."),
    gettext_noop("Leading a meeting that goes on: taking the group to the next step, giving or taking the chair"),
    gettext_noop("One person leads the talk; whoever reports or coordinates can step in. Nobody is moved by it."),
    gettext_noop("A row that somebody typed in a meeting, an adjustment that came with it; not confidential"),
    gettext_noop(
        "Professional participants are the care team of their meeting until it closes; then the CLB reads what is flagged for it."
    ),
    gettext_noop("A confidential item, its existence included"),
    gettext_noop(
        "What a student tells in confidence is for the coordinators, the principal and the persons named on the item."
    ),
    gettext_noop("A note on the health of a student, at a school that keeps such notes"),
    gettext_noop(
        "What is known of somebody's health is special data (art. 9 GDPR): off unless the school switches it on, only with a "
        "permission that stands, and for as few as can be. Who needs to know what to do reads that in a measure or on the "
        "class sheet."
    ),
    gettext_noop("What the CLB brings in"),
    gettext_noop(
        "CLB staff are bound by professional secrecy; what they bring in rests on a recorded consent and stays with the care team."
    ),
    gettext_noop("Agreements: own ones for whoever does them"),
    gettext_noop("A teacher reviews what he or she agreed to do, without the file beneath it."),
    gettext_noop("The class sheet: what to do tomorrow"),
    gettext_noop(
        "For the teachers who teach the student now, and only the newest; while the meeting goes on, beside the care team, "
        "only for who sits at the table."
    ),
    gettext_noop("The report of a meeting, complete"),
    gettext_noop("The school's trace of how it came to a decision: the care team only."),
    gettext_noop("The plan, version for the team"),
    gettext_noop(
        "For those who carry it out; the homeroom teacher keeps it as long as the student is in that class and no newer "
        "plan replaced it. Other teachers work with the class sheet."
    ),
    gettext_noop("The plan, versions for guardians and for the student"),
    gettext_noop(
        "The homeroom teacher who sat at the table may hand it over; a teacher of one subject works with the class sheet."
    ),
    gettext_noop("What guardians or the student add in their own words"),
    gettext_noop("Theirs, printed with the report and on their own copy."),
    gettext_noop("Dated corrections after the closing"),
    gettext_noop("A closed meeting never changes; who reads the report reads the correction."),
    gettext_noop("Phases of support over time, legal reports"),
    gettext_noop("A homeroom teacher needs today's phase, not the way to it."),
    gettext_noop("The phase of support today"),
    gettext_noop("What a homeroom teacher needs of the history."),
    gettext_noop("Permissions given, refused, withdrawn"),
    gettext_noop("Who records a consent must be able to show it; others act on its outcome."),
    gettext_noop("That somebody asked to see the file, by when to answer, and what was answered"),
    gettext_noop(
        "Whoever answers for the school sees that it does so in time; anybody else need not know that a parent asked."
    ),
    gettext_noop("Transfer to another school: what may go along, and what went along"),
    gettext_noop(
        "Only what is about the student's own way through school, in the student's interest, and never against an objection: "
        "whoever talks with the parents chooses, the principal answers for it."
    ),
    gettext_noop("Case files: a meeting as a file, in and out"),
    gettext_noop(
        "A whole case in one file leaves the building easily: one role, and each export is in the trace."
    ),
    gettext_noop("Users and roles of a school"),
    gettext_noop("Administrators run the list; the principal answers for it."),
    gettext_noop("Access of a CLB worker or a learning supporter to one student"),
    gettext_noop("Opened by name, with an end, by who knows why."),
    gettext_noop("A student's file in need: half an hour, one student, reading only"),
    gettext_noop(
        "On an excursion, or when nobody of the care team can be reached, a class teacher may have to know what helps. It "
        "opens with a reason and a new sign-in; coordinator and principal hear of it at once and review it. What is "
        "confidential, what the CLB brings in, consents, reports and the plan stay closed. Who comes from outside has a "
        "consent to respect, a teacher of one subject asks the class teacher, and who keeps the lists reads no case."
    ),
    gettext_noop("The school and its settings"),
    gettext_noop("Its name stands on every page; the rest is for whoever runs it."),
    gettext_noop("Guiding questions, help sentences, cards, sources"),
    gettext_noop("The method is open to everybody who signs in; tips of the school are the coordinator's."),
    gettext_noop("The trace and what retention says must go"),
    gettext_noop("Whoever answers for the school reviews who looked."),
    gettext_noop("Statistics: how many students have which support"),
    gettext_noop(
        "Whoever steers the support of a school needs the whole. An adviser compares and advises, and learns no number that "
        "could tell of one student."
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One object of the matrix: what it is, why it is so, what each role may do, and the roles for which it is not there."""

    name: str
    what: str
    why: str
    may: tuple[tuple[str, tuple[str, ...]], ...]  # a role, and what it does
    without: tuple[str, ...]


def rows() -> list[Row]:
    """The whole matrix in the language of the reader, in the order of the file."""
    return [_row(found) for found in matrix().values()]


def _row(found: Object) -> Row:
    may = tuple(
        (str(role.label), tuple(in_words(one) for one in found.cells[role])) for role in Role if role in found.cells
    )
    without = tuple(str(role.label) for role in Role if role not in found.cells)
    return Row(found.name, gettext(found.what), gettext(found.why), may, without)


def in_words(permission: Permission) -> str:
    """What one entry of a cell says: the act, and under which conditions."""
    return ", ".join([str(ACTS[permission.act]), *(str(CONDITIONS[condition]) for condition in permission.conditions)])
