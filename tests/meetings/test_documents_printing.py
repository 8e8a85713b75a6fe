"""A print that was asked for: counted, made beside the request, fetched by who asked, and gone after an hour."""

import datetime
import hashlib

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from hgw.audit.models import Entry
from meetings.documents import printing
from meetings.documents.pdf import PdfTrouble
from meetings.models import ClbContribution, Meeting, PlanIssue
from meetings.tasks import drop_file, make_file
from tests.factories import make_cast, make_item
from tests.meetings.paper import Writer, consent, flags
from tests.meetings.test_documents_pages import address, ask
from tests.meetings.test_pdf_process import text_of


def test_copies_are_counted_per_reader_and_guardian(cast, sign_in):
    client = sign_in(cast.coordinator)
    for guardian in (cast.mother, cast.father, cast.mother):
        client.post(address(cast, "parents", "document_print"), {"guardian": str(guardian.pk)})
    ask(client, cast, "team")
    client.post(reverse("report_print", args=[cast.meeting.pk]))
    client.post(reverse("report_print", args=[cast.meeting.pk]))
    numbers = PlanIssue.objects.order_by("issued_on").values_list("reader", "guardian__first_name", "copy_no")
    assert list(numbers) == [
        ("parents", "Hilde", 1), ("parents", "Bart", 1), ("parents", "Hilde", 2), ("team", None, 1), ("report", None, 1),
        ("report", None, 2),
    ]  # fmt: skip
    page = client.get(reverse("meeting_documents", args=[cast.meeting.pk]))
    assert len(page.context["prints"]) == 6
    assert len(sign_in(cast.users["clb_worker"]).get(page.request["PATH_INFO"]).context["prints"]) == 4


def test_the_queue_holds_ids_and_no_text(cast, sign_in):
    ask(sign_in(cast.coordinator), cast, "team")
    assert DBTaskResult.objects.get().args_kwargs == {"args": [str(PlanIssue.objects.get().pk)], "kwargs": {}}


def test_a_print_waits_then_opens_once_made(cast, sign_in):
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Nore leest vlot")
    client = sign_in(cast.coordinator)
    status = ask(client, cast, "team").headers["Location"]
    issue = PlanIssue.objects.get()
    assert client.get(status).context["state"] == "waiting"
    assert sign_in(cast.coordinator, htmx=True).get(status).status_code == 204
    there = reverse("document_file", args=[issue.pk])
    assert client.get(there).headers["Location"] == status

    make_file.call(str(issue.pk))
    assert client.get(status).context["state"] == "ready"
    part = sign_in(cast.coordinator, htmx=True).get(status, headers={"HX-Target": "print_state"})
    assert there in part.text
    assert "<html" not in part.text
    answer = client.get(there)
    assert answer.content.startswith(b"%PDF-")
    issue.refresh_from_db()
    assert issue.sha256 == hashlib.sha256(answer.content).hexdigest()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="leerlingplan_{cast.meeting.pk}_team_1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert set(Entry.objects.filter(action="plan.opened").values_list("detail", flat=True)) == {
        "team 1 status",
        "team 1 file",
    }


def test_the_file_leaves_the_database_after_an_hour(cast, sign_in):
    client = sign_in(cast.coordinator)
    status = ask(client, cast, "student").headers["Location"]
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    later = DBTaskResult.objects.get(task_path="meetings.tasks.drop_file")
    assert later.args_kwargs["args"] == [str(issue.pk)]
    assert abs(later.run_after - timezone.now() - datetime.timedelta(hours=1)) < datetime.timedelta(minutes=1)
    drop_file.call(str(issue.pk))
    issue.refresh_from_db()
    assert issue.pdf is None
    assert issue.sha256
    assert client.get(status).context["state"] == "gone"
    assert client.get(reverse("document_file", args=[issue.pk])).status_code == 302


def test_a_file_is_only_for_who_asked_for_it(cast, sign_in):
    ask(sign_in(cast.coordinator), cast, "team")
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    for user in (cast.users["principal"], cast.users["care_teacher"], cast.others["care_coordinator"]):
        for view in ("document_status", "document_file"):
            assert sign_in(user).get(reverse(view, args=[issue.pk])).status_code == 404


