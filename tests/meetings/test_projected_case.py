"""What the bytes hold while a meeting is projected that is full of canaries, and what the question at its end holds."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.items.models import VisibleItem
from meetings import steps
from meetings.kinds import kinds
from meetings.models import Agreement, AgreementActor, Goal, Meeting, MeetingSeries, Observation
from students.models import Student
from tests.access_case import CanaryCase, case_with_canaries, fill, make_row
from tests.factories import make_item, make_meeting
from tests.meetings.projected import (
    HTMX,
    SHOWN,
    SLUGS,
    STOP,
    numbers,
    project,
    signed_in_again,
    step,
    text_of,
    unshown_in,
    without_numbers,
)
from tests.recorded_cast import recorded_cast


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[CanaryCase]:
    """Canaries in the meeting and around it: it follows another one, and another student is next this afternoon."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = recorded_cast()
        found = case_with_canaries(cast)
        before = make_meeting([cast.student], by=cast.coordinator, title="kanarievorige")
        fill(make_row(Agreement, before), "kanarievorige")
        fill(make_row(Goal, before), "kanarievorige")
        afternoon = MeetingSeries.objects.create(school=cast.school, title="Een middag", date=cast.meeting.date)
        Meeting.objects.filter(pk=cast.meeting.pk).update(previous_meeting=before, series=afternoon, start="13:00")
        Meeting.objects.filter(pk=found.meetings[1].pk).update(series=afternoon, start="14:00")
        Student.objects.filter(pk=found.students[1].pk).update(first_name="Volgendkind")
        yield found
        transaction.set_rollback(True)


@pytest.fixture
def case(built: CanaryCase, db: None) -> CanaryCase:
    return built


@pytest.fixture
def room(case: CanaryCase, sign_in: Callable[..., Client]) -> Client:
    """The browser of a coordinator that projects it."""
    client = sign_in(case.cast.coordinator)
    assert project(client, case.cast.meeting).status_code == 302
    return client


def test_a_step_holds_nothing_that_the_room_may_not_see(
    case: CanaryCase, room: Client, sign_in: Callable[..., Client]
) -> None:
    """Asked in turns with the same person's own screen: a rule worded for one must not be used for the other."""
    own = sign_in(case.cast.coordinator)
    for slug in SLUGS:
        url = step(case.cast.meeting, slug)
        elsewhere = text_of(own.get(url))
        assert "Volgendkind" in elsewhere
        assert ("kanariegeheim" in elsewhere) is (slug != "evaluatie"), slug  # nothing there has readers
        answers = [room.get(url), room.get(url, headers=HTMX)]
        answers += [room.get(url, headers=HTMX | {"HX-Target": part}) for part in ("stepper", "gates")]
        answers.append(room.post(url, numbers(), headers=HTMX))
        assert {answer.status_code for answer in answers} <= {200, 302, 422}
        assert [unshown_in(answer) for answer in answers] == [set()] * len(answers), slug
        assert "kanarieteam" in text_of(answers[0])  # what the table wrote is there
        assert str(case.meetings[1].pk) not in text_of(answers[0])


def test_nor_what_the_chair_reads_in_confidence(case: CanaryCase, sign_in: Callable[..., Client]) -> None:
    """As one of the circle, and as who does what was agreed."""
    cast = case.cast
    chair = cast.meeting.person(cast.teacher.name)
    Meeting.objects.filter(pk=cast.meeting.pk).update(chair=chair)
    agreement = case.item(Agreement, "kanariekring")
    AgreementActor.objects.create(agreement=agreement, person=chair, is_lead=True)
    client = sign_in(cast.teacher)
    urls = [step(cast.meeting, slug) for slug in ("overzicht", "inzicht", "doelen", "behoeften", "afspraken")]
    assert all("kanariekring" in text_of(client.get(url)) for url in urls)
    project(client, cast.meeting)
    assert [unshown_in(client.get(url)) for url in urls] == [set()] * len(urls)
    for model in (Agreement, Observation):
        item = case.item(model, "kanariekring")
        assert client.get(reverse("item_edit", args=(cast.meeting.pk, item.kind(), item.pk))).status_code == 404


def test_a_step_does_not_show_that_something_confidential_is_there(case: CanaryCase, room: Client) -> None:
    """No count, no gap, no letter that is passed over: the page is the same one without it."""
    urls = [step(case.cast.meeting, slug) for slug in SLUGS]
    with_it = [without_numbers(text_of(room.get(url))) for url in urls]
    for row, word in case.items:
        if word in {"kanariegeheim", "kanariekring", "kanarieonder"}:
            type(row).objects.filter(pk=row.pk).update(removed_at=timezone.now())
    for url, before in zip(urls, with_it, strict=True):
        assert without_numbers(text_of(room.get(url))) == before, url


def items_of_steps(case: CanaryCase) -> Iterator[tuple[Any, str]]:
    for row, word in case.items:
        kind = kinds().get(row.kind())
        if getattr(row, "meeting_id", getattr(row, "came_with", None)) == case.cast.meeting.pk and kind and kind.step:
            yield row, word


