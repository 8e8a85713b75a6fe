"""What answers hold, tried with canaries: words that stand in every text of a case, one word per group of readers.

Everybody opens every page, for every object of the case; no word may come that is not for them.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from meetings.kinds import kinds
from meetings.models import InfoRequest, Meeting, Need, Plan
from tests import walked
from tests.access_case import CANARIES, CanaryCase, case_with_canaries, forbidden
from tests.factories import Cast, make_emergency, open_in_need
from tests.test_access import ADDRESSES, STEPS, add_rows, ask, numbers, signed_in

# What a document prints of the items is for the tests of documents; a confidential one is on none of these.
DOCUMENTS = {*(name for name in ADDRESSES if name.startswith("document_preview")), "report_preview", "case_export"}
Tried = tuple[str, str, str, dict[str, Any], dict[str, str]]  # entry of the table, method, address, data, headers


def pages(case: CanaryCase, who: str, *, is_open: bool) -> Iterator[Tried]:
    """Everything that can be read, for every object of the case; for strangers to all of it, one object of each kind."""
    for entry, address in ADDRESSES.items():
        name, given = entry.split()[0], address.kwargs(case.cast)
        if 405 in address.get or name in {"item_add", "item_edit", "set_language", "library"}:
            continue
        if is_open and entry.startswith("document_preview") and who not in WITHOUT_SEAT:
            continue  # for who sits there the same before the closing and after it
        if name in {"meeting_step", "room_changes"}:
            found = [
                *((case.cast.meeting.pk, slug) for slug in STEPS),
                *((m.pk, "overzicht") for m in case.meetings[1:]),
            ]
            urls = [reverse(name, args=args) for args in found]
        else:
            query = f"?guardian={case.cast.mother.pk}" if entry.endswith("parents") else ""
            urls = [reverse(name, kwargs=kwargs) + query for kwargs in objects(case, given)]
        for url in urls[:1] if who in STRANGERS else urls:
            yield entry, "get", url, {}, {}
        if name == "report_preview":
            yield entry, "get", f"{urls[0]}?confidential=1", {}, {}
        if name == "students":
            yield entry, "post", urls[0], {"name": "kanarie"}, {"HX-Request": "true", "HX-Target": "student-list"}
        if name == "my_agreements":
            yield entry, "get", f"{urls[0]}?voor=anderen", {}, {}
    if is_open:
        yield from forms_of(case, who)


def objects(case: CanaryCase, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The same address for every meeting, student, plan or agreement of the case."""
    for rows in (case.meetings, case.students, case.plans, case.agreements):
        if given.get("pk") in {row.pk for row in rows}:
            return [given | {"pk": row.pk} for row in rows]
    return [given]


def forms_of(case: CanaryCase, who: str) -> Iterator[Tried]:
    """The forms of items, and what they answer: hidden items for everybody, the rest for two who write."""
    meeting, shown = case.cast.meeting, set()
    for item, word in case.items if who in WRITE_FORMS else ():
        container, kind = getattr(item, "meeting_id", None) or item.came_with, item.kind()
        url = reverse("item_edit", args=(container, kind, item.pk)) if kind in kinds() else ""
        if not url or ((kind, word) in shown and not points_at_hidden(item)):
            continue
        shown.add((kind, word))
        if word in forbidden(who, is_open=True):
            yield "item_edit", "get", url, {}, {}
        elif word == "kanarieteam":
            yield "item_edit", "get", f"{url}?view=1", {}, {}
            # A version that is not there: the text as it stands now comes back beside what was sent.
            yield "item_edit", "post", url, numbers(case.cast) | {"base_version": "7"}, {"HX-Request": "true"}
    for kind in sorted(kinds()) if who in WRITE_FORMS else ():
        url = reverse("item_add", args=(meeting.pk, kind))
        yield "item_add", "get", url, {}, {}
        yield "item_add", "post", url, numbers(case.cast), {}
    if who in WRITE_FORMS:
        hidden = {"need": case.item(Need, "kanariegeheim"), "info_request": case.item(InfoRequest, "kanariegeheim")}
        for name, row in hidden.items():
            url = reverse("item_add", args=(meeting.pk, "agreement"))
            yield "item_add", "get", f"{url}?{name}={row.pk}", {}, {}
        for slug in ("start", "overzicht"):
            yield "meeting_step", "post", reverse("meeting_step", args=(meeting.pk, slug)), {}, {}
        yield (
            "meeting_choice",
            "post",
            reverse("meeting_choice", args=(meeting.pk,)),
            {"back": "inzicht", "seen_from": "x"},
            {},
        )


