"""What leaves without a page: tasks and their mail, commands and what they print, files. Each is listed, and none may be added
without a line here that says what it gives out; all of them run in a case whose every text holds a canary."""

import ast
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from importlib import import_module
from typing import Any

import pikepdf
import pytest
from django.core import mail
from django.core.management import call_command, get_commands
from django.db import transaction
from django.utils import timezone

from hgw.accounts.models import Invitation, RoleAssignment
from hgw.logs import JsonFormatter
from meetings.models import Plan, PlanIssue
from students.models import EmergencyAccess
from tests import walked
from tests.access_case import CANARIES, CanaryCase, case_with_canaries
from tests.meetings.test_pdf_process import opened, text_of
from tests.recorded_cast import recorded_cast
from tests.test_access import ADDRESSES, add_rows
from tests.test_conventions import APPS, ROOT, sources

# Never on any copy of a document, whoever prints it; beside the report of who answers for the school, who asks for it.
NEVER_PRINTED = {canary.word for canary in CANARIES.values() if not canary.documents}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[CanaryCase]:
    with django_db_blocker.unblock(), transaction.atomic():
        case = case_with_canaries(add_rows(recorded_cast()))
        walked.plant()
        yield case
        transaction.set_rollback(True)


@pytest.fixture
def case(built: CanaryCase, db: None) -> CanaryCase:
    return built


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    """What the server would write down meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    before, logging.root.handlers = logging.root.handlers, [handler]
    yield written
    logging.root.handlers = before


def canaries(text: str) -> set[str]:
    return set(re.findall(r"kanarie[a-z]+", text))


def kept_in(said: str, allowed: set[str]) -> None:
    """No canary in this but these."""
    leaks = canaries(said) - allowed
    walked.leaks(len(leaks))
    assert leaks == set()


# --- tasks ---

# Each task, and with what it runs here. A task gets ids; what it mails names nobody of a case and quotes nothing of it.
TASKS: dict[str, Callable[[CanaryCase], tuple[str, ...]]] = {
    "hgw.accounts.tasks.send_invitation": lambda case: (str(Invitation.objects.get(school=case.cast.school).pk),),
    "hgw.accounts.tasks.send_new_password": lambda case: (str(case.cast.teacher.pk),),
    "hgw.accounts.tasks.tell_to_renew": lambda case: (str(case.cast.school.pk),),
    "hgw.accounts.ways_in.tell_of_change": lambda case: (
        str(case.cast.teacher.pk),
        "password",
        "2026-03-02T08:30:00+00:00",
    ),
    "students.tasks.end_emergency": lambda case: (str(EmergencyAccess.objects.earliest("created_at").pk),),
    "students.tasks.send_emergency_notice": lambda case: (str(EmergencyAccess.objects.earliest("created_at").pk),),
    "students.forgetting.tasks.erase_confirmed": lambda case: (),
    "students.forgetting.tasks.overwrite_what_is_gone": lambda case: (),
    "meetings.tasks.make_file": lambda case: (str(PlanIssue.objects.get(issued_by=case.cast.coordinator).pk),),
    "meetings.tasks.drop_file": lambda case: (str(PlanIssue.objects.get(issued_by=case.cast.coordinator).pk),),
}
MAIL = {"send_invitation", "send_new_password", "tell_to_renew", "tell_of_change", "send_emergency_notice"}


def test_every_task_is_listed() -> None:
    found = set()
    for path in sources(*APPS):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(one) for one in node.decorator_list):
                found.add(f"{module}.{node.name}")
    assert found == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_what_a_task_sends_and_writes_down_holds_nothing_of_a_case(
    case: CanaryCase, name: str, settings: Any, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_IS_SET_UP = True
    RoleAssignment.objects.update(lapses_on=timezone.localdate())  # there is something to renew
    monkeypatch.setattr("meetings.tasks.make_pdf", _no_file)
    module, _, function = name.rpartition(".")
    getattr(import_module(module), function).call(*TASKS[name](case))
    sent = [f"{one.message().as_string()} {one.body} {one.subject} {one.recipients()}" for one in mail.outbox]
    assert bool(sent) == (function in MAIL)
    kept_in(" ".join(sent) + log.getvalue(), set())


def _no_file(html: str) -> Any:
    """A layout that fails with the document in its words."""
    raise RuntimeError(html)


def test_the_task_of_a_print_asks_again_who_may_have_it(case: CanaryCase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role × every document: as the address where it is asked for says, and never a word that is on no copy."""
    from meetings import tasks

    made: list[str] = []
    monkeypatch.setattr(tasks, "_file", lambda html: made.append(html) or {"sha256": "0" * 64})
    plan, wrong = Plan.objects.get(meeting=case.cast.meeting), []
    for entry, address in ADDRESSES.items():
        name, _, reader = entry.partition(" ")
        if name not in {"document_print", "report_print"}:
            continue
        for here, people in ((True, case.cast.users), (False, case.cast.others)):
            for role, user in people.items():
                issue = PlanIssue.objects.create(
                    school=case.cast.school, meeting=case.cast.meeting, plan=plan if reader else None,
                    reader=reader or "report", guardian=case.cast.mother if reader == "parents" else None,
                    issued_by=user,
                )  # fmt: skip
                before = len(made)
                tasks.make_file.call(str(issue.pk))
                may = address.expected("post", str(role), here=here) == 302
                if (len(made) > before) != may:
                    wrong.append((entry, role, here))
    assert wrong == []
    for html in made:
        kept_in(html, set(CANARIES) - NEVER_PRINTED)


