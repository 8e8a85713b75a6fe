"""Two at the same moment: a school keeps an administrator, and a link lets one person in."""

import pytest

from hgw.accounts import invitations, roles
from hgw.accounts.models import Invitation, RoleAssignment, User
from tests.factories import make_school, make_user
from tests.two_connections import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_administrators_who_end_each_other_leave_one() -> None:
    school = make_school()
    first, second = make_user(school, "school_admin"), make_user(school, "school_admin")
    rows = {row.user_id: row for row in RoleAssignment.objects.select_related("school", "user")}
    answers = at_once(
        lambda: roles.end(rows[second.pk], by=first),
        lambda: roles.leave(first, school, by=second),
    )
    (refused,) = errors(answers)
    assert isinstance(refused, roles.LastOne)
    assert roles.running(school).filter(role="school_admin").count() == 1


def test_a_link_that_two_open_lets_one_in() -> None:
    school = make_school()
    invitation = invitations.invite(Invitation(school=school, email="a@b.example", roles=["principal"]), by=None)
    people = [make_user(), make_user()]
    answers = at_once(*[lambda user=user: invitations.take(invitation, user) for user in people])
    assert sorted(answers) == [False, True]
    assert User.objects.filter(assignments__school=school).count() == 1
