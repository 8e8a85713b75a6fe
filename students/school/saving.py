"""How a form of the school is saved, or comes back with everything typed still in it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw.accounts.models import School
from hgw.accounts.roles import LastOne
from hgw.htmx import render_page
from hgw.request import Request
from students.row_forms import RowForm


def take(request: Request, row: Any) -> None:
    """Before changing: whoever saves the same row at this moment waits for us, and we read what the one before wrote."""
    if request.method == "POST":
        type(row).objects.filter(pk=row.pk).update(updated_at=timezone.now())
        row.refresh_from_db()


def save(request: Request, form: RowForm, *, also: bool = True) -> tuple[Any, int]:
    """The row once it is saved; before that None, and the status with which the form goes to the browser.

    `also` says whether what stands beside the form is in order too.
    """
    if request.method != "POST":
        return None, 200
    if not (form.is_valid() and also):
        return None, 422
    before = form.added_before()
    if before and before.created_by_id == request.user.pk and form.holds_the_same(before):
        return before, 302
    if before:
        form.again().add_error(None, _("Something was already saved from here. Look, and save again."))
        return None, 422
    if form.is_stale:
        form.again()
        return None, 409
    try:
        return form.write(by=request.user), 302
    except LastOne as last:
        form.add_error(None, refusal(last))
        return None, 422


def refusal(last: LastOne) -> str:
    """Why a role stays, in words."""
    return _("This is the last one with the role “%(role)s” at this school. Give that role to somebody else first.") % {
        "role": last.role.label
    }


def row_page(
    request: Request, school: School, form: Any, *, title: str, back: str, status: int, **more: Any
) -> HttpResponse:
    """A page with one form; `back` is the name of the page of this school that it came from."""
    context = {"school": school, "form": form, "title": title, "back": back, **more}
    return render_page(request, "school/row_edit.html", context, status=status)
