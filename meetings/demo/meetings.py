"""The meetings of the demonstration: those of `meetings.toml`, row by row, and those in every state around them."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record, remember
from hgw.items.models import CARE_TEAM, PARENTS, STUDENT, Item, Revision
from meetings.closing import close
from meetings.default_readers import default_readers
from meetings.demo.school import Made
from meetings.models import (
    Addendum,
    Agreement,
    AgreementReview,
    Communication,
    Factor,
    FollowUp,
    Goal,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    Participant,
    PhaseDecision,
    Plan,
    PlanText,
    StepText,
    Wish,
)
from meetings.models.agreements import PROGRESS
from meetings.planning import plan_meeting
from students.models import Consent, Enrollment, Guardian, Phase, Student

FILE = Path(__file__).with_name("meetings.toml")
OPENING, END = datetime.time(15, 45), datetime.time(16, 30)
# Meetings that are not held yet, or never were: (status, days from today, place in the list of students, title, text).
AROUND = (
    ("preparing", 3, 20, "Leerlingbespreking {name}", "De juf merkte dat lezen in de namiddag minder vlot gaat dan 's morgens."),
    ("preparing", 4, 101, "Leerlingbespreking {name}", "Mama vroeg op het oudercontact om eens samen te zitten."),
    ("planned", 7, 44, "Leerlingbespreking {name}", ""),
    ("planned", 9, 66, "Leerlingbespreking {name}: terugblik", ""),
    ("planned", 14, 87, "Leerlingbespreking {name}", ""),
    ("planned", 21, 130, "Leerlingbespreking {name}: overstap", ""),
    ("planned", 28, 150, "Leerlingbespreking {name}", ""),
    ("cancelled", -9, 58, "Leerlingbespreking {name}", "De ouders vroegen een andere dag; we plannen opnieuw."),
    ("cancelled", -16, 115, "Leerlingbespreking {name}", "Na een gesprek in de klas was de vraag beantwoord."),
)  # fmt: skip


class Writer:
    """Writes the rows of one meeting as if somebody had typed them: in order, with their first version kept."""

    def __init__(self, made: Made, meeting: Meeting, by: User) -> None:
        self.made, self.meeting, self.by = made, meeting, by
        self.at = _moment(min(meeting.date, made.day), OPENING)
        self.revisions: list[Revision] = []

    def add(self, model: type[Any], /, **values: Any) -> Any:
        """One more row of this kind, with the readers that the form ticks."""
        parts = {name: values.pop(name) for name in model.PARTS if name in values}
        place: dict[str, str] = {name: values[name] for name in ("valence", "owner", "holder") if name in values}
        fields = {field.name for field in model._meta.concrete_fields}
        if "visibility" in fields:
            values.setdefault("visibility", default_readers(model.kind(), place))
        if "meeting" in fields:
            values["meeting"] = self.meeting
        row = model(school_id=self.meeting.school_id, created_by=self.by, updated_by=self.by, **values)
        row.created_at = row.updated_at = self.at
        row.position = row.siblings().count()
        row.save(force_insert=True)
        for name, value in parts.items():
            row.write_part(name, value)
        self.keep(row, "added")
        return row

    def text(self, field: str, text: str | None) -> None:
        """A single text of a step; its empty row is there since the planning."""
        if text:
            row = StepText.objects.get(meeting=self.meeting, field=field)
            row.text, row.version, row.updated_at, row.updated_by = text, 2, self.at, self.by
            row.save()
            self.keep(row, "changed")

    def keep(self, row: Item, act: str) -> None:
        self.revisions.append(
            Revision(
                school_id=self.meeting.school_id, kind=row.kind(), item=row.pk, version=row.version, act=act,
                author=self.by, at=self.at, content=row.content(),
            )
        )  # fmt: skip

    def finish(self) -> None:
        Revision.objects.bulk_create(self.revisions)
        self.revisions = []


def make_told(made: Made) -> None:
    """The meetings of the file, each with its student."""
    for told in tomllib.loads(FILE.read_text("utf-8"))["meeting"]:
        _Telling(made, told).write()


def make_around(made: Made) -> None:
    """Meetings that were only planned, that are being prepared, or that were called off."""
    coordinators = {made.schools["primary"].pk: "zorg", made.schools["secondary"].pk: "leerlingenbegeleiding"}
    for status, days, number, title, text in AROUND:
        student = made.students[number]
        by = made.users[coordinators[student.school_id]]
        meeting = plan_meeting(
            student.school, [student], title=title.format(name=student.roepnaam), by=by, start=OPENING, end=END,
            date=_school_day(made.day + datetime.timedelta(days=days)), status=status, place="Zorglokaal",
        )  # fmt: skip
        writer = Writer(made, meeting, by)
        _seat(writer, by, "care_coordinator", "zorgcoördinator")
        teacher = _teacher(student)
        if teacher:
            _seat(writer, teacher, "homeroom_teacher", f"klas {student.class_on(made.day)}")
        if status == "preparing":
            writer.text("reason_now", text)
            writer.add(MeetingGoal, voice="team", text="We willen samen bekijken wat al lukt en wat er nog nodig is.")
            writer.add(
                Observation, valence="strength", domain="ll", source="seen",
                text=f"{student.roepnaam} begint 's morgens meteen aan de opdracht.",
            )  # fmt: skip
        if status == "cancelled":
            writer.text("cancel_reason", text)
            record(Action.MEETING_CANCELLED, school=student.school_id, who=by, object=meeting.pk, student=student.pk)
        writer.finish()


class _Telling:
    """One meeting of the file on its way into rows."""

    def __init__(self, made: Made, told: dict[str, Any]) -> None:
        self.made, self.told = made, told
        self.by = made.users["zorg"]
        self.student = self._student()
        self.teacher = _teacher(self.student)
        status = told["status"]
        self.meeting = plan_meeting(
            self.student.school, [self.student], title=told["title"], by=self.by, place="Zorglokaal",
            date=_school_day(made.day + datetime.timedelta(days=told["day"])), start=told.get("time", OPENING),
            end=None if "time" in told else END, status="in_progress",
            current_step=told.get("step", "evaluatie" if status == "closed" else "start"),
        )  # fmt: skip
        self.writer = Writer(made, self.meeting, self.by)
        self.add = self.writer.add

    def _student(self) -> Student:
        told, class_group = self.told, self.made.classes[self.told["class"]]
        years, month, day = told["born"]
        student = Student.objects.create(
            school_id=class_group.school_id, first_name=told["first"], last_name=told["last"],
            birth_date=datetime.date(class_group.school_year.start.year + 1 + years, month, day),
        )  # fmt: skip
        Enrollment.objects.create(student=student, class_group=class_group, since=class_group.school_year.start)
        for position, (first, last, relation, authority, home) in enumerate(told["guardians"]):
            Guardian.objects.create(
                school_id=student.school_id, student=student, position=position, first_name=first, last_name=last,
                relation=relation, authority=authority, lives_with=home, receives_plan=authority != "step_parent",
            )  # fmt: skip
        remember("student", [(student.pk, str(student))])
        return student

    def write(self) -> None:
        """All rows of the meeting, and its closing where it was closed."""
        told = self.told
        self._table()
        self._start()
        self._overview()
        if "help_question" in told:
            self._insight()
        goals = self._goals() if "quick" in told else {}
        if "agreements" in told:
            self._agreements(goals)
        self.writer.finish()
        if told["status"] == "closed":
            self._close()

    def _table(self) -> None:
        chair = _seat(self.writer, self.by, "care_coordinator", "zorgcoördinator")
        if self.teacher:
            _seat(self.writer, self.teacher, "homeroom_teacher", f"klas {self.told['class']}")
        for guardian in self.student.guardians.with_copy():
            self.add(
                Participant, person=self.meeting.person(str(guardian)), role="guardian",
                role_label=guardian.get_relation_display(), standing="experience_expert", present=True,
            )  # fmt: skip
        self.add(
            Participant, person=self.meeting.person(self.student.roepnaam), role="student", role_label="leerling",
            standing="co_director", participation="beforehand", note="Had vooraf een gesprek in de klas.",
        )  # fmt: skip
        self.meeting.chair = self.meeting.reporter = chair.person
        two_weeks = datetime.timedelta(days=14)
        self.meeting.seen_from, self.meeting.seen_until = self.meeting.date - two_weeks, self.meeting.date
        self.meeting.insight_state = self.told.get("insight", "yes") if "help_question" in self.told else ""
        self.meeting.satisfied_team = "yes" if self.told["status"] == "closed" else "not_asked"
        self.meeting.save()

    def _start(self) -> None:
        for voice, text, rating in self.told["goals_of_meeting"]:
            self.add(MeetingGoal, voice=voice, text=text, rating=rating)
        both = (CARE_TEAM, PARENTS, STUDENT)
        self.add(Wish, owner="student", text=self.told["wish_student"], how_known="heard_before", visibility=both)
        self.add(Wish, owner="parents", text=self.told["wish_parents"], how_known="heard_directly")
        for field in ("avoid", "satisfaction", "reason_now", "help_question", "hypothesis", "learned"):
            self.writer.text(field, self.told.get(field))

    def _overview(self) -> None:
        first = self.student.guardians.first()
        for valence in ("strength", "difficulty"):
            for domain, text, source in self.told["strengths" if valence == "strength" else "difficulties"]:
                told_by = first if source == "told_by_parent" else None
                self.add(Observation, valence=valence, domain=domain, text=text, source=source, told_by=told_by)
        self.add(Observation, valence="exception", domain="ols", text=self.told["exception"], source="seen")

    def _insight(self) -> None:
        for domain, kind, text, cluster in self.told["factors"]:
            known = "assumed" if kind == "risk" else "known"
            self.add(Factor, domain=domain, kind_of_factor=kind, text=text, cluster=cluster, certainty=known)
        if "info" in self.told:
            question, method, change = self.told["info"]
            self.add(
                InfoRequest, question=question, method=method, will_change_what=change, who=self._actor("care"),
                due=self.meeting.date + datetime.timedelta(days=21),
            )  # fmt: skip

    def _goals(self) -> dict[str, Any]:
        day = datetime.timedelta(days=1)
        then_can, indicator = self.told["long"]
        long = self.add(
            Goal, target="student", horizon="long", then_can=then_can, indicator=indicator,
            target_date=self.meeting.date + 180 * day,
        )  # fmt: skip
        then_can, indicator = self.told["quick"]
        quick = self.add(
            Goal, target="student", horizon="quick", parent=long, then_can=then_can, indicator=indicator,
            target_date=self.meeting.date + 35 * day, checks=["positive", "realistic", "together"],
        )  # fmt: skip
        found = {"long": long, "quick": quick}
        for sentence, text in self.told.get("needs_student", ()):
            found["need"] = self._need("student", quick, sentence, text)
        for holder in ("teacher", "parents"):
            if f"needs_{holder}" in self.told:
                self._need(holder, quick, *self.told[f"needs_{holder}"])
        return found

    def _need(self, holder: str, goal: Goal, sentence: str, text: str) -> Any:
        return self.add(Need, holder=holder, goal=goal, help_sentence=sentence, text=text, band="min_necessary")

    def _actor(self, who: str) -> Any:
        names = {
            "class": self.teacher.name if self.teacher else self.by.name,
            "care": self.by.name,
            "home": str(self.student.guardians.first()),
            "student": self.student.roepnaam,
        }
        return self.meeting.person(names[who])

    def _agreements(self, goals: dict[str, Any]) -> None:
        date, day = self.meeting.date, datetime.timedelta(days=1)
        request = InfoRequest.objects.filter(meeting=self.meeting).first() if not goals else None
        for who, what, how, when, why, due, status in self.told["agreements"]:
            actor = self._actor(who)
            agreement = self.add(
                Agreement, need=goals.get("need"), goal=goals.get("quick"), info_request=request, what=what, how=how,
                when_text=when, why=why, start=date + day, due=max(self.made.day + due * day, date + day),
                status=status, who=[(actor, True)],
            )  # fmt: skip
            if status in PROGRESS:
                effect = {"done": "works", "partly_done": "a_bit"}.get(status, "unknown")
                self.add(
                    AgreementReview, agreement=agreement, by=actor, progress=status, effect=effect,
                    date=min(self.made.day, date + 10 * day),
                )  # fmt: skip
        self._afterwards(date, day)

    def _afterwards(self, date: datetime.date, day: datetime.timedelta) -> None:
        told, chair = self.told, self._actor("care")
        for guardian in self.student.guardians.with_copy():
            self.add(
                Communication, audience="parents", to=str(guardian), by=chair, channel="gesprek, plan op papier",
                by_date=date + day,
            )  # fmt: skip
        self.add(
            Communication,
            audience="student",
            to=self.student.roepnaam,
            by=self._actor("class"),
            channel="gesprek in de klas",
        )
        attendees = [self._actor(who) for who in ("class", "care", "home", "student")]
        self.add(
            FollowUp, date=_school_day(self.made.day + 30 * day), purpose="Bekijken wat lukt en kiezen: meer, zelfde of minder zorg",
            attendees=list(dict.fromkeys(attendees)),
        )  # fmt: skip
        domain, before, after = told["phase"]
        phases = {phase.code: phase for phase in Phase.objects.all()}
        if told.get("clb"):
            Consent.objects.create(
                school_id=self.student.school_id, student=self.student, kind_of_consent="clb_involve", granted=True,
                given_by=str(self.student.guardians.first()), what="Het CLB mee laten nadenken over hulp bij schrijven",
                form="written", date=date, recorded_by=self.by.name, came_with=self.meeting.pk,
            )  # fmt: skip
        self.add(
            PhaseDecision, student=self.student, guidance_domain=domain, before=phases[before], after=phases[after],
            reason=told["phase_reason"],
        )  # fmt: skip
        plan = Plan.objects.get(meeting=self.meeting)
        self.add(PlanText, plan=plan, section="compliment", text=told["compliment"], by=self._actor("class"))
        if self.meeting.without_insight:
            for step in ("goals", "needs"):
                self.writer.text(f"skip_reason_{step}", "We zoeken eerst uit wat we nog niet weten.")

    def _close(self) -> None:
        close(self.meeting, by=self.by)
        at = _moment(self.meeting.date, END)
        Meeting.objects.filter(pk=self.meeting.pk).update(closed_at=at, updated_at=at)
        Revision.objects.filter(item=self.meeting.pk).update(content=self.meeting.fresh().content())
        if "addendum" in self.told:
            meeting = self.writer.meeting = self.meeting.fresh()
            row = self.add(
                Addendum,
                text=self.told["addendum"],
                by=self._actor("care"),
                date=meeting.date + datetime.timedelta(days=6),
            )
            row.claim()
            self.writer.finish()


def _seat(writer: Writer, user: User, role: str, label: str) -> Any:
    person = writer.meeting.person(user.name)
    if writer.meeting.chair_id is None:
        Meeting.objects.filter(pk=writer.meeting.pk).update(chair=person, reporter=person)
        writer.meeting.chair = person
    return writer.add(
        Participant, person=person, role=role, role_label=label, standing="professional", present=True,
        secrecy="ambtsgeheim",
    )  # fmt: skip


def _teacher(student: Student) -> User | None:
    """The class teacher of this student, where the demonstration has one."""
    class_group = student.class_on()
    seat = class_group.staff.filter(role="homeroom_teacher").select_related("user").first() if class_group else None
    return seat.user if seat else None


def _school_day(day: datetime.date) -> datetime.date:
    """This day, or the Friday before a weekend."""
    return day - datetime.timedelta(days=max(0, day.weekday() - 4))


def _moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
