"""The transfer to another school: what may go along, what never does, the objection, and that it is written down once."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from hgw.audit.models import Action, Entry
from hgw.items.models import Revision
from hgw.items.saving import save_item
from meetings.models import (
    Agreement,
    ClbContribution,
    Factor,
    Goal,
    Meeting,
    MeetingSubject,
    Need,
    Observation,
    Person,
    Plan,
    Statement,
    StepText,
    Wish,
)
from meetings.transfer import Offer
from students.models import (
    Consent,
    Guardian,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
    Student,
    Transfer,
)
from tests.access_case import make_row
from tests.factories import Cast, make_guardian, make_meeting, make_role, make_student, seat, shown_just_now

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)
FAMILY = ("care_team", "parents", "student")
SECRET = "kanariezin"
Rows = dict[str, Any]


@pytest.fixture
def closed(cast: Cast) -> Cast:
    """The meeting is over: its plan is the last final one."""
    over(cast.meeting)
    return cast


def over(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status="closed", closed_kind="full", closed_at=timezone.now())
    Plan.objects.filter(student__in=meeting.students).update(status="superseded")
    Plan.objects.filter(meeting=meeting).update(status="final")


def goal(cast: Cast, **fields: Any) -> Any:
    return make_row(Goal, cast.meeting, **{"then_can": SECRET, "visibility": FAMILY} | fields)


def need(cast: Cast, **fields: Any) -> Any:
    given = {"text": SECRET, "visibility": FAMILY, "band": "min_necessary"} | fields
    given.setdefault("goal", None)
    given["goal"] = given["goal"] or make_row(Goal, cast.meeting, then_can="het doel", visibility=FAMILY)
    return make_row(Need, cast.meeting, **given)


def strength(cast: Cast, **fields: Any) -> Any:
    return make_row(Observation, cast.meeting, **{"text": SECRET, "visibility": FAMILY} | fields)


def adjustment(cast: Cast, **fields: Any) -> Any:
    return make_row(ReasonableAdjustment, cast.meeting, **{"description": SECRET, "visibility": FAMILY} | fields)


def phase(cast: Cast, **fields: Any) -> Any:
    increased = Phase.objects.get(code="increased")
    given = {"guidance_domain": "learning", "phase": increased, "since": TODAY, "direction": "up"} | fields
    return PhaseRecord.objects.create(**{"school": cast.school, "student": cast.student} | given)


def report(cast: Cast, **fields: Any) -> Any:
    given = {"kind_of_report": "iac", "issued_by": "CLB Gent", "location_note": "in de kast"} | fields
    return make_row(LegalReport, cast.meeting, **given)


def consent(cast: Cast, **fields: Any) -> Consent:
    given = {"given_by": "Hilde Claes", "what": "het dossier doorgeven", "date": TODAY} | fields
    return Consent.objects.create(school=cast.school, student=cast.student, **given)


def objection(cast: Cast, **fields: Any) -> Consent:
    return consent(cast, kind_of_consent="transfer_objection", **fields)


def one_of_each(cast: Cast) -> Rows:
    """What may go along, a row of each kind."""
    aim = goal(cast, then_can="leest een bladzijde", status="partly")
    return {
        "observation": strength(cast, text="rekent vlot"),
        "goal": aim,
        "need": need(cast, goal=aim, text="instructie in stappen", already_works="een stappenkaart"),
        "reasonableadjustment": adjustment(cast, description="een laptop", kind_of_measure="compensate"),
        "phaserecord": phase(cast, reason="omdat het nodig was"),
    }


def code(row: Any) -> str:
    return f"{row._meta.model_name}:{row.pk}:{getattr(row, 'version', 1)}"


def typed(*rows: Any, **other: Any) -> Rows:
    given = {
        "key": uuid.uuid4(),
        "to_school": "De Linde",
        "shown_on": f"{TODAY:%Y-%m-%d}",
        "parts": list(map(code, rows)),
    }
    return given | other


def page(answer: Any) -> str:
    text: str = answer.content.decode()
    return text[text.index("<main") : text.index("</main")]


def paper(answer: Any) -> str:
    """The text that goes along, as it stands on this page."""
    text = page(answer)
    begin = text.index('<section class="block" aria-labelledby="h-text"')
    return text[begin : text.index("</section>", begin)]


def at(cast: Cast, name: str = "student_transfer", *more: Any) -> str:
    return reverse(name, args=(cast.student.pk, *more))


@pytest.fixture
def browser(closed: Cast, sign_in: Any) -> Any:
    return shown_just_now(sign_in(closed.coordinator))


# --- what may go along ---


def test_each_thing_has_a_box_that_is_off(closed: Cast, browser: Any) -> None:
    rows = one_of_each(closed)
    shown = page(browser.get(at(closed)))
    for row in rows.values():
        assert f'value="{code(row)}"' in shown
    assert "checked" not in shown
    for words in ("rekent vlot", "leest een bladzijde · deels bereikt", "een laptop", "Gebeurt al: een stappenkaart"):
        assert words in shown
    assert "omdat het nodig was" not in shown


def test_only_what_was_ticked_is_in_the_preview(closed: Cast, browser: Any) -> None:
    rows = one_of_each(closed)
    chosen = [rows["goal"], rows["phaserecord"]]
    answer = browser.post(at(closed, "student_transfer_preview"), typed(*chosen, shown_on="", to_school=""))
    assert answer.status_code == 200
    for words in ("leest een bladzijde", "deels bereikt", "leren en studeren"):
        assert words in paper(answer)
    for words in ("rekent vlot", "stappenkaart", "een laptop"):
        assert words not in paper(answer)
    assert not Transfer.objects.exists()
    assert page(answer).count("checked") == 2


def test_what_is_printed_is_what_the_parents_read(closed: Cast, browser: Any) -> None:
    rows = one_of_each(closed)
    report(closed)
    given = typed(*rows.values())
    preview = browser.post(at(closed, "student_transfer_preview"), given)
    made = browser.post(at(closed), given, follow=True)
    assert paper(made) == paper(preview)
    assert "Verslag van het CLB" in paper(made)
    with translation.override("en"):
        browser.cookies["django_language"] = "en"
        assert paper(browser.get(made.request["PATH_INFO"])) == paper(preview)  # the paper is in the school's language


def test_it_is_written_down_without_its_words(closed: Cast, browser: Any) -> None:
    rows = one_of_each(closed)
    answer = browser.post(at(closed), typed(rows["goal"], rows["need"]))
    made = Transfer.objects.get()
    assert answer.url == at(closed, "student_transfer_made", made.pk)
    assert made.passed == [
        {"kind": name, "id": str(rows[name].pk), "version": rows[name].version} for name in ("goal", "need")
    ]
    assert (made.school, made.student, made.created_by) == (closed.school, closed.student, closed.coordinator)
    assert (made.to_school, made.shown_on, made.made_on) == ("De Linde", TODAY, TODAY)
    entry = Entry.objects.get(action=Action.TRANSFER_MADE)
    assert (entry.object, entry.student, entry.who) == (made.pk, closed.student.pk, closed.coordinator.pk)
    assert entry.detail == "2 parts"


def test_who_looks_at_the_text_is_in_the_trace(closed: Cast, browser: Any) -> None:
    given = typed(goal(closed))
    browser.post(at(closed, "student_transfer_preview"), given)
    browser.post(at(closed), given, follow=True)
    found = Entry.objects.filter(action=Action.TRANSFER_OPENED, student=closed.student.pk, who=closed.coordinator.pk)
    assert [entry.detail for entry in found] == ["preview", "made"]


# --- what never does ---


def in_a_group(cast: Cast, *, of: str = "") -> Any:
    """A goal out of the last meeting, which was about two students: about the other one, or about both."""
    wout = wout_of(cast)
    meeting = make_meeting([cast.student, wout], by=cast.coordinator)
    over(meeting)
    return make_row(Goal, meeting, then_can=SECRET, visibility=FAMILY, subject=wout if of else None)


def of_an_earlier_plan(cast: Cast) -> Any:
    row = goal(cast)
    over(make_meeting([cast.student], by=cast.coordinator))
    return row


def told_in_confidence(cast: Cast) -> Any:
    row = strength(cast)
    consent(cast, kind_of_consent="student_confidence_share", about=row.pk, granted=True, form="written")
    return row


def out_of_an_open_meeting(cast: Cast) -> Any:
    return make_row(
        ReasonableAdjustment, make_meeting([cast.student], by=cast.coordinator), description=SECRET, visibility=FAMILY
    )


def wout_of(cast: Cast) -> Student:
    return make_student(cast.school, first_name="Wout")


def need_under(cast: Cast, **fields: Any) -> Any:
    return need(cast, goal=make_row(Goal, cast.meeting, **{"visibility": FAMILY} | fields))


def of_clb(cast: Cast) -> Any:
    return cast.users["clb_worker"]


def once_of_clb(cast: Cast) -> Any:
    """A teacher who worked for the CLB here long ago."""
    make_role(cast.teacher, cast.school, "clb_worker", valid_until=TODAY - 900 * DAY)
    return cast.teacher


def written_over(cast: Cast, by: Any) -> Any:
    """A goal in which this person put words; somebody else changed it afterwards, and the row names who came last."""
    row = goal(cast, created_by=cast.coordinator, updated_by=cast.coordinator, version=2)
    given = {"kind": "goal", "item": row.pk, "version": 1, "act": "changed", "content": {"then_can": SECRET}}
    Revision.objects.create(school=cast.school, author=by, **given)
    return row


def seen_by(cast: Cast, user: Any) -> Any:
    person = cast.meeting.person(user.name)
    Person.objects.filter(pk=person.pk).update(user=user)
    return strength(cast, observer=person)


NEVER: dict[str, Callable[[Cast], Any]] = {
    "confidential": lambda cast: goal(cast, visibility=("confidential",)),
    "for the care team alone": lambda cast: goal(cast, visibility=("care_team", "student")),
    "goal of the teacher": lambda cast: goal(cast, target="teacher"),
    "goal that was dropped": lambda cast: goal(cast, status="dropped"),
    "goal taken away": lambda cast: goal(cast, removed_at=timezone.now()),
    "written by the CLB": lambda cast: goal(cast, created_by=of_clb(cast)),
    "changed by the CLB": lambda cast: goal(cast, updated_by=of_clb(cast)),
    "written by who was of the CLB": lambda cast: goal(cast, created_by=once_of_clb(cast)),
    "changed by the CLB in between": lambda cast: written_over(cast, of_clb(cast)),
    "changed in between by who was of the CLB": lambda cast: written_over(cast, once_of_clb(cast)),
    "seen by the CLB": lambda cast: seen_by(cast, of_clb(cast)),
    "seen by who was of the CLB": lambda cast: seen_by(cast, once_of_clb(cast)),
    "goal of an earlier plan": of_an_earlier_plan,
    "of another student of the group": lambda cast: in_a_group(cast, of="Wout"),
    "of the whole group": in_a_group,
    "need of the teacher": lambda cast: need(cast, holder="teacher"),
    "need of the parents": lambda cast: need(cast, holder="parents"),
    "more than necessary": lambda cast: need(cast, band="feasible"),
    "under a confidential goal": lambda cast: need_under(cast, visibility=("confidential",)),
    "under a goal taken away": lambda cast: need_under(cast, removed_at=timezone.now()),
    "strength from the CLB": lambda cast: strength(cast, source="clb"),
    "told by a parent": lambda cast: strength(cast, source="told_by_parent"),
    "told by this parent": lambda cast: strength(cast, told_by=cast.mother),
    "told in confidence": told_in_confidence,
    "at home": lambda cast: strength(cast, domain="opv", holder="student"),
    "of the parents": lambda cast: strength(cast, domain="ll", holder="parents"),
    "of the school": lambda cast: strength(cast, domain="ols"),
    "difficult": lambda cast: strength(cast, valence="difficulty"),
    "exception": lambda cast: strength(cast, valence="exception"),
    "adjustment that ended": lambda cast: adjustment(cast, since=TODAY - 9 * DAY, until=TODAY - DAY),
    "adjustment to come": lambda cast: adjustment(cast, since=TODAY + DAY),
    "adjustment taken away": lambda cast: adjustment(cast, removed_at=timezone.now()),
    "adjustment for the team": lambda cast: adjustment(cast, visibility=("care_team",)),
    "adjustment in an open meeting": out_of_an_open_meeting,
    "adjustment of another student": lambda cast: adjustment(cast, student=wout_of(cast), came_with=None),
    "report of another student": lambda cast: report(cast, student=wout_of(cast), issued_by=SECRET),
    "phase of another student": lambda cast: phase(cast, student=wout_of(cast), reason=SECRET),
    "diagnostic report": lambda cast: report(cast, kind_of_report="hgd", issued_by=SECRET),
    "report taken away": lambda cast: report(cast, issued_by=SECRET, removed_at=timezone.now()),
    "report that is over": lambda cast: report(cast, issued_by=SECRET, date=TODAY - 9 * DAY, valid_until=TODAY - DAY),
    "CLB contribution": lambda cast: make_row(ClbContribution, cast.meeting, text=SECRET, visibility=FAMILY),
    "explanation": lambda cast: make_row(Factor, cast.meeting, text=SECRET, visibility=FAMILY),
    "wish": lambda cast: make_row(Wish, cast.meeting, text=SECRET, visibility=FAMILY),
    "agreement": lambda cast: make_row(Agreement, cast.meeting, what=SECRET, visibility=FAMILY),
    "statement": lambda cast: make_row(Statement, cast.meeting, text=SECRET),
    "text of a step": lambda cast: make_row(StepText, cast.meeting, text=SECRET),
    "reason of a phase": lambda cast: phase(cast, reason=SECRET, until=TODAY),
    "support for health": lambda cast: phase(cast, guidance_domain="health", reason=SECRET),
    "phase that is over": lambda cast: phase(cast, since=TODAY - 9 * DAY, until=TODAY, reason=SECRET),
}


@pytest.mark.parametrize("what", NEVER)
def test_it_never_goes_along(closed: Cast, browser: Any, what: str) -> None:
    row = NEVER[what](closed)
    answer = browser.get(at(closed))
    assert answer.status_code == 200
    assert SECRET not in page(answer)
    assert code(row) not in page(answer)
    assert code(row) not in {part.code for part in Offer(closed.student).parts}
    for name in ("student_transfer", "student_transfer_preview"):
        refused = browser.post(at(closed, name), typed(row))
        assert refused.status_code == 422
        assert SECRET not in page(refused)
        assert "De Linde" in page(refused)
    assert not Transfer.objects.exists()


def test_of_parents_and_student_nothing_but_the_name_stands_there(closed: Cast, browser: Any) -> None:
    Guardian.objects.filter(pk=closed.mother.pk).update(note_restriction=SECRET, email=f"{SECRET}@ouder.example")
    Student.objects.filter(pk=closed.student.pk).update(competence_note=SECRET, external_ref=SECRET)
    phase(closed, reason=SECRET)
    rows = one_of_each(closed)
    goal(closed, then_can="een ander doel", outcome_note=SECRET, indicator=SECRET)
    made = browser.post(at(closed), typed(*rows.values()), follow=True)
    assert SECRET not in page(made)
    assert SECRET not in page(browser.get(at(closed)))


def test_others_have_no_name_the_parents_neither(closed: Cast, browser: Any) -> None:
    wout = make_student(closed.school, closed.class_group, first_name="Wout", last_name="Peeters")
    make_guardian(wout, first_name="Lies")
    seat(closed.meeting, "Juf Veerle", "homeroom_teacher")
    row = goal(
        closed, then_can=f"Nore leest met Wout en Juf Veerle; Hilde Claes, Bart en {closed.teacher.name} zien het"
    )
    given = typed(row, report(closed, location_note="bij Juf Veerle"), parts=[code(row)])
    for text in (paper(browser.post(at(closed, "student_transfer_preview"), given)), page(browser.get(at(closed)))):
        for name in ("Wout", "Veerle", "Hilde", "Claes", "Bart", closed.teacher.name):
            assert name not in text
        assert "Nore leest met een andere leerling en" in text
        assert "; een ouder, een ouder en" in text


def test_from_twelve_on_the_student_must_be_able_to_read_it_too(closed: Cast, browser: Any) -> None:
    row, both = goal(closed, visibility=("care_team", "parents")), goal(closed)
    assert code(row) in page(browser.get(at(closed)))
    born = TODAY.replace(year=TODAY.year - 12, day=1)
    Student.objects.filter(pk=closed.student.pk).update(birth_date=born)
    shown = page(browser.get(at(closed)))
    assert [code(one) in shown for one in (row, both)] == [False, True]
    assert "Getoond aan de ouders en de leerling op" in shown


def test_who_works_for_a_clb_elsewhere_is_a_colleague_here(closed: Cast, browser: Any) -> None:
    make_role(closed.teacher, closed.other_school, "clb_worker")
    rows = [
        goal(closed, created_by=closed.teacher, updated_by=closed.teacher),
        written_over(closed, closed.teacher),
        seen_by(closed, closed.teacher),
    ]
    shown = page(browser.get(at(closed)))
    assert [code(row) in shown for row in rows] == [True, True, True]


def test_what_was_asked_of_no_one_thing_in_confidence_hides_nothing_else(closed: Cast, browser: Any) -> None:
    row = strength(closed)
    consent(closed, kind_of_consent="student_confidence_share", about=None)
    assert code(row) in page(browser.get(at(closed)))


def test_without_a_final_plan_there_is_what_the_file_holds(cast: Cast, sign_in: Any) -> None:
    given = [goal(cast), adjustment(cast, came_with=None, description="een laptop")]
    shown = page(sign_in(cast.coordinator).get(at(cast)))
    assert [code(row) in shown for row in given] == [False, True]


def test_with_nothing_to_pass_on_there_is_no_form(closed: Cast, browser: Any) -> None:
    shown = page(browser.get(at(closed)))
    assert "Er is niets om door te geven" in shown
    assert "<form" not in shown


def test_strengths_in_a_group_that_are_said_of_the_student_go_along(closed: Cast, browser: Any) -> None:
    wout = make_student(closed.school, first_name="Wout")
    MeetingSubject.objects.create(meeting=closed.meeting, student=wout, position=1)
    Meeting.objects.filter(pk=closed.meeting.pk).update(kind_of_meeting="group")
    row = strength(closed, subject=closed.student, domain="ols", holder="student", text="helpt anderen")
    assert code(row) in page(browser.get(at(closed)))


# --- the compulsory line, the objection ---


@pytest.mark.parametrize("kind", ["gc", "iac", "ov4"])
def test_a_report_is_always_in_and_has_no_box(closed: Cast, browser: Any, kind: str) -> None:
    row = report(closed, kind_of_report=kind, date=datetime.date(2026, 3, 2), valid_until=datetime.date(2028, 8, 31))
    shown = page(browser.get(at(closed)))
    assert f"{kind.upper()}-verslag van 2 maart 2026, CLB Gent" in shown
    assert "geldig tot en met 31 augustus 2028 · het verslag ligt: in de kast" in shown
    assert "Dit gaat in elk geval mee" in shown
    assert code(row) not in shown
    made = browser.post(
        at(closed), typed(shown_on=TODAY - DAY), follow=True
    )  # younger than that day: it must go all the same
    assert "Een kopie van dit verslag gaat verplicht mee." in paper(made)
    assert Transfer.objects.get().passed == [{"kind": "legalreport", "id": str(row.pk), "version": row.version}]


def test_a_report_goes_along_up_to_its_last_day(closed: Cast, browser: Any) -> None:
    report(closed, issued_by="CLB Gent", valid_until=TODAY)
    assert "IAC-verslag" in page(browser.get(at(closed)))


@pytest.mark.parametrize("granted", [False, True])
def test_an_objection_leaves_the_compulsory_line_alone(closed: Cast, browser: Any, granted: bool) -> None:
    rows = one_of_each(closed)
    must = report(closed)
    objection(closed, granted=granted, what="liever niet")
    shown = page(browser.get(at(closed)))
    assert "Er is een bezwaar" in shown
    assert "liever niet" in shown
    assert all(code(row) not in shown for row in rows.values())
    for row in rows.values():
        assert browser.post(at(closed), typed(row)).status_code == 422
    assert not Transfer.objects.exists()
    made = browser.post(at(closed), typed(), follow=True)
    assert "IAC-verslag" in paper(made)
    assert [one["id"] for one in Transfer.objects.get().passed] == [str(must.pk)]


def test_with_an_objection_and_no_report_nothing_goes_along(closed: Cast, browser: Any) -> None:
    row = goal(closed)
    objection(closed)
    shown = page(browser.get(at(closed)))
    assert "Er gaat dus niets mee." in shown
    assert "<form" not in shown
    assert browser.post(at(closed), typed(row)).status_code == 422
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    ("fields", "blocks"),
    [
        ({"withdrawn_on": TODAY}, False),
        ({"withdrawn_on": TODAY + DAY}, True),
        ({"removed_at": datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)}, False),
        ({"kind_of_consent": "external_share"}, False),
    ],
)
def test_an_objection_ends_when_it_is_taken_back(closed: Cast, browser: Any, fields: Rows, blocks: bool) -> None:
    row = goal(closed)
    consent(closed, **{"kind_of_consent": "transfer_objection"} | fields)
    assert (code(row) not in page(browser.get(at(closed)))) is blocks


def test_an_objection_of_another_family_blocks_nothing(closed: Cast, browser: Any) -> None:
    row = goal(closed)
    wout = make_student(closed.school)
    Consent.objects.filter(pk=objection(closed).pk).update(student=wout)
    assert code(row) in page(browser.get(at(closed)))


def test_the_students_page_says_objection_without_a_yes_or_no(closed: Cast, browser: Any) -> None:
    objection(closed)
    shown = page(browser.get(reverse("student", args=(closed.student.pk,))))
    assert "<b>bezwaar tegen het doorgeven van het dossier</b> · Hilde Claes" in shown.replace("Bezwaar", "bezwaar")


# --- the form ---


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shown_on": ""}, "Vul dit nog in"),
        ({"to_school": " "}, "Vul dit nog in"),
        ({"shown_on": TODAY + DAY}, "Deze dag moet nog komen"),
        ({"parts": []}, "Vink aan wat meegaat"),
        ({"parts": [f"goal:{uuid.UUID(int=7)}:1"]}, "Toon de ouders de lijst"),
        ({"shown_on": TODAY - DAY}, "Toon het zoals het nu is"),
    ],
)
def test_what_is_missing_is_said_beside_it(closed: Cast, browser: Any, wrong: Rows, said: str) -> None:
    row = goal(closed)
    answer = browser.post(at(closed), typed(row) | wrong)
    assert answer.status_code == 422
    assert said in page(answer)
    assert not Transfer.objects.exists()
    if "parts" not in wrong:
        assert f'value="{code(row)}"' in page(answer)
        assert page(answer).count("checked") == 1


def test_what_changed_after_the_parents_read_it_is_shown_again_first(closed: Cast, browser: Any) -> None:
    row, stays = adjustment(closed, description="een laptop", came_with=None), phase(closed)
    given = typed(row, stays)
    assert "een laptop" in paper(browser.post(at(closed, "student_transfer_preview"), given))
    # On the very day on which it was shown: the day says nothing.
    save_item(row, {"description": SECRET}, by=closed.coordinator, base_version=row.version, key=uuid.uuid4())
    for name in ("student_transfer", "student_transfer_preview"):
        answer = browser.post(at(closed, name), given)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["parts"]
        for words in ("Toon de ouders de lijst zoals ze nu is", "De Linde", SECRET):
            assert words in page(answer)
        assert page(answer).count("checked") == 1  # the box of what did not change
    assert not Transfer.objects.exists()
    row.refresh_from_db()
    assert SECRET in paper(browser.post(at(closed), typed(row, stays), follow=True))


def test_a_double_click_makes_one(closed: Cast, browser: Any) -> None:
    given = typed(goal(closed))
    first, second = browser.post(at(closed), given), browser.post(at(closed), given)
    assert first.url == second.url
    assert Transfer.objects.count() == 1
    assert Entry.objects.filter(action=Action.TRANSFER_MADE).count() == 1


@pytest.mark.parametrize("changed", ["parts", "to_school"])
def test_the_same_form_with_something_else_makes_no_second_one(closed: Cast, browser: Any, changed: str) -> None:
    rows = [goal(closed), strength(closed)]
    given = typed(*rows)
    browser.post(at(closed), given)
    other = given | {"parts": [code(rows[0])]} if changed == "parts" else given | {"to_school": "De Berk"}
    answer = browser.post(at(closed), other)
    assert answer.status_code == 422
    assert "Er is hier al iets bewaard" in page(answer)
    assert Transfer.objects.count() == 1


def test_the_form_of_a_colleague_is_not_taken_over(closed: Cast, browser: Any) -> None:
    given = typed(goal(closed))
    browser.post(at(closed), given)
    Transfer.objects.update(created_by=closed.users["principal"])
    assert browser.post(at(closed), given).status_code == 422


# --- afterwards ---


def made_by(cast: Cast, *rows: Any) -> Transfer:
    passed = [part.noted for part in Offer(cast.student).parts if part.code in map(code, rows)]
    made = Transfer(student=cast.student, to_school="De Linde", shown_on=TODAY)
    made.make(passed, key=uuid.uuid4(), by=cast.coordinator)
    return made


@pytest.mark.parametrize("change", ["version", "visibility", "removed_at", "objection"])
def test_what_changed_since_is_left_out_and_counted(closed: Cast, browser: Any, change: str) -> None:
    rows = [goal(closed), strength(closed, text="rekent vlot")]
    made = made_by(closed, *rows)
    if change == "objection":
        objection(closed)
    else:
        value = {"version": 2, "visibility": ("confidential",), "removed_at": timezone.now()}[change]
        Goal.objects.filter(pk=rows[0].pk).update(**{change: value})
    answer = browser.get(at(closed, "student_transfer_made", made.pk))
    assert SECRET not in page(answer)
    assert ("rekent vlot" in page(answer)) is (change != "objection")
    gone = "2 onderdelen die meegingen" if change == "objection" else "1 onderdeel dat meeging"
    assert gone in page(answer)


def test_the_text_is_shown_once_it_is_sure_who_is_there(closed: Cast, sign_in: Any) -> None:
    made = made_by(closed, goal(closed))
    answer = shown_just_now(sign_in(closed.coordinator), ago=3600).get(at(closed, "student_transfer_made", made.pk))
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    assert not Entry.objects.filter(action=Action.TRANSFER_OPENED).exists()


def test_it_is_found_under_its_own_student_only(closed: Cast, browser: Any) -> None:
    made = made_by(closed, goal(closed))
    other = make_student(closed.school)
    assert browser.get(reverse("student_transfer_made", args=(other.pk, made.pk))).status_code == 404


@pytest.mark.parametrize(
    ("who", "page_of_it", "made_page", "listed"),
    [
        ("care_coordinator", 200, 200, True),
        ("principal", 403, 200, True),
        ("care_teacher", 403, 404, False),
        ("homeroom_teacher", 403, 404, False),
        ("clb_worker", 403, 404, False),
        ("school_admin", 403, 404, False),
        ("subject_teacher", 404, 404, False),
    ],
)
def test_who_may(closed: Cast, sign_in: Any, who: str, page_of_it: int, made_page: int, listed: bool) -> None:
    made = made_by(closed, goal(closed), strength(closed))
    here = shown_just_now(sign_in(closed.users[who]))
    assert here.get(at(closed)).status_code == page_of_it
    assert here.get(at(closed, "student_transfer_made", made.pk)).status_code == made_page
    shown = here.get(reverse("student", args=(closed.student.pk,))).content.decode()
    line = f"Overdracht naar De Linde op {timezone.localdate().day} "
    assert (line in shown) is listed
    assert ("2 onderdelen" in shown) is listed
    assert (f'href="{at(closed)}"' in shown) is (who == "care_coordinator")


def test_who_asks_to_see_everything_reads_to_whom_it_went(closed: Cast, browser: Any) -> None:
    made_by(closed, goal(closed))
    shown = page(browser.get(reverse("student_inspection", args=(closed.student.pk,))))
    assert "Doorgegeven aan een andere school" in shown
    assert "De Linde, " in shown


def test_another_students_list_does_not_hold_it(closed: Cast, browser: Any) -> None:
    made_by(closed, goal(closed))
    other = make_student(closed.school)
    assert "De Linde" not in browser.get(reverse("student", args=(other.pk,))).content.decode()
