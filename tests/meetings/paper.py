"""Making a document in a test and reading it: rows with recognisable texts, and every word that came out."""

import dataclasses
import datetime
from typing import Any

from hgw.items.models import CARE_TEAM
from meetings.documents import Copy, Document, build, render_html
from meetings.models import Meeting, Person, Plan, PlanText, Reader
from students.models import Consent, Guardian, ReasonableAdjustment, Student
from tests.factories import Cast, make_item

ISSUED = datetime.datetime(2025, 11, 14, 9, 30, tzinfo=datetime.UTC)


def flags(*readers: str) -> tuple[str, ...]:
    return (CARE_TEAM, *readers)


def document(
    meeting: Meeting, reader: str, student: Student | None = None, guardian: Guardian | None = None, **options: Any
) -> Document:
    """The document of a meeting for a reader; about its first student when none is given."""
    if reader == Reader.REPORT:
        copy = Copy(Reader.REPORT, None)
    else:
        student = student or meeting.students[0]
        plan = Plan.objects.get(meeting=meeting, student=student)
        if reader == Reader.PARENTS and guardian is None:
            guardian = student.guardians.with_copy()[0]
        copy = Copy(Reader(reader), student, guardian if reader == Reader.PARENTS else None, plan)
    return build(Meeting.objects.get(pk=meeting.pk), copy, issued_by="Marlies Okkerse", issued_on=ISSUED, **options)


def text_of(value: Any) -> str:
    """Every text in a document, one under the other."""
    if isinstance(value, str):
        return value
    if dataclasses.is_dataclass(value):
        return "\n".join(text_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    return "\n".join(map(text_of, value)) if isinstance(value, tuple | list) else ""


def read(
    meeting: Meeting, reader: str, student: Student | None = None, guardian: Guardian | None = None, **options: Any
) -> str:
    """Every text of the document, before it is laid out and after, so that a template neither adds nor loses any."""
    made = document(meeting, reader, student, guardian, **options)
    return text_of(made) + render_html(made)


def section(made: Document, code: str) -> str:
    """Every text of one section, "" when the document has not got it."""
    return "\n".join(text_of(part) for part in made.sections if part.code == code)


class Writer:
    """Adds rows to a meeting the way the application does, in the name of the coordinator."""

    def __init__(self, cast: Cast, meeting: Meeting | None = None) -> None:
        self.cast, self.meeting = cast, meeting or cast.meeting

    def __call__(self, kind: str, **values: Any) -> Any:
        return make_item(self.meeting, kind, self.cast.coordinator, **values)

    def seen(self, text: str, valence: str = "strength", **values: Any) -> Any:
        return self("observation", **({"valence": valence, "domain": "ll", "source": "seen"} | values), text=text)

    def wish(self, text: str, owner: str, **values: Any) -> Any:
        return self("wish", **({"how_known": "heard_directly"} | values), owner=owner, text=text)

    def factor(self, text: str, **values: Any) -> Any:
        given = {"domain": "ll", "kind_of_factor": "protective", "certainty": "known"}
        return self("factor", **(given | values), text=text)

    def goal(self, text: str = "Het kan.", **values: Any) -> Any:
        return self("goal", **({"horizon": "quick", "target": "student", "indicator": ""} | values), then_can=text)

    def need(self, text: str, holder: str = "student", **values: Any) -> Any:
        given = {"band": "min_necessary", "help_sentence": "other", "goal": values.pop("goal", None) or self.goal("")}
        return self("need", **(given | values), holder=holder, text=text)

    def agreement(self, text: str, *who: str, **values: Any) -> Any:
        people = [(self.person(name), n == 0) for n, name in enumerate(who or [self.cast.teacher.name])]
        given = {"how": "Zo.", "when_text": "Elke dag", "why": "Daarom.", "status": "agreed"}
        return self("agreement", **(given | values), what=text, who=people)

    def adjustment(self, text: str, student: Student | None = None, **values: Any) -> Any:
        return ReasonableAdjustment.objects.create(
            school=self.meeting.school, student=student or self.meeting.students[0], came_with=self.meeting.pk,
            description=text, **({"kind_of_measure": "compensate", "since": datetime.date(2025, 9, 1)} | values),
        )  # fmt: skip

    def row(self, model: Any, **values: Any) -> Any:
        return model.objects.create(meeting=self.meeting, school=self.meeting.school, **values)

    def wording(self, reader: str, part: str, text: str, student: Student | None = None, by: str = "") -> PlanText:
        plan = Plan.objects.get(meeting=self.meeting, student=student or self.meeting.students[0])
        person = self.person(by) if by else None
        made: PlanText = self.row(PlanText, plan=plan, reader=reader, section=part, text=text, by=person)
        return made

    def person(self, name: str) -> Person:
        return self.meeting.person(name)


EVERYBODY = flags("class_sheet", "parents", "student", "clb")
ALL = ("report", "team", "class_sheet", "parents", "student")


def where(cast: Cast, text: str, **options: Any) -> set[str]:
    """For which readers this text stands on the document."""
    return {reader for reader in ALL if text in read(cast.meeting, reader, **options)}


def consent(cast: Cast, kind: str = "clb_to_school", **values: Any) -> Consent:
    """A permission that holds, of the file of the student."""
    given: dict[str, Any] = {
        "given_by": "Hilde Claes",
        "granted": True,
        "what": "dit",
        "date": datetime.date(2025, 11, 1),
    }
    return Consent.objects.create(school=cast.school, student=cast.student, kind_of_consent=kind, **(given | values))
