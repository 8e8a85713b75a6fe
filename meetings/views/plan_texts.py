"""The texts of the plans: the wording of a section for one reader, beside the items it replaces."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hgw.accounts.models import User
from hgw.htmx import render_page
from hgw.items.saving import ItemClosed, KeyReused, NotSaved, Saved, StaleVersion, remove_item
from hgw.items.script import acknowledge, answers_script
from hgw.request import Request
from meetings.documents.copies import Copy
from meetings.documents.document import Block
from meetings.documents.own_plan import own_plan
from meetings.documents.parts import PARTS
from meetings.documents.rules import prints_wording
from meetings.documents.sections import HEADINGS, STUDENT_HEADINGS
from meetings.documents.sheet import Sheet
from meetings.forms.plan_texts import PlanTextForm
from meetings.hints import hang_hints
from meetings.looking import look
from meetings.models import Meeting, Plan, PlanText, Reader, StepText
from meetings.permissions import can_edit, can_read_document, get_meeting
from meetings.views.item_answers import refuse_form, save_form, tell_why

# Sections that can be worded, in the order in which they are printed; the reason only for the parents.
WORDED = (
    "strengths", "wishes", "difficulties", "insight", "info_requests", "goals", "needs_student", "needs_team",
    "needs_parents", "adjustments", "agreements", "followup", "phase",
)  # fmt: skip
TITLES = {
    "compliment": _("A compliment: “I appreciate that …”"),
    "reason": _("Why this plan, in simple words"),
}


@dataclass
class Wording:
    """One text that can be written: for whom, which section, what stands there now, and what is printed without it."""

    plan: Plan
    reader: str
    section: str
    title: Any
    form: PlanTextForm
    blocks: list[Block]
    stale: Any = None

    @property
    def anchor(self) -> str:
        return f"text-{self.plan.pk}-{self.reader or 'all'}-{self.section}"


@require_http_methods(["GET", "POST"])
@answers_script
def plan_texts(request: Request, pk: uuid.UUID) -> HttpResponse:
    """All texts of a meeting's plans; saving one keeps the others as they are (409 beside it when a colleague was first)."""
    meeting = get_meeting(request, pk, may=can_edit if request.method == "POST" else None)
    refused, status = None, 200
    if request.method == "POST":
        refused, status = _save(request, meeting)
        if refused is None:
            anchor = f"text-{request.POST['plan']}-{request.POST['reader'] or 'all'}-{request.POST['section']}"
            return redirect(f"{request.path}#{anchor}")
    if not (refused and request.headers.get("HX-Request")):
        look(request, meeting)
    whole = StepText.objects.visible_to(request.user).filter(meeting=meeting).exists()
    context = {
        "meeting": meeting,
        "editable": meeting.is_open and can_edit(request.user, meeting),
        "plans": [_plan(request, meeting, plan, refused, whole=whole) for plan in _plans(meeting)],
    }
    partial = "wording" if refused and request.headers.get("HX-Request") else ""
    if partial:
        context |= {"wording": refused, "editable": True}
    return render_page(request, "meetings/plan_texts.html", context, partial=partial, status=status)


def _plans(meeting: Meeting) -> list[Plan]:
    plans = {plan.student_id: plan for plan in meeting.plans.select_related("student")}
    return [plans[student.pk] for student in meeting.students if student.pk in plans]


def _places(reader: str) -> list[tuple[str, Any]]:
    """The sections of a reader's document that can be worded, with their headings."""
    if reader == Reader.STUDENT:
        return list(STUDENT_HEADINGS)
    return [(heading.code, heading.words) for heading in HEADINGS if heading.code in WORDED]


def _plan(request: Request, meeting: Meeting, plan: Plan, refused: Wording | None, *, whole: bool) -> dict[str, Any]:
    """Everything that can be written for one student: the compliment, the parents' reason, then document by document."""
    rows = PlanText.objects.visible_to(request.user).filter(plan=plan).select_related("by")
    written = {(row.reader, row.section): row for row in rows}
    for row in written.values():
        row.plan = plan  # the same row, so that nobody asks for it again
    hang_hints(written.values(), meeting, request.user)
    guardian = plan.student.guardians.with_copy().first()

    def wording(reader: str, section: str, title: Any, blocks: list[Block]) -> Wording:
        if refused and (refused.plan.pk, refused.reader, refused.section) == (plan.pk, reader, section):
            refused.title, refused.blocks = title, blocks
            return refused
        return Wording(plan, reader, section, title, _form(request, plan, reader, section, written), blocks)

    documents = []
    for reader in (Reader.STUDENT, Reader.PARENTS, Reader.CLASS_SHEET, Reader.TEAM):
        plan.meeting = meeting
        copy = Copy(reader, plan.student, guardian if reader == Reader.PARENTS else None, plan)
        sheet = _Unworded(meeting, copy, request.user, whole=whole)
        texts = [
            wording(reader, section, str(title).format(name=plan.student.roepnaam), blocks)
            for section, title, blocks in _sections(sheet)
        ]
        written_here = sum(bool(t.form.initial.get("text")) for t in texts)
        preview = _preview(request, copy)
        documents.append({"reader": reader, "texts": texts, "written": written_here, "preview": preview})
    first = [wording("", "compliment", TITLES["compliment"], []), wording("parents", "reason", TITLES["reason"], [])]
    return {"plan": plan, "first": first, "documents": documents}


