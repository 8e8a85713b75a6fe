"""What a page asks of the database does not grow with what people wrote, and stays small."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hgw.items.saving import save_item
from meetings import steps
from meetings.item_lists import new_item
from meetings.kinds import kinds
from meetings.models import Meeting, MeetingSeries
from tests.factories import Cast, make_grant, make_guardian, make_meeting, make_student, seat
from tests.meetings.test_item_add import observation

# The same questions go to either database.
pytestmark = pytest.mark.once


def write(cast: Cast, number: int) -> None:
    """So many more of every kind of item, each with whatever it can refer to."""
    meeting, by = cast.meeting, cast.coordinator
    teacher = meeting.person(cast.teacher.name)
    for n in range(number):

        def add(kind: str, **values: Any) -> Any:
            return save_item(new_item(kinds()[kind], meeting), values, by=by, base_version=0, key=uuid.uuid4()).item

        add("meetinggoal", voice="team", text=f"doel {n}")
        add("wish", owner="parents", text=f"wens {n}", how_known="heard_directly", guardian=cast.father)
        goal = add("goal", then_can=f"kan {n}", indicator="zie", horizon="quick", gas={"-1": "a", "0": "b", "+1": "c"})
        add("goalscore", goal=goal, date=meeting.date, level=0, by=teacher)
        need = add("need", holder="student", goal=goal, help_sentence="tasks", text=f"taken {n}", band="min_necessary")
        seen = add(
            "observation", valence="strength", domain="ll", text=f"lukt {n}", source="seen", observer=teacher,
            used_in_goal=goal,
        )  # fmt: skip
        add("observation", valence="difficulty", domain="ols", text=f"lukt niet {n}", source="told_by_parent",
            told_by=cast.mother, counterpart=seen)  # fmt: skip
        factor = add("factor", domain="ll", kind_of_factor="risk", text=f"kenmerk {n}", from_observations=[seen])
        other = add("factor", domain="ols", kind_of_factor="protective", text=f"kracht {n}")
        add("factorlink", from_factor=factor, to_factor=other, effect="maintains")
        add("factorcluster", name=f"groep {n} van {number}")
        asked = add(
            "inforequest", question=f"wat {n}?", method="class_observation", who=teacher, discussed_beforehand=True
        )
        add(
            "agreement", what=f"doet {n}", how="zo", why="daarom", need=need, goal=goal, factor=factor, info_request=asked,
            who=[(teacher, True)],
        )  # fmt: skip
        add("agreement", what=f"vertelt {n}", how="zo", why="daarom", who=[(meeting.person(str(cast.mother)), True)])
        add("communication", by=teacher, to=str(cast.mother), audience="parents")
        add("statement", text=f"zegt {n}", by=teacher, date=meeting.date, student=cast.student)


def step(slug: str) -> Callable[[Cast], str]:
    return lambda cast: reverse("meeting_step", args=(cast.meeting.pk, slug))


# Address, and how many questions it may ask: what it asks today, and a fifth more.
PAGES: dict[str, tuple[Callable[[Cast], str], int]] = {
    **{one.slug: (step(one.slug), 46) for one in steps.STEPS},
    "evaluatie": (step("evaluatie"), 56),  # looks at every rule of the closing
    "meeting": (lambda cast: reverse("meeting", args=(cast.meeting.pk,)), 40),
    "who_reads_what": (lambda cast: reverse("who_reads_what", args=(cast.meeting.pk,)), 36),
    "plan_texts": (lambda cast: reverse("plan_texts", args=(cast.meeting.pk,)), 140),
    "today": (lambda cast: reverse("today"), 32),
    "students": (lambda cast: reverse("students"), 24),
    "student": (lambda cast: reverse("student", args=(cast.student.pk,)), 48),
    "my_agreements": (lambda cast: reverse("my_agreements"), 24),
}


# Where a request begins and ends, and on PostgreSQL for which schools: as many whatever the page asks.
FRAME = ("SAVEPOINT ", "RELEASE ", "SET LOCAL ", "SELECT coalesce(current_setting(")


def number_of_questions(browser: Client, address: str, *, first: bool, **headers: str) -> int:
    """Of one request; of the second of its kind, where nobody asked it before."""
    if first:
        browser.get(address, headers=headers)
    with CaptureQueriesContext(connection) as questions:
        assert browser.get(address, headers=headers).status_code == 200
    return sum(not question["sql"].startswith(FRAME) for question in questions)


@pytest.mark.long
def test_what_a_page_asks_stays_small_and_does_not_grow_with_the_items(cast: Cast, sign_in: Any) -> None:
    """For who reads everything and for who reads under conditions; in an open meeting and in a closed one."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for more in (3, 9):
        write(cast, more)
        for status in ("in_progress", "closed"):
            Meeting.objects.filter(pk=cast.meeting.pk).update(status=status)
            for role in ("care_coordinator", "clb_worker") if status == "in_progress" else ("care_coordinator",):
                browser = sign_in(cast.users[role])
                for name, (page, _most) in PAGES.items():
                    counted = found.setdefault((role, status, name), [])
                    counted.append(number_of_questions(browser, page(cast), first=not counted))
        Meeting.objects.filter(pk=cast.meeting.pk).update(status="in_progress")

    assert {page: counted for page, counted in found.items() if counted[1] > counted[0]} == {}
    assert {page: counted for page, counted in found.items() if counted[1] > PAGES[page[2]][1]} == {}


