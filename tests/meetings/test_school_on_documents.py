"""The school on its documents: logo and how to reach it, where there is one, and nothing where there is none."""

import io

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hgw.accounts.logo import drawn
from hgw.accounts.models import Logo
from meetings.documents import render_html
from meetings.documents.build import build
from meetings.documents.copies import Copy
from meetings.documents.pdf import make_pdf
from meetings.models import Meeting, Plan, Reader
from tests.factories import Cast
from tests.students.test_school_begin import picture


def html(meeting: Meeting) -> str:
    plan = Plan.objects.select_related("student").get(meeting=meeting)
    copy = Copy(Reader.TEAM, plan.student, plan=plan)
    return render_html(build(meeting, copy, issued_by="Ilse", issued_on=timezone.now(), version=1))


def test_logo_and_contact_line_stand_at_the_top(cast: Cast) -> None:
    cast.school.contact_line = "Wilgenlaan 3 · 09 123 45 67"
    cast.school.save()
    Logo.objects.create(school=cast.school, png=drawn(SimpleUploadedFile("logo.png", picture())))
    text = html(Meeting.objects.get(pk=cast.meeting.pk))
    assert 'src="data:image/png;base64,' in text
    assert "Wilgenlaan 3 · 09 123 45 67" in text.split("<h1")[0]
    with pikepdf.open(io.BytesIO(make_pdf(text).data)) as pdf:
        assert len(pdf.pages[0].get_images()) == 1


def test_without_them_nothing_stands_there(cast: Cast) -> None:
    text = html(Meeting.objects.get(pk=cast.meeting.pk))
    assert "<img" not in text
    assert "plan-contact" not in text