@pytest.mark.once
@pytest.mark.parametrize("reader", ["parents", "report"])
def test_no_byte_of_a_file_holds_what_is_on_no_copy(case: CanaryCase, reader: str) -> None:
    """Its text, its title and the rest of its facts."""
    from meetings import tasks

    plan, is_plan = Plan.objects.get(meeting=case.cast.meeting), reader != "report"
    issue = PlanIssue.objects.create(
        school=case.cast.school, meeting=case.cast.meeting, plan=plan if is_plan else None, reader=reader,
        guardian=case.cast.mother if is_plan else None, issued_by=case.cast.coordinator,
    )  # fmt: skip
    tasks.make_file.call(str(issue.pk))
    issue.refresh_from_db()
    data = bytes(issue.pdf)
    with opened(data) as pdf:
        streams = [bytes(one.read_bytes()) for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        facts = f"{pdf.docinfo} {pdf.open_metadata()}"
    assert canaries(text_of(data))
    kept_in(f"{text_of(data)} {facts}", set(CANARIES) - NEVER_PRINTED)
    kept_in(facts, set())
    assert not [raw for raw in streams if b"kanariegeheim" in raw]


# --- commands ---

# Each command: how it runs here and which canaries it may print, or why it does not run here.
EVERYTHING = set(CANARIES) - {"kanariebuitenshuis", "kanarieandereklas", "kanarieweg"}
PRINT: dict[str, tuple[Callable[[CanaryCase], tuple[str, ...]], set[str]]] = {
    "audit_verify": (lambda case: (), set()),
    "verify": (lambda case: (), set()),
    "health": (lambda case: (), set()),
    "forget": (lambda case: ("--dry-run",), set()),
    "once_a_day": (lambda case: (), set()),
    "processing_register": (lambda case: (), set()),
    "security_posture": (lambda case: (), set()),
    # The one case that was asked for, whole: for who runs the server; each is in the trace.
    "export_case": (lambda case: (str(case.cast.meeting.pk),), EVERYTHING),
}
PRINT_NOTHING_OF_A_CASE = {
    "backup": "writes one encrypted file (tests/hgw/storage/test_backups.py reads it)",
    "restore": "puts such a file back; prints counts",
    "move_to": "copies into another database; prints the sums of `verify`",
    "changepassword": "refuses",
    "export_plans": "the copies that may be handed out, as files (below, and tests/meetings/test_export_plans.py)",
    "load_case": "takes a file in; prints the id of the new meeting",
    "new_school": "prints an invitation to the address that was given",
    "second_factor_away": "about one account; prints the address that was given",
    "seed_demo": "invented people, into an empty database",
    "server_files": "files about the server; asks no database",
    "task_worker": "runs the tasks above",
}


def own_commands() -> set[str]:
    return {name for name, app in get_commands().items() if str(app).startswith(APPS)}


def test_every_command_is_listed() -> None:
    assert own_commands() == set(PRINT) | set(PRINT_NOTHING_OF_A_CASE)
    assert all(PRINT_NOTHING_OF_A_CASE.values())


@pytest.mark.parametrize("name", PRINT)
def test_what_a_command_prints_holds_nothing_of_a_case_but_what_was_asked_for(
    case: CanaryCase,
    name: str,
    capsys: pytest.CaptureFixture[str],
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    args, allowed = PRINT[name]
    if name in {"verify", "audit_verify"}:  # want a transaction of their own, which a test in one cannot give
        monkeypatch.setattr(f"hgw.management.commands.{name}.snapshot", nullcontext)
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *args(case), stdout=out, stderr=err)
    except SystemExit:
        assert name in {"health", "verify"}  # something is not well in a test: it says what
    said = capsys.readouterr()
    whole = out.getvalue() + err.getvalue() + said.out + said.err
    assert whole or name == "once_a_day"
    kept_in(whole + log.getvalue(), allowed)
