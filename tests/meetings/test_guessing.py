"""What somebody may not read is not found by trying either: the answer to a guess says nothing of it."""

import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.items.models import Revision
from hgw.items.saving import save_item
from meetings.cases.loading import load
from meetings.history import history
from meetings.models import Addendum, Factor, FactorCluster, Goal, InfoRequest, Meeting, Need
from students.models import Consent, ReasonableAdjustment
from tests.access_case import make_row
from tests.factories import Cast, make_item, make_meeting, make_student, seat
from tests.meetings.case_files import case, parsed, written
from tests.meetings.test_cases_roundtrip import exported

SECRET = "slaapt bij een buur"
HELP = "tasks"
SCRIPT = {"X-Save": "keep", "HX-Request": "true"}


def add_cluster(client: Any, cast: Cast, name: str) -> Any:
    url = reverse("item_add", args=(cast.meeting.pk, "factorcluster"))
    return client.post(url, {"short": "1", "name": name, "hypothesis": "", "key": str(uuid.uuid4())}, headers=SCRIPT)


def test_a_name_that_only_a_hidden_trait_carries_is_one_that_nobody_gave(cast: Cast, sign_in: Any) -> None:
    make_row(Factor, cast.meeting, cluster="thuissituatie", visibility=("confidential",))
    make_row(Factor, cast.meeting, cluster="klas")
    teacher = sign_in(cast.teacher)
    hidden, unknown = (add_cluster(teacher, cast, name) for name in ("thuissituatie", "verzonnen"))
    assert hidden.status_code == unknown.status_code == 422
    assert hidden.json() == unknown.json()
    assert add_cluster(teacher, cast, "klas").status_code == 200
    assert add_cluster(sign_in(cast.coordinator), cast, "thuissituatie").status_code == 200


def test_the_hypothesis_of_a_cluster_is_still_written_where_its_trait_is_hidden(cast: Cast, sign_in: Any) -> None:
    make_row(Factor, cast.meeting, cluster="klas", visibility=("confidential",))
    row = make_item(cast.meeting, "factorcluster", cast.coordinator, name="klas", hypothesis="")
    url = reverse("item_edit", args=(cast.meeting.pk, "factorcluster", row.pk))
    sent = {"name": "klas", "hypothesis": "druk helpt niet", "base_version": "1", "key": str(uuid.uuid4())}
    assert sign_in(cast.teacher).post(url, sent, headers=SCRIPT).status_code == 200
    assert FactorCluster.objects.get(pk=row.pk).hypothesis == "druk helpt niet"


@pytest.mark.parametrize(
    ("model", "asked", "word"), [(Need, "need", "text"), (InfoRequest, "info_request", "question")]
)
def test_an_agreement_is_filled_in_with_what_its_writer_reads(
    cast: Cast, sign_in: Any, model: Any, asked: str, word: str
) -> None:
    url = reverse("item_add", args=(cast.meeting.pk, "agreement"))
    row = make_row(model, cast.meeting, **{word: SECRET})
    page = f"{url}?{asked}={row.pk}"
    model.objects.filter(pk=row.pk).update(visibility=("confidential",))
    assert SECRET in sign_in(cast.coordinator).get(page).content.decode()
    hidden, unknown = (sign_in(cast.teacher).get(f"{url}?{asked}={pk}") for pk in (row.pk, uuid.uuid4()))
    assert SECRET not in hidden.content.decode()
    assert hidden.context["form"].initial.keys() == unknown.context["form"].initial.keys()


@pytest.mark.parametrize("readers", [("care_team",), ("confidential",)])
def test_whom_a_goal_is_about_is_not_held_by_a_hidden_need(cast: Cast, sign_in: Any, readers: tuple[str, ...]) -> None:
    """In a group a need about one student keeps its goal from becoming another's; only where it is read, or that tells of it."""
    other = make_student(cast.school, cast.class_group, first_name="Jonas")
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    seat(meeting, cast.teacher)
    goal = make_row(Goal, meeting)
    make_row(Need, meeting, goal=goal, subject=cast.student, visibility=readers)
    url = reverse("item_edit", args=(meeting.pk, "goal", goal.pk))
    client = sign_in(cast.teacher)
    form = client.get(url).context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    answer = client.post(url, sent | {"subject": str(other.pk)}, headers=SCRIPT)
    assert answer.status_code == (422 if readers == ("care_team",) else 200)


def test_a_consent_is_not_about_an_observation_that_was_taken_away(cast: Cast, sign_in: Any) -> None:
    row = make_item(cast.meeting, "observation", cast.coordinator, text=SECRET)
    url = reverse("item_add", args=(cast.meeting.pk, "consent"))
    assert SECRET in sign_in(cast.coordinator).get(url).content.decode()
    type(row).objects.filter(pk=row.pk).update(removed_at=timezone.now())
    assert SECRET not in sign_in(cast.coordinator).get(url).content.decode()


