"""A request to see the file: noting it, and saying what was answered."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hgw.request import Request, sent
from students.inspection_forms import InspectionAnswerForm, InspectionRequestForm
from students.models import InspectionRequest
from students.permissions import get_asked, get_student
from students.school.saving import take
from students.views import answer_row


@require_http_methods(["GET", "POST"])
def inspection_request_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Note that the student, or a guardian with a right to information, asked to see the file."""
    student = get_student(request, pk, "inspection")
    form = InspectionRequestForm(sent(request), instance=InspectionRequest(student=student))
    return answer_row(request, form, _("Somebody asks to see the file"), student)


@require_http_methods(["GET", "POST"])
def inspection_request_answer(request: Request, pk: uuid.UUID, request_pk: uuid.UUID) -> HttpResponse:
    """Say which talk was offered, and what was answered."""
    student = get_student(request, pk, "inspection")
    asked = get_asked(request, student, request_pk)
    take(request, asked)
    title = _("Answer to %(who)s") % {"who": asked}
    return answer_row(request, InspectionAnswerForm(sent(request), instance=asked), title, student)