WRITE_FORMS = ("homeroom_teacher", "clb_worker")
WITHOUT_SEAT = ("subject_teacher", "clb_without_seat")  # teach the student, or were granted the student
STRANGERS = ("adviser", "granted_elsewhere", "grant_ended", "role_ended", "not_this_time")


def points_at_hidden(item: Any) -> bool:
    return any(
        getattr(getattr(item, name, None), "visibility", ()) == ("confidential",)
        for name in ("goal", "need", "factor", "info_request", "parent", "counterpart", "used_in_goal")
    )


# Who reads nothing of a closed meeting reads nothing of a cancelled one; and who reads exactly what another one does.
WALKERS = {"cancelled": ("care_teacher", *WRITE_FORMS, "clb_without_seat")}
ALIKE = {"open": ("principal", "clb_with_file"), "closed": ("care_coordinator", "clb_without_seat"), "cancelled": ()}
PUT_BACK = {"kanarieweg"}  # what was taken away stands on the one page where it is put back
ONLY_PRINTED = {"kanarienazicht"}  # a colleague reads the note of a review in the report


# In every state on SQLite; on PostgreSQL, where the same rules are asked in another tongue, while the meeting is open.
IN_EVERY_STATE = ["open", *(pytest.param(state, marks=pytest.mark.once) for state in ("closed", "cancelled"))]


@pytest.mark.long
@pytest.mark.parametrize("state", IN_EVERY_STATE)
def test_nobody_meets_a_word_that_is_not_for_them(cast: Cast, request: pytest.FixtureRequest, state: str) -> None:
    case = case_with_canaries(add_rows(cast))
    walked.plant()
    if state != "open":
        Meeting.objects.update(status=state)
    if state == "closed":
        Plan.objects.update(status="final")
    leaks, met = [], set()
    logging.disable(logging.CRITICAL)  # hundreds of refusals are what is asked for here
    request.addfinalizer(lambda: logging.disable(logging.NOTSET))
    for who, user in case.readers.items():
        if who not in WALKERS.get(state, case.readers) or who in ALIKE[state]:
            continue
        browser = signed_in(user)
        if who == "in_need":
            open_in_need(browser, make_emergency(user, cast.student))
        for entry, method, url, data, headers in pages(case, who, is_open=state == "open"):
            answer = ask(browser, method, url, data, follow=entry == "students", **headers)
            assert answer.status_code < 500, (who, url)
            if state == "open" and entry.startswith("document_preview") and who in WITHOUT_SEAT:
                assert answer.status_code in {403, 404}, (who, url)  # a draft, whatever stands on it by now
            words = set(re.findall(r"kanarie[a-z]+", f"{answer.headers} {answer.content.decode()}"))
            met |= {(who, word) for word in words}
            words -= PUT_BACK if entry in {"removed_items", "student_inspection"} else set()
            for word in words & forbidden(who, is_open=state == "open", document=entry in DOCUMENTS):
                leaks.append(f"{who}: {word} on {entry} {url}")
    walked.leaks(len(leaks))
    assert not leaks, "\n".join(leaks)
    # There was something to leak: who may meet a word did.
    may = {(who, c.word) for c in CANARIES.values() for who in (c.open if state == "open" else c.closed)}
    walkers = set(WALKERS.get(state, case.readers)) - set(ALIKE[state])
    unmet = {(who, word) for who, word in may - met if who in walkers and word not in ONLY_PRINTED}
    assert state == "cancelled" or sorted(unmet) == []
