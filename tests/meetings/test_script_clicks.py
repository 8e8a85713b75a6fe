"""What the script of a page is told about a click: it is acknowledged as a save is, and done once under one key."""

import uuid
from typing import Any

from django.urls import reverse

from hgw.items.models import Revision
from hgw.items.saving import remove_item
from meetings.models import MeetingGoal
from tests.factories import Cast, make_item
from tests.meetings.test_reviewing import make_agreement
from tests.meetings.test_script_saves import ask


def goal_texts() -> list[str]:
    return list(MeetingGoal.objects.order_by("position").values_list("text", flat=True))


def test_a_move_is_done_once_under_one_key(cast: Cast, sign_in: Any) -> None:
    goals = [make_item(cast.meeting, "meetinggoal", cast.teacher, text=text) for text in ("Een", "Twee", "Drie")]
    address, key = reverse("item_move", args=(cast.meeting.pk, "meetinggoal", goals[2].pk)), uuid.uuid4()
    browser = sign_in(cast.teacher)
    for _turn in range(2):
        status, told = ask(browser, address, "show", key=key, direction="up")
        assert (status, told["key"], told["version"]) == (200, str(key), 1)
        assert told["location"].endswith(f"/stap/start/#item-{goals[2].pk}")
        assert goal_texts() == ["Een", "Drie", "Twee"]
    status, told = ask(browser, address, "show", key=key, direction="down")
    assert (status, told["reason"]) == (422, "key_reused")
    assert goal_texts() == ["Een", "Drie", "Twee"]
    assert ask(browser, address, "show", key=uuid.uuid4(), direction="up")[0] == 200
    assert goal_texts() == ["Drie", "Een", "Twee"]


def test_another_band_is_acknowledged_with_its_version(cast: Cast, sign_in: Any) -> None:
    aim = make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick")
    need = make_item(
        cast.meeting, "need", cast.teacher, holder="student", goal=aim, help_sentence="tasks", text="taken"
    )
    address, key = reverse("need_band", args=(cast.meeting.pk, need.pk)), uuid.uuid4()
    for _turn in range(2):
        status, told = ask(sign_in(cast.teacher), address, "show", key=key, base_version=1, band="min_necessary")
        assert (status, told["key"], told["version"]) == (200, str(key), 2)
    status, told = ask(sign_in(cast.teacher), address, "show", key=uuid.uuid4(), base_version=1, band="feasible")
    assert (status, told["reason"], told["target"]) == (409, "stale", f"#stale-{need.pk}")
    assert need.fresh().band == "min_necessary"


def test_a_click_on_what_is_gone_speaks_of_no_text(cast: Cast, sign_in: Any) -> None:
    aim = make_item(cast.meeting, "goal", cast.teacher, then_can="kan", horizon="quick")
    need = make_item(
        cast.meeting, "need", cast.teacher, holder="student", goal=aim, help_sentence="tasks", text="taken"
    )
    remove_item(need, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    address = reverse("item_remove", args=(cast.meeting.pk, "need", need.pk))
    status, told = ask(sign_in(cast.teacher), address, "show", key=uuid.uuid4(), base_version=1)
    assert status == 409
    assert "Een collega haalde dit net weg." in told["html"]
    assert "put_back" not in told["html"]  # there is no form that such a button would send


def test_readers_are_acknowledged_and_a_refusal_says_why(cast: Cast, sign_in: Any) -> None:
    seen = make_item(
        cast.meeting, "observation", cast.teacher, text="Zij leest.", valence="strength", domain="ll", source="seen"
    )
    address, key = reverse("who_reads_what", args=(cast.meeting.pk,)), uuid.uuid4()
    sent = {"kind": "observation", "item": seen.pk, "base_version": 1, "visibility": "parents"}
    for _turn in range(2):
        status, told = ask(sign_in(cast.teacher), address, "show", key=key, **sent)
        assert (status, told["key"], told["version"]) == (200, str(key), 2)
    assert "parents" in seen.fresh().visibility
    status, told = ask(sign_in(cast.teacher), address, "show", key=uuid.uuid4(), **sent | {"visibility": "student"})
    assert (status, told["reason"]) == (409, "stale")
    assert told["errors"]["visibility"][0] in told["html"]
    assert "student" not in seen.fresh().visibility


def test_a_yes_that_comes_again_after_a_no_stays_a_no(cast: Cast, sign_in: Any) -> None:
    agreement = make_agreement(cast, status="proposed")
    address, key, browser = reverse("agreement_answer", args=(agreement.pk,)), uuid.uuid4(), sign_in(cast.teacher)
    status, told = ask(browser, address, "show", key=key, answer="yes", progress="", note="")
    assert (status, told["key"]) == (200, str(key))
    assert ask(browser, address, "show", key=uuid.uuid4(), answer="no")[0] == 200
    assert ask(browser, address, "show", key=key, answer="yes", progress="", note="")[0] == 200
    assert agreement.fresh().status == "declined"
    acts = Revision.objects.filter(item=agreement.pk).order_by("version").values_list("act", flat=True)
    assert list(acts) == ["added", "changed", "changed"]


def test_the_page_of_one_item_is_told_where_it_stands(cast: Cast, sign_in: Any) -> None:
    address, key = reverse("item_add", args=(cast.meeting.pk, "meetinggoal")), uuid.uuid4()
    status, told = ask(sign_in(cast.teacher), address, "go", key=key, text="Samen lezen", voice="team")
    goal = MeetingGoal.objects.get()
    assert (status, told["key"], told["item"]) == (200, str(key), str(goal.pk))
    assert told["location"].endswith(f"/stap/start/#item-{goal.pk}")
    assert "html" not in told
    status, told = ask(sign_in(cast.teacher), address, "go", key=uuid.uuid4(), text="", voice="team")
    assert (status, list(told["errors"])) == (422, ["text"])
    assert "html" not in told, "the form stays, with what is typed in it"
