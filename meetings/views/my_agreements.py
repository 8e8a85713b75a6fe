"""What somebody agreed to do: the list, saying yes or no, and saying how it goes."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hgw.accounts.models import Role
from hgw.htmx import render_page
from hgw.items.saving import KeyReused, Saved, is_first_time
from hgw.items.script import acknowledge, answers_script, refuse
from hgw.request import Request
from meetings.agreement_cards import Card, cards, sections
from meetings.forms.reviews import ReviewForm
from meetings.looking import look_at_agreement
from meetings.models import Agreement
from meetings.permissions import get_visible
from meetings.reviewing import (
    AlreadyReviewed,
    NotAnswered,
    acts_for,
    agreements_in_name_of_others,
    answer,
    can_review,
    own_agreements,
    review,
)

IN_NAME = "?voor=anderen"


@require_safe
def my_agreements(request: Request) -> HttpResponse:
    """The agreements of this user; for a coordinator, in a second list, those of who cannot sign in."""
    coordinates = any(role == Role.CARE_COORDINATOR for role, _school in request.user.roles)
    in_name = coordinates and request.GET.get("voor") == "anderen"
    rows = (agreements_in_name_of_others if in_name else own_agreements)(request.user).listed_for(request.user)
    found = cards(rows, request.user)
    context = {
        "sections": sections(found),
        "running": sum(not card.is_finished for card in found),
        "new": sum(card.is_new for card in found),
        "coordinates": coordinates,
        "in_name": in_name,
    }
    return render_page(request, "meetings/my_agreements.html", context)


@require_http_methods(["GET", "POST"])
@answers_script
def agreement_review(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say how one agreement goes; without script on a page of its own."""
    agreement = get_visible(request, Agreement, pk, may=can_review)
    if request.method == "GET":
        look_at_agreement(request, agreement)
        return _page(request, _card(request, agreement))
    form = ReviewForm.sent(request.POST)
    if not form.is_valid():
        return _refused(request, agreement, form, _("Save again.") if "key" in form.errors else "")
    said = form.cleaned_data
    try:
        said_now = review(agreement, said["progress"], said["effect"], said["note"], by=request.user, key=said["key"])
    except NotAnswered:
        return _refused(request, agreement, form, _("First say whether you do this."))
    except KeyReused:
        return _refused(request, agreement, form, _("Something was already saved from here. Look, and save again."))
    acknowledge(request, Saved(said_now))
    return _saved(request, agreement)


@require_POST
@answers_script
def agreement_answer(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Say yes or no to what was proposed; sent twice under one key, it is said once."""
    agreement = get_visible(request, Agreement, pk, may=acts_for)
    typed = ReviewForm.sent(request.POST) if request.POST.get("note") else None
    if request.POST.get("answer") not in {"yes", "no"}:
        return _refused(request, agreement, typed, _("Choose yes or no."))
    yes = request.POST["answer"] == "yes"
    try:
        if _is_first(request, agreement, yes):
            answer(agreement, yes, by=request.user)
    except KeyReused:
        return _refused(request, agreement, typed, _("Something was already saved from here. Look, and save again."))
    except AlreadyReviewed:
        said = _("Somebody already said how this goes, so there is no yes or no any more.")
        return _refused(request, agreement, typed, said, status=409)
    acknowledge(request, Saved(agreement.fresh()))
    return _saved(request, agreement, typed)


def _is_first(request: Request, agreement: Agreement, yes: bool) -> bool:
    """Whether this click was not done before; a form without a key of its own says yes or no as often as it is sent."""
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return True
    return is_first_time(key, ["agreement_answer", str(agreement.pk), yes], by=request.user)


def _card(request: Request, agreement: Agreement) -> Card:
    rows = Agreement.objects.visible_to(request.user).filter(pk=agreement.pk)
    return cards(rows, request.user, may_report=acts_for(request.user, agreement))[0]


def _page(request: Request, card: Card, status: int = 200) -> HttpResponse:
    context = {"card": card, "back": _address(card)}
    if request.headers.get("HX-Request"):
        return TemplateResponse(request, "meetings/_agreement_task.html", context, status=status)
    return render_page(request, "meetings/agreement_review.html", context, status=status)


def _refused(
    request: Request, agreement: Agreement, form: ReviewForm | None, why: str, *, status: int = 422
) -> HttpResponse:
    """The card with everything typed still in it, and what to do; it can be sent again as it stands."""
    errors = {name: list(map(str, found)) for name, found in form.errors.items()} if form else {}
    refuse(request, "invalid", errors=errors | ({"__all__": [why]} if why else {}))
    card = _card(request, agreement)
    card.form, card.refusal = form.with_new_key() if form else None, why
    return _page(request, card, status)


def _saved(request: Request, agreement: Agreement, typed: ReviewForm | None = None) -> HttpResponse:
    card = _card(request, agreement)
    card.saved_at = timezone.now()
    card.form = typed and typed.with_new_key()
    if request.headers.get("HX-Request") or typed:  # a note that was typed beside a yes waits to be saved itself
        return _page(request, card)
    return redirect(f"{_address(card)}#agreement-{card.pk}")


def _address(card: Card) -> str:
    return reverse("my_agreements") + (IN_NAME if card.in_name else "")
