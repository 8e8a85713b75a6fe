"""Two who change one group at the same moment, one from an address that a closed meeting kept, one from the new one."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hgw.transaction import writing
from students.models import StudentGroup
from tests.factories import make_cast, make_student
from tests.students.test_groups import address, pks, typed

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_comes_second_by_the_old_address_is_shown_what_the_first_wrote(sign_in: Any) -> None:
    cast = make_cast()
    students = [cast.student, make_student(cast.school, cast.class_group)]
    new = StudentGroup.objects.create(school=cast.school, name="Lezers")
    new.write_members(students)
    old = StudentGroup.objects.create(school=cast.school, name="Lezers van toen", followed_by=new)
    browser: Client = sign_in(cast.coordinator)
    sent = typed(browser, address(cast, old), name="Vlotte lezers", members=pks(students))
    answers: list[Any] = []

    def second() -> None:
        try:
            answers.append(browser.post(address(cast, old), sent))
        finally:
            connection.close()

    with writing():  # the first one is on the way
        StudentGroup.objects.filter(pk=new.pk).update(name="Trage lezers")
        other = threading.Thread(target=second)
        other.start()
        other.join(1)
        assert other.is_alive(), "the second waits for the first"
    other.join(30)
    assert [answer.status_code for answer in answers] == [409]
    page = answers[0].content.decode()
    assert "Vlotte lezers" in page
    assert "Trage lezers" in page
    new.refresh_from_db()
    assert new.name == "Trage lezers"
