"""Two people at the table write one case together, and one of them loses the connection: no sentence is gone, none is twice.

With HGW_LONG=1 the whole case is typed, and the connection is away for a minute; else two of each kind of item, and
some seconds.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from meetings.kinds import kinds
from meetings.models import Observation, StepText
from meetings.steps import STEPS
from tests.browser.test_saving import state
from tests.browser.typist import NORE, SENTENCE, Typist, finish, plan_the_meeting, point, type_rows, type_texts
from tests.typed_case import Row, leaves, rows, school_of, texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IS_LONG = os.environ.get("HGW_LONG") == "1"
OFFLINE = 60 if IS_LONG else 3  # seconds without a connection
AT_ONCE = 10  # seconds in which everything is there, once the connection is back

# What somebody reads on a page as written in this meeting: the items of its lists, and its single texts.
READ = """() => [
  ...[...document.querySelectorAll("li[id^=item-] .typed")].map((typed) => typed.innerText.trim()),
  ...[...document.querySelectorAll("form.single textarea")].map((field) => field.value),
]"""


@pytest.mark.long
def test_two_people_write_one_case_while_one_of_them_is_offline(open_browser: Callable[..., Page]) -> None:
    case = yaml.safe_load(NORE.read_text(encoding="utf-8"))
    student = school_of(case)
    people = {role: student.school.assignments.get(role=role).user for role in ("care_coordinator", "homeroom_teacher")}
    page = open_browser(people["care_coordinator"])
    meeting = plan_the_meeting(page, case, student)
    coordinator = Typist(page, meeting, in_a_hurry=not IS_LONG)
    teacher = Typist(open_browser(people["homeroom_teacher"]), meeting, coordinator.known, in_a_hurry=not IS_LONG)
    alone, both = cycle([coordinator]), cycle([coordinator, teacher])
    listed, single = list(rows(case)) if IS_LONG else two_of_each(rows(case)), texts(case)

    later = type_rows((row for row in listed if row.kind in {"participant", "consent", "legalreport"}), alone)
    start = [row for row in listed if row.kind in {"meetinggoal", "wish"}]
    later += type_rows(start, both)
    seen = [row for row in listed if row.kind == "observation"]
    hard = [row for row in seen if row.place["valence"] != "strength"]
    reason = single.pop("reason_now")
    coordinator.go_to(coordinator.page_of("observation"))
    left = offline(
        teacher, hard, reason, lambda: later.extend(type_rows((row for row in seen if row not in hard), alone))
    )
    same_page(coordinator, teacher, {row.fields["text"] for row in seen} | {reason})
    for row, fields in zip(hard, left, strict=True):
        later += [(row, teacher.resolve(row)[1])] if teacher.resolve(row)[1] else []
        teacher.added(row, Observation.objects.get(text=row.fields["text"]), fields)
    later += type_rows(listed[listed.index(seen[-1]) + 1 :], both)
    if IS_LONG:
        point(later, both)
    type_texts(single, both)
    if IS_LONG:
        finish(case, both)

    for step in STEPS:
        for typist in (coordinator, teacher):
            typist.page.goto(f"{typist.base}/stap/{step.slug}/")
        same_page(coordinator, teacher, {text for field, text in texts(case).items() if field in step.texts})
    wanted = sentences([row.fields for row in listed]) + sentences(texts(case))
    if IS_LONG:
        given = {name: part for name, part in case.items() if name != "school"}
        wanted = sentences(given | {"meeting": given["meeting"] | {"title": ""}})
    written = sentences([item.content() for kind in kinds().values() for item in _items(kind)])
    written += sentences([row.content() for row in meeting.plantexts.filter(removed_at=None)])
    assert {text: written[text] for text in wanted} == dict(wanted)


def two_of_each(listed: Iterable[Row]) -> list[Row]:
    """One for each of the two, of what is difficult (typed without a connection) all: what there is time for each time.

    A link between two factors holds no sentence, and its form knows what a colleague wrote once it is loaded anew.
    """
    kept = Counter[str]()
    chosen = []
    for row in listed:
        sort = row.place.get("valence", row.kind)
        kept[sort] += 1
        if sort == "difficulty" or (kept[sort] <= 2 and sort != "factorlink"):
            chosen.append(row)
    return chosen


def offline(typist: Typist, listed: list[Row], reason: str, meanwhile: Callable[[], Any]) -> list[dict[str, Any]]:
    """Somebody without a connection types on, sentence after sentence; a colleague does too. Then it is back.

    Returns, for each row, what its line had no field for.
    """
    page, left = typist.page, []
    text = StepText.objects.get(meeting=typist.meeting, field="reason_now")
    field = page.locator(f"#id-steptext-{text.pk}-text")
    typist.go_to(typist.page_of("observation"))
    field.focus()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    until = time.monotonic() + OFFLINE
    for row in listed:
        left.append(typist.fill(typist.line_of(row).locator("form"), typist.resolve(row)[0]))
        typist.enter(row)
        expect(page.locator(".waits", has_text=row.fields["text"])).to_have_count(1)
    field.press_sequentially(reason[:-1])
    expect(state(page)).to_contain_text("Wacht op verbinding", timeout=5000)
    meanwhile()
    page.wait_for_timeout(max(0, until - time.monotonic()) * 1000)
    assert not Observation.objects.exclude(valence="strength").exists()
    field.press_sequentially(reason[-1])
    page.context.set_offline(False)
    back = time.monotonic()
    typist.wait(lambda: Observation.objects.exclude(valence="strength").count() == len(listed))
    typist.wait(lambda: StepText.objects.get(pk=text.pk).text == reason)
    expect(page.locator(".waits")).to_have_count(0)
    expect(state(page)).to_contain_text("Alles bewaard")
    assert time.monotonic() - back < AT_ONCE
    return left


def same_page(one: Typist, other: Typist, wanted: set[str]) -> None:
    """Both read the same, and each of these once, without loading the page anew."""

    def read(typist: Typist) -> Counter[str]:
        return Counter(typist.page.evaluate(READ))

    one.wait(lambda: read(one) == read(other))
    found = read(one)
    assert {text: found[text] for text in wanted} == dict.fromkeys(wanted, 1)


def sentences(given: Any) -> Counter[str]:
    return Counter(leaf for leaf in leaves(given).values() if isinstance(leaf, str) and len(leaf) > SENTENCE)


def _items(kind: Any) -> Any:
    return kind.model.objects.filter(removed_at=None)