def test_the_forms_of_items_hold_nothing_that_the_room_may_not_see(case: CanaryCase, room: Client) -> None:
    seen: dict[int, int] = {}
    for row, word in items_of_steps(case):
        url = reverse("item_edit", args=(case.cast.meeting.pk, row.kind(), row.pk))
        answers = [room.get(url), room.post(url, numbers(), headers=HTMX)]
        if word in SHOWN:
            answers += [room.get(url, headers=HTMX), room.get(f"{url}?view=1", headers=HTMX), room.post(url, numbers())]
        assert [unshown_in(answer) for answer in answers] == [set()] * len(answers), (url, word)
        expected = {404} if word not in SHOWN else {200, 302, 403, 422}
        expected |= {422} if word == "kanarieweg" else set()  # what was typed in it before it was taken away comes back
        assert {answer.status_code for answer in answers} <= expected, (url, word)
        seen[answers[0].status_code] = seen.get(answers[0].status_code, 0) + 1
    assert min(seen[200], seen[404]) > 15
    tried = {row.kind() for row, word in case.items if word == "kanariegeheim"}
    with_flags = {name for name, kind in kinds().items() if kind.step and issubclass(kind.model, VisibleItem)}
    assert with_flags - {"clbcontribution"} <= tried


def test_the_empty_forms_hold_nothing_that_the_room_may_not_see(case: CanaryCase, room: Client) -> None:
    for slug in SLUGS:
        for kind in steps.BY_SLUG[slug].kinds:
            url = reverse("item_add", args=(case.cast.meeting.pk, kind))
            place = {"valence": "strength", "domain": "ll", "holder": "student", "owner": "student"}
            answers = [
                room.get(url, place),
                room.post(url, place),
                room.post(url, place | {"short": "1"}, headers=HTMX),
            ]
            assert [unshown_in(answer) for answer in answers] == [set()] * len(answers), url
            assert {answer.status_code for answer in answers} <= {200, 302, 403, 422}, url


def test_two_texts_at_once_show_the_room_no_third(case: CanaryCase, room: Client) -> None:
    """A colleague changed it (409), or made it confidential meanwhile (404): what comes back is what is shown anyway."""
    item = make_item(case.cast.meeting, "meetinggoal", case.cast.coordinator, text="een doel")
    url = reverse("item_edit", args=(case.cast.meeting.pk, "meetinggoal", item.pk))
    data = {"text": "mijn doel", "voice": item.voice, **numbers(0)}
    for headers in ({}, HTMX):
        answer = room.post(url, data | numbers(0), headers=headers)
        assert answer.status_code == 409
        assert unshown_in(answer) == set()


def test_the_steps_name_nobody_as_source(case: CanaryCase, room: Client, sign_in: Callable[..., Client]) -> None:
    cast = case.cast
    values = {"valence": "strength", "domain": "ll", "source": "told_by_parent", "text": "leest graag"}
    told_by = cast.mother
    make_item(cast.meeting, "observation", cast.coordinator, told_by=told_by, **values)
    line = f"{Observation.Source.TOLD_BY_PARENT.label}: {cast.mother}"
    assert line in text_of(sign_in(cast.coordinator).get(step(cast.meeting, "overzicht")))
    assert line not in text_of(room.get(step(cast.meeting, "overzicht")))


def test_the_page_says_that_it_is_projected_and_leads_nowhere_else(case: CanaryCase, room: Client) -> None:
    for slug in SLUGS:
        page = text_of(room.get(step(case.cast.meeting, slug)))
        assert 'data-view="beamer"' in page
        assert "Dit scherm wordt geprojecteerd" in page
        title = re.search("<title>(.*)</title>", page)
        assert title
        assert case.cast.student.roepnaam not in title.group(1)
        led = set(re.findall(r'(?:href|action|hx-get|hx-post)="(/[^"#?]*)', page))
        away = {url for url in led if f"/{case.cast.meeting.pk}/" not in url and not url.startswith("/static/")}
        lock = {reverse("session_lock"), reverse("session_unlock")}
        assert away == {STOP, reverse("account_login"), *lock}  # signing in again in place, when the sign-in ended
        beside = ("documenten", "wie-leest-wat", "plantekst", "sluiten", "gegevens", "casusbestand")
        assert not [url for url in led if any(name in url for name in beside)]


def test_whoever_signs_in_again_in_the_same_browser_projects_still(case: CanaryCase, room: Client) -> None:
    url = step(case.cast.meeting, "overzicht")
    signed_in_again(room, case.cast.coordinator)
    for _ in range(2):  # in any tab, with and without a script
        page = room.get(url)
        assert 'data-view="beamer"' in text_of(page)
        assert unshown_in(page) == set()
        assert room.get(reverse("students")).headers["Location"].startswith(STOP)


def test_a_colleague_who_signs_in_before_the_same_wall_shows_nothing_else_either(
    case: CanaryCase, room: Client
) -> None:
    signed_in_again(room, case.cast.users["principal"])
    answer = room.get(step(case.cast.meeting, "overzicht"))
    assert answer.headers["Location"].startswith(STOP)
    assert unshown_in(room.get(STOP)) == set()


def test_leaving_is_asked_first(case: CanaryCase, room: Client) -> None:
    url = step(case.cast.meeting, "inzicht")
    question = room.get(STOP, {"next": url})
    assert question.status_code == 200
    assert unshown_in(question) == set()
    assert f'href="{url}"' in text_of(question)  # going on goes on where one was
    assert case.cast.student.roepnaam not in text_of(question)
    assert unshown_in(room.get(url)) == set()  # asking ended nothing
    assert room.post(STOP, {"next": url}).headers["Location"] == url
    assert "kanariegeheim" in text_of(room.get(url))
    assert "data-view" not in text_of(room.get(url))
    assert room.get(reverse("today")).status_code == 200


def test_a_page_that_was_projected_stays_so_when_another_tab_ended_it(case: CanaryCase, room: Client) -> None:
    url = step(case.cast.meeting, "overzicht")
    assert '"X-Projecting": "yes"' in text_of(room.get(url))
    room.post(STOP)
    assert unshown_in(room.get(url, headers=HTMX | {"X-Projecting": "yes"})) <= {"Volgendkind"}
    assert "kanariegeheim" in text_of(room.get(url, headers=HTMX))
