"""What retention says must go, who may hold it back, and the two people it takes to destroy a file."""

import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation

from hgw.audit.models import Entry
from hgw.management.commands import once_a_day
from meetings import tasks
from students.forgetting import erasing
from students.forgetting.counting import count
from students.forgetting.permissions import may_confirm
from students.forgetting.reminding import to_forget
from students.forgetting.rules import due, last_day_of, leavers, rules
from students.models import Enrollment, Erasure, Hold, KeepingTerm, Student
from tests.factories import PASSWORD, Cast, make_class, make_meeting, make_student, make_user, shown_just_now

TODAY = datetime.date(2026, 11, 29)


def gone(cast: Cast, *, until: datetime.date | None = datetime.date(2025, 6, 30), **fields: Any) -> Student:
    """A student who left, in a class of the school year 2024-2025."""
    student = make_student(cast.school, **fields)
    of_then = cast.school.class_groups.filter(code="1Z").first()
    of_then = of_then or make_class(cast.school, "1Z", day=datetime.date(2024, 10, 1))
    since = datetime.date(2024, 9, 2)
    Enrollment.objects.create(student=student, class_group=of_then, since=since, until=until)
    return student


@pytest.mark.parametrize(
    ("day", "years", "last"),
    [
        ((2026, 6, 30), 1, (2027, 8, 31)),  # left at the end of 2025-2026
        ((2026, 8, 31), 1, (2027, 8, 31)),
        ((2026, 9, 1), 1, (2028, 8, 31)),  # left on the first day of 2026-2027
        ((2026, 10, 15), 0, (2027, 8, 31)),
        ((2026, 1, 15), 3, (2029, 8, 31)),
    ],
)
def test_until_31_august_of_the_following_school_year(day: Any, years: int, last: Any) -> None:
    assert last_day_of(datetime.date(*day), years) == datetime.date(*last)


def test_who_left_is_on_the_list_when_the_day_is_past(cast: Cast) -> None:
    student = gone(cast)
    assert [one.student for one in due(cast.school, datetime.date(2026, 9, 1))] == [student]
    assert due(cast.school, datetime.date(2026, 8, 31)) == []
    assert due(cast.other_school, TODAY) == []


def test_who_is_still_here_never_is(cast: Cast) -> None:
    assert cast.student.pk not in {one.student.pk for one in leavers(cast.school, timezone.localdate())}
    back = gone(cast)
    Enrollment.objects.create(student=back, class_group=cast.class_group, since=cast.class_group.school_year.start)
    assert back.pk not in {one.student.pk for one in leavers(cast.school, timezone.localdate())}


def test_a_class_that_nobody_ended_ends_with_its_school_year(cast: Cast) -> None:
    student = gone(cast, until=None)
    (found,) = leavers(cast.school, datetime.date(2026, 9, 1))
    assert (found.student, found.left_on) == (student, datetime.date(2025, 8, 31))


def test_the_terms_on_the_page_are_those_of_the_program() -> None:
    found = rules()
    assert found["sessions"].hours * 3600 == settings.SESSION_COOKIE_AGE
    assert datetime.timedelta(hours=found["prints"].hours) == tasks.KEPT
    assert found["tasks"].days == once_a_day.RESULTS_KEPT
    script = (settings.BASE_DIR / "static/js/drafts.js").read_text()
    assert f"OLDEST = {found['drafts'].days} * 24 * 60 * 60 * 1000" in script
    for rule in found.values():
        assert rule.goes_with in {"", *found}
        assert bool(rule.goes_with) + bool(rule.days) + bool(rule.hours) + bool(rule.school_years) == 1, rule
        for language in ("nl", "en"):
            with translation.override(language):
                assert rule.what
                assert rule.why


# --- the pages ---


def page(browser: Any, cast: Cast) -> str:
    return browser.get(reverse("forgetting", args=(cast.school.pk,))).content.decode()


def test_one_asks_and_another_confirms(cast: Cast, sign_in: Any, django_capture_on_commit_callbacks: Any) -> None:
    student, other = gone(cast, first_name="Vertrokken"), gone(cast, first_name="Gebleven")
    make_meeting([student], by=cast.coordinator)
    coordinator, principal = (shown_just_now(sign_in(one)) for one in (cast.coordinator, cast.users["principal"]))
    shown = page(coordinator, cast)
    assert "Vertrokken" in shown
    assert "leerlingen: 2" in shown
    assert cast.student.first_name not in shown
    ask, confirm = (reverse(name, args=(cast.school.pk,)) for name in ("forgetting_ask", "forgetting_confirm"))
    coordinator.post(ask, {"students": [student.pk, cast.student.pk]})
    assert not Erasure.objects.exists()  # one of them is still here: nothing is put ready
    coordinator.post(ask, {"students": [student.pk]})
    erasure = Erasure.objects.get()
    assert (erasure.student, erasure.confirmed_at) == (student.pk, None)
    # Not by the same person, and not without the tick.
    assert "Er wacht niets op jouw akkoord" in coordinator.get(confirm).content.decode()
    assert coordinator.post(confirm, {"erasures": [erasure.pk], "is_sure": "on"}).status_code == 422
    assert principal.post(confirm, {"erasures": [erasure.pk]}).status_code == 422
    assert Student.objects.filter(pk=student.pk).exists()
    asked = principal.get(confirm).content.decode()
    assert "Vertrokken" in asked
    assert 'bespreking die helemaal verdwijnt</p> <span class="when">1</span>' in asked
    with django_capture_on_commit_callbacks():
        principal.post(confirm, {"erasures": [erasure.pk], "is_sure": "on"})
    assert Erasure.objects.confirmed().count() == 1
    erasing.work()
    assert set(Student.objects.filter(pk__in=[student.pk, other.pk])) == {other}
    assert "Vertrokken" not in page(coordinator, cast)
    actions = list(Entry.objects.order_by("pk").filter(student=student.pk).values_list("action", flat=True))
    assert actions[-3:] == ["erasure.asked", "erasure.confirmed", "student.erased"]


