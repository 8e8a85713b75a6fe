"""The schools of the demonstration, their staff, classes, students and guardians, and the support that students have had."""

import datetime
import random
from dataclasses import dataclass, field
from itertools import cycle

from django.contrib.auth.hashers import make_password

from hgw.accounts.models import RoleAssignment, School, User
from hgw.audit.models import remember
from meetings.demo import names
from students.models import (
    ClassGroup,
    Consent,
    Enrollment,
    Guardian,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
    SchoolYear,
    Student,
    StudentAccessGrant,
)
from students.opening import may_bring_in_clb

PASSWORD = "samen-rond-de-tafel"  # of everybody in the demonstration, where everybody is invented
SCHOOLS = {
    "primary": ("Basisschool De Kraaienpoort", "Oosterhave", ["kleuter", "lager"], "999001", "zorgcoördinator"),
    "secondary": ("Middenschool De Lindeboog", "Waterdonk", ["secundair"], "999004", "leerlingenbegeleider"),
}
# (school, code, level, year, stream, how many students besides those whom a meeting names)
CLASSES = (
    ("primary", "K2", "kleuter", 2, "", 12),
    ("primary", "K3A", "kleuter", 3, "", 12),
    ("primary", "1A", "lager", 1, "", 15),
    ("primary", "2A", "lager", 2, "", 15),
    ("primary", "2B", "lager", 2, "", 15),
    ("primary", "3A", "lager", 3, "", 15),
    ("primary", "4A", "lager", 4, "", 15),
    ("primary", "5A", "lager", 5, "", 15),
    ("primary", "5B", "lager", 5, "", 15),
    ("primary", "6A", "lager", 6, "", 15),
    ("secondary", "1 OKAN", "secundair", 1, "OKAN", 8),
    ("secondary", "1A2", "secundair", 1, "A", 14),
)
AGES = {"kleuter": 2, "lager": 5, "secundair": 11}
# Who brings a student up: (relation, legal position, lives there, gets a copy). Most have two parents at home.
HOMES = (
    (("moeder", "joint", True, True), ("vader", "joint", True, True)),
    (("moeder", "joint", True, True), ("vader", "joint", True, True)),
    (("moeder", "joint", True, True), ("vader", "joint", False, True)),
    (("moeder", "joint", True, True), ("vader", "joint", True, True)),
    (("vader", "exclusive", True, True),),
    (("moeder", "joint", True, True), ("vader", "joint", False, True), ("plusouder", "step_parent", True, False)),
    (("moeder", "exclusive", True, True), ("vader", "none_but_informed", False, True)),
    (("moeder", "joint", True, True), ("moeder", "joint", True, True)),
    (("pleegouder", "foster", True, True), ("moeder", "joint", False, True)),
    (("moeder", "exclusive", True, True), ("vader", "deprived", False, False)),
    (("voogd", "guardian", True, True),),
    (("grootouder", "guardian", True, True), ("vader", "none_but_informed", False, False)),
)
HELP = ("", "", "", "", "tolk gewenst", "", "", "liever mondeling", "", "", "")
# Paths through the support continuum, oldest step first: (weeks ago, phase), in one domain. Down is as usual as up.
PATHS = (
    ("learning", ((60, "increased"), (22, "broad_basic"))),
    ("learning", ((44, "increased"),)),
    ("wellbeing", ((30, "increased"), (12, "broad_basic"))),
    ("learning", ((80, "increased"), (52, "extended"), (18, "increased"))),
    ("wellbeing", ((50, "increased"), (20, "extended"))),
    ("school_career", ((16, "increased"),)),
    ("learning", ((90, "increased"), (64, "extended"), (40, "iac_ov4"))),
    ("all", ((26, "increased"), (8, "broad_basic"))),
)
REASONS = {
    "increased": "Er komt iets extra bij, afgesproken met de ouders.",
    "broad_basic": "Het lukt nu met wat de hele klas krijgt.",
    "extended": "Het CLB denkt mee; de toestemming is gegeven.",
    "iac_ov4": "Het CLB schreef een verslag na een traject met ouders en school.",
}


@dataclass
class Made:
    """What stands, for whoever builds on it. Classes by code."""

    day: datetime.date
    chance: random.Random
    schools: dict[str, School] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)  # by the word before the @
    classes: dict[str, ClassGroup] = field(default_factory=dict)
    students: list[Student] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def make(day: datetime.date, chance: random.Random) -> Made:
    """Make schools, staff, classes, students with guardians and their history of support."""
    made = Made(day, chance)
    for key, (name, place, levels, number, title) in SCHOOLS.items():
        made.schools[key] = School.objects.create(
            name=name, place=place, levels=levels, institution_number=number, care_title=title
        )
    for key, code, level, year, stream, _size in CLASSES:
        school = made.schools[key]
        made.classes[code] = ClassGroup.objects.create(
            school=school,
            school_year=SchoolYear.around(school, day),
            code=code,
            level=level,
            year_no=year,
            stream=stream,
        )
    _staff(made)
    _students(made)
    _phases(made)
    remember("school", [(school.pk, school.name) for school in made.schools.values()])
    remember("user", [(user.pk, user.name) for user in made.users.values()])
    remember("student", [(student.pk, str(student)) for student in made.students])
    return made


