"""Who reads a new item beside the care team, until somebody chooses otherwise.

The defaults follow what each document is for: a strength is for everybody, a difficulty for nobody until somebody decides
to share it, so that an ordinary meeting ends in plans that say something without a single sentence going too far.
"""

from dataclasses import dataclass

from hgw.items.models import CARE_TEAM, CLASS_SHEET, PARENTS, STUDENT


@dataclass(frozen=True)
class DefaultReaders:
    kind: str  # word of the item's kind
    place: dict[str, str]  # the list it stands in, and what was chosen with it; empty: every list of the kind
    readers: tuple[str, ...]
    why: str


ALL = (CLASS_SHEET, PARENTS, STUDENT)
# The first row that fits holds.
TABLE = (
    DefaultReaders(
        "observation", {"source": "test"}, (),
        "What a test measured goes to class or student only for a need that is written down, to guardians once talked over.",
    ),
    DefaultReaders("observation", {"valence": "strength"}, ALL, "What goes well may be read by everybody."),
    DefaultReaders("observation", {"valence": "exception"}, ALL, "When it does work is what to do more of."),
    DefaultReaders("observation", {"valence": "difficulty"}, (), "Shared only when somebody decides so."),
    DefaultReaders(
        "wish", {"owner": "student"}, (STUDENT,), "One's own words; guardians read them when the student agreed."
    ),
    DefaultReaders("wish", {"owner": "parents"}, (PARENTS,), "One's own words."),
    DefaultReaders("factor", {}, (), "An explanation is the team's until it was talked over."),
    DefaultReaders("inforequest", {}, (), "A question in progress."),
    DefaultReaders("goal", {}, ALL, "A goal nobody knows cannot be worked on."),
    DefaultReaders("need", {"holder": "student"}, ALL, "What helps, helps only when the people around know it."),
    DefaultReaders(
        "need", {"holder": "teacher"}, (), "What a teacher needs is the team's; never for guardians or student."
    ),
    DefaultReaders("need", {"holder": "parents"}, (PARENTS,), "Theirs."),
    DefaultReaders("reasonableadjustment", {}, ALL, "A measure that is not known is not given."),
    DefaultReaders("agreement", {}, ALL, "Who does it and whom it helps both know."),
    DefaultReaders("clbcontribution", {}, (), "Rests on a consent; shared only when somebody decides so."),
)  # fmt: skip


def default_readers(kind: str, place: dict[str, str]) -> tuple[str, ...]:
    """The flags of a new item of this kind in this list, `care_team` first."""
    for row in TABLE:
        if row.kind == kind and all(place.get(name) == value for name, value in row.place.items()):
            return (CARE_TEAM, *row.readers)
    return (CARE_TEAM,)
