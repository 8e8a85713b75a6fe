"""Who signs in, and the roles that users have at a school from day to day."""

import datetime
import uuid
from functools import lru_cache
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models.schools import School
from hgw.rows import Row
from hgw.text import ShortTextField


class Role(models.TextChoices):
    """What somebody is at a school. Each column of the access matrix (hgw/access.toml) is one of these."""

    CARE_COORDINATOR = "care_coordinator", _("Care coordinator")
    PRINCIPAL = "principal", _("Principal")
    CARE_TEACHER = "care_teacher", _("Care teacher")
    HOMEROOM_TEACHER = "homeroom_teacher", _("Homeroom teacher")
    SUBJECT_TEACHER = "subject_teacher", _("Subject teacher")
    CLB_WORKER = "clb_worker", _("CLB worker")
    LEARNING_SUPPORTER = "learning_supporter", _("Learning supporter")
    SCHOOL_ADMIN = "school_admin", _("School administrator")
    ADVISER = "adviser", _("Pedagogical adviser")


ROLES = {role.value: role for role in Role}  # by what stands in the database; each request reads some


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user who signs in with `email`; without a password nobody can."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in: staff of a school, of a CLB or of a support centre. Never a student or a guardian."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = ShortTextField(blank=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    chosen_school = ""  # id of the school that lists are narrowed to, from the session of this request
    is_projecting = (
        False  # whether a room reads along on the screen of this session: it asks for less than the user may
    )
    # Ids of the students whom the user has open in need at this moment, in this session: for minutes, by a reason.
    opened_in_need: frozenset[uuid.UUID] = frozenset()

    joining: "tuple[School, ...]" = ()  # which this person is about to begin or to join, while the form for it is read

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> "list[tuple[Role, uuid.UUID]]":
        """The roles this user has today, as pairs of role and school id. One query per request."""
        if not self.is_active:
            return []
        return RoleAssignment.objects.held_by(self.pk, timezone.localdate())

    def forget_roles(self) -> None:
        """Let `roles` be asked again: a right that ended since counts no more."""
        self.__dict__.pop("roles", None)

    def has_a_way_in(self) -> bool:
        """Whether this user can sign in, or could: chose a password, or linked an account elsewhere."""
        return self.has_usable_password() or self.socialaccount_set.exists()  # type: ignore[attr-defined]  # from the library's side

    def close_ways_in(self) -> None:
        """End whatever this person signs in with: password, accounts elsewhere, second steps and passkeys.

        The same address may be somebody else's tomorrow.
        """
        self.set_unusable_password()
        self.save(update_fields=["password"])
        self.socialaccount_set.all().delete()  # type: ignore[attr-defined]  # from the library's side
        self.authenticator_set.all().delete()  # type: ignore[attr-defined]  # as above

    def has_role(self, school: School | uuid.UUID, *roles: Role) -> bool:
        """Whether the user has one of these roles at the school today; with no roles given, any role."""
        school_id = school.pk if isinstance(school, School) else school
        return any(held_at == school_id and (not roles or role in roles) for role, held_at in self.roles)

    def schools(self) -> models.QuerySet[School]:
        """The schools where this user has a role today."""
        return School.objects.filter(pk__in={school for _role, school in self.roles})

    @property
    def listed_school(self) -> uuid.UUID | None:
        """The one school that lists are narrowed to; None for all of them, also when the role there ended."""
        return next((school for _role, school in self.roles if str(school) == self.chosen_school), None)


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: datetime.date | None = None) -> "RoleAssignmentQuerySet":
        """Those that hold on a day (today, in the school's time zone)."""
        day = day or timezone.localdate()
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)

    def held_by(self, user: uuid.UUID, day: datetime.date) -> "list[tuple[Role, uuid.UUID]]":
        """The roles that somebody holds on a day, as pairs of role and school id: those of `on`.

        Every request asks this. Wording the question takes longer than answering it, so it is worded once a day for each
        person and asked each time.
        """
        return [(ROLES[role], _school_id(at)) for role, at in _roles_of(user, day).all()]


@lru_cache(maxsize=1024)
def _roles_of(user: uuid.UUID, day: datetime.date) -> "models.QuerySet[RoleAssignment, tuple[str, str]]":
    """The question, never asked itself: `.all()` of it is. The school comes as text: making ids takes a while."""
    held = RoleAssignment.objects.on(day).filter(user=user).order_by()
    return held.values_list("role", Cast("school_id", models.CharField()))


@lru_cache(maxsize=1024)
def _school_id(text: str) -> uuid.UUID:
    return uuid.UUID(text)


def renewal_day(day: datetime.date | None = None) -> datetime.date:
    """The last day of a role that is given or renewed on a day (today): 31 August, from June on of the year after."""
    day = day or timezone.localdate()
    return datetime.date(day.year + (day.month >= 6), 8, 31)


class RoleAssignment(Row):
    """A role of a user at a school between two dates, both included. Access ends with it.

    It ends on `lapses_on` too, unless the school renews it before (hgw/accounts/lapsing.py).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments")
    school = models.ForeignKey(School, models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role)
    valid_from = models.DateField(default=timezone.localdate)
    valid_until = models.DateField(null=True, blank=True)
    lapses_on = models.DateField(default=renewal_day, editable=False)
    # Whose work it is for a while, when somebody stands in for a colleague.
    instead_of = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("school", "role")
        constraints = (
            models.CheckConstraint(
                name="role_assignment_dates",
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.school}"


def display_name(user: User) -> str:
    """The name that sign-in pages greet with."""
    return user.name
