"""Who runs the users of a school signs somebody out everywhere who goes on working there."""

from typing import Any

from django.test import Client
from django.urls import reverse

from hgw.accounts import second_factor
from hgw.accounts.models import Role, User
from hgw.audit.models import Action, Entry
from tests.factories import Cast, make_role
from tests.hgw.second_step import with_app


def sign_out(cast: Cast, user: User) -> str:
    return reverse("user_sign_out", args=(cast.school.pk, user.pk))


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_who_runs_the_users_signs_a_colleague_out_who_stays(cast: Cast, sign_in: Any) -> None:
    with_app(cast.teacher)
    make_role(cast.teacher, cast.other_school, Role.SUBJECT_TEACHER)
    phone, laptop, colleague = sign_in(cast.teacher), sign_in(cast.teacher), sign_in(cast.coordinator)
    by = cast.users[Role.SCHOOL_ADMIN]
    browser, url = sign_in(by), sign_out(cast, cast.teacher)
    assert f'href="{url}"' in browser.get(reverse("users", args=(cast.school.pk,))).content.decode()
    assert "overal afmelden?" in browser.get(url).content.decode()
    assert is_in(phone)  # looking ends nothing
    assert browser.post(url).headers["Location"] == reverse("users", args=(cast.school.pk,))
    assert [is_in(one) for one in (phone, laptop, colleague, browser)] == [False, False, True, True]
    assert second_factor.has(cast.teacher)
    assert cast.teacher.assignments.on().count() == 2
    assert is_in(sign_in(cast.teacher))
    (entry,) = Entry.objects.filter(action=Action.SESSIONS_ENDED)
    assert (entry.who, entry.object, entry.school, entry.detail) == (by.pk, cast.teacher.pk, cast.school.pk, "all")


def test_nobody_signs_out_who_works_elsewhere_and_nobody_else_does_it(cast: Cast, sign_in: Any) -> None:
    stranger = cast.others[Role.HOMEROOM_TEACHER]
    theirs, own = sign_in(stranger), sign_in(cast.teacher)
    admin = sign_in(cast.users[Role.SCHOOL_ADMIN])
    assert admin.post(sign_out(cast, stranger)).status_code == 404
    assert sign_in(cast.coordinator).post(sign_out(cast, cast.teacher)).status_code == 403
    for user in (cast.users[Role.CARE_TEACHER], cast.others[Role.SCHOOL_ADMIN]):
        assert sign_in(user).post(sign_out(cast, cast.teacher)).status_code == 404
    assert is_in(theirs)
    assert is_in(own)
    assert not Entry.objects.filter(action=Action.SESSIONS_ENDED).exists()


def test_ones_own_are_ended_on_the_page_for_it(cast: Cast, sign_in: Any) -> None:
    by = cast.users[Role.SCHOOL_ADMIN]
    phone, browser = sign_in(by), sign_in(by)
    assert sign_out(cast, by) not in browser.get(reverse("users", args=(cast.school.pk,))).content.decode()
    assert browser.post(sign_out(cast, by)).headers["Location"] == reverse("own_sessions")
    assert is_in(phone)
