"""Where a hint shows: under the item and on the page, once, to who writes; and that it stays nowhere."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hgw.audit.models import Entry
from hgw.items.models import Revision
from meetings.models import Meeting, Observation, SchoolWord
from tests.factories import Cast, make_item, shown_just_now
from tests.meetings.test_hints import AROUND, DESCRIBE, FAMILY, LABEL, step


def line(text: str, **more: str) -> dict[str, str]:
    return {
        "short": "1", "text": text, "valence": "strength", "domain": "ll", "source": "seen", "key": str(uuid.uuid4()),
        "base_version": "0", **more,
    }  # fmt: skip


def test_a_hint_comes_back_under_the_item_and_saving_goes_on(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    answer = browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"))
    assert answer.status_code == 200
    assert DESCRIBE in answer.text
    assert 'role="status"' in answer.text
    item = Observation.objects.get(meeting=cast.meeting, text="leest altijd graag")
    edit = reverse("item_edit", args=(cast.meeting.pk, "observation", item.pk))
    assert DESCRIBE in browser.get(edit).text
    assert DESCRIBE in browser.get(f"{edit}?view=1").text

    changed = line("leest elke avond", holder="student", base_version="1")
    answer = browser.post(edit, changed | {"key": str(uuid.uuid4())})
    assert answer.status_code == 200
    assert DESCRIBE not in answer.text


def test_without_script_the_hint_stands_on_the_page_of_the_step(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher)
    answer = browser.post(
        reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"), follow=True
    )
    assert DESCRIBE in answer.text


def test_a_single_text_of_a_step_has_its_hint(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    text = cast.meeting.steptexts.get(field="avoid")
    address = reverse("item_edit", args=(cast.meeting.pk, "steptext", text.pk))
    sent = {"text": "dat hij nooit luistert", "base_version": "1", "key": str(uuid.uuid4())}
    assert DESCRIBE in browser.post(address, sent).text
    assert DESCRIBE in browser.get(step(cast, "start")).text


def test_a_hint_is_for_who_writes_and_while_it_can_be_written(cast: Cast, sign_in: Any) -> None:
    make_item(cast.meeting, "goal", cast.teacher, then_can="Een attest krijgen", indicator="", horizon="quick")
    assert LABEL in sign_in(cast.teacher).get(step(cast, "doelen")).text
    assert LABEL not in sign_in(cast.users["principal"]).get(step(cast, "doelen")).text
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    assert LABEL not in sign_in(cast.coordinator).get(step(cast, "doelen")).text


def test_the_hints_of_a_whole_list_stand_on_the_page_once(cast: Cast, sign_in: Any) -> None:
    aim = make_item(cast.meeting, "goal", cast.coordinator, then_can="leest", indicator="hardop", horizon="quick")
    for n in range(4):
        make_item(
            cast.meeting, "need", cast.coordinator, holder="parents", goal=aim, help_sentence="other",
            text=f"anders: {n}", band="feasible",
        )  # fmt: skip
        make_item(cast.meeting, "factor", cast.coordinator, domain="ll", kind_of_factor="risk", text=f"kenmerk {n}")
        make_item(
            cast.meeting, "agreement", cast.coordinator, what=f"leest {n}", how="zo", why="daarom",
            who=[(cast.meeting.person(str(cast.mother)), True)],
        )  # fmt: skip
    browser = sign_in(cast.coordinator)
    assert browser.get(step(cast, "behoeften")).text.count(FAMILY) == 1
    assert browser.get(step(cast, "inzicht")).text.count(AROUND) == 1
    assert browser.get(step(cast, "afspraken")).text.count(FAMILY) == 1


def test_what_gave_a_hint_is_escaped(cast: Cast, sign_in: Any) -> None:
    SchoolWord.objects.create(school=cast.school, rule="describe", word="<b>x</b>", is_own=True)
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="een <b>x</b> woord")
    page = sign_in(cast.teacher).get(step(cast, "overzicht")).text
    assert "<b>x</b>" not in page
    assert "<q>&lt;b&gt;x&lt;/b&gt;</q>" in page


def test_a_hint_is_kept_nowhere(cast: Cast, sign_in: Any) -> None:
    """Not with the item, not in its history or the trace, not in the case file."""
    with CaptureQueriesContext(connection) as asked:
        browser: Client = shown_just_now(sign_in(cast.coordinator, htmx=True))
        browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd graag"))
        case = browser.get(reverse("case_export", args=(cast.meeting.pk,)))
    written = [q["sql"] for q in asked.captured_queries if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE"))]
    content = "".join(str(row.content) for row in Revision.objects.all())
    trace = "".join(str(row.detail) for row in Entry.objects.all())
    for kept in ("\n".join(written), content, trace, case.content.decode()):
        assert DESCRIBE not in kept
        assert "describe" not in kept


def test_hints_cost_one_question_for_a_save_and_for_a_page(
    cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number(browser: Client, ask: Any) -> int:
        ask(browser)
        with CaptureQueriesContext(connection) as asked:
            assert ask(browser).status_code == 200
        return len(asked)

    def save(browser: Client) -> Any:
        return browser.post(reverse("item_add", args=(cast.meeting.pk, "observation")), line("leest altijd"))

    for slug in ("start", "overzicht", "inzicht", "doelen", "behoeften", "afspraken", "evaluatie"):
        make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text=slug)
    requests = [save, *(lambda b, s=slug: b.get(step(cast, s)) for slug in ("start", "overzicht", "inzicht", "doelen"))]
    browser = sign_in(cast.teacher, htmx=True)
    with_hints = [number(browser, ask) for ask in requests]
    for module in ("meetings.item_lists", "meetings.step_pages.texts"):
        monkeypatch.setattr(f"{module}.hang_hints", lambda *args: None)
    monkeypatch.setattr("meetings.views.items.hang_hints_on_one", lambda *args: None)
    without = [number(browser, ask) for ask in requests]
    assert [a - b for a, b in zip(with_hints, without, strict=True)] == [1, 1, 1, 1, 1]