@pytest.mark.parametrize("readers", [("care_team",), ("confidential",)])
def test_what_was_answered_about_something_confidential_is_not_told_either(
    cast: Cast, sign_in: Any, readers: tuple[str, ...]
) -> None:
    """That a student did not want something shared says that something was told."""
    seen = make_item(cast.meeting, "observation", cast.coordinator, text="iets", visibility=readers)
    make_row(Consent, cast.meeting, kind_of_consent="student_confidence_share", about=seen.pk, what=SECRET)
    make_row(Consent, cast.meeting, what="over het lezen")
    for url in (reverse("meeting", args=(cast.meeting.pk,)), reverse("student", args=(cast.student.pk,))):
        for role in ("care_teacher", "clb_worker", "learning_supporter"):
            page = sign_in(cast.users[role]).get(url).content.decode()
            assert ("over het lezen" in page, SECRET in page) == (True, readers == ("care_team",)), (role, url)
        assert all(
            SECRET in sign_in(cast.users[r]).get(url).content.decode() for r in ("care_coordinator", "principal")
        )


def test_a_refusal_to_share_that_names_nothing_is_for_who_reads_what_is_confidential(cast: Cast, sign_in: Any) -> None:
    row = make_row(Consent, cast.meeting, kind_of_consent="student_confidence_share", what=SECRET, granted=False)
    url = reverse("student", args=(cast.student.pk,))
    for granted, withdrawn, told in ((False, None, False), (True, cast.meeting.date, False), (True, None, True)):
        Consent.objects.filter(pk=row.pk).update(granted=granted, withdrawn_on=withdrawn)
        for role in ("care_teacher", "clb_worker", "learning_supporter"):
            assert (SECRET in sign_in(cast.users[role]).get(url).content.decode()) == told, role
        assert SECRET in sign_in(cast.coordinator).get(url).content.decode()


def test_nor_what_was_answered_about_it_before(cast: Cast, sign_in: Any) -> None:
    hidden = make_item(cast.meeting, "observation", cast.coordinator, text="iets", visibility=("confidential",))
    given = {"kind_of_consent": "external_share", "given_by": "Nore", "date": cast.meeting.date}
    row = make_item(cast.meeting, "consent", cast.coordinator, about=hidden.pk, what=SECRET, **given)
    changed(row, cast.coordinator, about=None, what="over het lezen")
    at = reverse("item_history", args=(cast.meeting.pk, "consent", row.pk))
    readers = [sign_in(cast.users[role]) for role in ("care_teacher", "clb_worker", "learning_supporter")]
    pages = [reader.get(at).content.decode() for reader in readers]
    assert [("over het lezen" in page, SECRET in page) for page in pages] == [(True, False)] * 3
    revision = Revision.objects.get(item=row.pk, version=1)
    sent = {"revision": str(revision.pk), "base_version": "2", "key": str(uuid.uuid4())}
    assert sign_in(cast.coordinator).post(at, sent).status_code == 302
    assert Consent.objects.get(pk=row.pk).about == hidden.pk
    assert [reader.get(at).status_code for reader in readers] == [404] * 3


def test_a_confidential_correction_leaves_a_meeting_as_others_know_it(cast: Cast) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    before = Meeting.objects.get(pk=cast.meeting.pk)
    given = {"text": SECRET, "by": before.person("Hilde Claes"), "date": before.date, "visibility": ("confidential",)}
    new = Addendum(meeting=before, school=before.school)
    row = save_item(new, given, by=cast.coordinator, base_version=0, key=uuid.uuid4()).item
    row = changed(row, cast.coordinator, text="toch niet")
    now = Meeting.objects.get(pk=cast.meeting.pk)
    assert (now.status, now.change_no) == ("closed", before.change_no)
    assert parsed(exported(now))["meeting"]["status"] == "amended"
    changed(row, cast.coordinator, visibility=("care_team",))
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "amended"


@pytest.mark.parametrize(("readers", "status"), [(["confidential"], "closed"), (["care_team"], "amended")])
def test_nor_does_a_case_file_with_nothing_but_that(db: None, readers: list[str], status: str) -> None:
    given = case("tarik")
    given["addenda"][0]["visibility"] = readers
    meeting = load(written(given))
    assert meeting.status == status
    assert parsed(exported(meeting))["meeting"]["status"] == "amended"


# --- the version from which somebody says that he or she began ---


def changed(item: Any, by: Any, **values: Any) -> Any:
    return save_item(item, values, by=by, base_version=item.version, key=uuid.uuid4()).item


@pytest.fixture
def moved(cast: Cast) -> Need:
    """A need that stood under a confidential goal, and now under one that everybody at the table reads."""
    hidden = make_item(cast.meeting, "goal", cast.coordinator, then_can="iets", visibility=("confidential",))
    open_goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="zelf beginnen")
    need = make_row(Need, cast.meeting, goal=hidden, text="niets", holder="student", help_sentence=HELP)
    need = changed(need, cast.coordinator, text=SECRET)
    return changed(need, cast.coordinator, text="een rustige plek", goal=open_goal)  # type: ignore[no-any-return]  # what is saved comes back as it went in


def send_need(client: Any, need: Need, base_version: int, text: str, **more: str) -> Any:
    url = reverse("item_edit", args=(need.meeting_id, "need", need.pk))
    form = client.get(url).context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    sent |= {"text": text, "base_version": str(base_version), "key": str(uuid.uuid4()), **more}
    return client.post(url, sent, headers=SCRIPT)