def test_the_password_is_asked_again_before_the_second_yes(cast: Cast, sign_in: Any) -> None:
    erasure = erasing.ask(gone(cast), "student", by=cast.coordinator)
    principal, address = sign_in(cast.users["principal"]), reverse("forgetting_confirm", args=(cast.school.pk,))
    asks = f"/aanmelden/reauthenticate/?{urlencode({'next': address})}"
    assert principal.get(address).headers["Location"] == asks
    sent = {"erasures": [erasure.pk], "is_sure": "on"}
    assert principal.post(address, sent).headers["Location"] == asks
    assert not Erasure.objects.confirmed().exists()
    assert principal.post(asks, {"password": "verkeerd", "next": address}).status_code == 200
    assert not Erasure.objects.confirmed().exists()
    principal.post(
        asks, {"password": PASSWORD, "next": address}
    )  # what was sent before waits nowhere: the yes comes after it
    assert not Erasure.objects.confirmed().exists()
    principal.post(address, sent)
    assert Erasure.objects.confirmed().count() == 1


def comes_back(cast: Cast, student: Student) -> None:
    student.enrol(cast.class_group, on=timezone.localdate(), by=cast.coordinator)


def is_held_back(cast: Cast, student: Student) -> None:
    Hold.objects.create(school=cast.school, student=student, reason="beroep")


def is_kept_longer(cast: Cast, student: Student) -> None:
    KeepingTerm.objects.create(school=cast.school, rule="student", school_years=10, note="advies")


SINCE = pytest.mark.parametrize("since", [comes_back, is_held_back, is_kept_longer])


@SINCE
def test_who_is_no_longer_due_after_it_was_asked_stays(cast: Cast, sign_in: Any, since: Any) -> None:
    student = gone(cast, first_name="Vertrokken")
    erasure = erasing.ask(student, "student", by=cast.coordinator)
    principal = shown_just_now(sign_in(cast.users["principal"]))
    address = reverse("forgetting_confirm", args=(cast.school.pk,))
    assert to_forget(cast.users["principal"])[1] == [cast.school.pk]
    assert to_forget(cast.coordinator)[1] == [], "who asked"
    assert "Vertrokken" in principal.get(address).content.decode()
    since(cast, student)
    shown = page(principal, cast)
    assert "Vertrokken" in shown
    assert "hoeft niet meer weg" in shown
    assert "Vertrokken" not in principal.get(address).content.decode()
    assert principal.post(address, {"erasures": [erasure.pk], "is_sure": "on"}).status_code == 422
    assert to_forget(cast.users["principal"])[1] == []
    assert not erasing.confirm(erasure, by=cast.users["principal"])
    assert not Erasure.objects.confirmed().exists()


@SINCE
def test_who_is_no_longer_due_after_it_was_confirmed_stays(cast: Cast, since: Any) -> None:
    student = gone(cast, first_name="Vertrokken")
    erasure = erasing.ask(student, "student", by=cast.coordinator)
    assert erasing.confirm(erasure, by=cast.users["principal"])
    since(cast, student)
    for _run in range(2):
        assert erasing.work().students == 0
    assert Student.objects.filter(pk=student.pk).exists()
    said = Entry.objects.filter(student=student.pk, action__startswith="erasure.").order_by("pk")
    assert list(said.values_list("action", "who"))[1:] == [
        ("erasure.confirmed", cast.users["principal"].pk),
        ("erasure.withdrawn", None),
    ]
    # Another time somebody says yes to it again.
    Enrollment.objects.filter(student=student, class_group=cast.class_group).delete()
    Hold.objects.all().delete()
    KeepingTerm.objects.all().delete()
    assert erasing.work().students == 0
    assert erasing.confirm(erasure, by=cast.users["principal"])
    assert erasing.work().students == 1


def test_who_is_alone_confirms_the_day_after(cast: Cast) -> None:
    erasure = erasing.ask(gone(cast), "student", by=cast.coordinator)
    assert not may_confirm(cast.coordinator, erasure)
    cast.users["principal"].assignments.all().delete()
    assert not may_confirm(cast.coordinator, erasure)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert may_confirm(cast.coordinator, erasure)
        make_user(cast.school, "principal")
        assert not may_confirm(cast.coordinator, erasure)


