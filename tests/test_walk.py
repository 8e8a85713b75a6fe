"""Every address × everybody × every way of asking, in a case whose every text holds a canary.

tests/test_access.py says who gets what, and walks past every page as it is read. This asks for the same in the other ways a
browser or a script can ask, and lets those walk along whose rights ended. People who get the same at an address are one
class there: each way of asking is tried by one of them, at every address by the next one, so that everybody comes by.
"""

import io
import logging
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from hgw.accounts.models import User
from hgw.logs import JsonFormatter
from meetings.kinds import kinds
from tests import walked
from tests.access_case import CanaryCase, case_with_canaries, forbidden
from tests.factories import make_user
from tests.recorded_cast import recorded_cast
from tests.test_access import (
    ADDRESSES,
    Address,
    add_rows,
    ask,
    bare,
    head,
    numbers,
    signed_in,
)
from tests.test_canaries import DOCUMENTS, PUT_BACK

SHOW_REMOVED = {"removed_items", "student_inspection"}
HTMX, JSON = {"HX-Request": "true"}, {"Accept": "application/json"}
OVERRIDE = {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "DELETE", "HX-Request": "true", "HX-Boosted": "true"}
# Ways of asking that must come out as the plain one does, and methods that no address takes.
AS_GET = (HTMX, JSON)
AS_POST = ({}, HTMX, JSON, OVERRIDE)
NO_METHOD = ("options", "put", "patch", "delete")
# Whose rights ended: as what they still come to the pages of the school and of their own. Of a case they get what a
# stranger gets.
ENDED = {"role_ended": "", "grant_ended": "clb_worker", "not_this_time": "homeroom_teacher"}
# What an answer may be. Another kind leads out of the building in a shape nobody looked at: list it, and look.
# As the framework made it: it asks for no method, and shows nothing.
FROM_THE_FRAMEWORK = {"set_language"}
# What a script gets in the place of another page: the part that it swaps, or that there is nothing new.
FOR_SCRIPTS = {302: {302, 200}, 200: {200, 204}}
CONTENT_TYPES = {"text/html; charset=utf-8", "application/json", "application/yaml; charset=utf-8", ""}


@dataclass(frozen=True)
class Actor:
    """Somebody who walks along. `column` and `here`: whose line of the table they get; `ended`: of a case nothing any more."""

    name: str
    browser: Client
    column: str
    here: bool = True
    ended: bool = False

    def expected(self, method: str, address: Address, *, of_case: bool) -> int:
        here = self.here and not (self.ended and of_case)
        cells = address.get if method == "get" else address.post
        if here and not self.column:
            return next(status for status, who in cells.items() if "rest" in who.split())
        return address.expected(method, self.column, here=here)

    def forbidden(self, entry: str) -> set[str]:
        """The canaries that this person must not meet here."""
        name = self.name if self.here else "elsewhere" if self.name == "care_coordinator" else "adviser"
        words = forbidden(name, is_open=True, document=entry in DOCUMENTS)
        return words - {"kanariebuitenshuis", "kanarienaam"} if not self.here else words


@dataclass
class Walk:
    case: CanaryCase
    actors: list[Actor] = field(default_factory=list)
    left: Client = field(default_factory=Client)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    with django_db_blocker.unblock(), transaction.atomic():
        case = case_with_canaries(add_rows(recorded_cast()))
        walk = Walk(case)
        for here, people in ((True, case.cast.users), (False, case.cast.others)):
            walk.actors += [Actor(str(role), signed_in(user), str(role), here) for role, user in people.items()]
        walk.actors += [Actor(name, signed_in(case.readers[name]), like, ended=True) for name, like in ENDED.items()]
        walk.left = gone_since(case)
        walked.plant()
        yield walk
        transaction.set_rollback(True)


@pytest.fixture
def walk(built: Walk, db: None) -> Walk:
    return built


