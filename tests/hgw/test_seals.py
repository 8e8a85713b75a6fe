"""The seals over the trace: whatever is changed past the program is found, and named; whoever writes at once breaks nothing."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from hgw.audit import guards
from hgw.audit.marks import BEGINNING
from hgw.audit.models import Action, Entry, Seal, record
from hgw.audit.sealing import MOST, seal
from hgw.audit.verifying import Broken, check
from hgw.logs import event
from hgw.transaction import writing
from tests import two_roles
from tests.two_connections import at_once, errors

SCHOOL = uuid.UUID(int=1)


def write(number: int) -> list[int]:
    """So many entries; their ids."""
    before = set(Entry.objects.values_list("pk", flat=True))
    for n in range(number):
        record(Action.SCHOOL_CHANGED, school=SCHOOL, who=None, object=uuid.UUID(int=n), detail=f"{n}")
    return sorted(set(Entry.objects.values_list("pk", flat=True)) - before)


@pytest.fixture
def tamper(db: None) -> Callable[..., None]:
    """Change something past the program, as whoever owns the tables can."""
    with connection.cursor() as cursor:
        for statement in two_roles.by_owner(guards.off(connection.vendor)):
            cursor.execute(statement)

    def run(sql: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return run


def why() -> str:
    with pytest.raises(Broken) as broken:
        check()
    return str(broken.value)


def test_a_trace_that_nobody_touched(db: None) -> None:
    assert check() == (0, BEGINNING)
    write(3)
    assert check() == (3, BEGINNING)
    assert seal() == 3
    assert seal() == 0
    write(2)
    head = Seal.objects.get().head
    assert check() == (5, head)
    assert seal() == 2
    assert check(head) == (5, Seal.objects.latest("pk").head)


def test_much_is_sealed_in_several_links(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hgw.audit.sealing.MOST", 4)
    write(10)
    assert (seal(), Seal.objects.count(), check()[0], MOST) == (10, 3, 10, 1000)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_an_entry_that_says_something_else(tamper: Callable[..., None], is_sealed: bool) -> None:
    pks = write(3)
    if is_sealed:
        seal()
    tamper("UPDATE audit_entry SET detail = '9' WHERE id = %s", pks[1])
    assert why() == f"entry {pks[1]}\tnot what was written"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01 00:00:00"), ("action", "item.added"), ("school", None), ("who", uuid.UUID(int=9).hex),
        ("object", uuid.UUID(int=9).hex), ("student", uuid.UUID(int=9).hex), ("mark", "0" * 80),
    ],
)  # fmt: skip
def test_every_column_counts(tamper: Callable[..., None], column: str, value: Any) -> None:
    pks = write(2)
    seal()
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, pks[1])
    assert why().startswith(f"entry {pks[1]}\t")


def test_an_entry_that_was_taken_away(tamper: Callable[..., None]) -> None:
    pks = write(4)
    seal()
    tamper("DELETE FROM audit_entry WHERE id = %s", pks[2])
    assert why() == f"entry {pks[2]}\tgone"


def test_two_that_changed_places(tamper: Callable[..., None]) -> None:
    pks = write(4)
    seal()
    for before, after in ((pks[1], -1), (pks[2], pks[1]), (-1, pks[2])):
        tamper("UPDATE audit_entry SET id = %s WHERE id = %s", after, before)
    assert why() == f"entry {pks[1]}\tanother one than was sealed here"


COPY = (
    "INSERT INTO audit_entry (id, at, action, school, who, object, student, detail, mark)"
    " SELECT %s, at, action, school, who, object, student, {detail}, mark FROM audit_entry WHERE id = %s"
)


@pytest.mark.parametrize(("detail", "said"), [("'8'", "not what was written"), ("detail", "a copy of another one")])
def test_one_that_was_put_in(tamper: Callable[..., None], detail: str, said: str) -> None:
    pks = write(2)
    seal()
    tamper(COPY.format(detail=detail), pks[-1] + 50, pks[0])
    assert why() == f"entry {pks[-1] + 50}\t{said}"


def test_one_that_was_put_in_long_afterwards_with_the_key(db: None) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=True):
        entry = Entry(pk=write(1)[0] + 1000, action="item.added", school=SCHOOL, object=SCHOOL)
        entry.save(force_insert=True)
        seal()
        late = Entry(pk=entry.pk - 500, action="item.added", school=SCHOOL, object=SCHOOL)
        late.save(force_insert=True)  # as a transaction that took its number and was slower than others
        write(1)
        seal()
        check()
    with time_machine.travel(start + datetime.timedelta(hours=7), tick=True):
        Entry(pk=entry.pk + 1000, action="item.added", school=SCHOOL, object=SCHOOL).save(force_insert=True)
        seal()
        Entry(pk=entry.pk - 400, action="item.added", school=SCHOOL, object=SCHOOL).save(force_insert=True)
    assert why() == f"entry {entry.pk - 400}\tcame in between others that were sealed long before"


@pytest.mark.django_db(transaction=True)
def test_a_tail_that_was_cut_off_is_seen_by_who_noted_the_head(tamper: Callable[..., None], capsys: Any) -> None:
    write(2)
    seal()
    first = Seal.objects.get().head
    pks = write(2)
    seal()
    noted = Seal.objects.latest("pk").head
    tamper("DELETE FROM audit_entry WHERE id >= %s", pks[0])
    tamper("DELETE FROM audit_seal WHERE head = %s", noted)
    assert check(first) == (2, first)  # nothing else to be seen
    with pytest.raises(SystemExit):
        call_command("audit_verify", head=noted)
    assert capsys.readouterr().out.startswith(f"head {noted}\tnot in the chain")
    call_command("audit_verify", head=first)
    assert capsys.readouterr().out == f"ok\t2\t{first}\n"


def test_the_log_is_told_the_head_once_a_day(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "hgw.audit.sealing")
    call_command("once_a_day")
    assert caplog.records == []  # there is nothing to tell yet
    write(2)
    seal()
    call_command("once_a_day")
    (told,) = caplog.records
    head = event(told)["head"]
    assert (told.name, told.message, check(head)) == ("hgw.audit.sealing", "sealed", (2, head))


def test_a_seal_that_was_changed_or_taken_out(tamper: Callable[..., None]) -> None:
    for _turn in range(3):
        write(2)
        seal()
    first, second, third = Seal.objects.order_by("pk")
    tamper("DELETE FROM audit_seal WHERE id = %s", second.pk)
    assert why() == f"seal {third.pk}\tdoes not follow the one before it"
    tamper("DELETE FROM audit_seal WHERE id = %s", third.pk)
    tamper("UPDATE audit_seal SET head = %s WHERE id = %s", "0" * 64, first.pk)
    assert why() == f"seal {first.pk}\tnot what was sealed"


def test_another_signing_key_is_no_tampering(db: None, settings: Any) -> None:
    write(1)
    seal()
    settings.SECRET_KEY = "y" * 50
    assert "another signing key" in why()


@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_and_two_that_seal() -> None:
    def act() -> None:
        for _turn in range(5):
            with writing():
                write_one()

    def write_one() -> None:
        record(Action.SCHOOL_CHANGED, school=SCHOOL, who=None, object=uuid.uuid4())

    def keep_sealing() -> None:
        for _turn in range(10):
            seal()

    assert errors(at_once(*[act] * 30, keep_sealing, keep_sealing, transaction=False)) == []
    seal()
    assert check()[0] == 150
    assert sum(len(bytes(kept)) // 16 for kept in Seal.objects.values_list("entries", flat=True)) == 150