def test_a_part_of_a_step_and_a_save_ask_for_that_part_alone(cast: Cast, sign_in: Any) -> None:
    browser, line = sign_in(cast.teacher, htmx=True), reverse("item_add", args=(cast.meeting.pk, "observation"))
    found: dict[str, list[int]] = {}
    for more in (3, 9):
        write(cast, more)
        for one in steps.STEPS:
            for part in ("gates", "stepper"):
                counted = found.setdefault(f"{one.slug} {part}", [])
                address = step(one.slug)(cast)
                counted.append(number_of_questions(browser, address, first=not counted, **{"HX-Target": part}))
        browser.post(line, observation())
        with CaptureQueriesContext(connection) as saving:
            assert browser.post(line, observation()).status_code == 200
        found.setdefault("save", []).append(len(saving))

    assert {page: counted for page, counted in found.items() if counted[1] > counted[0]} == {}
    small = {page: counted[1] for page, counted in found.items() if page != "evaluatie gates"}
    assert {page: number for page, number in small.items() if number > (34 if page == "save" else 18)} == {}


def widen(cast: Cast, number: int, series: MeetingSeries) -> None:
    """So many more students, open to the CLB worker, each with a guardian, two meetings in the series and two agreements."""
    coordinator = cast.coordinator
    for _n in range(number):
        student = make_student(cast.school, cast.class_group)
        make_guardian(student)
        make_grant(cast.users["clb_worker"], student)
        for status in ("in_progress", "closed"):
            meeting = make_meeting([student], series=series)
            seat(meeting, coordinator, "care_coordinator")
            agreement = new_item(kinds()["agreement"], meeting)
            person = meeting.person(coordinator.name)
            values = {"what": "belt", "how": "zo", "why": "daarom", "who": [(person, True)]}
            save_item(agreement, values, by=coordinator, base_version=0, key=uuid.uuid4())
            Meeting.objects.filter(pk=meeting.pk).update(status=status)


def test_what_a_list_asks_does_not_grow_with_the_students_and_their_meetings(cast: Cast, sign_in: Any) -> None:
    """At some rows and at ten times as many."""
    series = MeetingSeries.objects.create(school=cast.school, title="Reeks", date=cast.meeting.date)
    lists = {
        **{name: reverse(name) for name in ("today", "students", "my_agreements")},
        "series": reverse("series", args=(series.pk,)),
        "meeting_documents": reverse("meeting_documents", args=(cast.meeting.pk,)),
        "student": reverse("student", args=(cast.student.pk,)),
    }
    found: dict[tuple[str, str], list[int]] = {}
    for more in (2, 18):
        widen(cast, more, series)
        for role in ("care_coordinator", "clb_worker"):
            browser = sign_in(cast.users[role])
            for name, address in lists.items():
                counted = found.setdefault((role, name), [])
                counted.append(number_of_questions(browser, address, first=not counted))
    assert {page: counted for page, counted in found.items() if counted[1] > counted[0]} == {}