def _staff(made: Made) -> None:
    password = make_password(PASSWORD, salt="demo")  # once: it is slow on purpose
    since = datetime.date(made.day.year - 2, 9, 1)
    for role, name, word, key, codes in names.STAFF:
        user = User.objects.create(email=f"{word}@demo.example", name=name, password=password)
        assignment = RoleAssignment.objects.create(user=user, school=made.schools[key], role=role, valid_from=since)
        assignment.class_groups.set(made.classes[code] for code in codes)
        made.users[word] = user
        made.lines.append(f"{role}\t{user.email}\t{PASSWORD}")
    # One CLB and one support centre serve both schools.
    for word, role in (("clb", "clb_worker"), ("leersteun", "learning_supporter")):
        RoleAssignment.objects.create(
            user=made.users[word], school=made.schools["secondary"], role=role, valid_from=since
        )


def _students(made: Made) -> None:
    chance = made.chance
    given = [(first, last, "") for first, last in zip(cycle(names.FIRST), names.LAST * 5, strict=False)]
    chance.shuffle(given)
    given[7:7] = names.UNUSUAL
    enrollments, number = [], 0
    for _key, code, level, year, stream, size in CLASSES:
        class_group = made.classes[code]
        since = class_group.school_year.start
        for n in range(size):
            first, last, preferred = given[number]
            born = datetime.date(since.year - AGES[level] - year, 1, 1) + datetime.timedelta(days=chance.randrange(364))
            student = Student(
                school_id=class_group.school_id, first_name=first, last_name=last, preferred_name=preferred,
                birth_date=born, competence="presumed_by_age" if level == "secundair" else "under_12",
            )  # fmt: skip
            made.students.append(student)
            enrollments.append(
                Enrollment(
                    student=student, class_group=class_group, since=since, class_number=n + 1, is_okan=stream == "OKAN"
                )
            )
            number += 1
    Student.objects.bulk_create(made.students)
    Enrollment.objects.bulk_create(enrollments)
    _guardians(made)


def _guardians(made: Made) -> None:
    chance, guardians = made.chance, []
    for number, student in enumerate(made.students):
        for position, (relation, authority, home, copy) in enumerate(HOMES[number % len(HOMES)]):
            own = position == 1 or (relation == "moeder" and chance.random() < 0.3)
            last = student.last_name if own or relation == "vader" else chance.choice(names.LAST)
            guardians.append(
                Guardian(
                    school_id=student.school_id, student=student, position=position, relation=relation, last_name=last,
                    first_name=names.PARENTS[(number + 7 * position) % len(names.PARENTS)], authority=authority,
                    lives_with=home, receives_plan=copy, language_support=HELP[number % len(HELP)],
                    note_restriction="Geen contact op school zonder de directie." if authority == "deprived" else "",
                )
            )  # fmt: skip
    Guardian.objects.bulk_create(guardians)


def _phases(made: Made) -> None:
    """About one student in four has, or has had, more than the basis."""
    phases = {phase.code: phase for phase in Phase.objects.all()}
    by = made.users["zorg"]
    for number, student in enumerate(made.students[3::4]):
        domain, path = PATHS[number % len(PATHS)]
        for weeks, code in path:
            on = made.day - datetime.timedelta(weeks=weeks, days=number % 5)
            consent = None
            if code in {"extended", "iac_ov4"}:
                consent = _permission_for_clb(made, student, on)
            PhaseRecord.decide(student, domain, phases[code], on=on, reason=REASONS[code], by=by, consent=consent)
        if number % 6 == 1:
            ReasonableAdjustment.objects.create(
                school_id=student.school_id, student=student, kind_of_measure="compensate", scope="student",
                description="Mag luisteren naar de opdracht voor er gelezen wordt.",
                since=made.day - datetime.timedelta(weeks=9), agreed_with_parents_on=made.day - datetime.timedelta(weeks=10),
            )  # fmt: skip


def _permission_for_clb(made: Made, student: Student, on: datetime.date) -> Consent:
    return Consent.objects.create(
        school_id=student.school_id, student=student, kind_of_consent="clb_involve", granted=True, date=on,
        given_by=str(student if student.decides() else student.guardians.all()[0]), what="Het CLB mee laten nadenken",
        form="written", recorded_by=made.users["zorg"].name,
    )  # fmt: skip


def open_to_outsiders(made: Made) -> None:
    """Who comes from outside sees a few students, each for a reason and until a day: those with a path, those it meets."""
    helped = PhaseRecord.objects.current(made.day).filter(phase__code__in=("extended", "iac_ov4"))
    met = Student.objects.filter(meeting_subjects__meeting__participants__role="clb_worker")
    paths = Student.objects.filter(pk__in=helped.values("student")).exclude(pk__in=met.values("pk"))
    opened = [("clb", "file", student) for student in (*met.order_by("pk"), *paths.order_by("pk"))]
    opened += [("leersteun", "meeting", student) for student in paths.order_by("pk")[::2]]
    for word, scope, student in opened:
        if word == "clb" and not may_bring_in_clb(student):
            _permission_for_clb(made, student, made.day - datetime.timedelta(weeks=7))
        if word == "leersteun":
            LegalReport.objects.create(
                school_id=student.school_id, student=student, kind_of_report="gc", issued_by="CLB Oosterhave",
                date=made.day - datetime.timedelta(weeks=8), location_note="Map zorg, lade 2",
            )  # fmt: skip
        StudentAccessGrant.objects.create(
            school_id=student.school_id, user=made.users[word], student=student, scope=scope,
            role="clb_worker" if word == "clb" else "learning_supporter",
            since=made.day - datetime.timedelta(weeks=6), until=made.day + datetime.timedelta(weeks=20),
            reason="Denkt mee over dit traject", granted_by=made.users["zorg"],
        )  # fmt: skip
