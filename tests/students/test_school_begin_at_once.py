"""Two visitors who begin the school at the same moment: one does, the other is told and keeps what was typed."""

import pytest

from hgw.accounts.models import School, User
from students.models import SchoolYear
from tests.students.test_school_begin import PLACE, at_home, sent
from tests.two_connections import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_at_the_same_moment_one_begins_the_school(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        sent(name=name, email=f"{name}@school.example", institution_number=number, key=key)
        for name, number, key in (
            ("Wilg", "111111", "5d0b4c39-8a75-4a9e-a7d8-a3f5e3b6f001"),
            ("Anker", "222222", "5d0b4c39-8a75-4a9e-a7d8-a3f5e3b6f002"),
        )
    ]
    # Both got past the first look, as they do when neither has written yet.
    monkeypatch.setattr("students.school.views.may_begin", lambda request: True)
    answers = at_once(*[lambda one=one: at_home().post(PLACE, one) for one in given], transaction=False)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    (lost,) = (n for n, answer in enumerate(answers) if answer.status_code == 409)
    page = answers[lost].content.decode()
    assert "errorlist" in page
    assert given[lost]["name"] in page
    assert (School.objects.count(), User.objects.count(), SchoolYear.objects.count()) == (1, 1, 1)
    assert School.objects.get().name == given[1 - lost]["name"]
