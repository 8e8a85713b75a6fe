"""Around the meetings of the demonstration: those not held yet or called off, a note on health, a parent who asked to see the file."""

import datetime
from typing import Any

from hgw.accounts.models import School
from hgw.audit.models import Action, record
from hgw.items.models import Revision
from meetings.demo.school import Made
from meetings.demo.writing import END, OPENING, Writer, moment, school_day, seat, teacher_of
from meetings.models import MeetingGoal, Observation
from meetings.planning import plan_meeting
from students.models import Consent, HealthNote, InspectionRequest

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


def make_around(made: Made) -> None:
    """Meetings that were only planned, that are being prepared, or that were called off."""
    coordinators = {made.schools["primary"].pk: "zorg", made.schools["secondary"].pk: "leerlingenbegeleiding"}
    for status, days, number, title, text in AROUND:
        student = made.students[number]
        by = made.users[coordinators[student.school_id]]
        meeting = plan_meeting(
            student.school, [student], title=title.format(name=student.roepnaam), by=by, start=OPENING, end=END,
            date=school_day(made.day + datetime.timedelta(days=days)), status=status, place="Zorglokaal",
        )  # fmt: skip
        writer = Writer(made, meeting, by)
        seat(writer, by, "care_coordinator", "zorgcoördinator")
        teacher = teacher_of(student)
        if teacher:
            seat(writer, teacher, "homeroom_teacher", f"klas {student.class_on(made.day)}")
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
    _make_request(made)


def _make_request(made: Made) -> None:
    """A parent asked to see the file some weeks ago, and was answered."""
    student, by = made.students[58], made.users["zorg"]
    InspectionRequest.objects.create(
        school_id=student.school_id, student=student, guardian=student.guardians.all()[0], created_by=by, updated_by=by,
        asked_on=school_day(made.day - datetime.timedelta(weeks=5)), talk_offered=True, talk_when="na school, met de juf erbij",
        answered_on=school_day(made.day - datetime.timedelta(weeks=3)), answer=InspectionRequest.Answer.GIVEN,
        said="We bekeken het samen en gaven een kopie mee.",
    )  # fmt: skip


def make_health_note(made: Made) -> None:
    """One school switched notes on health on; of one student there is one, on a permission that stands."""
    student, by = made.students[20], made.users["zorg"]
    School.objects.filter(pk=student.school_id).update(keeps_health_notes=True)
    at = moment(school_day(made.day - datetime.timedelta(weeks=5)), OPENING)
    common = {"school_id": student.school_id, "student": student, "created_by": by, "updated_by": by}
    rows: list[Any] = [
        Consent(
            kind_of_consent=Consent.Kind.HEALTH_NOTE, given_by=str(student.guardians.with_copy()[0]), granted=True,
            what="Wat te doen bij een allergische reactie", form=Consent.Form.WRITTEN, date=at.date(), recorded_by=by.name,
            **common,
        ),
        HealthNote(
            text="Zwelt een lip of een oog op na het eten: meteen de pen uit de rode tas geven en 112 bellen.",
            necessity="Wie toezicht houdt aan tafel, moet binnen enkele minuten kunnen helpen.", **common,
        ),
    ]  # fmt: skip
    for row in rows:
        row.created_at = row.updated_at = at
        row.save(force_insert=True)
        Revision.objects.create(
            school_id=student.school_id, kind=row.kind(), item=row.pk, version=row.version, act="added", author=by, at=at,
            content=row.content(),
        )  # fmt: skip