def _preview(request: Request, copy: Copy) -> str:
    """Where this user sees how the copy is printed; empty for who may not, and where nobody gets the copy."""
    if copy.plan is None or copy.plan.meeting.status == Meeting.Status.CANCELLED:
        return ""
    if (copy.reader == Reader.PARENTS and not copy.guardian) or not can_read_document(
        request.user, copy.plan, copy.reader
    ):
        return ""
    url = reverse("document_preview", args=(copy.plan.pk, copy.reader))
    return f"{url}?guardian={copy.guardian.pk}" if copy.guardian else url


class _Unworded(Sheet):
    """A copy as it would be without any text of the plan: what a text replaces, as far as who is looking reads it.

    `whole` says whether that is also what has no flags; for the CLB it is not, unless at the table.
    """

    def __init__(self, meeting: Meeting, copy: Copy, viewer: User | None = None, *, whole: bool = True) -> None:
        super().__init__(meeting, copy, viewer)
        self.whole = whole
        self.for_clb = copy.reader == Reader.TEAM and not whole

    def has(self, code: str) -> bool:
        return self.whole and super().has(code)

    def printed(self, rows: Any) -> list[Any]:
        printed = super().printed(rows)
        if not printed or not self.viewer:
            return printed
        here = type(printed[0]).objects.visible_to(self.viewer).filter(pk__in=[row.pk for row in printed])
        readable = set(here.values_list("pk", flat=True))
        return [row for row in printed if row.pk in readable]

    def legal_reports(self) -> Any:
        rows = super().legal_reports()
        return rows.allowed(self.viewer, "read") if self.viewer else rows

    def wording(self, section: str) -> str:
        return ""

    @property
    def compliments(self) -> list[PlanText]:  # type: ignore[override]  # a compliment is added, it replaces nothing
        return []


def _sections(sheet: Sheet) -> list[tuple[str, Any, list[Block]]]:
    if sheet.reader == Reader.STUDENT:
        printed = {section.code: list(section.blocks) for section in own_plan(sheet, "lager")}
        return [(code, title, printed.get(code, [])) for code, title in _places(sheet.reader)]
    return [
        (code, title, list(PARTS[code](sheet))) for code, title in _places(sheet.reader) if prints_wording(code, sheet)
    ]


def _form(request: Request, plan: Plan, reader: str, section: str, written: dict[Any, PlanText]) -> PlanTextForm:
    row = written.get((reader, section)) or PlanText(
        meeting=plan.meeting, school_id=plan.school_id, plan=plan, reader=reader, section=section
    )
    data = request.POST if request.method == "POST" and _is_sent(request, plan, reader, section) else None
    return PlanTextForm(data, instance=row, meeting=plan.meeting, user=request.user)


def _is_sent(request: Request, plan: Plan, reader: str, section: str) -> bool:
    sent = tuple(request.POST.get(name, "") for name in ("plan", "reader", "section"))
    return sent == (str(plan.pk), reader, section)


def _save(request: Request, meeting: Meeting) -> tuple[Wording | None, int]:
    """Save the posted text; return it with its form when it was refused, and the status."""
    plan = next((plan for plan in _plans(meeting) if str(plan.pk) == request.POST.get("plan")), None)
    reader, section = request.POST.get("reader", ""), request.POST.get("section", "")
    if plan is None or not _may_be_worded(meeting, plan, reader, section):
        raise Http404
    rows = PlanText.objects.visible_to(request.user).filter(plan=plan, reader=reader, section=section)
    form = _form(request, plan, reader, section, {(row.reader, row.section): row for row in rows})
    refused = Wording(plan, reader, section, TITLES.get(section, ""), form, [])
    if not form.is_valid():
        refuse_form(request, form)
        return refused, 422
    row, version, key = form.instance, form.cleaned_data.get("base_version") or 0, form.cleaned_data["key"]
    try:
        if form.cleaned_data["text"]:
            save_form(request, form, row if form.is_new else row.fresh())
        elif not form.is_new:
            acknowledge(request, remove_item(row.fresh(), by=request.user, base_version=version, key=key))
        else:  # nothing there, nothing sent
            row.version = 0
            acknowledge(request, Saved(row))
        return None, 200
    except KeyReused:
        form.add_error(None, _("An earlier text was saved already. Load the page again in another tab to see it."))
        refuse_form(request, form, "key_reused")
        return refused, 422
    except NotSaved as refusal:
        current = refusal.current if isinstance(refusal, StaleVersion) else None
        current = current or (rows.first() if isinstance(refusal, StaleVersion) else None)
        refused.stale = {"closed": isinstance(refusal, ItemClosed), "current": current}
        tell_why(request, form, refusal, refused.stale)
        return refused, 409


def _may_be_worded(meeting: Meeting, plan: Plan, reader: str, section: str) -> bool:
    if (reader, section) in {("", "compliment"), ("parents", "reason")}:
        return True
    if reader == Reader.STUDENT:
        return section in dict(STUDENT_HEADINGS)
    allowed = {Reader.PARENTS, Reader.CLASS_SHEET, Reader.TEAM}
    return (
        reader in allowed
        and section in WORDED
        and prints_wording(section, _Unworded(meeting, Copy(Reader(reader), plan.student, plan=plan)))
    )
