"""The strings of tests/injections.toml where no page shows them: on paper, in mail, in a case file, in a search, in what is saved."""

import datetime
import email
import email.policy
import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from hgw.accounts import invitations
from hgw.accounts.models import Invitation, RoleAssignment, School, User
from hgw.accounts.tasks import send_invitation, tell_to_renew
from hgw.text import folded, normal
from meetings.cases.exporting import export
from meetings.cases.loading import load
from meetings.documents import copies_of, render_html
from meetings.documents.pdf import PdfMaker
from meetings.models import Meeting, StepText
from students.tasks import send_emergency_notice
from tests.factories import Cast, make_emergency, make_student, make_user, shown_just_now
from tests.injected_case import write_everywhere
from tests.injections import Texts, groups, injections, refused
from tests.markup import Markup
from tests.meetings.case_files import case, leaves, parsed, written
from tests.meetings.paper import document
from tests.meetings.test_pdf_process import opened, text_of

pytestmark = pytest.mark.django_db
ONE_OF_EACH = tuple(strings[0] for strings in groups().values())
IN_MAIL = (*groups()["line_ends"], *groups()["header_words"], *groups()["invisible"], *ONE_OF_EACH)
# What a PDF may hold that does something or brings something along.
ACTS = {
    "/URI", "/JavaScript", "/JS", "/Launch", "/GoToR", "/SubmitForm", "/ImportData", "/EmbeddedFile", "/EmbeddedFiles",
    "/AcroForm", "/AA", "/OpenAction",
}  # fmt: skip
HEADERS = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}


def some_and_all(some: tuple[str, ...]) -> Any:
    every = pytest.param(injections(), marks=pytest.mark.prove)
    return pytest.mark.parametrize("strings", [some, every], ids=["some", "all"])


# --- paper ---


@pytest.mark.once
@pytest.mark.long
def test_on_paper_they_are_words_and_nothing_is_in_the_file_but_the_page(cast: Cast) -> None:
    write_everywhere(cast, Texts(are_harmless=False))
    meeting, maker = Meeting.objects.get(pk=cast.meeting.pk), PdfMaker()
    copies = {copy.reader: copy for copy in copies_of(meeting, with_report=True)}
    try:
        for reader, copy in copies.items():
            html = render_html(document(meeting, reader, copy.student, copy.guardian))
            check_file(maker.make(html).data, least=60 if reader == "report" else 10)
    finally:
        maker.close()
    assert len(copies) == 5


def check_file(data: bytes, *, least: int) -> None:
    with opened(data) as pdf:
        names = {str(name) for one in pdf.objects if hasattr(one, "keys") for name in list(one.keys())}
        assert names.isdisjoint(ACTS), names & ACTS
        assert set(map(str, pdf.docinfo)) == {"/Title"}
    # Letters as they are drawn. What turns the order of reading, or what no font draws, is seen on the page in HTML.
    found = "".join(text_of(data).split())
    drawn = ["".join(text.split()) for text in injections() if text.isascii() and len(text) > 3]
    assert len([text for text in drawn if text in found]) >= least


# --- mail ---


def check_mail(to: set[str]) -> None:
    """Each message has the headers it should, one reader and one text."""
    assert mail.outbox
    for one in mail.outbox:
        read = email.message_from_bytes(one.message().as_bytes(), policy=email.policy.default)
        assert set(read.keys()) <= HEADERS, set(read.keys()) - HEADERS
        assert len(read.keys()) == len(set(read.keys()))
        (reader,) = read["To"].addresses
        assert reader.addr_spec in to
        assert (read.get_content_type(), read.is_multipart()) == ("text/plain", False)
        assert "\n" not in read["Subject"]
        assert read.defects == []
    mail.outbox.clear()


@some_and_all(IN_MAIL)
def test_a_mail_has_the_headers_and_the_readers_it_should(cast: Cast, settings: Any, strings: tuple[str, ...]) -> None:
    """A name has one line; here some have more, as if somebody got past the field."""
    settings.MAIL_IS_SET_UP = True
    opener = make_user(cast.school, "homeroom_teacher")
    emergency = make_emergency(opener, cast.student)
    asked = Invitation(school=cast.school, email="nieuw@school.example", name="Nieuw", roles=["principal"])
    invitations.invite(asked, by=cast.users["school_admin"])
    RoleAssignment.objects.filter(user=cast.teacher).update(
        lapses_on=timezone.localdate() + datetime.timedelta(days=20)
    )
    to = {"nieuw@school.example", *User.objects.values_list("email", flat=True)}
    for text in strings:
        School.objects.filter(pk=cast.school.pk).update(name=text)
        User.objects.filter(pk__in=(opener.pk, cast.users["school_admin"].pk)).update(name=text)
        send_invitation.func(str(asked.pk))
        send_emergency_notice.func(str(emergency.pk))
        tell_to_renew.func(str(cast.school.pk))
        assert len({one.subject for one in mail.outbox}) == 3, text
        assert all(normal(text) in one.body for one in mail.outbox), text
        check_mail(to)