def test_who_may_not_have_it_any_more_does_not_get_the_file(cast, sign_in):
    user = cast.users["clb_worker"]
    client = sign_in(user)
    ask(client, cast, "team")
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    there = reverse("document_file", args=[issue.pk])
    assert client.get(there).status_code == 200
    user.student_grants.update(since=datetime.date(2020, 1, 1), until=datetime.date(2020, 2, 1))
    assert client.get(there).status_code == 403


def test_nothing_is_made_for_who_lost_the_right_meanwhile(cast, sign_in):
    user = cast.users["clb_worker"]
    ask(sign_in(user), cast, "team")
    user.student_grants.update(since=datetime.date(2020, 1, 1), until=datetime.date(2020, 2, 1))
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    issue.refresh_from_db()
    assert (issue.trouble, issue.sha256, issue.pdf) == ("refused", "", None)


def test_nothing_is_made_for_a_guardian_who_gets_no_copy_any_more(cast, sign_in):
    ask(sign_in(cast.coordinator), cast, "parents")
    cast.mother.receives_plan = False
    cast.mother.save()
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    issue.refresh_from_db()
    assert issue.trouble == "refused"


def printed_anew(client, status):
    """What the page of a print offers when its file is not handed out any more, done: the new file."""
    page = client.get(status)
    assert page.context["state"] == "changed"
    issue = page.context["issue"]
    sent = {"guardian": str(issue.guardian_id or ""), "confidential": "1" if issue.with_confidential else ""}
    assert page.context["print_address"] in page.text
    client.post(page.context["print_address"], sent)
    again = PlanIssue.objects.order_by("issued_on").last()
    make_file.call(str(again.pk))
    return again, client.get(reverse("document_file", args=[again.pk]))


@pytest.fixture
def later(monkeypatch):
    """More than a moment after whatever was asked for."""
    monkeypatch.setattr(printing, "AT_THE_TABLE", datetime.timedelta(0))


def test_who_writes_on_at_the_table_keeps_nobody_from_fetching_a_file(cast, sign_in, monkeypatch):
    client = sign_in(cast.coordinator)
    ask(client, cast, "team")
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    goal = {"then_can": "Nore leest voor.", "horizon": "quick", "visibility": flags("parents")}
    make_item(cast.meeting, "goal", cast.coordinator, **goal)
    there = reverse("document_file", args=[issue.pk])
    assert client.get(there).headers["Content-Type"] == "application/pdf"
    Meeting.objects.update(status="closed")
    assert client.get(there).status_code == 302
    Meeting.objects.update(status="in_progress")
    monkeypatch.setattr(printing, "AT_THE_TABLE", datetime.timedelta(0))
    assert client.get(there).status_code == 302


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("reader", ["team", "parents"])
def test_a_file_that_holds_what_was_taken_back_is_not_handed_out(cast, sign_in, reader):
    permission = consent(cast)
    Writer(cast).row(ClbContribution, text="Het CLB zag dit.", visibility=flags("parents"))
    client = sign_in(cast.coordinator)
    status = ask(client, cast, reader).headers["Location"]
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    there = reverse("document_file", args=[issue.pk])
    assert "CLB zag dit" in text_of(client.get(there).content)

    permission.withdrawn_on = timezone.localdate()
    permission.save()
    answer = client.get(there)
    assert (answer.status_code, answer.headers["Location"]) == (302, status)
    assert there not in client.get(status).text
    again, answer = printed_anew(client, status)
    assert (again.reader, again.guardian_id, again.copy_no) == (reader, issue.guardian_id, 2)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "CLB zag dit" not in text_of(answer.content)


