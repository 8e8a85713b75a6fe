"""Writing a checked case: a new meeting with everything in it, in the one transaction of who calls.

There is no signed-in user whose rights could be asked, so rows are written directly; each gets version 1 and its
first revision, so that the history of a loaded meeting begins as complete as that of one that was typed here.
"""

import datetime

from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.models import CONFIDENTIAL, Revision
from meetings.cases import matching
from meetings.cases.case import Case, Row, names_of
from meetings.cases.checking import examine
from meetings.cases.faults import Refused
from meetings.cases.items import CaseItems
from meetings.cases.kept import CHOICES, KEPT, MEETING_KEYS, STEP_TEXTS
from meetings.cases.matching import People
from meetings.cases.shifting import shift
from meetings.closing import finish_plans, write_phase_history
from meetings.models import (
    Meeting,
    MeetingGuardian,
    Participant,
    Person,
    Plan,
    PlanText,
    StepText,
)
from meetings.planning import plan_meeting
from meetings.sharing import note_sharing
from students.models import Consent, StudentGroup, StudentGroupMember


def load(data: bytes, *, by: User | None = None, shift_dates: bool = False) -> Meeting:
    """Load a case file as a new meeting. Raises `Refused` with every fault of the file; then nothing was written."""
    return load_case(examine(data), by=by, shift_dates=shift_dates)


def load_case(case: Case, *, by: User | None = None, shift_dates: bool = False) -> Meeting:
    """Load a case that was read. Call it inside a transaction. Raises `Refused` like `load`."""
    matching.check(case)
    if case.faults:
        raise Refused(case.faults.in_order())
    if shift_dates:
        shift(case)
    return _Loader(case, by).load()


