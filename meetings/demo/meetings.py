"""The meetings of the demonstration that `meetings.toml` tells, row by row."""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from hgw.audit.models import remember
from hgw.items.models import CARE_TEAM, PARENTS, STUDENT, Revision
from meetings.closing import close
from meetings.demo.school import Made
from meetings.demo.writing import END, OPENING, Writer, moment, school_day, seat, teacher_of
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
    Wish,
)
from meetings.models.agreements import PROGRESS
from meetings.planning import plan_meeting
from students.models import Consent, Enrollment, Guardian, Phase, Student

FILE = Path(__file__).with_name("meetings.toml")


def make_told(made: Made) -> None:
    """The meetings of the file, each with its student."""
    for told in tomllib.loads(FILE.read_text("utf-8"))["meeting"]:
        _Telling(made, told).write()


class _Telling:
    """One meeting of the file on its way into rows."""

    def __init__(self, made: Made, told: dict[str, Any]) -> None:
        self.made, self.told = made, told
        self.by = made.users["zorg"]
        self.student = self._student()
        self.teacher = teacher_of(self.student)
        status = told["status"]
        self.meeting = plan_meeting(
            self.student.school, [self.student], title=told["title"], by=self.by, place="Zorglokaal",
            date=school_day(made.day + datetime.timedelta(days=told["day"])), start=told.get("time", OPENING),
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
        chair = seat(self.writer, self.by, "care_coordinator", "zorgcoördinator")
        if self.teacher:
            seat(self.writer, self.teacher, "homeroom_teacher", f"klasleerkracht {self.told['class']}")
        for guardian in self.student.guardians.with_copy():
            self.add(
                Participant, person=self.meeting.person(str(guardian)), role="guardian",
                role_label=guardian.get_relation_display(), standing="experience_expert", present=True,
            )  # fmt: skip
        self.add(
            Participant, person=self.meeting.person(self.student.roepnaam), role="student",
            role_label="kleuter" if self.told["class"].startswith("K") else "leerling",
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
            FollowUp, date=school_day(self.made.day + 30 * day), purpose="Bekijken wat lukt en kiezen: meer, zelfde of minder zorg",
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
        at = moment(self.meeting.date, END)
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
