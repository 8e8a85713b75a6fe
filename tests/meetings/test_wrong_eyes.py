"""Small ways in which a sentence could reach somebody it is not for: each was open once."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings.models import (
    CircleMember,
    ClbContribution,
    Goal,
    InfoRequest,
    Need,
    Observation,
    Plan,
    PlanIssue,
)
from students.models import LegalReport
from tests.access_case import make_row
from tests.factories import Cast, make_role, make_user, seat

SECRET = "alleen voor de kring"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def step(cast: Cast, slug: str) -> str:
    return reverse("meeting_step", args=(cast.meeting.pk, slug))


def add(cast: Cast, kind: str) -> str:
    return reverse("item_add", args=(cast.meeting.pk, kind))


# --- a save that was sent again ---


@pytest.mark.parametrize("change", [{"visibility": ("confidential",)}, {"removed_at": "2026-01-01T00:00Z"}])
def test_a_line_sent_twice_does_not_bring_back_what_a_colleague_wrote_since(
    cast: Cast, sign_in: Any, change: dict[str, Any]
) -> None:
    data = {
        "short": "1", "valence": "strength", "domain": "ll", "text": "mijn zin", "source": "seen",
        "key": str(uuid.uuid4()),
    }  # fmt: skip
    browser = sign_in(cast.teacher, htmx=True)
    assert "mijn zin" in text_of(browser.post(add(cast, "observation"), data))
    Observation.objects.filter(text="mijn zin").update(text=SECRET, version=2, **change)
    again = browser.post(add(cast, "observation"), data)
    assert again.status_code == 200
    assert SECRET not in text_of(again)
    assert Observation.objects.count() == 1


# --- forms that could not be saved ---


@pytest.mark.parametrize("kind", ["participant", "consent", "legalreport", "statement", "addendum", "clbcontribution"])
def test_nobody_gets_a_form_that_would_be_refused(cast: Cast, sign_in: Any, kind: str) -> None:
    assert sign_in(cast.teacher).get(add(cast, kind)).status_code == 403
    own = cast.users["clb_worker"] if kind == "clbcontribution" else cast.coordinator
    assert sign_in(own).get(add(cast, kind)).status_code == 200


@pytest.fixture
def named(cast: Cast) -> Observation:
    """A confidential item with the teacher in its circle, who may read it and not write it."""
    item: Observation = make_row(Observation, cast.meeting, text=SECRET, visibility=("confidential",))
    CircleMember.objects.create(item=item.pk, person=cast.meeting.person(cast.teacher.name))
    return item


def test_what_one_only_reads_has_no_menu(cast: Cast, sign_in: Any, named: Observation) -> None:
    edit = reverse("item_edit", args=(cast.meeting.pk, "observation", named.pk))
    page = text_of(sign_in(cast.teacher).get(step(cast, "overzicht")))
    assert SECRET in page
    assert edit not in page
    assert sign_in(cast.teacher).get(edit).status_code == 403
    assert edit in text_of(sign_in(cast.coordinator).get(step(cast, "overzicht")))


def test_readers_are_chosen_by_who_may_write_the_item(cast: Cast, sign_in: Any, named: Observation) -> None:
    told = make_row(ClbContribution, cast.meeting)
    url = reverse("who_reads_what", args=(cast.meeting.pk,))

    def offered(user: Any) -> set[Any]:
        page = text_of(sign_in(user).get(url))
        return {item.pk for item in (named, told) if f'form="readers-{item.pk}"' in page}

    assert offered(cast.teacher) == set()
    assert offered(cast.coordinator) == {named.pk}
    assert offered(cast.users["clb_worker"]) == {told.pk}


# --- words that go along into another item ---


@pytest.mark.parametrize("hidden", ["need", "goal", "info_request"])
def test_an_agreement_out_of_something_confidential_begins_confidential(cast: Cast, sign_in: Any, hidden: str) -> None:
    closed: dict[str, Any] = {"visibility": ("confidential",)}
    goal = make_row(Goal, cast.meeting, then_can=SECRET, **(closed if hidden == "goal" else {}))
    need = make_row(Need, cast.meeting, goal=goal, text=SECRET, **(closed if hidden == "need" else {}))
    question = make_row(InfoRequest, cast.meeting, question=SECRET, **closed)
    source = {"info_request": question}.get(hidden, need)
    of_circle = {"goal": goal, "need": need, "info_request": question}[hidden]
    CircleMember.objects.create(item=of_circle.pk, person=cast.meeting.person(cast.teacher.name))
    name = "info_request" if hidden == "info_request" else "need"
    form = sign_in(cast.coordinator).get(add(cast, "agreement"), {name: str(source.pk)}).context["form"]
    assert SECRET in form["why"].value()
    assert form["visibility"].value() == ["confidential"]
    assert form["circle"].value() == [cast.teacher.name]


def test_an_agreement_out_of_an_open_need_has_the_usual_readers(cast: Cast, sign_in: Any) -> None:
    need = make_row(Need, cast.meeting)
    form = sign_in(cast.coordinator).get(add(cast, "agreement"), {"need": str(need.pk)}).context["form"]
    assert form["visibility"].value() == ["class_sheet", "parents", "student"]


def test_that_a_print_held_something_confidential_is_not_told_to_others(cast: Cast, sign_in: Any) -> None:
    PlanIssue.objects.create(
        school=cast.school, meeting=cast.meeting, reader="report", issued_by=cast.coordinator, with_confidential=True
    )
    url = reverse("meeting_documents", args=(cast.meeting.pk,))
    tag = "met vertrouwelijke"
    assert tag in text_of(sign_in(cast.coordinator).get(url)).lower()
    assert tag not in text_of(sign_in(cast.users["care_teacher"]).get(url)).lower()


def test_that_a_report_was_printed_is_told_to_who_reads_reports(cast: Cast, sign_in: Any) -> None:
    PlanIssue.objects.create(
        school=cast.school, meeting=cast.meeting, reader="report", issued_by=cast.users["principal"]
    )
    url = reverse("meeting_documents", args=(cast.meeting.pk,))
    told = {role for role, user in cast.users.items() if (sign_in(user).get(url).context or {}).get("prints")}
    assert told == {"care_coordinator", "principal", "care_teacher"}


# --- the page of the plan texts ---


def test_a_need_under_a_hidden_goal_is_not_on_the_page_of_the_texts(cast: Cast, sign_in: Any) -> None:
    goal = make_row(Goal, cast.meeting, then_can=SECRET, visibility=("confidential",))
    make_row(Need, cast.meeting, goal=goal, text="onder het doel", band="min_necessary")
    url = reverse("plan_texts", args=(cast.meeting.pk,))
    assert "onder het doel" not in text_of(sign_in(cast.teacher).get(url))
    assert "onder het doel" in text_of(sign_in(cast.coordinator).get(url))


def test_a_legal_report_is_not_beside_the_texts_for_a_teacher(cast: Cast, sign_in: Any) -> None:
    make_row(LegalReport, cast.meeting, issued_by="CLB De Brug")
    url = reverse("plan_texts", args=(cast.meeting.pk,))
    assert "CLB De Brug" not in text_of(sign_in(cast.teacher).get(url))
    assert "CLB De Brug" in text_of(sign_in(cast.users["care_teacher"]).get(url))


# --- the matrix ---


def test_a_teacher_of_one_subject_works_with_the_class_sheet(cast: Cast, sign_in: Any) -> None:
    teacher = make_user(name="Vak Leraar")
    make_role(teacher, cast.school, "subject_teacher", classes=(cast.class_group,))
    seat(cast.meeting, teacher, "subject_teacher")
    plan = Plan.objects.get(meeting=cast.meeting)
    browser = sign_in(teacher)
    found = {
        reader: browser.get(
            reverse("document_preview", args=(plan.pk, reader)), {"guardian": str(cast.mother.pk)}
        ).status_code
        for reader in ("class_sheet", "team", "parents", "student")
    }
    assert found == {"class_sheet": 200, "team": 403, "parents": 403, "student": 403}