def test_what_was_put_ready_can_stay(cast: Cast, sign_in: Any) -> None:
    erasure = erasing.ask(gone(cast), "student", by=cast.coordinator)
    sign_in(cast.coordinator).post(reverse("forgetting_withdraw", args=(cast.school.pk, erasure.pk)))
    assert not Erasure.objects.exists()
    assert Entry.objects.order_by("-pk")[0].action == "erasure.withdrawn"


def test_a_hold_takes_a_student_off_the_list(cast: Cast, sign_in: Any) -> None:
    student, browser = gone(cast, first_name="Vertrokken"), sign_in(cast.coordinator)
    new, end = reverse("hold_new", args=(student.pk,)), reverse("hold_end", args=(student.pk,))
    form = browser.get(new).context["form"]
    assert browser.post(new, {"key": form["key"].value(), "reason": ""}).status_code == 422
    browser.post(new, {"key": form["key"].value(), "reason": "beroep tegen het attest"})
    hold = Hold.objects.get()
    assert (hold.reason, hold.created_by, hold.school) == ("beroep tegen het attest", cast.coordinator, cast.school)
    assert due(cast.school, TODAY) == []
    shown = page(browser, cast)
    assert "beroep tegen het attest" in shown
    browser.post(end)
    browser.post(end)
    assert [one.student for one in due(cast.school, TODAY)] == [student]
    hold.refresh_from_db()
    assert hold.ended_by == cast.coordinator
    assert Entry.objects.filter(action__startswith="hold.").count() == 2


def test_a_school_keeps_longer_with_a_note(cast: Cast, sign_in: Any) -> None:
    gone(cast)
    browser, address = sign_in(cast.users["principal"]), reverse("keeping_term", args=(cast.school.pk,))
    form = browser.get(address).context["form"]
    given = {"key": form["key"].value(), "seen": form["seen"].value() or "", "school_years": "3", "note": ""}
    assert browser.post(address, given).status_code == 422
    assert browser.post(address, given | {"school_years": "99", "note": "x"}).status_code == 422
    browser.post(address, given | {"note": "advies van 3 maart"})
    assert KeepingTerm.objects.get().school_years == 3
    assert due(cast.school, TODAY) == []
    assert "advies van 3 maart" in page(browser, cast)


def test_counts_say_what_would_go(cast: Cast) -> None:
    student, other = gone(cast), make_student(cast.school)
    alone, together = make_meeting([student], by=cast.coordinator), make_meeting([student, other], by=cast.coordinator)
    found = count([student.pk])
    assert (found["students"], found["meetings"], found["group_meetings"], found["plans"]) == (1, 1, 1, 2)
    assert count([student.pk, other.pk])["meetings"] == 2
    assert alone != together


def test_once_a_year_the_start_page_says_so(cast: Cast, sign_in: Any) -> None:
    gone(cast)
    for day, is_said in ((datetime.date(2026, 9, 20), True), (datetime.date(2027, 3, 1), False)):
        with time_machine.travel(datetime.datetime.combine(day, datetime.time(9)), tick=False):
            assert to_forget(cast.coordinator)[0] == ([cast.school.pk] if is_said else [])
            assert to_forget(cast.teacher) == ([], [])
    erasing.ask(gone(cast), "student", by=cast.users["principal"])
    shown = sign_in(cast.coordinator).get(reverse("today")).content.decode()
    assert reverse("forgetting_confirm", args=(cast.school.pk,)) in shown


# --- the command ---


def said(capsys: Any, *words: str) -> dict[str, str]:
    call_command("forget", *words)
    out = capsys.readouterr().out
    assert "Vertrokken" not in out
    return dict(line.split("\t") for line in out.splitlines())


def test_the_command_counts_and_destroys_what_was_confirmed(cast: Cast, capsys: Any) -> None:
    student, other = gone(cast, first_name="Vertrokken"), gone(cast, first_name="Vertrokken")
    before = said(capsys, "--dry-run")
    assert (before["due"], before["confirmed"], before["due students"]) == ("2", "0", "2")
    assert said(capsys)["erased"] == "0"  # nobody confirmed it
    erasing.confirm(erasing.ask(student, "student", by=cast.coordinator), by=cast.users["principal"])
    assert said(capsys, "--dry-run")["confirmed"] == "1"
    assert Student.objects.filter(pk=student.pk).exists()
    done = said(capsys)
    assert (done["erased"], done["erased student"]) == ("1", "1")
    assert list(Student.objects.filter(pk__in=[student.pk, other.pk])) == [other]
    assert said(capsys, "--unconfirmed")["erased"] == "1"
    assert due(cast.school, timezone.localdate()) == []


def test_beside_a_server_the_command_says_nothing(cast: Cast, capsys: Any) -> None:
    call_command("forget", verbosity=0)
    call_command("forget", "--again", verbosity=0)
    assert capsys.readouterr() == ("", "")
