"""The forms for who is not signed in, with whatever may be sent (tests/test_bad_input.py): answered in words too."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings

from hgw.accounts import invitations
from hgw.accounts.models import Invitation
from tests.factories import make_school
from tests.rendered_forms import forms_on
from tests.test_bad_input import EXAMPLES, Ground, Pairs, everything, sent, try_form


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("page", ["school_begin", "invitation", "account_login", "account_reset_password"])
def test_whoever_is_not_signed_in_is_answered_in_words_too(db: None, page: str) -> None:
    browser, given_in = Client(HTTP_HOST="127.0.0.1:8000"), {}
    if page != "school_begin":
        ask = Invitation(school=make_school(), email="nieuw@school.example", roles=["principal"])
        invited = invitations.invite(ask, by=None)
        given_in = {"token": invitations.path_of(invited).strip("/").split("/")[-1]} if page == "invitation" else {}
    (form,) = (f for f in forms_on(browser, reverse(page, kwargs=given_in)) if f.name == page)
    alone = Ground(None, frozenset(), everything())  # type: ignore[arg-type]  # nobody is here yet

    @given(sent(form, [str(uuid.UUID(int=7))]))
    @settings(
        max_examples=EXAMPLES * 3, derandomize=True, database=None, deadline=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def hold(filled: tuple[Pairs, bool]) -> None:
        try_form(form, *filled, alone)

    hold()
