"""Every form of the application × whatever may be sent: refused in words with all of it still there, or saved whole.

The forms are found on the pages themselves, with the fields that stand in them: a new form or field is tried on the
day it is written. A form of the application that no page shows fails the build.
"""

import copy
import datetime
import logging
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hgw.accounts.models import RoleAssignment
from hgw.audit.models import Action, Entry
from hgw.items.saving import remove_item, save_item
from hgw.text import LONG
from hgw.transaction import WRITES
from meetings.kinds import kinds
from meetings.models import Goal, Meeting, MeetingSeries, Need
from students.models import Enrollment, Erasure, Hold
from tests.access_case import make_row
from tests.factories import (
    Cast,
    make_cast,
    make_class,
    make_emergency,
    make_guardian,
    make_item,
    make_meeting,
    make_role,
    make_school,
    make_student,
    open_in_need,
    seat,
)
from tests.rendered_forms import Field, RenderedForm, forms_on, read
from tests.test_access import ADDRESSES, STEPS, add_rows, signed_in

Pairs = list[tuple[str, Any]]  # what is sent: names and values in their order
Rows = dict[Any, list[tuple[Any, ...]]]  # by model
NOT_A_PAGE = {"set_language", "case_export", "document_status", "document_file", "library", "help"}
EXAMPLES = 4  # per form; what each holds is the same in every run
ABROAD = "Buitenshuis"  # stands in the rows of the other school
TEXTS = {
    "empty": "",
    "blank": " \t ",
    "too long": "a" * (LONG + 1),
    "a little too long": "b" * 201,
    "no character": "voor\x00na",
    "control": "bel\x07 en terug\x1b[31m",
    "emoji": "👩🏽‍🏫 en 🇧🇪",
    "right to left": "\u202eشكرا \u200fתודה\u202c",
    "combining": "e\u0301" + "\u0323\u0302" * 40 + " Å",
    "line ends": "een\r\ntwee\rdrie\n",
    "half a character": "half \ud83d af",
    "markup": "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;",
    "htmx": '"><b hx-get="/" hx-trigger="load" hx-on:load="alert(1)">x</b>',
    "template": "{{ request.user.password }} {% include 'base.html' %} {# x #} %(name)s {0}",
    "query": "'; DROP TABLE meetings_meeting; -- %s %%",
}
DAYS = ("2027-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "31/12/2026", "morgen", "2026-13-01", "-1")
NUMBERS = ("-1", "99999999999999999999", "1e9", "٣", "NaN", "1.5", "0x10")
TIMES = ("25:00", "24:00", "half drie", "-1:00")


@dataclass
class Ground:
    """A school with one row of everything beside another school, and the forms that its people get to see."""

    cast: Cast
    foreign: frozenset[uuid.UUID]  # ids of all rows of the other school
    before: Rows = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    forms: dict[str, list[RenderedForm]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    with django_db_blocker.unblock(), transaction.atomic():
        cast = add_rows(make_cast())
        build(cast)
        browsers = {
            role: signed_in(cast.users[role])
            for role in ("care_coordinator", "principal", "homeroom_teacher", "clb_worker")
        }
        found = Ground(cast, foreign_ids(cast), everything(), browsers)
        logging.disable(logging.CRITICAL)  # hundreds of refusals are what is asked for here
        yield found
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.fixture
def ground(built: Ground, db: None) -> Ground:
    if not built.forms:
        point = transaction.savepoint_create()
        collect(built)
        transaction.savepoint_rollback(
            point
        )  # what some forms ask for is gone again, for the first test as for the others
    return built


def build(cast: Cast) -> None:
    """A row of each kind of item, a closed meeting with one that follows it, and the same things at the other school."""
    for address in ADDRESSES.values():
        address.kwargs(cast)  # makes what is not there yet
    for kind in kinds().values():
        make_row(kind.model, cast.meeting)
    gone = make_row(kinds()["observation"].model, cast.meeting)
    remove_item(gone, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    make_row(Need, cast.meeting, goal=Goal.objects.filter(meeting=cast.meeting)[0], band="feasible")
    before = make_meeting([cast.student], by=cast.coordinator)
    gas = {"-1": "met hulp", "0": "alleen", "+1": "vlot"}
    make_item(before, "goal", cast.coordinator, then_can="kan", indicator="zie", horizon="quick", gas=gas)
    Meeting.objects.filter(pk=before.pk).update(status="closed", closed_kind="full", closed_at=timezone.now())
    after = make_meeting([cast.student], by=cast.coordinator, previous_meeting=before)
    planned = make_meeting([cast.student], by=cast.coordinator, status="planned", title="Gepland")
    where = MeetingSeries.objects.create(school=cast.school, title="Een middag", date=timezone.localdate())
    for n in range(2):  # two that may change places
        make_meeting(
            [cast.student], by=cast.coordinator, status="planned", series=where, start=f"1{n}:00", end=f"1{n}:45"
        )
    for meeting in (after, planned):
        seat(meeting, cast.coordinator, "care_coordinator")
    today = timezone.localdate()
    RoleAssignment.objects.filter(school=cast.school, role="homeroom_teacher").update(lapses_on=today)  # to be renewed
    make_role(cast.users["principal"], make_school(), "principal")  # somebody with two schools to choose from
    for n in range(2):  # who left long ago, one of them held back
        left = make_student(cast.school)
        year = make_class(cast.school, f"{n}Z", day=datetime.date(2023, 10, 1))
        Enrollment.objects.create(student=left, class_group=year, since=datetime.date(2023, 9, 1))
        if not n:  # a colleague asked, and waits for a yes
            asked = {"rule": "student", "created_by": cast.users["principal"]}
            Erasure.objects.create(school=cast.school, student=left.pk, **asked)
    Hold.objects.create(school=cast.school, student=left, reason="beroep")
    there = make_student(cast.other_school, make_class(cast.other_school, ABROAD), last_name=ABROAD)
    make_guardian(there, first_name=ABROAD)
    abroad = make_meeting([there], by=cast.others["care_coordinator"], title=ABROAD)
    for kind in kinds().values():
        make_row(kind.model, abroad)


def foreign_ids(cast: Cast) -> frozenset[uuid.UUID]:
    """The ids of everything that hangs on the other school, however far."""
    found = {cast.other_school.pk, *(user.pk for user in cast.others.values())}
    before = 0
    while len(found) != before:
        before = len(found)
        for model, rows in everything().items():
            if model is not Entry:
                found |= {row[0] for row in rows if isinstance(row[0], uuid.UUID) and touches(row, found)}
    return frozenset(found)


def touches(row: tuple[Any, ...], ids: Any) -> bool:
    return any(isinstance(value, uuid.UUID) and value in ids for value in row)


def everything(tables: set[str] | None = None) -> Rows:
    """All rows of these tables, or of all; the web sessions are no part of what somebody stores."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "sessions"]
    return {
        model: sorted(model._base_manager.values_list(), key=lambda row: str(row[0]))
        for model in models
        if tables is None or model._meta.db_table in tables
    }


def told_of_a_refusal(row: tuple[Any, ...]) -> bool:
    """Whether this entry of the trace says that somebody was refused, or what the refusal showed: that is kept."""
    action = row[[f.attname for f in Entry._meta.concrete_fields].index("action")]
    return action in {Action.REFUSED, Action.EMERGENCY_REFUSED} or action.endswith(".opened")


def collect(ground: Ground) -> None:
    """Go past every page as those who may do most, and keep one of each form."""
    seen = set()
    for role, browser in ground.browsers.items():
        for address in pages(ground.cast, set(NAMES) - set(ground.forms), whole=role == "care_coordinator"):
            for form in forms_on(browser, address):
                if form.shape not in seen:
                    seen.add(form.shape)
                    ground.forms.setdefault(form.name, []).append(form)
        if role == "care_coordinator":
            ground.forms["item_restore observation"] = [without_page(ground.cast, browser)]
            ground.forms["projection_stop"] = [in_a_room(ground.cast)]
            ground.forms["emergency_end"] = [of_a_file_in_need(ground.cast)]
            ground.forms["item_history"] = [with_a_history(ground.cast, browser)]
            ground.forms["looks_reviewed"] = [of_a_month_that_is_over(ground.cast, browser)]


def pages(cast: Cast, wanted: set[str], *, whole: bool) -> list[str]:
    """The pages on which these forms may stand; `whole`: every step, every meeting and the form of each kind of item too."""
    acts = {name.split()[0] for name in wanted} | {"users", "my_agreements", "today"}
    found = [
        reverse(name.split()[0], kwargs=address.kwargs(cast))
        for name, address in ADDRESSES.items()
        if 405 not in address.get and (name.split()[0] in acts or whole and name not in NOT_A_PAGE)
    ]
    for name in sorted(kinds()):
        if whole or f"item_add {name}" in wanted:
            rows: Any = kinds()[name].model
            place = {"came_with": cast.meeting.pk} if hasattr(rows, "came_with") else {"meeting": cast.meeting}
            row = rows.objects.filter(removed_at=None, **place)[0]
            found.append(reverse("item_add", args=(cast.meeting.pk, name)))
            found.append(reverse("item_edit", args=(cast.meeting.pk, name, row.pk)))
    if whole:
        found += [reverse("series", args=(pk,)) for pk in MeetingSeries.objects.values_list("pk", flat=True)]
        found += [reverse("meeting_step", args=(cast.meeting.pk, slug)) for slug in STEPS]
        for meeting in Meeting.objects.filter(school=cast.school):
            found += [reverse("meeting", args=(meeting.pk,)), reverse("meeting_step", args=(meeting.pk, "overzicht"))]
    return found


def without_page(cast: Cast, browser: Client) -> RenderedForm:
    """The form that only an answer holds: to put back what was just taken away."""
    row = kinds()["observation"].model._base_manager.exclude(removed_at=None).get()
    where = reverse("item_restore", args=(cast.meeting.pk, "observation", row.pk))
    fields = {"base_version": Field("hidden", [str(row.version)]), "key": Field("hidden", [str(uuid.uuid4())])}
    return RenderedForm(where, fields=fields, browser=browser)


def with_a_history(cast: Cast, browser: Client) -> RenderedForm:
    """The form that puts an earlier text back, of an item that has one."""
    goal = make_item(cast.meeting, "meetinggoal", cast.coordinator, text="eerst")
    save_item(goal, {"text": "daarna"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    address = reverse("item_history", args=(cast.meeting.pk, "meetinggoal", goal.pk))
    return next(form for form in forms_on(browser, address) if form.name.startswith("item_history"))


def of_a_month_that_is_over(cast: Cast, browser: Client) -> RenderedForm:
    """The form that says that one reviewed a month, which stands there once it is over."""
    address = reverse("looks", args=(cast.school.pk,)) + "?maand=2025-09"
    return next(form for form in forms_on(browser, address) if form.name == "looks_reviewed")


def in_a_room(cast: Cast) -> RenderedForm:
    """The question whether to stop, which only a browser gets that projects."""
    browser = Client()
    browser.force_login(cast.coordinator)
    browser.post(reverse("projection_start", args=(cast.meeting.pk,)))
    return next(form for form in forms_on(browser, reverse("projection_stop")) if form.name == "projection_stop")


def of_a_file_in_need(cast: Cast) -> RenderedForm:
    """The form that closes it again, on every page of who has it open."""
    browser = Client()
    browser.force_login(cast.teacher)
    open_in_need(browser, make_emergency(cast.teacher, cast.student))
    return next(form for form in forms_on(browser, reverse("students")) if form.name == "emergency_end")


# --- what is sent ---


def plain(name: str, sort: Field) -> list[Any]:
    """What somebody would send: what stands there, and something fitting where nothing does."""
    filled = [value for value in sort.values if value]
    if sort.kind == "file":
        return []
    if filled or sort.kind in {"hidden", "checkbox", "button"}:
        return sort.values
    if sort.options:
        return [next((option for option in sort.options if option), "")]
    fitting = {"date": str(timezone.localdate()), "time": "14:00", "number": "1", "email": "a@school.example"}
    return [fitting.get(sort.kind, "Een zin met é")]


@st.composite
def sent(draw: Callable[..., Any], form: RenderedForm, foreign: list[str]) -> tuple[Pairs, bool]:
    """What goes out for a form, and whether htmx sends it: plain values, of which some are replaced, left out or sent twice."""
    text = TEXTS[draw(st.sampled_from(list(TEXTS)))]
    everywhere = draw(st.booleans())
    names = [name for name in form.fields if not name.endswith("_FORMS")]  # how many lines there are: by the page alone
    spoiled = set(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))) if names else set()
    pairs: Pairs = []
    for name, sort in form.fields.items():
        values = plain(name, sort)
        if sort.kind == "button" and draw(st.booleans()):
            values = [draw(st.sampled_from(sort.options))]
        if everywhere and sort.is_text:
            values = [text]
        elif name in spoiled:
            values = draw(spoil(sort, values, text, () if name == "key" else foreign))
        pairs += [(name, value) for value in values]
    return pairs, form.is_htmx and draw(st.booleans())


def spoil(sort: Field, values: list[Any], text: str, foreign: Sequence[str]) -> Any:
    """A strategy for what may come in the place of these values."""
    fitting = {"date": DAYS, "time": TIMES, "number": NUMBERS}.get(sort.kind, ())
    wrong: list[Any] = [[text], [], values * 2, ["verzonnen"], [str(uuid.UUID(int=9))]]
    wrong += [[one] for one in fitting]
    if sort.kind == "file":
        return st.sampled_from(FILES).map(lambda made: [made()])
    if sort.kind == "hidden":
        wrong += [[number] for number in NUMBERS]
    if sort.options or sort.kind == "hidden":
        wrong += [[one] for one in (*sort.options, *foreign)] + [sort.options]
    return st.sampled_from(wrong)


FILES: list[Callable[[], SimpleUploadedFile]] = [
    lambda: SimpleUploadedFile("leeg.yaml", b""),
    lambda: SimpleUploadedFile("geen.yaml", b"\x00\xff\xfe{{{: - ]"),
    lambda: SimpleUploadedFile("plaatje.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 60),
    lambda: SimpleUploadedFile("lijst.yaml", b"- 1\n- &a [*a]\n"),
    lambda: SimpleUploadedFile("<b>x</b>.yaml", b"format: hgw-case/1\nschool: {name: '{{ x }}'}\n"),
    lambda: SimpleUploadedFile("groot.yaml", b"a: " + b"x" * (5 * 1024 * 1024 + 1)),
]


# --- what comes back ---


class Listener:
    """Which tables were written to."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql):
            self.tables |= set(TABLE.findall(sql)[:1])
        return execute(sql, params, many, context)


TABLE = re.compile(r'(?:INTO|UPDATE|FROM) "(\w+)"')


def try_form(form: RenderedForm, pairs: Pairs, by_htmx: bool, ground: Ground) -> None:
    """Send it, and look at what came of it. Nothing stays."""
    point, cookies = transaction.savepoint_create(), copy.deepcopy(form.browser.cookies)
    listener = Listener()
    try:
        with connection.execute_wrapper(listener):
            answer = form.post(pairs, **{"HX-Request": "true"} if by_htmx else {})
        assert answer.status_code in {200, 204, 302, 400, 403, 404, 405, 409, 413, 422}, answer.status_code
        assert ABROAD not in answer.content.decode()
        if answer.status_code >= 400:
            after = everything(listener.tables)
            if Entry in after:
                after[Entry] = [
                    row for row in after[Entry] if row in ground.before[Entry] or not told_of_a_refusal(row)
                ]
            assert after == {model: ground.before[model] for model in after}, "stored by half"
            if not (by_htmx and answer.status_code == 409):  # that one goes beside the field, which stays as it is
                check_words(form, answer)
        else:
            check_saved(form, pairs, ground, listener.tables)
    finally:
        transaction.savepoint_rollback(point)
        form.browser.cookies = cookies


def check_words(form: RenderedForm, answer: Any) -> None:
    """What was typed stands on the page, and so does what to do."""
    page = read(form.address, answer.content.decode())
    if answer.status_code == 422:
        assert page.is_said, "refused without a word"
    if answer.status_code in {404, 405}:
        return  # a page of its own, with what was typed on it where there was text
    shown = {same(text) for text in page.texts}
    for name, sort in form.fields.items():
        if sort.is_text and sort.kind != "password":
            for value in answer.wsgi_request.POST.getlist(name)[-1:]:
                assert not value.strip() or same(value) in shown, f"{name} is lost: {value[:80]!r}"


def same(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_saved(form: RenderedForm, pairs: Pairs, ground: Ground, tables: set[str]) -> None:
    """No row of another school was touched, none refers to one; sent once more, it is not there twice."""
    after, foreign = everything(tables), ground.foreign
    for model, rows in after.items():
        known = {row[0]: row for row in ground.before[model]}
        for row in rows:
            if row != known.get(row[0]):
                assert row[0] not in foreign & known.keys(), f"changed a {model.__name__} of another school"
                assert not touches(row[1:], foreign), f"a {model.__name__} refers to another school"
        assert foreign & known.keys() <= {row[0] for row in rows}, f"a {model.__name__} of another school is gone"
    if tables and "key" in form.fields:
        assert form.post(pairs).status_code < 500
        assert counted(everything(tables)) == counted(after), "sent twice, there twice"


def counted(rows: Rows) -> dict[str, int]:
    return {model.__name__: len(found) for model, found in rows.items() if model is not Entry}


NAMES = [
    *sorted({n.split()[0] for n, a in ADDRESSES.items() if 405 not in a.post} - {"item_add", "item_edit"}),
    *(f"{act} {kind}" for act in ("item_add", "item_edit") for kind in sorted(kinds())),
]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # of what a failure was found with
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_sent_is_saved_or_refused_in_words(ground: Ground, name: str) -> None:
    forms = [form for found, rows in ground.forms.items() for form in rows if found == name or found.split()[0] == name]
    assert forms, "no page shows this form"
    foreign = sorted(map(str, ground.foreign))[:40]

    @given(st.tuples(*(sent(form, foreign) for form in forms)))
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def hold(filled: tuple[tuple[Pairs, bool], ...]) -> None:
        for form, (pairs, by_htmx) in zip(forms, filled, strict=True):
            try_form(form, pairs, by_htmx, ground)

    hold()
