"""What looks like a page, a template, a header or a question is text: every string of tests/injections.toml, on every page.

A school is written twice, once with harmless words and once with the strings. Both give the same elements with the
same attributes, and where a word stood, its string stands: nothing came of a string but itself.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from meetings import library, steps
from meetings.documents import glyphs
from meetings.kinds import kinds
from meetings.models import Meeting, Observation
from meetings.models.hints import SchoolWord
from students.models import ClassGroup
from tests.factories import Cast
from tests.injected_case import write_everywhere
from tests.injections import Texts, groups, injections, refused
from tests.markup import Markup, differences, documents, put_in, with_capitals
from tests.test_access import ADDRESSES, add_rows, signed_in

READERS = ("care_coordinator", "school_admin", "principal", "homeroom_teacher")
BY = {kind: "clb_worker" if kind == "clbcontribution" else "care_coordinator" for kind in kinds()}
# Names of others are taken out of what is printed there, also where they are part of another text.
NAMES_TAKEN_OUT = {"student_inspection", "inspection_request_release", "student_transfer", "student_transfer_made"}
NOW = timezone.now().replace(second=0) + datetime.timedelta(minutes=1)
AT_ONCE = 25  # strings in one text, where every one of them comes in every place
# Answer with another shape to who asks for a part of a page; `every_shape` asks all others for it too.
FRAGMENTS = {
    "students", "meeting_new", "series_new", "agreement_review", "document_status", "item_edit", "item_add", "plan_texts",
    "meeting_step",
}  # fmt: skip
CUT = {"who_reads_what"}  # of a long text only the beginning stands there
Asked = tuple[str, str, str]  # the name of the address, who asks, and the address itself


def test_there_are_enough_and_no_two_are_one() -> None:
    assert len(injections()) >= 300
    assert len(set(injections())) == len(injections())  # as they are stored
    assert len(refused()) >= 10
    assert len(groups()) >= 12


def addresses(cast: Cast) -> list[Asked]:
    """Each page and fragment, with the first of the readers who gets it."""
    found = []
    for name, address in ADDRESSES.items():
        role = next((role for role in READERS if address.expected("get", role, here=True) == 200), None)
        if role and name != "case_export":
            query = "".join(f"?{key}={value}" for key, value in address.data(cast).items() if key == "guardian")
            found.append((name, role, reverse(name.split()[0], kwargs=address.kwargs(cast)) + query))
    later = [step.slug for step in steps.STEPS if step.slug != "start"]
    for name, slugs in (("meeting_step", later), ("room_changes", ("inzicht", "doelen"))):
        found += [(name, "care_coordinator", reverse(name, args=(cast.meeting.pk, slug))) for slug in slugs]
    return found


def of_items(cast: Cast) -> Iterator[Asked]:
    """The form of one item of each kind, and what was written before."""
    meeting = Meeting.objects.get(pk=cast.meeting.pk)
    for name, kind in sorted(kinds().items()):
        found: Any = kind.model._base_manager.all()
        mine = {"came_with": meeting.pk} if hasattr(kind.model, "came_with") else {"meeting": meeting}
        if item := found.filter(**mine).order_by("created_at").first():
            yield "item_edit", BY[name], reverse("item_edit", args=(meeting.pk, name, item.pk))
        yield "item_add", BY[name], reverse("item_add", args=(meeting.pk, name))
    for item in Observation._base_manager.filter(meeting=meeting, version__gt=1).order_by("created_at"):
        yield "item_history", "care_coordinator", reverse("item_history", args=(meeting.pk, "observation", item.pk))


def walk(cast: Cast, texts: Texts, plain: list[Asked], *, every_shape: bool = False) -> dict[str, list[str]]:
    """Everything that is shown of the school, as a page and as a fragment; nothing of it stays."""
    shown = {}
    before = transaction.savepoint_create()
    with time_machine.travel(NOW, tick=True):  # from the same minute each time: pages say when somebody wrote
        write_everywhere(cast, texts)
        _leave_out_what_words_decide(cast)
        browsers = {role: signed_in(cast.users[role]) for role in (*READERS, "clb_worker")}
        for number, (name, role, url) in enumerate([*plain, *of_items(cast)]):
            for shape, headers in (("page", {}), ("fragment", {"HX-Request": "true"})):
                if shape == "fragment" and not every_shape and name not in FRAGMENTS:
                    continue
                answer = browsers[role].get(url, headers=headers)
                assert answer.status_code in {200, 302}, f"{name}: {answer.status_code}"
                shown[f"{number} {name} {shape}"] = documents(answer)
    transaction.savepoint_rollback(before)
    return shown


def _leave_out_what_words_decide(cast: Cast) -> None:
    """One class in each year, for several stand in the order of their names; and no hints, for these look for words."""
    ClassGroup.objects.filter(school=cast.school).exclude(pk=cast.class_group.pk).delete()
    SchoolWord.objects.bulk_create(
        SchoolWord(school=cast.school, rule=word.rule, word=word.code, is_own=False) for word in library.hint_words()
    )


def not_as_it_is(texts: Texts, address: str, expected: list[str], found: list[str]) -> list[str]:
    """What differs between a page with words and the page with the strings, beyond the strings themselves."""
    wanted, met = Markup(), Markup()
    for page in expected:
        wanted.read(page)
    for page in found:
        met.read(page)
    wrong = differences(put_in(wanted.elements, texts), met.elements)
    cut = CUT if texts.at_once > 1 else set()
    if address.split()[1] not in NAMES_TAKEN_OUT | cut:
        wrong += differences(with_capitals(put_in(wanted.texts, texts)), with_capitals(met.texts))
    return [f"{address}: {what}" for what in wrong]


@pytest.mark.once
@pytest.mark.long
def test_every_page_and_fragment_shows_them_as_they_are(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "characters", frozenset)  # which of them this machine can draw is said on another day
    plain = addresses(add_rows(cast))
    words, strings = Texts(are_harmless=True), Texts(are_harmless=False)
    expected, found = walk(cast, words, plain), walk(cast, strings, plain)
    assert set(injections()) <= strings.strings
    assert len(expected) > 150
    wrong = [line for name, pages in expected.items() for line in not_as_it_is(words, name, pages, found[name])]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.prove
@pytest.mark.once
@pytest.mark.parametrize("begin", range(0, len(injections()), AT_ONCE))
def test_every_one_of_them_in_every_place(cast: Cast, monkeypatch: pytest.MonkeyPatch, begin: int) -> None:
    """Each text of several lines holds the next strings, beginning with another one each time; a name holds one of them."""
    monkeypatch.setattr(glyphs, "characters", frozenset)
    plain = addresses(add_rows(cast))
    words, strings = (Texts(are_harmless=harmless, begin=begin, at_once=AT_ONCE) for harmless in (True, False))
    expected, found = (walk(cast, texts, plain, every_shape=True) for texts in (words, strings))
    wrong = [line for name, pages in expected.items() for line in not_as_it_is(words, name, pages, found[name])]
    assert wrong == [], "\n".join(wrong)
