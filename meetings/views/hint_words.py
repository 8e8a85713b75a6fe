"""The words that give a hint while writing: ours can be switched off, a school adds its own."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hgw.access import grounds
from hgw.accounts.models import School
from hgw.htmx import render_page
from hgw.request import Request
from hgw.rows import as_id
from meetings import library
from meetings.forms.hint_words import SchoolWordForm
from meetings.models import SchoolWord


@require_http_methods(["GET", "POST"])
def hint_words(request: Request) -> HttpResponse:
    """The list of one school; a word is switched on or off, added or taken away (coordinators)."""
    schools = list(School.objects.filter(pk__in=grounds(request.user, "manage", "library")))
    if not schools:
        raise PermissionDenied
    wanted = as_id(request.POST.get("school") or request.GET.get("school"))
    school = next((one for one in schools if one.pk == wanted), schools[0])
    form = SchoolWordForm(school=school)
    if request.method == "POST":
        act = next((name for name in ACTS if name in request.POST), None)
        if act:
            ACTS[act](request, school, request.POST[act])
            return _back(school)
        form = SchoolWordForm(request.POST, school=school)
        if form.is_valid():
            SchoolWord.objects.get_or_create(
                school=school, rule=form.cleaned_data["rule"], word=form.cleaned_data["word"],
                defaults={"is_own": True, "created_by": request.user, "updated_by": request.user},
            )  # fmt: skip
            return _back(school)
    context = {"schools": schools, "school": school, "form": form, "rules": _rules(request, school)}
    return render_page(request, "meetings/hint_words.html", context, status=422 if form.is_bound else 200)


def _rules(request: Request, school: School) -> list[dict[str, Any]]:
    """The rules that look for words, each with ours (and whether they are on) and the school's; then the other rules."""
    rows = list(SchoolWord.objects.visible_to(request.user).filter(school=school))
    off = {(row.rule, row.word) for row in rows if not row.is_own}
    return [
        {
            "rule": rule,
            "shipped": [(w, (w.rule, w.code) not in off) for w in library.hint_words() if w.rule == code and w.shown],
            "own": [row for row in rows if row.is_own and row.rule == code],
        }
        for code, rule in library.hint_rules().items()
    ]


def _switch_off(request: Request, school: School, code: str) -> None:
    SchoolWord.objects.get_or_create(
        school=school, rule=_shipped(code).rule, word=code, is_own=False,
        defaults={"created_by": request.user, "updated_by": request.user},
    )  # fmt: skip


def _switch_on(request: Request, school: School, code: str) -> None:
    SchoolWord.objects.filter(school=school, rule=_shipped(code).rule, word=code, is_own=False).delete()


def _take_away(request: Request, school: School, pk: str) -> None:
    if own := as_id(pk):
        SchoolWord.objects.filter(school=school, pk=own, is_own=True).delete()


ACTS = {"off": _switch_off, "on": _switch_on, "away": _take_away}


def _shipped(code: str) -> library.HintWord:
    """One of our words that can be switched: 404 when there is none of this code."""
    word = next((word for word in library.hint_words() if word.code == code and word.shown), None)
    if word is None:
        raise Http404
    return word


def _back(school: School) -> HttpResponse:
    return redirect(f"{reverse('hint_words')}?school={school.pk}")