# --- case files ---


def test_a_case_file_takes_them_in_and_gives_them_back(cast: Cast, sign_in: Any) -> None:
    data = case("hafsa")
    row = data["step_2_overview"]["strengths"][1]
    data["step_2_overview"]["strengths"] += [row | {"id": f"s{n}", "text": text} for n, text in enumerate(injections())]
    data["meeting"]["title"] = groups()["case_files"][6]
    # To YAML these two are no signs, but for those who write them by their number.
    file = written(data).replace("\ufffe".encode(), b"\\ufffe").replace("\uffff".encode(), b"\\uffff")
    text = export(load(file, by=cast.coordinator)).text
    there = [value for _path, value in leaves(parsed(text))]
    assert [typed for typed in injections() if typed not in there] == []
    assert export(load(text.encode(), by=cast.coordinator)).text == text
    Meeting.objects.filter(pk=cast.meeting.pk).update(title=data["meeting"]["title"])
    answer = shown_just_now(sign_in(cast.coordinator)).get(reverse("case_export", args=(cast.meeting.pk,)))
    assert answer.status_code == 200
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]


# --- what is asked ---


def test_a_search_takes_them_as_letters_of_a_name(cast: Cast, sign_in: Any) -> None:
    """No sign of a pattern finds more, no end of a value asks another question."""
    make_student(cast.school, cast.class_group, first_name="100%", last_name="van_alles")
    names, browser = {"nore vandamme", "100% van_alles"}, sign_in(cast.coordinator)
    asked = [text for text in (*groups()["sql"], *groups()["invisible"], *ONE_OF_EACH) if len(text.splitlines()) == 1]
    for text in asked:
        answer = browser.post(reverse("students"), {"name": text}, headers={"HX-Request": "true"}, follow=True)
        assert answer.status_code == 200
        wanted = {name for name in names if all(word in name for word in folded(text).split())}
        found = {f"{one.student.first_name} {one.student.last_name}".lower() for one in answer.context["rows"]}
        assert found == wanted, repr(text)


def test_what_no_field_takes_comes_back_in_the_field(cast: Cast, sign_in: Any) -> None:
    item = StepText.objects.get(meeting=cast.meeting, field="avoid")
    browser, url = sign_in(cast.teacher), reverse("item_edit", args=(cast.meeting.pk, "steptext", item.pk))
    for text in refused():
        answer = browser.post(url, {"text": text, "base_version": "1", "key": str(uuid.uuid4())})
        assert answer.status_code == 422, text
        assert answer.context["form"]["text"].value() == text
        assert "<script" not in answer.content.decode().partition("<textarea")[2].partition("</textarea>")[0]
    assert StepText.objects.get(pk=item.pk).version == 1
    browser, url = sign_in(cast.coordinator), reverse("meeting_details", args=(cast.meeting.pk,))
    for text in [text for text in injections() if "\n" in text]:
        sent = {"title": text, "date": str(cast.meeting.date), "base_version": "1", "key": str(uuid.uuid4())}
        assert browser.post(url, sent).status_code == 422, text
    assert Meeting.objects.get(pk=cast.meeting.pk).title == cast.meeting.title


# --- what is saved ---


def saved(browser: Any, item: Any, text: str) -> set[str]:
    """Save it as the script of a page does; return the shapes of what came back to be shown."""
    url = reverse("item_edit", args=(item.meeting_id, "steptext", item.pk))
    sent = {"text": text, "base_version": str(item.fresh().version), "key": str(uuid.uuid4())}
    answer = browser.post(url, sent, headers={"X-Save": "show", "HX-Request": "true"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json"), text
    told = answer.json()
    assert (item.fresh().text, item.fresh().version) == (normal(text), told["version"]), text
    return Markup().read(told["html"]).shapes


@some_and_all(ONE_OF_EACH)
def test_each_is_saved_as_it_is(cast: Cast, sign_in: Any, strings: tuple[str, ...]) -> None:
    item, browser = StepText.objects.get(meeting=cast.meeting, field="avoid"), sign_in(cast.teacher)
    harmless = saved(browser, item, "een woord")
    for text in strings:
        assert saved(browser, item, text) == harmless, text