@pytest.mark.usefixtures("later")
def test_a_report_that_is_made_anew_holds_what_was_asked_for(cast, sign_in):
    client = sign_in(cast.coordinator)
    status = client.post(reverse("report_print", args=[cast.meeting.pk]), {"confidential": "1"}).headers["Location"]
    make_file.call(str(PlanIssue.objects.get().pk))
    text = "wat Nore liever niet verder vertelt"
    make_item(cast.meeting, "observation", cast.coordinator, valence="difficulty", domain="ll", text=text,
              visibility=("confidential",))  # fmt: skip
    again, answer = printed_anew(client, status)
    assert (again.plan, again.with_confidential) == (None, True)
    assert text in " ".join(text_of(answer.content).split())


def test_a_file_made_before_its_page_was_remembered_is_made_anew(cast, sign_in):
    client = sign_in(cast.coordinator)
    ask(client, cast, "team")
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    PlanIssue.objects.update(content_sha256="")
    assert client.get(reverse("document_file", args=[issue.pk])).status_code == 302


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_file_is_the_same_in_whatever_language_its_maker_reads_the_pages(cast, sign_in, language):
    for guardian in (cast.mother, cast.father):
        Writer(cast).agreement(f"Bellen met {guardian}.", str(guardian), visibility=flags("parents"))
    client = sign_in(cast.coordinator)
    client.post(reverse("set_language"), {"language": language})
    for reader in ("team", "class_sheet", "parents", "student"):
        ask(client, cast, reader)
    for issue in PlanIssue.objects.all():
        make_file.call(str(issue.pk))
        answer = client.get(reverse("document_file", args=[issue.pk]))
        assert answer.headers["Content-Type"] == "application/pdf", issue.reader


@pytest.mark.parametrize("code", ["timeout", "died", "failed", "unavailable"])
def test_a_print_that_fails_says_so_kindly(cast, sign_in, monkeypatch, code):
    def no_file(_html: str) -> None:
        raise PdfTrouble(code)

    monkeypatch.setattr("meetings.tasks.make_pdf", no_file)
    client = sign_in(cast.coordinator)
    status = ask(client, cast, "team").headers["Location"]
    issue = PlanIssue.objects.get()
    make_file.call(str(issue.pk))
    issue.refresh_from_db()
    assert issue.trouble == code
    page = client.get(status)
    assert page.status_code == 200
    assert page.context["state"] == "trouble"
    assert 'class="notice"' in page.text


def test_what_goes_wrong_is_logged_without_a_word_of_the_document(cast, sign_in, monkeypatch, caplog):
    def broken(_issue: PlanIssue) -> None:
        raise ValueError(" ".join(["No" + "re", "leest", "vlot"]))  # no line of code is the text

    monkeypatch.setattr("meetings.documents.printing.document_of", broken)
    ask(sign_in(cast.coordinator), cast, "team")
    make_file.call(str(PlanIssue.objects.get().pk))
    assert PlanIssue.objects.get().trouble == "failed"
    assert "ValueError" in caplog.text
    assert "Nore leest vlot" not in caplog.text


def test_a_file_that_does_not_come_is_not_waited_for_for_ever(cast, sign_in):
    client = sign_in(cast.coordinator)
    status = ask(client, cast, "team").headers["Location"]
    PlanIssue.objects.update(issued_on=timezone.now() - datetime.timedelta(minutes=11))
    assert client.get(status).context["state"] == "late"


def test_making_a_file_twice_makes_it_once(cast, sign_in):
    ask(sign_in(cast.coordinator), cast, "team")
    pk = str(PlanIssue.objects.get().pk)
    make_file.call(pk)
    before = PlanIssue.objects.get().sha256
    make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="nieuw")
    make_file.call(pk)
    assert PlanIssue.objects.get().sha256 == before


@pytest.mark.django_db(transaction=True)
def test_the_task_worker_makes_the_files_that_wait(sign_in):
    cast = make_cast()
    ask(sign_in(cast.coordinator), cast, "team")
    Worker(
        queue_names=["default"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="test", excluded_queue_names=[],
    ).run()  # fmt: skip
    issue = PlanIssue.objects.get()
    assert bytes(issue.pdf).startswith(b"%PDF-")
    waiting = DBTaskResult.objects.filter(status="READY")
    assert list(waiting.values_list("task_path", flat=True)) == ["meetings.tasks.drop_file"]
