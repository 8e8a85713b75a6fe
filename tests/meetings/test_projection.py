"""A room that reads along: what the bytes hold while a meeting is projected, who projects, and how it ends."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hgw.accounts.models import Role
from hgw.items.models import CONFIDENTIAL
from meetings.models import Agreement, ClbContribution, Factor, Goal, Meeting, Need, Observation, Participant
from meetings.projection import COOKIE, OF_STEPS, OPEN
from tests.access_case import make_row
from tests.factories import Cast, make_consent, make_item, make_meeting, make_user, seat
from tests.meetings.projected import (
    HTMX,
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
from tests.test_access import ADDRESSES, add_rows


@pytest.fixture
def room(cast: Cast, sign_in: Callable[..., Client]) -> Client:
    """The browser of a coordinator that projects the meeting of the cast."""
    client = sign_in(cast.coordinator)
    assert project(client, cast.meeting).status_code == 302
    return client


# --- what the bytes hold, beside what tests/meetings/test_projected_case.py says ---


@pytest.mark.parametrize(
    ("slug", "kind", "values", "shown"),
    [
        (
            "overzicht",
            "observation",
            {"valence": "strength", "domain": "ll", "source": "seen"},
            False,
        ),  # it meets a gate
        ("doelen", "goal", {"then_can": "iets", "indicator": "", "horizon": "quick"}, True),  # it opens one
    ],
)
def test_what_the_room_does_not_see_neither_stops_the_way_forward_nor_opens_it(
    cast: Cast, sign_in: Callable[..., Client], slug: str, kind: str, values: dict[str, Any], shown: bool
) -> None:
    Observation.objects.filter(meeting=cast.meeting).delete()
    Goal.objects.filter(meeting=cast.meeting).delete()
    hidden = make_item(cast.meeting, kind, cast.coordinator, visibility=(CONFIDENTIAL,), **values)
    url, own, wall = step(cast.meeting, slug), sign_in(cast.coordinator), sign_in(cast.coordinator)
    project(wall, cast.meeting)
    teacher = sign_in(cast.teacher)

    def answer(client: Client) -> tuple[int, str]:
        found = client.post(url, headers=HTMX | {"HX-Target": "gates"})
        return found.status_code, without_numbers(text_of(found))

    gate = {"overzicht": "G3", "doelen": "G8"}[slug]
    assert (gate in {one.gate.id for one in own.post(url).context["gates"]}) is shown
    for client in (wall, teacher) if not shown else ():  # to them nothing stands there
        assert gate in {one.gate.id for one in client.post(url).context["gates"]}
    with_it = [answer(client) for client in (wall, teacher)]
    type(hidden).objects.filter(pk=hidden.pk).update(removed_at=timezone.now())
    assert [answer(client) for client in (wall, teacher)] == with_it


def test_closing_waits_until_the_projector_is_off(cast: Cast, room: Client) -> None:
    page = text_of(room.get(step(cast.meeting, "evaluatie")))
    assert "Om te sluiten: stop met projecteren" in page
    assert 'id="closing"' not in page
    close = reverse("meeting_close", args=(cast.meeting.pk,))
    assert close not in page
    assert room.post(close).headers["Location"] == STOP
    assert Meeting.objects.get(pk=cast.meeting.pk).is_open


def test_a_light_page_also_for_who_chose_a_dark_one(cast: Cast, room: Client) -> None:
    room.cookies["theme"] = "dark"
    assert "data-theme" not in text_of(room.get(step(cast.meeting, "start")))


def test_no_remark_of_the_machine_before_the_room(cast: Cast, room: Client, sign_in: Callable[..., Client]) -> None:
    make_item(cast.meeting, "meetinggoal", cast.coordinator, text="hij is lui")
    assert 'class="hints"' in text_of(sign_in(cast.coordinator).get(step(cast.meeting, "start")))
    assert 'class="hints"' not in text_of(room.get(step(cast.meeting, "start")))


def test_what_an_earlier_page_still_had_to_say_is_not_said_before_the_room(
    cast: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(cast.coordinator)
    closed = make_meeting([cast.student], by=cast.coordinator, status="closed")
    assert project(client, closed).status_code == 302  # refused, with words that wait for the next page
    project(client, cast.meeting)
    assert 'class="notice"' not in text_of(client.get(step(cast.meeting, "start")))


# --- writing before the room ---


def test_a_colleagues_new_confidential_item_does_not_appear(cast: Cast, room: Client) -> None:
    url = step(cast.meeting, "overzicht")
    before = without_numbers(text_of(room.get(url)))
    values = {"valence": "difficulty", "domain": "ll", "source": "seen", "text": "kanariegeheim"}
    make_item(cast.meeting, "observation", cast.coordinator, visibility=(CONFIDENTIAL,), **values)
    assert without_numbers(text_of(room.get(url))) == before
    for part in ("stepper", "gates"):
        assert unshown_in(room.get(url, headers=HTMX | {"HX-Target": part})) == set()
    line = {"short": "1", "valence": "strength", "domain": "ll", "source": "seen", "text": "leest graag", **numbers(0)}
    answer = room.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line, headers=HTMX)
    assert answer.status_code == 200
    assert unshown_in(answer) == set()


def test_a_confidential_item_stays_as_it_is(cast: Cast, room: Client) -> None:
    hidden = make_row(Observation, cast.meeting, visibility=(CONFIDENTIAL,), text="kanariegeheim", source="seen")
    data = {"text": "leesbaar", "domain": "ll", "source": "seen", "visibility": ["parents"], **numbers(hidden.version)}
    for name in ("item_edit", "item_remove", "item_restore", "item_move"):
        url = reverse(name, args=(cast.meeting.pk, "observation", hidden.pk))
        for headers in ({}, HTMX):
            answer = room.post(url, data, headers=headers)
            assert answer.status_code == 404
            assert unshown_in(answer) == set()
    fresh = hidden.fresh()
    assert (fresh.text, fresh.visibility, fresh.version) == ("kanariegeheim", (CONFIDENTIAL,), 1)


def test_what_an_item_holds_of_something_unseen_is_kept_by_a_save(cast: Cast, room: Client) -> None:
    goal = make_row(Goal, cast.meeting, visibility=(CONFIDENTIAL,))
    need = make_row(Need, cast.meeting, goal=goal, visibility=(CONFIDENTIAL,))
    agreement = make_row(Agreement, cast.meeting, goal=goal, need=need, visibility=("care_team", "clb"))
    url = reverse("item_edit", args=(cast.meeting.pk, "agreement", agreement.pk))
    data = {"what": "anders", "scope": "student", "status": "proposed", "visibility": ["clb"], **numbers(1)}
    assert room.post(url, data).status_code == 302
    fresh = agreement.fresh()
    assert (fresh.what, fresh.goal_id, fresh.need_id, fresh.visibility) == (
        "anders", goal.pk, need.pk, ("care_team", "clb"),
    )  # fmt: skip


def test_nothing_is_made_confidential_before_the_room_and_no_text_is_lost(cast: Cast, room: Client) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "observation"))
    place = {"valence": "strength", "domain": "ll"}
    page = text_of(room.get(url, place))
    assert 'value="clb"' in page
    assert 'value="confidential"' not in page
    assert 'name="circle"' not in page
    assert "Zolang je projecteert, wordt hier niets vertrouwelijk gemaakt." in page
    data = place | {"text": "mijn zin", "source": "seen", "visibility": ["confidential"], **numbers(0)}
    for headers in ({}, HTMX):  # from a page that was opened before
        answer = room.post(url, data, headers=headers)
        assert answer.status_code == 422
        assert "mijn zin" in text_of(answer)
        assert "Nog niet bewaard: zolang je projecteert" in text_of(answer)
        ticked = answer.context["form"]
        assert (ticked["visibility"].value(), "circle" in ticked.fields) == (["confidential"], True)
    assert not Observation.objects.filter(text="mijn zin").exists()
    room.post(reverse("projection_stop"))
    sent = {
        f.html_name: f.value() for f in ticked if f.value() not in (None, False, "", [])
    }  # saved again as it stands
    assert room.post(url, sent).status_code == 302
    assert Observation.objects.get(text="mijn zin").visibility == ("confidential",)


# --- what the CLB told ---

TOLD, BROUGHT = "kanarie van het CLB", "kanarie in de inbreng"


@pytest.fixture
def told(cast: Cast) -> list[Any]:
    """What the CLB told in this meeting, with the permission for it: its contribution, and an observation that others use."""
    make_consent(cast.student, "clb_to_school")
    flags = ("care_team", "class_sheet", "parents", "student", "clb")
    contribution = make_row(ClbContribution, cast.meeting, text=BROUGHT, visibility=flags)
    seen = make_row(Observation, cast.meeting, text=TOLD, source="clb", domain="ll", visibility=flags)
    make_row(Observation, cast.meeting, text="de andere kant", source="seen", counterpart=seen, domain="ll")
    given = {"domain": "ll", "kind_of_factor": "protective", "text": "kenmerk", "from_observations": [seen]}
    make_item(cast.meeting, "factor", cast.coordinator, **given)
    return [contribution, seen]


def test_what_the_clb_told_is_not_shown_to_the_room(
    cast: Cast, sign_in: Callable[..., Client], told: list[Any]
) -> None:
    """Whoever projects, though each reads it, or the observation at least, on the own screen."""
    Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(cast.teacher.name))
    factor = Factor.objects.get(meeting=cast.meeting)
    for user, own in ((cast.coordinator, {TOLD, BROUGHT}), (cast.teacher, {TOLD})):
        client = sign_in(user)
        pages = [text_of(client.get(step(cast.meeting, slug))) for slug in SLUGS]
        assert {word for word in (TOLD, BROUGHT) if any(word in page for page in pages)} == own
        project(client, cast.meeting)
        for slug in SLUGS:
            answers = [client.get(step(cast.meeting, slug)), client.post(step(cast.meeting, slug), headers=HTMX)]
            assert not any(word in text_of(answer) for answer in answers for word in (TOLD, BROUGHT)), slug
        for row in told:
            for name in ("item_edit", "item_remove", "item_restore", "item_move"):
                url = reverse(name, args=(cast.meeting.pk, row.kind(), row.pk))
                assert client.post(url, numbers()).status_code == 404
        edit = client.get(reverse("item_edit", args=(cast.meeting.pk, "factor", factor.pk)))
        assert (edit.status_code, TOLD in text_of(edit)) == (200, False)


def test_what_rests_on_what_the_clb_told_still_does_after_a_save_before_the_room(
    cast: Cast, room: Client, told: list[Any]
) -> None:
    factor = Factor.objects.get(meeting=cast.meeting)
    edit = reverse("item_edit", args=(cast.meeting.pk, "factor", factor.pk))
    data = {"text": "anders", "domain": "ll", "kind_of_factor": "protective", "certainty": "known"} | numbers()
    assert room.post(edit, data).status_code == 302
    assert factor.fresh().text == "anders"
    assert factor.from_observations == [told[1]]


def test_nothing_of_the_clb_is_written_before_the_room_and_no_text_is_lost(
    cast: Cast, room: Client, told: list[Any]
) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "observation"))
    place = {"valence": "strength", "domain": "ll"}
    assert "clb" not in dict(room.get(url, place).context["form"].fields["source"].choices)
    assert '<option value="clb"' not in text_of(room.get(step(cast.meeting, "overzicht")))
    data = place | {"text": "mijn zin", "source": "clb", **numbers(0)}
    for more in ({}, {"short": "1"}):  # from a page that was opened before
        answer = room.post(url, data | more, headers=HTMX)
        assert answer.status_code == 422
        assert "mijn zin" in text_of(answer)
        assert "Nog niet bewaard: zolang je projecteert" in text_of(answer)
        assert re.search(r'value="clb"[^>]* (selected|checked)', text_of(answer))
    assert not Observation.objects.filter(text="mijn zin").exists()
    room.post(reverse("projection_stop"))
    assert room.post(url, data).status_code == 302


def test_no_remark_of_the_program_comes_before_the_room(cast: Cast, room: Client) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "observation"))
    data = {"valence": "difficulty", "domain": "ll", "source": "seen", "text": "Hij is lui.", **numbers(0)}
    answer = room.post(url, data, headers=HTMX)
    assert "Hij is lui." in text_of(answer)
    assert "hints" not in text_of(answer)
    row = Observation.objects.get(text="Hij is lui.")
    for more in ("", "?view=1"):
        shown = room.get(reverse("item_edit", args=(cast.meeting.pk, "observation", row.pk)) + more, headers=HTMX)
        assert shown.status_code == 200
        assert 'class="hints' not in text_of(shown)


@pytest.mark.parametrize(
    ("onward", "where"),
    [
        ("/leerlingen/", "/leerlingen/"), ("//elsewhere.example/", "/"), ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"), ("meeting", "meeting"), ("", "/"),
    ],
)  # fmt: skip
def test_stopping_goes_to_an_address_of_ours(room: Client, onward: str, where: str) -> None:
    answer = room.post(reverse("projection_stop"), {"next": onward})
    assert (answer.status_code, answer.headers["Location"]) == (302, where)


# --- nothing else is reachable ---


def elsewhere() -> list[str]:
    return [name for name in ADDRESSES if name.split()[0] not in OF_STEPS | OPEN]


def test_every_other_page_asks_whether_to_stop(cast: Cast, sign_in: Callable[..., Client]) -> None:
    add_rows(cast)
    room = sign_in(cast.coordinator)
    project(room, cast.meeting)
    assert len(elsewhere()) > 40
    for name in elsewhere():
        url = reverse(name.split()[0], kwargs=ADDRESSES[name].kwargs(cast))
        answer = room.get(url)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, STOP), name
        assert room.get(url, headers=HTMX).headers["HX-Redirect"].startswith(f"{STOP}?next="), name
        assert room.post(url, {}).headers["Location"] == STOP, name
        assert room.post(url, {"search": "1"}, headers=HTMX).status_code == 423, name
    for name in ("account_change_password", "account_reauthenticate"):
        assert room.get(reverse(name)).headers["Location"].startswith(STOP)


@pytest.mark.parametrize("kind", ["participant", "consent", "legalreport", "statement", "addendum"])
def test_nor_the_forms_of_the_meetings_own_page(cast: Cast, room: Client, kind: str) -> None:
    answer = room.get(reverse("item_add", args=(cast.meeting.pk, kind)))
    assert answer.headers["Location"].startswith(STOP)


def test_nor_another_meeting(cast: Cast, room: Client) -> None:
    other = make_meeting([cast.student], by=cast.coordinator)
    assert room.get(step(other, "start")).headers["Location"].startswith(STOP)
    assert project(room, other).headers["Location"].startswith(STOP)
    assert room.get(step(cast.meeting, "start")).status_code == 200


def test_what_was_typed_for_another_page_comes_back(cast: Cast, room: Client) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "statement"))
    answer = room.post(url, {"text": "een lange zin van de ouders"})
    assert answer.status_code == 423
    assert "een lange zin van de ouders" in text_of(answer)
    assert STOP in text_of(answer)


def test_signing_out_and_the_language_stay(cast: Cast, room: Client) -> None:
    assert room.get(reverse("account_logout")).status_code == 200
    assert room.post(reverse("set_language"), {"language": "en"}).status_code == 302
    assert "This screen is projected" in text_of(room.get(step(cast.meeting, "start")))
    assert room.get("/gezond").status_code != 302


# --- a sign-in that ends ---


@pytest.mark.parametrize("how", ["projection_stop", "account_logout"])
def test_what_was_ended_is_ended_for_the_next_sign_in_too(cast: Cast, room: Client, how: str) -> None:
    assert room.post(reverse(how)).status_code == 302
    signed_in_again(room, cast.coordinator)
    assert room.get(reverse("students")).status_code == 200


def test_the_browser_holds_nothing_that_a_script_reads_or_that_is_made_by_hand(cast: Cast, room: Client) -> None:
    morsel = room.cookies[COOKIE]
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    signed_in_again(room, cast.coordinator)
    room.cookies[COOKIE] = str(cast.meeting.pk)
    assert room.get(reverse("students")).status_code == 200


def test_a_projection_of_yesterday_is_none_today(cast: Cast, room: Client) -> None:
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=13)):
        signed_in_again(room, cast.coordinator)
        assert room.get(reverse("students")).status_code == 200


# --- who projects ---

PROJECTS = {"care_coordinator", "principal", "care_teacher", "homeroom_teacher", "subject_teacher"}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("chairs", [True, False])
def test_the_coordinator_projects_and_whoever_chairs(
    cast: Cast, sign_in: Callable[..., Client], role: str, chairs: bool
) -> None:
    user = cast.users[role]
    if not Participant.objects.filter(meeting=cast.meeting, person__user=user).exists():
        seat(cast.meeting, user, "external")
    if chairs:
        Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(user.name))
    else:
        Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person("Iemand"))
    client = sign_in(user)
    reads = client.get(step(cast.meeting, "start")).status_code == 200
    may = role in PROJECTS if chairs else role == "care_coordinator"
    assert project(client, cast.meeting).status_code == (302 if may else 403 if reads else 404)
    page = client.get(step(cast.meeting, "start"))
    assert ("data-view" in text_of(page)) is may


@pytest.mark.parametrize("chairs", [True, False])
def test_the_button_stands_where_somebody_may(cast: Cast, sign_in: Callable[..., Client], chairs: bool) -> None:
    if chairs:
        Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(cast.teacher.name))
    start = reverse("projection_start", args=(cast.meeting.pk,))
    for url in (reverse("meeting", args=(cast.meeting.pk,)), step(cast.meeting, "inzicht")):
        assert start in text_of(sign_in(cast.coordinator).get(url))
        assert (start in text_of(sign_in(cast.teacher).get(url))) is chairs


def test_it_begins_at_the_step_that_was_open(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.coordinator)
    assert project(client, cast.meeting, step="inzicht").headers["Location"] == step(cast.meeting, "inzicht")
    assert project(client, cast.meeting, step="bestaat niet").headers["Location"] == step(cast.meeting, "start")


def test_the_button_back_brings_up_nothing(cast: Cast, sign_in: Callable[..., Client]) -> None:
    assert project(sign_in(cast.coordinator), cast.meeting).headers["Clear-Site-Data"] == '"cache"'


def test_a_closed_meeting_is_not_projected(cast: Cast, sign_in: Callable[..., Client]) -> None:
    client = sign_in(cast.coordinator)
    closed = make_meeting([cast.student], by=cast.coordinator, status="closed")
    assert project(client, closed).headers["Location"] == reverse("meeting", args=(closed.pk,))
    page = text_of(client.get(reverse("meeting", args=(closed.pk,))))
    assert "data-view" not in page
    assert reverse("projection_start", args=(closed.pk,)) not in page


# --- how it ends ---


def test_going_on_goes_where_the_meeting_is(cast: Cast, room: Client) -> None:
    page = text_of(room.get(STOP, {"next": reverse("students")}))
    assert f'href="{step(cast.meeting, "start")}"' in page
    assert f'name="next" value="{reverse("students")}"' in page


def test_it_ends_nowhere_outside(cast: Cast, room: Client) -> None:
    assert room.post(STOP, {"next": "https://elders.example/"}).headers["Location"] == reverse("today")


def test_signing_out_ends_it(cast: Cast, room: Client) -> None:
    room.post(reverse("account_logout"))
    room.force_login(cast.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert room.get(reverse("today")).status_code == 200


@pytest.mark.parametrize("how", ["closed", "cancelled", "removed", "not leading"])
def test_a_meeting_that_cannot_be_shown_any_more_ends_in_the_same_question(
    cast: Cast, sign_in: Callable[..., Client], how: str
) -> None:
    """Never by itself: the projector may still be on."""
    meeting = make_meeting([cast.student], by=cast.coordinator)
    chair = make_user(cast.school, "homeroom_teacher")
    seat(meeting, chair)
    Meeting.objects.filter(pk=meeting.pk).update(chair=meeting.person(chair.name))
    client = sign_in(chair)
    assert project(client, meeting).status_code == 302
    if how == "removed":
        Participant.objects.filter(meeting=meeting, person__user=chair).delete()
    elif how == "not leading":
        Meeting.objects.filter(pk=meeting.pk).update(chair=None)
    else:
        Meeting.objects.filter(pk=meeting.pk).update(status=how)
    assert client.get(step(meeting, "start")).headers["Location"].startswith(STOP)
    assert client.get(step(meeting, "start"), headers=HTMX).headers["HX-Redirect"].startswith(STOP)
    question = text_of(client.get(STOP))
    assert "kan niet meer getoond worden" in question
    assert "Nee, verder projecteren" not in question
    assert client.post(STOP).headers["Location"] == reverse("today")
    assert client.get(reverse("today")).status_code == 200


def test_a_save_that_comes_after_the_closing_gives_its_text_back(cast: Cast, room: Client) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    line = {"short": "1", "valence": "strength", "domain": "ll", "source": "seen", "text": "mijn zin", **numbers(0)}
    answer = room.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line)
    assert answer.status_code == 409
    assert "mijn zin" in text_of(answer)


def test_nobody_is_asked_who_does_not_project(cast: Cast, sign_in: Callable[..., Client]) -> None:
    assert sign_in(cast.coordinator).get(STOP, {"next": "/leerlingen/"}).headers["Location"] == "/leerlingen/"
    assert sign_in(cast.coordinator).post(STOP).headers["Location"] == reverse("today")