def gone_since(case: CanaryCase) -> Client:
    """The browser of who coordinated the case and left, with a session that outlived it: leaving ends those as well."""
    user = make_user(case.cast.school, "care_coordinator", name="weg")
    browser = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return browser


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    """What a server says of all this, down to the least line; the console of the tests is left alone."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    before, logging.root.handlers = logging.root.handlers, [handler]
    levels = {name: logging.getLogger(name).level for name in ("", "django.request", "hgw.request")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.INFO)
    yield written
    logging.root.handlers = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def is_of_case(case: CanaryCase, given: dict[str, Any]) -> bool:
    """Whether the address names something of a case: not a school, not a page for everybody."""
    return "code" in given or ("pk" in given and given["pk"] != case.cast.school.pk)


def classes(walk: Walk, name: str, given: dict[str, Any]) -> Iterator[tuple[Actor, dict[str, int]]]:
    """One of each class of people who get the same at this address, and what they get."""
    of_case, found = is_of_case(walk.case, given), {}
    for actor in walk.actors:
        wanted = {method: actor.expected(method, ADDRESSES[name], of_case=of_case) for method in ("get", "post")}
        found.setdefault((wanted["get"], wanted["post"], actor.here), []).append((actor, wanted))
    turn = list(ADDRESSES).index(name)
    for alike in found.values():
        yield alike[turn % len(alike)]


def words(answer: Any) -> set[str]:
    """The canaries in an answer: its body, title, headers and cookies."""
    return set(re.findall(r"kanarie[a-z]+", f"{answer.headers} {answer.cookies} {answer.content.decode()}"))


@pytest.mark.parametrize("name", ADDRESSES)
def test_however_one_asks_the_answer_is_the_same_and_nothing_leaks(walk: Walk, name: str, log: io.StringIO) -> None:
    address, case = ADDRESSES[name], walk.case
    given = address.kwargs(case.cast)
    url, data = reverse(name.split()[0], kwargs=given), address.data(case.cast)
    unknown = {key: uuid.uuid4() if isinstance(value, uuid.UUID) else value for key, value in given.items()}
    nowhere, framework = reverse(name.split()[0], kwargs=unknown), {302} if name in FROM_THE_FRAMEWORK else set()
    wrong: list[str] = []
    leaks: list[str] = []

    def tried(actor: Actor, method: str, headers: dict[str, str]) -> Any:
        answer = ask(actor.browser, method, url, data, **headers)
        whose = f"{method} {headers} {actor.name}{'' if actor.here else ' elsewhere'}: {answer.status_code}"
        met = words(answer) & actor.forbidden(name) - (PUT_BACK if name in SHOW_REMOVED else set())
        leaks.extend(f"{whose} {word}" for word in met)
        if answer.headers.get("Content-Type", "") not in CONTENT_TYPES:
            wrong.append(f"{whose}, {answer.headers['Content-Type']}")
        return answer, whose

    def as_an_unknown_id(actor: Actor, method: str, answer: Any, whose: str) -> None:
        other = ask(actor.browser, method, nowhere, data)
        if (other.status_code, bare(other), head(other)) != (answer.status_code, bare(answer), head(answer)):
            wrong.append(f"{whose}, not as an unknown id")

    for actor, wanted in classes(walk, name, given):
        for method, ways in (("get", AS_GET), ("post", AS_POST)):
            for headers in ways if wanted[method] != 405 else ways[:1]:
                answer, whose = tried(actor, method, headers)
                right = FOR_SCRIPTS.get(wanted[method], set()) if headers else set()
                if answer.status_code not in {wanted[method], *right} and name not in FROM_THE_FRAMEWORK:
                    wrong.append(f"{whose}, not {wanted[method]}")
            if wanted[method] == 404 and nowhere != url:
                as_an_unknown_id(actor, method, *tried(actor, method, {}))
        for method in ("head", *NO_METHOD):
            answer, whose = tried(actor, method, {})
            if answer.status_code not in {405, wanted["get"] if method == "head" else 405, *framework}:
                wrong.append(f"{whose}, not 405")
    said = set(re.findall(r"kanarie[a-z]+", log.getvalue()))
    walked.leaks(len(leaks) + len(said))
    assert leaks == []
    assert wrong == []
    assert log.getvalue(), "nothing was written down"
    assert said == set()


def test_who_left_is_nobody(walk: Walk) -> None:
    for name, address in ADDRESSES.items():
        url = reverse(name.split()[0], kwargs=address.kwargs(walk.case.cast))
        for method in ("get", "post"):
            answer = ask(walk.left, method, url)
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/aanmelden/login/?next={url}"), method
        fragment = ask(walk.left, "get", url, **HTMX)
        assert (fragment.status_code, fragment.content) == (401, b""), name


def test_nobody_stands_above_the_table() -> None:
    """The walk has no superuser because there is none: no flag that opens everything, no pages of the framework's own."""
    assert not {"is_superuser", "is_staff"} & {column.name for column in User._meta.get_fields()}
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


ITEM_ADDRESSES = ("item_edit", "item_remove", "item_restore", "item_history", "item_move")


@pytest.mark.parametrize("who", ["homeroom_teacher", "clb_worker", "learning_supporter"])
def test_to_who_reads_the_meeting_a_hidden_item_is_an_unknown_one(walk: Walk, who: str) -> None:
    """At the table, beside it: that there is something confidential is not told either."""
    case, wrong = walk.case, []
    browser = next(actor.browser for actor in walk.actors if actor.name == who and actor.here)
    for kind, row in {item.kind(): item for item, word in case.items if word == "kanariegeheim"}.items():
        if kind not in kinds():
            continue
        for name in ITEM_ADDRESSES:
            given = {"pk": case.cast.meeting.pk, "kind_name": kind}
            hidden, nowhere = (reverse(name, kwargs={**given, "item_pk": pk}) for pk in (row.pk, uuid.uuid4()))
            for method in ("get", "post"):
                found = [ask(browser, method, url, numbers(case.cast)) for url in (hidden, nowhere)]
                seen = [(answer.status_code, bare(answer), head(answer)) for answer in found]
                if seen[0] != seen[1] or seen[0][0] not in {403, 404, 405}:
                    wrong.append((name, method, kind, [answer.status_code for answer in found]))
    assert wrong == []
