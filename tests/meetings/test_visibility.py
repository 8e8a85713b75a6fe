"""Who reads which item: every kind × every role × flags × open or closed × seat × grant, and what hangs under an item."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from hgw.accounts.models import Role, User
from hgw.items.moving import move_item
from hgw.items.saving import save_item
from meetings import step_pages
from meetings.kinds import kinds
from meetings.models import (
    Addendum,
    Agreement,
    AgreementActor,
    AgreementReview,
    CircleMember,
    ClbContribution,
    Communication,
    Factor,
    FactorCluster,
    FactorLink,
    FollowUp,
    GateReason,
    Goal,
    GoalOutcome,
    GoalScore,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    Participant,
    PhaseDecision,
    Plan,
    PlanText,
    Statement,
    StepText,
    Wish,
)
from students.models import Enrollment, ReasonableAdjustment
from tests.access_case import make_row as make
from tests.factories import Cast, make_cast, make_class, make_grant, make_item, make_role, make_student, make_user, seat

TEAM, SHARED, CLB = ("care_team",), ("care_team", "class_sheet", "parents", "student"), ("care_team", "clb")
SECRET = ("confidential",)
# What stands in the table, and who is named on it.
FLAGS = {"team": TEAM, "shared": SHARED, "clb": CLB, "secret": SECRET, "secret, named": SECRET}
GRANTS = ("none", "plan", "meeting", "file", "expired")
TODAY = timezone.localdate()
WITH_FLAGS = (Wish, Observation, Factor, InfoRequest, Goal, Need, Agreement, Addendum, ReasonableAdjustment)
WITHOUT_FLAGS = (
    MeetingGoal, StepText, Participant, Communication, FollowUp, GateReason, FactorCluster, PhaseDecision, PlanText,
    Statement, GoalScore, FactorLink,
)  # fmt: skip


@dataclass(frozen=True)
class Reader:
    user: User
    role: str
    here: bool = True
    seated: bool = False
    grant: str = "none"

    @property
    def granted(self) -> bool:
        return self.grant in {"meeting", "file"}

    def __str__(self) -> str:
        return f"{self.role}{'' if self.here else ' elsewhere'}{' seated' if self.seated else ''} {self.grant}"


def reads(reader: Reader, model: Any, place: str, is_open: bool) -> bool:
    """The rules once more, in words of their own."""
    care_team = {"care_coordinator", "principal", "care_teacher"}
    outside = {"clb_worker", "learning_supporter"}
    if not reader.here or reader.role in {"school_admin", "adviser"}:
        return False
    if reader.role in outside and not reader.granted:
        return False
    at_the_table = reader.seated and is_open
    if place.startswith("secret"):
        if reader.role in {"care_coordinator", "principal"}:
            return True
        named = place == "secret, named" and model is not ReasonableAdjustment
        return named and (reader.role in {"care_teacher", "clb_worker"} or is_open)
    if reader.role in care_team:
        return True
    if model is Statement:
        return False
    if model is Addendum:
        return reader.role == "clb_worker" and place == "clb"
    if model is ClbContribution:
        return reader.role == "clb_worker" and at_the_table
    return at_the_table or (reader.role == "clb_worker" and place == "clb" and not is_open)


def readers(cast: Cast) -> Iterator[Reader]:
    """Somebody for each role, at the table and not, with each kind of grant, and the same roles at another school."""
    for role in Role.values:
        yield Reader(cast.others[role], role, here=False)
        for seated in (False, True):
            for grant in GRANTS if role in {"clb_worker", "learning_supporter"} else ("none",):
                user = make_user(cast.school, role, name=f"{role} {seated} {grant}")
                if seated:
                    seat(cast.meeting, user, role if role in {"clb_worker", "learning_supporter"} else "external")
                if grant == "expired":
                    begun = TODAY - datetime.timedelta(days=9)
                    make_grant(user, cast.student, since=begun, until=TODAY - datetime.timedelta(days=1))
                elif grant != "none":
                    make_grant(user, cast.student, scope=grant)
                yield Reader(user, role, seated=seated, grant=grant)


@pytest.fixture
def world(db: None) -> tuple[Cast, list[Reader]]:
    cast = make_cast()
    return cast, list(readers(cast))


def close(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status="closed")


@pytest.mark.parametrize("is_open", [True, False])
def test_an_item_with_flags_is_read_by_whom_they_name(world: tuple[Cast, list[Reader]], is_open: bool) -> None:
    cast, everybody = world
    places = [(model, place) for model in WITH_FLAGS for place in FLAGS]
    rows = {(model, place): make(model, cast.meeting, visibility=FLAGS[place]) for model, place in places}
    people = [cast.meeting.person(reader.user.name) for reader in everybody if reader.here]
    for (_model, place), row in rows.items():
        if place == "secret, named":
            CircleMember.objects.bulk_create(CircleMember(item=row.pk, person=person) for person in people)
    if not is_open:
        close(cast.meeting)
    wrong = []
    for model in WITH_FLAGS:
        mine = {rows[model, place].pk: place for place in FLAGS}
        for reader in everybody:
            seen = list(model.objects.visible_to(reader.user).filter(pk__in=mine).values_list("pk", flat=True))
            assert len(seen) == len(set(seen)) == model.objects.visible_to(reader.user).filter(pk__in=mine).count()
            for pk, place in mine.items():
                if (pk in seen) != reads(reader, model, place, is_open):
                    wrong.append(f"{reader}: {model.kind()} {place}: {'reads' if pk in seen else 'does not read'}")
    assert wrong == []


@pytest.mark.parametrize("is_open", [True, False])
def test_an_item_without_flags_is_the_care_teams(world: tuple[Cast, list[Reader]], is_open: bool) -> None:
    cast, everybody = world
    rows = {model: make(model, cast.meeting) for model in WITHOUT_FLAGS}
    if not is_open:
        close(cast.meeting)
    wrong = []
    for model, row in rows.items():
        for reader in everybody:
            seen = model.objects.visible_to(reader.user).filter(pk=row.pk).exists()
            if seen != reads(reader, model, "team", is_open):
                wrong.append(f"{reader}: {model.kind()}: {'reads' if seen else 'does not read'}")
    assert wrong == []


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("place", list(FLAGS))
def test_what_the_clb_brings_in_stays_with_the_care_team(
    world: tuple[Cast, list[Reader]], is_open: bool, place: str
) -> None:
    cast, everybody = world
    row = make(ClbContribution, cast.meeting, visibility=FLAGS[place])
    if place == "secret, named":
        for reader in everybody:
            if reader.here:
                CircleMember.objects.create(item=row.pk, person=cast.meeting.person(reader.user.name))
    if not is_open:
        close(cast.meeting)
    seen = {str(r): ClbContribution.objects.visible_to(r.user).exists() for r in everybody}
    wanted = {
        str(r): reads(r, ClbContribution, "team" if place == "clb" else place, is_open) for r in everybody
    }  # a flag does not open it further
    assert seen == wanted


@pytest.mark.parametrize("is_open", [True, False])
def test_the_meeting_itself(world: tuple[Cast, list[Reader]], is_open: bool) -> None:
    cast, everybody = world
    if not is_open:
        close(cast.meeting)
    for reader in everybody:
        seen = Meeting.objects.visible_to(reader.user).filter(pk=cast.meeting.pk).exists()
        after = not is_open and reader.here and reader.role == "clb_worker" and reader.granted
        assert seen == (after or reads(reader, Meeting, "team", is_open)), str(reader)


def test_a_removed_item_is_on_no_page(cast: Cast) -> None:
    for model in (*WITH_FLAGS, *WITHOUT_FLAGS):
        row = make(model, cast.meeting)
        model.objects.filter(pk=row.pk).update(removed_at=timezone.now())
        assert not model.objects.visible_to(cast.coordinator).filter(pk=row.pk).exists(), model


def test_a_cancelled_meeting_is_the_care_teams(cast: Cast) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="cancelled")
    seen = {role for role, user in cast.users.items() if Meeting.objects.visible_to(user).exists()}
    assert seen == {"care_coordinator", "principal", "care_teacher", "clb_worker"}


@pytest.mark.parametrize(
    ("fields", "reads_it"),
    [
        ({"role": "homeroom_teacher"}, True),
        ({"role": "homeroom_teacher", "participation": "beforehand"}, True),
        ({"role": "homeroom_teacher", "participation": "not_this_time"}, False),
        ({"role": "guardian"}, False),
        ({"role": "interpreter"}, False),
        ({"role": "homeroom_teacher", "removed_at": datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC)}, False),
    ],
)
def test_a_seat_opens_the_meeting_to_whoever_works_there(cast: Cast, fields: dict[str, Any], reads_it: bool) -> None:
    teacher = make_user(cast.school, "subject_teacher")
    seat(cast.meeting, teacher, **fields)
    assert Meeting.objects.visible_to(teacher).exists() is reads_it


def test_in_a_group_each_student_must_be_granted(cast: Cast) -> None:
    from tests.factories import make_meeting

    second = make_student(cast.school, cast.class_group)
    group = make_meeting([cast.student, second], by=cast.coordinator)
    worker = cast.users["clb_worker"]
    item = make(Observation, group, subject=cast.student, visibility=CLB)
    close(group)
    assert not Meeting.objects.visible_to(worker).filter(pk=group.pk).exists()
    assert not Observation.objects.visible_to(worker).filter(pk=item.pk).exists()
    make_grant(worker, second)
    assert Meeting.objects.visible_to(worker).filter(pk=group.pk).exists()
    assert Observation.objects.visible_to(worker).filter(pk=item.pk).exists()


def test_a_grant_for_the_plan_shows_the_plan_and_no_meeting(cast: Cast) -> None:
    worker = make_user(cast.school, "clb_worker")
    make_grant(worker, cast.student, scope="plan")
    make(Observation, cast.meeting, visibility=CLB)
    assert not Plan.objects.visible_to(worker).exists()  # a draft is for who sits at the table
    Plan.objects.update(status="final")
    assert Plan.objects.visible_to(worker).count() == 1
    assert not Meeting.objects.visible_to(worker).exists()
    assert not Observation.objects.visible_to(worker).exists()


# --- what hangs under a hidden item ---


def test_under_a_hidden_goal_nothing_shows_that_it_is_there(cast: Cast) -> None:
    goal = make(Goal, cast.meeting, visibility=SECRET)
    make(Need, cast.meeting, goal=goal, visibility=SHARED)
    make(GoalScore, cast.meeting, goal=goal)
    for model in (Goal, Need, GoalScore):
        assert model.objects.visible_to(cast.coordinator).count() == 1
        assert model.objects.visible_to(cast.users["principal"]).count() == 1
        for role in ("homeroom_teacher", "care_teacher", "clb_worker"):
            assert model.objects.visible_to(cast.users[role]).count() == 0, (model, role)
    CircleMember.objects.create(item=goal.pk, person=cast.meeting.person(cast.teacher.name))
    for model in (Goal, Need, GoalScore):
        assert model.objects.visible_to(cast.teacher).count() == 1


def test_a_need_whose_goal_was_removed_stays_in_sight(cast: Cast) -> None:
    """The gate asks for another goal: whoever must choose one has to see the need."""
    need = make(Need, cast.meeting)
    Goal.objects.filter(pk=need.goal_id).update(removed_at=timezone.now())
    assert Need.objects.visible_to(cast.teacher).filter(pk=need.pk).exists()


def test_an_arrow_needs_both_its_ends(cast: Cast) -> None:
    hidden = make(Factor, cast.meeting, visibility=SECRET)
    make(FactorLink, cast.meeting, from_factor=make(Factor, cast.meeting), to_factor=hidden)
    make(FactorLink, cast.meeting, from_factor=hidden, to_factor=make(Factor, cast.meeting))
    assert FactorLink.objects.visible_to(cast.coordinator).count() == 2
    assert FactorLink.objects.visible_to(cast.teacher).count() == 0


def test_counts_are_of_what_one_reads(cast: Cast) -> None:
    for model in (Observation, Factor, Goal, Need, Agreement):
        make(model, cast.meeting, visibility=SECRET)
        make(model, cast.meeting, **({"goal": Goal.objects.visible_to(cast.teacher).first()} if model is Need else {}))
    mine = step_pages.counts(cast.meeting, cast.teacher)
    assert (mine["overzicht"], mine["inzicht"], mine["behoeften"], mine["afspraken"]) == (1, 1, 1, 1)
    theirs = step_pages.counts(cast.meeting, cast.coordinator)
    assert (theirs["overzicht"], theirs["inzicht"], theirs["behoeften"], theirs["afspraken"]) == (2, 2, 2, 2)


def test_moving_past_a_hidden_item_does_not_give_it_away(cast: Cast) -> None:
    names = ("een", "geheim", "twee", "drie")
    first, hidden, second, third = (
        make_item(cast.meeting, "observation", cast.coordinator, valence="strength", domain="ll", text=text)
        for text in names
    )
    Observation.objects.filter(pk=hidden.pk).update(visibility=SECRET)
    move_item(second, by=cast.teacher, step=-1)
    shown = Observation.objects.visible_to(cast.teacher)
    assert [o.text for o in shown] == ["twee", "een", "drie"]
    assert [o.text for o in Observation.objects.visible_to(cast.coordinator)] == ["twee", "geheim", "een", "drie"]


# --- agreements ---


def test_an_own_agreement_is_read_without_the_meeting_and_after_it(cast: Cast) -> None:
    outsider = make_user(cast.school, "subject_teacher")
    mine, other = make(Agreement, cast.meeting), make(Agreement, cast.meeting)
    AgreementActor.objects.create(agreement=mine, person=cast.meeting.person(outsider.name), is_lead=True)
    for _status in ("open", "closed"):
        assert list(Agreement.objects.visible_to(outsider)) == [mine]
        assert list(Agreement.objects.allowed(outsider, "review")) == [mine]
        assert not Agreement.objects.allowed(outsider, "write").exists()
        close(cast.meeting)
    assert other in Agreement.objects.allowed(cast.coordinator, "review")
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="cancelled")
    assert not Agreement.objects.visible_to(outsider).exists()


@pytest.mark.parametrize("role", ["subject_teacher", "care_teacher", "clb_worker", "learning_supporter"])
def test_doing_a_confidential_agreement_takes_a_place_in_its_circle(cast: Cast, role: str) -> None:
    user = make_user(cast.school, role)
    secret = make(Agreement, cast.meeting, visibility=SECRET)
    person = cast.meeting.person(user.name)
    AgreementActor.objects.create(agreement=secret, person=person, is_lead=True)
    assert not Agreement.objects.visible_to(user).exists()
    assert not Agreement.objects.allowed(user, "review").exists()
    CircleMember.objects.create(item=secret.pk, person=person)
    close(cast.meeting)
    assert list(Agreement.objects.visible_to(user)) == [secret]
    assert list(Agreement.objects.allowed(user, "review")) == [secret]
    assert list(Agreement.objects.allowed(cast.coordinator, "review")) == [secret]


# --- names ---


def test_a_name_that_two_people_share_opens_nothing(cast: Cast) -> None:
    first = make_user(cast.school, "homeroom_teacher", name="Jan Peeters")
    second = make_user(cast.school, "subject_teacher", name="Jan Peeters")
    person = cast.meeting.person("Jan Peeters")
    assert person.user is None
    assert (person.name, cast.meeting.person("Jan Peeters").pk) == ("Jan Peeters", person.pk)
    Participant.objects.create(
        meeting=cast.meeting, school=cast.school, person=person, role="homeroom_teacher", role_label="x",
        standing="professional",
    )  # fmt: skip
    assert not Meeting.objects.visible_to(first).exists()
    assert not Meeting.objects.visible_to(second).exists()


def test_a_name_stands_for_the_one_who_works_here_now(cast: Cast) -> None:
    make_user(cast.other_school, "homeroom_teacher", name="An Maes")
    make_user(cast.school, "homeroom_teacher", name="An Maes", is_active=False)
    gone = make_user(name="An Maes")
    make_role(gone, cast.school, "homeroom_teacher", valid_until=TODAY - datetime.timedelta(days=1))
    here = make_user(cast.school, "homeroom_teacher", name="An Maes")
    make_role(here, cast.school, "care_teacher")  # two roles are still one person
    assert cast.meeting.person("An Maes").user == here


def test_a_parent_who_shares_a_name_with_a_colleague_stays_a_parent(cast: Cast) -> None:
    colleague = make_user(cast.school, "subject_teacher", name=str(cast.mother))
    person = cast.meeting.person(str(cast.mother))
    assert (person.user, list(person.guardians.all())) == (None, [cast.mother])
    assert not Meeting.objects.visible_to(colleague).exists()


# --- who writes ---


def test_who_sits_at_the_table_is_for_whoever_manages_the_meeting(cast: Cast) -> None:
    from django.core.exceptions import PermissionDenied

    row = Participant.objects.filter(meeting=cast.meeting, role="learning_supporter").get()
    given = {"role": "external", "role_label": "x", "standing": "professional"}
    for role in ("homeroom_teacher", "care_teacher", "clb_worker", "principal", "learning_supporter"):
        user = cast.users[role]
        new = Participant(meeting=cast.meeting, school=cast.school, person=cast.meeting.person("Nieuw"))
        with pytest.raises(PermissionDenied):
            save_item(new, given, by=user, base_version=0, key=uuid.uuid4())
        with pytest.raises(PermissionDenied):
            save_item(row, {"participation": "full"}, by=user, base_version=1, key=uuid.uuid4())
    new = Participant(meeting=cast.meeting, school=cast.school, person=cast.meeting.person("Nieuw"))
    assert save_item(new, given, by=cast.coordinator, base_version=0, key=uuid.uuid4()).item.version == 1


WRITERS = {
    "observation": {"care_coordinator", "care_teacher", "homeroom_teacher", "clb_worker"},
    "reasonableadjustment": {"care_coordinator", "care_teacher", "homeroom_teacher", "clb_worker"},
    "statement": {"care_coordinator"},
    "addendum": {"care_coordinator"},
    "clbcontribution": {"clb_worker"},
    "consent": {"care_coordinator"},
    "legalreport": {"care_coordinator"},
    "participant": {"care_coordinator"},
}


@pytest.mark.parametrize("kind", WRITERS)
def test_each_kind_is_added_by_those_whose_kind_it_is(cast: Cast, kind: str) -> None:
    from meetings.item_lists import new_item

    item = new_item(kinds()[kind], cast.meeting)
    everybody = cast.users | {f"other {role}": user for role, user in cast.others.items()}
    assert {role for role, user in everybody.items() if item.may_be_saved_by(user)} == WRITERS[kind]


def test_a_review_and_an_outcome_are_said_by_whose_they_are(cast: Cast) -> None:
    agreed = make_item(cast.meeting, "agreement", cast.coordinator, what="leest", how="zo", why="daarom",
        who=[(cast.meeting.person(cast.teacher.name), True)])  # fmt: skip
    said = AgreementReview(meeting=cast.meeting, school=cast.school, agreement=agreed)
    goal = make(Goal, cast.meeting)
    everybody = cast.users | {f"other {role}": user for role, user in cast.others.items()}

    def savers(row: Any) -> set[str]:
        return {role for role, user in everybody.items() if row.may_be_saved_by(user)}

    assert savers(said) == {"care_coordinator", "homeroom_teacher"}
    assert savers(GoalOutcome.objects.get(pk=goal.pk)) == {"care_coordinator"}


def test_a_flag_on_a_goal_shows_the_clb_no_places_on_its_scale(cast: Cast) -> None:
    goal = make(Goal, cast.meeting, visibility=("care_team", "clb"))
    make(GoalScore, cast.meeting, goal=goal)
    worker = cast.users["clb_worker"]
    assert (Goal.objects.visible_to(worker).count(), GoalScore.objects.visible_to(worker).count()) == (1, 1)
    close(cast.meeting)
    assert (Goal.objects.visible_to(worker).count(), GoalScore.objects.visible_to(worker).count()) == (1, 0)


def test_a_link_between_traits_is_not_shown_with_their_flags(cast: Cast) -> None:
    first, second = (make(Factor, cast.meeting, visibility=("care_team", "clb")) for _n in range(2))
    make(FactorLink, cast.meeting, from_factor=first, to_factor=second)
    worker = cast.users["clb_worker"]
    assert (Factor.objects.visible_to(worker).count(), FactorLink.objects.visible_to(worker).count()) == (2, 1)
    close(cast.meeting)
    assert (Factor.objects.visible_to(worker).count(), FactorLink.objects.visible_to(worker).count()) == (2, 0)


def test_a_class_sheet_goes_with_the_class_that_one_teaches_now(cast: Cast) -> None:
    def sheets(user: User) -> int:
        return Plan.objects.allowed(User.objects.get(pk=user.pk), "read", "class_sheet").count()

    colleague = make_user(cast.school)
    make_role(colleague, cast.school, "homeroom_teacher", classes=(make_class(cast.school, "3C"),))
    Plan.objects.update(status="final")
    assert (sheets(cast.teacher), sheets(colleague)) == (1, 0)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Enrollment.objects.filter(student=cast.student).update(until=yesterday)
    assert sheets(cast.teacher) == 0, "the student left the class"
    Enrollment.objects.filter(student=cast.student).update(until=None)
    cast.teacher.assignments.update(valid_until=yesterday)
    make_role(cast.teacher, cast.school, "homeroom_teacher")  # the same role again, without classes
    assert sheets(cast.teacher) == 0, "the teacher left the class"


def test_a_meeting_is_planned_by_a_coordinator_and_changed_by_whoever_writes_in_it(cast: Cast) -> None:
    everybody = cast.users | {f"other {role}": user for role, user in cast.others.items()}

    def savers(meeting: Meeting) -> set[str]:
        return {role for role, user in everybody.items() if meeting.may_be_saved_by(user)}

    assert savers(Meeting(school=cast.school)) == {"care_coordinator"}
    at_the_table = {"care_coordinator", "care_teacher", "homeroom_teacher", "clb_worker"}
    assert savers(cast.meeting) == at_the_table
    close(cast.meeting)
    assert savers(cast.meeting) == {"care_coordinator"}


def test_an_adjustment_is_changed_by_who_writes_in_the_meeting_it_came_with(cast: Cast) -> None:
    row = make(ReasonableAdjustment, cast.meeting)
    everybody = cast.users | {f"other {role}": user for role, user in cast.others.items()}

    def savers() -> set[str]:
        return {role for role, user in everybody.items() if row.may_be_saved_by(user)}

    assert savers() == {"care_coordinator", "care_teacher", "homeroom_teacher", "clb_worker"}
    close(cast.meeting)
    assert savers() == {"care_coordinator"}


def test_after_the_closing_nobody_at_the_table_writes(cast: Cast) -> None:
    goal = make(MeetingGoal, cast.meeting)
    assert goal.may_be_saved_by(cast.teacher)
    close(cast.meeting)
    assert not goal.may_be_saved_by(cast.teacher)
    assert not MeetingGoal(meeting=cast.meeting, school=cast.school).may_be_saved_by(cast.users["clb_worker"])


def test_flags_are_whole_words_and_only_sets_that_can_be(cast: Cast) -> None:
    make(Observation, cast.meeting, visibility=("care_team", "student"))
    make(Observation, cast.meeting, visibility=("care_team", "class_sheet"))
    make(Observation, cast.meeting, visibility=("care_team",))
    for flag, count in (("student", 1), ("class_sheet", 1), ("care_team", 3), ("clb", 0), ("parents", 0)):
        assert Observation.objects.filter(visibility__contains=flag).count() == count, flag
    for part in ("team", "class", "s", "care_team,student", "CLB"):
        with pytest.raises(ValueError, match="no reader"):
            Observation.objects.filter(visibility__contains=part).count()
    for wrong in (("parents",), ("confidential", "care_team"), ("care_team", "boss"), ("clb", "confidential")):
        with pytest.raises(ValueError, match="no set of readers"), transaction.atomic():
            make(Observation, cast.meeting, visibility=wrong)
        with pytest.raises(ValueError, match="no set of readers"), transaction.atomic():
            Observation.objects.update(visibility=wrong)
