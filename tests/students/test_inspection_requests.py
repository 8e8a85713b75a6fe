"""A request to see the file: who may ask, by when to answer, what is said with less than everything, and who knows of it."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hgw.audit.models import Entry
from students.models import Guardian, InspectionRelease, InspectionRequest
from students.models.inspections import a_month_after
from tests.factories import Cast, make_guardian, make_student

KNOW = {"care_coordinator", "principal"}
DAYS = datetime.timedelta(days=1)


def today() -> datetime.date:
    return timezone.localdate()


def ask(cast: Cast, **fields: Any) -> InspectionRequest:
    given = {"school": cast.school, "student": cast.student, "guardian": cast.mother}
    return InspectionRequest.objects.create(**(given | fields))


def note(cast: Cast, **fields: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), "guardian": str(cast.mother.pk), "asked_on": str(today())} | fields


def new(cast: Cast) -> str:
    return reverse("inspection_request_new", args=(cast.student.pk,))


def answer_url(asked: InspectionRequest) -> str:
    return reverse("inspection_request_answer", args=(asked.student_id, asked.pk))


def answer(browser: Any, asked: InspectionRequest, **fields: Any) -> Any:
    """Fill in the form as it stands and send it."""
    form = browser.get(answer_url(asked)).context["form"]
    data = {"key": str(form["key"].value()), "seen": form["seen"].value(), "answer": "", "answered_on": "", "said": ""}
    return browser.post(answer_url(asked), data | fields)


def page_of(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ("2026-01-31", "2026-02-28"),
        ("2024-01-31", "2024-02-29"),
        ("2026-03-31", "2026-04-30"),
        ("2026-12-15", "2027-01-15"),
        ("2026-11-30", "2026-12-30"),
    ],
)
def test_the_answer_comes_within_a_month(asked: str, by: str) -> None:
    day = datetime.date.fromisoformat
    assert a_month_after(day(asked)) == day(by)


@pytest.mark.parametrize(
    ("now", "is_late"), [("2026-02-28T22:00:00+00:00", False), ("2026-02-28T23:00:00+00:00", True)]
)
def test_it_is_late_from_the_day_after_on(cast: Cast, sign_in: Any, now: str, is_late: bool) -> None:
    asked = ask(cast, asked_on=datetime.date(2026, 1, 31))
    with time_machine.travel(datetime.datetime.fromisoformat(now), tick=False):
        assert asked.is_late is is_late
        page = page_of(sign_in(cast.coordinator).get("/"))
    assert ("te laat: moest tegen 28 februari 2026 beantwoord zijn" in page) is is_late
    assert ("antwoord tegen 28 februari 2026" in page) is not is_late


# --- noting it ---


@pytest.mark.parametrize("who", ["mother", "student"])
def test_the_coordinator_notes_who_asks(cast: Cast, sign_in: Any, who: str) -> None:
    guardian = cast.mother if who == "mother" else None
    data = note(cast, guardian=str(guardian.pk) if guardian else "", talk_offered="on", talk_when="dinsdag na school")
    for _click in range(2):
        found = sign_in(cast.coordinator).post(new(cast), data)
        assert (found.status_code, found.headers["Location"]) == (302, f"/leerlingen/{cast.student.pk}/")
    asked = InspectionRequest.objects.get()
    assert (asked.guardian, asked.asked_on, asked.talk_when) == (guardian, today(), "dinsdag na school")
    assert (asked.school, asked.created_by, asked.talk_offered) == (cast.school, cast.coordinator, True)
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.object, last.detail) == ("item.added", asked.pk, "inspectionrequest")


def test_only_who_keeps_a_right_to_information_may_ask(cast: Cast, sign_in: Any) -> None:
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    step = make_guardian(cast.student, relation="plusouder", authority="step_parent", receives_plan=False)
    other = make_guardian(make_student(cast.school))
    browser = sign_in(cast.coordinator)
    offered = browser.get(new(cast)).context["form"].fields["guardian"].queryset
    assert list(offered) == [cast.mother]
    for wrong in (cast.father, step, other):
        found = browser.post(new(cast), note(cast, guardian=str(wrong.pk), talk_when="woensdag om vier"))
        assert found.status_code == 422
        assert "woensdag om vier" in page_of(found)
    assert not InspectionRequest.objects.exists()


def test_nobody_asked_tomorrow(cast: Cast, sign_in: Any) -> None:
    data = note(cast, asked_on=str(today() + DAYS), talk_when="blijft staan")
    found = sign_in(cast.coordinator).post(new(cast), data)
    assert found.status_code == 422
    assert found.context["form"].errors["asked_on"] == ["Deze dag moet nog komen."]
    assert "blijft staan" in page_of(found)


# --- answering it ---


def test_an_answer_is_of_today_when_no_day_is_given(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast, asked_on=today() - 3 * DAYS)
    assert answer(sign_in(cast.coordinator), asked, answer="given").status_code == 302
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_on, asked.updated_by) == ("given", today(), cast.coordinator)
    assert not InspectionRequest.objects.all().waiting()


@pytest.mark.parametrize("less", ["given_in_part", "refused"])
def test_who_gets_less_than_everything_is_told_why(cast: Cast, sign_in: Any, less: str) -> None:
    asked = ask(cast)
    found = answer(sign_in(cast.coordinator), asked, answer=less, said=" ", talk_when="vrijdag")
    assert found.status_code == 422
    assert list(found.context["form"].errors) == ["said"]
    assert "vrijdag" in page_of(found)
    assert (
        answer(sign_in(cast.coordinator), asked, answer=less, said="wat Nore vertelde, blijft bij Nore").status_code
        == 302
    )
    asked.refresh_from_db()
    assert (asked.answer, asked.said) == (less, "wat Nore vertelde, blijft bij Nore")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"answer": "given", "days": 1}, "answered_on"),
        ({"answer": "given", "days": -4}, "answered_on"),
        ({"answer": "", "days": 0}, "answer"),
        ({"answer": "verzonnen", "days": 0}, "answer"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_field(
    cast: Cast, sign_in: Any, fields: dict[str, Any], wrong: str
) -> None:
    asked = ask(cast, asked_on=today() - 3 * DAYS)
    day = str(today() + fields["days"] * DAYS)
    found = answer(sign_in(cast.coordinator), asked, answer=fields["answer"], answered_on=day, said="mijn zin")
    assert found.status_code == 422
    assert wrong in found.context["form"].errors
    assert "mijn zin" in page_of(found)
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_on) == ("", None)


def test_a_talk_can_be_noted_before_the_answer(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    assert answer(sign_in(cast.coordinator), asked, talk_offered="on", talk_when="maandag").status_code == 302
    asked.refresh_from_db()
    assert (asked.talk_offered, asked.talk_when, asked.answered_on) == (True, "maandag", None)


def test_what_a_colleague_answered_meanwhile_is_not_written_over(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    browser = sign_in(cast.coordinator)
    form = browser.get(answer_url(asked)).context["form"]
    data = {"key": str(form["key"].value()), "seen": form["seen"].value(), "answer": "refused", "said": "van mij"}
    InspectionRequest.objects.filter(pk=asked.pk).update(answer="given", answered_on=today(), said="van een collega")
    found = browser.post(answer_url(asked), data)
    assert found.status_code == 409
    assert "van mij" in page_of(found)
    assert "van een collega" in page_of(found)
    asked.refresh_from_db()
    assert asked.said == "van een collega"


def test_the_database_takes_no_half_answer(cast: Cast) -> None:
    for wrong in (
        {"answer": "given"}, {"answered_on": today()}, {"answer": "refused", "answered_on": today()},
        {"answer": "given", "answered_on": today() - DAYS},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            ask(cast, **wrong)


def test_a_request_stands_under_its_own_student(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school)
    asked = ask(cast)
    for name in ("inspection_request_answer", "inspection_request_release"):
        assert sign_in(cast.coordinator).get(reverse(name, args=(other.pk, asked.pk))).status_code == 404


# --- who knows of it ---


def test_on_the_students_page_coordinator_and_principal_see_it_and_nobody_else(cast: Cast, sign_in: Any) -> None:
    ask(cast, talk_when="kanarie-gesprek")
    past = {"answer": "refused", "answered_on": today(), "said": "kanarie-antwoord", "guardian": None}
    ask(cast, asked_on=today() - 40 * DAYS, **past)
    for role, user in cast.users.items():
        page = page_of(sign_in(user).get(reverse("student", args=(cast.student.pk,))))
        for words in ("kanarie-gesprek", "kanarie-antwoord", "h-inspections", "geweigerd"):
            assert (words in page) == (role in KNOW), (role, words)
        assert ("/inzage/nieuw/" in page) == (role == "care_coordinator"), role


def test_on_the_first_page_they_see_what_waits_and_nobody_else(cast: Cast, sign_in: Any) -> None:
    ask(cast, asked_on=today() - 70 * DAYS)
    ask(cast, guardian=None)
    ask(cast, guardian=cast.father, answer="given", answered_on=today())
    for role, user in cast.users.items():
        found = sign_in(user).get("/")
        page = page_of(found)
        wanted = [cast.mother, None] if role in KNOW else []
        assert [one.guardian for one in found.context["inspections"]] == wanted, role
        assert (f"{cast.mother} vraagt inzage in het dossier van Nore Vandamme" in page) == (role in KNOW), role
        assert ("te laat: " in page) == (role in KNOW), role
    for user in cast.others.values():
        assert not sign_in(user).get("/").context["inspections"]


def test_who_lost_the_right_since_is_said_so_and_is_shown_nothing(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast, guardian=cast.father)
    url = reverse("student_inspection", args=(cast.student.pk,)) + f"?verzoek={asked.pk}"
    assert url in page_of(sign_in(cast.coordinator).get(reverse("student", args=(cast.student.pk,))))
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    page = page_of(sign_in(cast.coordinator).get(reverse("student", args=(cast.student.pk,))))
    assert url not in page
    assert "heeft geen recht op informatie meer" in page


def test_a_decision_keeps_who_took_it_and_taking_it_back_is_in_the_trace(cast: Cast) -> None:
    asked, one, two, three = ask(cast), uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    asked.decide({one: 1, two: 1}, by=cast.coordinator)
    asked.decide({two: 1, three: 4}, by=cast.users["principal"])
    kept = dict(InspectionRelease.objects.filter(request=asked).values_list("item", "created_by"))
    assert kept == {two: cast.coordinator.pk, three: cast.users["principal"].pk}
    entries = Entry.objects.filter(detail="inspectionrelease").values_list("action", "object", "student")
    assert set(entries) == {
        *(("item.added", item, cast.student.pk) for item in (one, two, three)),
        ("item.removed", one, cast.student.pk),
    }