def told(answer: Any) -> dict[str, Any]:
    """What an answer says, but for what was sent: that comes back in it."""
    facts = answer.json()
    return {**facts, "html": "", "fields": {**facts["fields"], "key": ""}}


def test_a_guess_of_what_stood_there_is_answered_as_any_other(cast: Cast, sign_in: Any, moved: Need) -> None:
    teacher = sign_in(cast.teacher)
    right, wrong = (send_need(teacher, moved, 2, text) for text in (SECRET, "verzonnen"))
    unknown = send_need(teacher, moved, 77, SECRET)
    assert [answer.status_code for answer in (right, wrong, unknown)] == [409] * 3
    assert told(right) == told(wrong) == told(unknown)
    assert Need.objects.get(pk=moved.pk).version == 3


def test_what_is_set_aside_holds_nothing_of_a_version_that_its_writer_did_not_read(cast: Cast, sign_in: Any) -> None:
    """What was not sent is filled up from the version one began with: not from one that one never saw."""
    item = make_item(
        cast.meeting, "goal", cast.coordinator, then_can="iets", horizon="quick", visibility=("confidential",)
    )
    before = changed(item, cast.coordinator, visibility=("confidential",))
    now = changed(before, cast.coordinator, visibility=("care_team",))
    Revision.objects.filter(item=item.pk, version=before.version).update(content=before.content() | {"file_id": SECRET})
    url = reverse("item_edit", args=(cast.meeting.pk, item.kind(), item.pk))
    client = sign_in(cast.teacher)
    form = client.get(url).context["form"]
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    sent |= {"base_version": str(before.version), "key": str(uuid.uuid4())}
    assert client.post(url, sent, headers=SCRIPT).status_code == 409
    kept = Revision.objects.get(item=item.pk, act=Revision.SET_ASIDE)
    assert kept.author == cast.teacher
    assert SECRET not in str(kept.content)
    assert kept.version == now.version


def test_two_teachers_at_one_need_are_merged_as_before(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "goal", cast.coordinator, then_can="zelf beginnen")
    values = {"goal": goal, "text": "een plek", "holder": "student", "help_sentence": HELP}
    need = changed(make_row(Need, cast.meeting, **values), cast.coordinator, text="een stille plek")
    changed(need, cast.coordinator, already_works="een hoek")
    answer = send_need(sign_in(cast.teacher), need, 2, "een rustige plek", already_works="")
    assert (answer.status_code, answer.json()["merged"]) == (200, True)
    now = Need.objects.get(pk=need.pk)
    assert (now.text, now.already_works) == ("een rustige plek", "een hoek")


def under(need: Need, version: int) -> str:
    found: str = Revision.objects.get(item=need.pk, version=version).content["goal"]
    return found


def test_what_was_typed_under_a_hidden_goal_is_not_merged_under_an_open_one(
    cast: Cast, sign_in: Any, moved: Need
) -> None:
    """Who reads a need reads its words: where the goal changed meanwhile, they were written for others."""
    answer = send_need(sign_in(cast.coordinator), moved, 2, "nog iets van thuis", goal=under(moved, 2))
    assert answer.status_code == 409
    assert (now := Need.objects.get(pk=moved.pk)).text == "een rustige plek"
    kept = [entry for one in history(now, cast.teacher) for entry in (one, *one.earlier)]
    assert "nog iets van thuis" not in str([entry.revision.content for entry in kept])
    assert "nog iets van thuis" in str([one.revision.content for one in history(now, cast.coordinator)])


def test_an_earlier_text_comes_back_under_what_it_was_written_for(cast: Cast, sign_in: Any, moved: Need) -> None:
    revision = Revision.objects.get(item=moved.pk, version=2)
    url = reverse("item_history", args=(cast.meeting.pk, "need", moved.pk))
    sent = {"revision": str(revision.pk), "base_version": "3", "key": str(uuid.uuid4())}
    assert sign_in(cast.coordinator).post(url, sent).status_code == 302
    now = Need.objects.get(pk=moved.pk)
    assert (now.text, str(now.goal_id)) == (SECRET, under(moved, 2))
    assert not Need.objects.visible_to(cast.teacher).filter(pk=moved.pk).exists()


@pytest.mark.parametrize(("readers", "is_told"), [(("confidential",), False), (("care_team",), True)])
def test_a_confidential_adjustment_changes_quietly(
    cast: Cast, sign_in: Any, readers: tuple[str, ...], is_told: bool
) -> None:
    row = make_row(ReasonableAdjustment, cast.meeting, visibility=readers)
    before = Meeting.objects.get(pk=cast.meeting.pk).change_no
    url = reverse("item_remove", args=(cast.meeting.pk, "reasonableadjustment", row.pk))
    sent = {"base_version": str(row.version), "key": str(uuid.uuid4())}
    assert sign_in(cast.coordinator).post(url, sent).status_code == 302
    assert (Meeting.objects.get(pk=cast.meeting.pk).change_no > before) is is_told