class _Loader:
    """Makes one meeting out of one case."""

    def __init__(self, case: Case, by: User | None) -> None:
        self.case, self.by = case, by
        self.people: People
        self.meeting: Meeting
        self.named: dict[str, Person] = {}
        self.items: CaseItems

    def load(self) -> Meeting:
        self.people = matching.find_people(self.case, by=self.by)
        self.meeting = self._plan()
        self._name_people()
        self.items = CaseItems(self.case, self.meeting, self.people, self.named, self.by)
        self._make_plan_texts()
        self.items.write()
        self._write_step_texts()
        self._finish()
        return self.meeting

    def _plan(self) -> Meeting:
        case, row = self.case, self.case.meeting
        fields = {key: row[key] for key in MEETING_KEYS if row[key] is not None}
        for (table, key), column in CHOICES.items():
            part = case.step("step_7_evaluation")["satisfied"] if table == "satisfied" else case.step(table)
            if part and part[key] is not None:
                fields[column] = part[key]
        if case.is_closed:
            fields |= {"closed_at": self._closed_at(), "current_step": "evaluatie"}
            added = case.top["addenda"]
            if added and all(CONFIDENTIAL in (given["visibility"] or ()) for given in added):
                fields["status"] = Meeting.Status.CLOSED  # that there are corrections would tell of them
        meeting = plan_meeting(
            self.people.school,
            list(self.people.students.values()),
            by=self.by,
            group=self._group(),
            keys=list(self.people.students),
            class_group=self.people.class_group,
            **fields,
        )
        MeetingGuardian.objects.bulk_create(
            MeetingGuardian(meeting=meeting, guardian=guardian, position=n)
            for n, guardian in enumerate(self.people.guardians)
        )
        return meeting

    def _group(self) -> StudentGroup | None:
        if not self.case.is_group:
            return None
        row, made = self.case.top["group"], {"created_by": self.by, "updated_by": self.by}
        group = StudentGroup.objects.create(
            school=self.people.school, name=row["name"], purpose=row["purpose"] or "", **made
        )
        StudentGroupMember.objects.bulk_create(
            StudentGroupMember(group=group, student=student, position=n)
            for n, student in enumerate(self.people.students.values())
        )
        return group

    def _closed_at(self) -> datetime.datetime:
        """The end of the meeting; it cannot have closed later than now."""
        row = self.case.meeting
        end = datetime.datetime.combine(row["date"], row["end"] or datetime.time(12))
        return min(timezone.make_aware(end).astimezone(datetime.UTC), timezone.now())

    def _name_people(self) -> None:
        names = {row["name"] for row in self.case.rows("participant")}
        for row in [self.case.meeting, *(row for name in KEPT for row in self.case.rows(name))]:
            for key in row.table.keys:
                if key.type == "person" and row[key.name]:
                    names |= set(row[key.name]) if key.many else {row[key.name]}
        names |= {row["name"] for row in self.case.rows("actor")}
        names |= {row["by"] for row in self.case.rows("compliment")}
        names |= {row["to"] for row in self.case.rows("communication") if row["audience"] in {"parents", "student"}}
        self.named = {name: self.meeting.person(name) for name in sorted(names)}
        self._know_students()
        self.meeting.chair = self.named.get(self.case.meeting["chair"] or "")
        self.meeting.reporter = self.named.get(self.case.meeting["reporter"] or "")
        self.meeting.save(update_fields=["chair", "reporter"])

    def _know_students(self) -> None:
        """The file may call a student otherwise than we do: a student who is here already stays as written here."""
        others = {row["name"] for row in self.case.rows("participant") if row["role"] != "student"}
        for key, row in self.case.students.items():
            for name in names_of(row) & set(self.named) - others:
                person = self.named[name]
                if person.student_id is None and not person.guardians.exists():
                    person.student, person.user = self.people.students[key], None
                    person.save(update_fields=["student", "user"])

    def _make_plan_texts(self) -> None:
        plans = {plan.student_id: plan for plan in Plan.objects.filter(meeting=self.meeting)}
        for key, row in self.case.top["plan_texts"].items():
            student = self.people.students[key]
            for n, (reader, section, text, by) in enumerate(_wordings(row)):
                item = PlanText(
                    meeting=self.meeting, school=self.people.school, plan=plans[student.pk], reader=reader,
                    section=section, text=text, by=self.named.get(by or ""), position=n,
                    subject=student if self.case.is_group else None, created_by=self.by, updated_by=self.by,
                )  # fmt: skip
                self.items.items.append((None, item))

    def _write_step_texts(self) -> None:
        texts = {text.field: text for text in StepText.objects.filter(meeting=self.meeting)}
        for (table, key), name in STEP_TEXTS.items():
            value = self.case.step(table)[key]
            if value:
                texts[name].text = value
                self.items.items.append((None, texts[name]))
        StepText.objects.bulk_update([text for text in texts.values() if text.text], ["text"])

    def _finish(self) -> None:
        """Plans and history of a closed meeting, the first revision of everything, and the trace."""
        if self.case.is_closed:
            finish_plans(self.meeting)
            write_phase_history(self.meeting, by=self.by)
        Revision.objects.bulk_create(
            Revision(
                school_id=item.school_id, kind=item.kind(), item=item.pk, version=1, act="added", author=self.by,
                content=item.content(),
            )
            for item in [self.meeting, *(item for _row, item in self.items.items)]
        )  # fmt: skip
        for _row, item in self.items.items:
            if isinstance(item, Participant):
                note_sharing(item, by=self.by)
            if isinstance(item, Consent):
                item.take_effect(by=self.by)  # a "no" of a file closes what is open here
        record(
            Action.CASE_LOADED, school=self.people.school.pk, who=self.by, object=self.meeting.pk,
            student=self.meeting.student_id_for_trace(),
        )  # fmt: skip


def _wordings(row: Row) -> list[tuple[str, str, str, str | None]]:
    """The plan texts of one student: reader, section, text, and who says it."""
    found: list[tuple[str, str, str, str | None]] = []
    if row["compliment"]:
        found.append(("", "compliment", row["compliment"]["text"], row["compliment"]["by"]))
    if row["parents_reason"]:
        found.append(("parents", "reason", row["parents_reason"], None))
    if row["student"]:
        found += [("student", section, text, None) for section, text in row["student"].items() if text]
    return found + [(section["reader"], section["section"], section["text"], None) for section in row["sections"]]
