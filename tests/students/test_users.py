"""Who works at the school: the list, roles and their end, standing in, leaving, and who may see and change it."""

import datetime
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hgw.accounts import roles
from hgw.accounts.models import Invitation, RoleAssignment, User
from hgw.audit.models import Action, Entry
from students.models import Student
from tests.factories import Cast, make_class, make_role, make_student, make_user

TODAY = timezone.localdate()


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def place(cast: Cast, rest: str = "gebruikers/") -> str:
    return f"/school/{cast.school.pk}/{rest}"


@pytest.fixture
def admin(cast: Cast, sign_in: Any) -> Client:
    browser: Client = sign_in(cast.users["school_admin"])
    return browser


def role_of(user: User) -> RoleAssignment:
    return RoleAssignment.objects.get(user=user)


def seen(browser: Client, address: str) -> dict[str, str]:
    """What the form brings along for the next save."""
    return {"seen": browser.get(address).context["form"].fields["seen"].initial, "key": str(uuid.uuid4())}


def test_the_list_names_everybody_with_roles_days_and_classes(cast: Cast, admin: Client) -> None:
    make_role(make_user(name="Oude Collega"), cast.school, "principal", valid_until=days(-1))
    make_role(make_user(name="Straks Hier"), cast.school, "principal", valid_from=days(5))
    text = admin.get(place(cast)).content.decode()
    for word in ("Hier homeroom_teacher", "2B", "Oude Collega", "Straks Hier"):
        assert word in text
    assert "Elders" not in text
    now, before = text.split("<details")
    assert "Oude Collega" in before
    assert "Oude Collega" not in now


def test_a_coordinator_reads_and_changes_nothing(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.coordinator)
    Invitation.objects.create(school=cast.school, email="n@school.example", name="Nieuw", roles=["principal"])
    text = browser.get(place(cast)).content.decode()
    assert "Nieuw" in text
    assert "/uitnodiging/" not in text  # a link that lets somebody in is for who may invite
    assert "<button" not in text.split("<main")[1].split("</main>")[0]
    row = role_of(cast.teacher)
    assert browser.post(place(cast, f"rollen/{row.pk}/einde/")).status_code == 403
    assert browser.post(place(cast, "gebruikers/uitnodigen/"), {}).status_code == 403
    assert role_of(cast.teacher).valid_until is None


def test_a_role_with_days_and_classes_is_given_once(cast: Cast, admin: Client) -> None:
    user, address = cast.users["care_teacher"], place(cast, f"gebruikers/{cast.users['care_teacher'].pk}/rollen/nieuw/")
    given = {
        "role": "homeroom_teacher", "valid_from": TODAY, "valid_until": days(10), "class_groups": [cast.class_group.pk],
    }  # fmt: skip
    sent = given | seen(admin, address)
    for _n in range(2):
        assert admin.post(address, sent).status_code == 302
    row = user.assignments.get(role="homeroom_teacher")
    assert (row.valid_from, row.valid_until) == (TODAY, days(10))
    assert list(row.class_groups.all()) == [cast.class_group]  # type: ignore[attr-defined]  # from the other side
    assert Entry.objects.get(action=Action.ROLE_GIVEN).object == user.pk


def test_nobody_gives_a_role_to_oneself(cast: Cast, admin: Client) -> None:
    own = cast.users["school_admin"]
    address = place(cast, f"gebruikers/{own.pk}/rollen/nieuw/")
    assert admin.get(address).status_code == 403
    assert admin.post(address, {"role": "care_coordinator", "valid_from": TODAY}).status_code == 403
    given = {"absent": cast.coordinator.pk, "stand_in": own.pk, "since": TODAY, "until": days(5)}
    assert list(admin.post(place(cast, "vervangen/"), given).context["form"].errors) == ["stand_in"]
    invited = {"email": own.email, "name": own.name, "roles": ["care_coordinator"], "valid_from": TODAY}
    form = admin.post(place(cast, "gebruikers/uitnodigen/"), invited | {"key": uuid.uuid4()}).context["form"]
    assert "email" in form.errors
    (role,) = own.assignments.all()
    assert role.role == "school_admin"
    assert admin.get(place(cast, f"rollen/{role.pk}/")).status_code == 403
    assert admin.post(place(cast, f"rollen/{role.pk}/"), {"valid_from": TODAY}).status_code == 403
    assert address not in admin.get(place(cast)).content.decode()


