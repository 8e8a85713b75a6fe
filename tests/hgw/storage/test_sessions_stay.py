"""Looking at pages writes no session: a reader never stands in the queue of who saves."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hgw.accounts.models import Session
from tests.factories import Cast


@pytest.mark.parametrize("htmx", [False, True])
def test_pages_leave_the_session_as_it_was(htmx: bool, cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator, htmx=htmx)
    before = list(Session.objects.values_list())
    meeting = f"/besprekingen/{cast.meeting.pk}/"
    pages = ["/", "/leerlingen/", f"/leerlingen/{cast.student.pk}/", "/mijn-afspraken/", meeting]
    steps = [f"{meeting}stap/{step}/" for step in ("start", "overzicht", "inzicht", "doelen")]
    for page in [*pages, *steps]:
        with CaptureQueriesContext(connection) as asked:
            status = browser.get(page).status_code
        assert status in {200, 302}, page
        written = [query["sql"] for query in asked if "accounts_session" in query["sql"]]
        assert [sql for sql in written if not sql.lstrip().startswith("SELECT")] == [], page
    assert list(Session.objects.values_list()) == before