def test_one_class_has_two_homeroom_teachers(cast: Cast, admin: Client) -> None:
    second = make_user(cast.school, "homeroom_teacher")
    row = role_of(second)
    assert not Student.objects.visible_to(second).exists()
    address = place(cast, f"rollen/{row.pk}/")
    sent = seen(admin, address) | {"valid_from": row.valid_from, "class_groups": [cast.class_group.pk]}
    assert admin.post(address, sent).status_code == 302
    for teacher in (second, cast.teacher):
        assert list(Student.objects.visible_to(User.objects.get(pk=teacher.pk))) == [cast.student]


def test_changing_a_role_keeps_the_classes_of_earlier_years(cast: Cast, admin: Client) -> None:
    before = make_class(cast.school, "1B", day=days(-400))
    row = role_of(cast.teacher)
    row.class_groups.add(before)  # type: ignore[attr-defined]  # from the other side
    address = place(cast, f"rollen/{row.pk}/")
    assert admin.post(address, seen(admin, address) | {"valid_from": row.valid_from}).status_code == 302
    assert list(row.class_groups.all()) == [before]  # type: ignore[attr-defined]  # from the other side


def test_who_changes_a_role_that_a_colleague_changed_sees_both(cast: Cast, admin: Client) -> None:
    row = role_of(cast.teacher)
    address = place(cast, f"rollen/{row.pk}/")
    sent = seen(admin, address) | {"valid_from": row.valid_from, "valid_until": days(9)}
    RoleAssignment.objects.filter(pk=row.pk).update(valid_until=days(3))
    answer = admin.post(address, sent)
    assert answer.status_code == 409
    assert f'value="{days(9).isoformat()}"' in answer.content.decode()
    assert role_of(cast.teacher).valid_until == days(3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"valid_until": days(-1)}, "valid_until"), ({"valid_until": "31/02/2027"}, "valid_until"),
        ({"valid_from": days(5), "valid_until": days(4)}, "valid_until"), ({"role": "boss"}, "role"),
        ({"role": "principal", "class_groups": "own"}, "class_groups"), ({"class_groups": "other"}, "class_groups"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field(cast: Cast, admin: Client, wrong: dict[str, Any], field: str) -> None:
    classes = {"own": cast.class_group, "other": make_class(cast.other_school)}
    given = {name: classes[value].pk if value in classes else value for name, value in wrong.items()}
    address = place(cast, f"gebruikers/{cast.teacher.pk}/rollen/nieuw/")
    sent = {"role": "subject_teacher", "valid_from": TODAY} | given | seen(admin, address)
    answer = admin.post(address, sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert cast.teacher.assignments.count() == 1


def test_ending_a_role_ends_the_access_at_once(cast: Cast, admin: Client, sign_in: Any) -> None:
    teacher = sign_in(cast.teacher)
    assert teacher.get(f"/leerlingen/{cast.student.pk}/").status_code == 200
    address = place(cast, f"rollen/{role_of(cast.teacher).pk}/einde/")
    assert admin.post(address).status_code == 302
    assert teacher.get(f"/leerlingen/{cast.student.pk}/").status_code == 302  # the last role ends the sign-in too
    assert sign_in(cast.teacher).get(f"/leerlingen/{cast.student.pk}/").status_code == 404
    assert Entry.objects.get(action=Action.ROLE_ENDED).object == cast.teacher.pk
    assert admin.post(address).status_code == 404  # it stands in the list no more


def test_leaving_ends_every_role_here_and_the_sessions_of_who_works_nowhere_else(
    cast: Cast, admin: Client, sign_in: Any
) -> None:
    both = cast.users["care_teacher"]
    make_role(both, cast.other_school, "principal")
    make_role(cast.teacher, cast.school, "subject_teacher", valid_from=days(3))
    browsers = {user.pk: sign_in(user) for user in (both, cast.teacher)}
    for user in (both, cast.teacher):
        address = place(cast, f"gebruikers/{user.pk}/vertrek/")
        assert admin.get(address).status_code == 200
        assert roles.running(cast.school).filter(user=user).exists()  # asking ends nothing
        assert admin.post(address).status_code == 302
        assert not roles.running(cast.school).filter(user=user).exists()
    assert browsers[both.pk].get("/").status_code == 200
    assert browsers[cast.teacher.pk].get("/").status_code == 302
    User.objects.filter(pk=cast.teacher.pk).update(is_active=True)
    assert browsers[cast.teacher.pk].get("/").status_code == 302  # the old session never comes back
    assert Entry.objects.filter(action=Action.ACCOUNT_CLOSED).count() == 1


@pytest.mark.parametrize("role", ["school_admin", "care_coordinator"])
def test_the_last_of_who_runs_the_school_stays(cast: Cast, sign_in: Any, role: str) -> None:
    principal, row = sign_in(cast.users["principal"]), role_of(cast.users[role])
    address = place(cast, f"rollen/{row.pk}/")
    tries = [
        principal.post(f"{address}einde/"),
        principal.post(place(cast, f"gebruikers/{row.user.pk}/vertrek/")),
        principal.post(address, seen(principal, address) | {"valid_from": row.valid_from, "valid_until": days(30)}),
        principal.post(address, seen(principal, address) | {"valid_from": days(2)}),
    ]
    assert [answer.status_code for answer in tries] == [422] * 4
    for answer in tries:
        assert row.get_role_display() in answer.content.decode()
    row.refresh_from_db()
    assert (row.valid_from, row.valid_until) == (datetime.date(2020, 9, 1), None)


def test_only_who_can_go_on_and_sign_in_makes_another_one_free(cast: Cast, sign_in: Any) -> None:
    row = role_of(cast.users["school_admin"])
    principal, address = sign_in(cast.users["principal"]), place(cast, f"rollen/{row.pk}/einde/")
    never_came = make_user(cast.school, "school_admin")
    never_came.set_unusable_password()
    never_came.save()
    make_role(make_user(), cast.school, "school_admin", valid_until=days(30))
    make_role(make_user(), cast.school, "school_admin", valid_from=days(3))
    make_user(cast.school, "school_admin", is_active=False)
    make_user(cast.other_school, "school_admin")
    assert principal.post(address).status_code == 422
    make_user(cast.school, "school_admin")
    assert principal.post(address).status_code == 302


def test_who_ends_the_own_role_is_not_sent_to_a_page_that_is_gone(cast: Cast, admin: Client) -> None:
    make_user(cast.school, "school_admin")
    answer = admin.post(place(cast, f"rollen/{role_of(cast.users['school_admin']).pk}/einde/"))
    assert answer.headers["Location"] == "/"


def test_a_stand_in_gets_the_same_roles_and_classes_for_these_days(cast: Cast, admin: Client) -> None:
    make_role(cast.teacher, cast.school, "care_teacher", valid_from=days(-90), valid_until=days(4))
    make_role(cast.teacher, cast.school, "principal", valid_from=days(-90), valid_until=days(-30))
    stand_in, address = make_user(cast.school, "subject_teacher", name="Vera Vervang"), place(cast, "vervangen/")
    sent = {"absent": cast.teacher.pk, "stand_in": stand_in.pk, "since": days(1), "until": days(20)}
    for _n in range(2):  # sent twice, given once
        text = admin.post(address, sent, follow=True).content.decode()
    found = stand_in.assignments.filter(instead_of=cast.teacher).order_by("role")
    assert [(row.role, row.valid_from, row.valid_until) for row in found] == [
        ("care_teacher", days(1), days(4)), ("homeroom_teacher", days(1), days(20)),
    ]  # fmt: skip
    assert list(found[1].class_groups.all()) == [cast.class_group]
    assert "Vera Vervang" in text
    assert text.count("Hier homeroom_teacher") >= 3  # in the message, in the list, and beside both roles
    assert role_of_is_kept(cast)
    assert not Student.objects.visible_to(stand_in).exists()  # not before the first day


def role_of_is_kept(cast: Cast) -> bool:
    return cast.teacher.assignments.filter(role="homeroom_teacher", valid_until=None).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"stand_in": "teacher"}, "stand_in"), ({"stand_in": "other"}, "stand_in"), ({"absent": "other"}, "absent"),
        ({"until": days(-1)}, "until"), ({"since": days(9), "until": days(8)}, "until"), ({"until": ""}, "until"),
        ({"absent": "later"}, "absent"),
    ],
)  # fmt: skip
def test_a_stand_in_that_cannot_be_is_refused(cast: Cast, admin: Client, wrong: dict[str, Any], field: str) -> None:
    later = make_user()
    make_role(later, cast.school, "care_teacher", valid_from=days(30))
    people = {"teacher": cast.teacher.pk, "other": cast.others["principal"].pk, "later": later.pk}
    given = {"absent": cast.teacher.pk, "stand_in": cast.users["principal"].pk, "since": TODAY, "until": days(5)}
    given |= {name: people.get(value, value) if isinstance(value, str) else value for name, value in wrong.items()}
    answer = admin.post(place(cast, "vervangen/"), given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not RoleAssignment.objects.exclude(instead_of=None).exists()


def test_inviting_writes_it_down_and_waits(cast: Cast, admin: Client) -> None:
    address = place(cast, "gebruikers/uitnodigen/")
    sent = {
        "email": "Nieuw@School.example", "name": "Nieuw", "roles": ["homeroom_teacher"], "valid_from": TODAY,
        "class_groups": [cast.class_group.pk],
    }  # fmt: skip
    sent |= seen(admin, address)
    for _n in range(2):
        assert admin.post(address, sent).status_code == 302
    row = Invitation.objects.get()
    assert (row.email, row.roles, row.school) == ("nieuw@school.example", ["homeroom_teacher"], cast.school)
    assert list(row.class_groups.all()) == [cast.class_group]  # type: ignore[attr-defined]  # from the other side
    assert Entry.objects.get(action=Action.INVITATION_SENT).object == row.pk
    assert not User.objects.filter(email=row.email).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "niemand"}, "email"), ({"email": "own"}, "email"), ({"roles": []}, "roles"),
        ({"roles": ["boss"]}, "roles"), ({"valid_until": days(-2)}, "valid_until"), ({"name": "x" * 201}, "name"),
    ],
)  # fmt: skip
def test_an_invitation_that_cannot_be_is_refused(cast: Cast, admin: Client, wrong: dict[str, Any], field: str) -> None:
    given = {"email": "nieuw@school.example", "name": "Nieuw", "roles": ["principal"], "valid_from": TODAY} | wrong
    given["email"] = given["email"].replace("own", cast.teacher.email.upper())
    address = place(cast, "gebruikers/uitnodigen/")
    answer = admin.post(address, given | seen(admin, address))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Invitation.objects.exists()


def test_whoever_works_elsewhere_is_invited_like_anybody(cast: Cast, admin: Client) -> None:
    address, pages = place(cast, "gebruikers/uitnodigen/"), []
    for email in (cast.others["principal"].email, "onbekend@school.example"):
        sent = {"email": email, "name": "Iemand", "roles": ["principal"], "valid_from": TODAY} | seen(admin, address)
        answer = admin.post(address, sent)
        assert answer.status_code == 302
        text = admin.get(place(cast)).content.decode()
        pages.append(text.split('id="h-waiting"')[1].split("</ul>")[0].count("<p"))
    assert pages[1] == 2 * pages[0]


def test_the_page_asks_the_same_for_twice_as_many(
    cast: Cast, admin: Client, django_assert_max_num_queries: Any
) -> None:
    for _n in range(30):
        make_student(cast.school)
        make_role(make_user(), cast.school, "homeroom_teacher", classes=(cast.class_group,))
    with django_assert_max_num_queries(15):
        admin.get(place(cast))
