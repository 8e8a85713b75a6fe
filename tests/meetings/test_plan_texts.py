"""The texts of the plans: written per student and reader, beside what they replace."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from hgw.items.models import Revision
from meetings.models import Meeting, PlanText
from tests.factories import Cast, make_item, make_meeting, make_student

EIGHT = ("can", "want", "do", "teacher_helps", "home_helps", "helps_too", "notice", "again")


def address(meeting: Meeting) -> str:
    return reverse("plan_texts", args=(meeting.pk,))


def sent(meeting: Meeting, reader: str, section: str, text: str, **more: str) -> dict[str, str]:
    plan = meeting.plans.first()
    assert plan
    given = {"plan": str(plan.pk), "reader": reader, "section": section, "text": text}
    return given | {"base_version": "0", "key": str(uuid.uuid4())} | more


@pytest.mark.parametrize(
    ("reader", "section", "more"),
    [
        ("", "compliment", {"by": "Hier homeroom_teacher"}),
        ("parents", "reason", {}),
        ("team", "goals", {}),
        ("class_sheet", "needs_team", {}),
    ]
    + [("student", key, {}) for key in EIGHT],
)
def test_a_text_is_written_and_stands_there_again(
    cast: Cast, sign_in: Any, reader: str, section: str, more: dict[str, str]
) -> None:
    browser = sign_in(cast.teacher)
    answer = browser.post(
        address(cast.meeting), sent(cast.meeting, reader, section, "In andere woorden\nen nog", **more)
    )
    assert answer.status_code == 302
    row = PlanText.objects.get()
    assert (row.reader, row.section, row.text) == (reader, section, "In andere woorden\nen nog")
    assert "In andere woorden" in browser.get(address(cast.meeting)).content.decode()


@pytest.mark.parametrize(
    ("reader", "section"),
    [
        ("parents", "needs_team"),
        ("class_sheet", "difficulties"),
        ("student", "goals"),
        ("report", "goals"),
        ("team", "reason"),
        ("", "goals"),
    ],
)
def test_a_section_that_a_reader_does_not_have_is_not_worded(
    cast: Cast, sign_in: Any, reader: str, section: str
) -> None:
    answer = sign_in(cast.teacher).post(address(cast.meeting), sent(cast.meeting, reader, section, "x"))
    assert answer.status_code == 404
    assert not PlanText.objects.exists()


def test_a_compliment_says_whose_words_it_is(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.teacher).post(address(cast.meeting), sent(cast.meeting, "", "compliment", "Je helpt graag"))
    assert answer.status_code == 422
    assert "Je helpt graag" in answer.content.decode()


def test_what_a_text_replaces_stands_beside_it(cast: Cast, sign_in: Any) -> None:
    make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Helpt anderen", source="seen",
        visibility=("care_team", "student"),
    )  # fmt: skip
    make_item(
        cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="Niet gedeeld", source="seen"
    )
    page = sign_in(cast.teacher).get(address(cast.meeting)).context["plans"][0]
    texts = {document["reader"]: {t.section: t for t in document["texts"]} for document in page["documents"]}
    shown = str(texts["student"]["can"].blocks)
    assert "Helpt anderen" in shown
    assert "Niet gedeeld" not in shown
    assert set(texts["student"]) == set(EIGHT)


def test_changing_and_emptying_keep_the_history(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.teacher)
    browser.post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "Een"))
    browser.post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "Twee", base_version="1"))
    browser.post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "", base_version="2"))
    row = PlanText.objects.get()
    assert row.removed_at is not None
    assert [r.act for r in Revision.objects.filter(item=row.pk)] == ["added", "changed", "removed"]
    assert browser.post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "Opnieuw")).status_code == 302


def test_two_who_begin_the_same_text_both_keep_their_words(cast: Cast, sign_in: Any) -> None:
    sign_in(cast.coordinator).post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "Van een collega"))
    for htmx in (True, False):
        answer = sign_in(cast.teacher, htmx=htmx).post(
            address(cast.meeting), sent(cast.meeting, "parents", "goals", "Van mij")
        )
        assert answer.status_code == 409
        assert "Van mij" in answer.content.decode()
        assert "Van een collega" in answer.content.decode()
    kept = sign_in(cast.teacher).post(
        address(cast.meeting), sent(cast.meeting, "parents", "goals", "Van mij", base_version="1")
    )
    assert kept.status_code == 302
    assert PlanText.objects.get().text == "Van mij"


def test_in_a_group_each_student_has_texts_of_the_own(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group, first_name="Aya")
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    plans = {plan.student: plan for plan in meeting.plans.all()}
    given = sent(meeting, "student", "can", "Aya kan dit") | {"plan": str(plans[other].pk)}
    assert sign_in(cast.coordinator).post(address(meeting), given).status_code == 302
    assert PlanText.objects.get().plan.student == other


def test_a_closed_meeting_takes_no_text_and_gives_it_back(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed")
    answer = sign_in(cast.coordinator).post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "Te laat"))
    assert answer.status_code == 409
    assert not PlanText.objects.exists()


@pytest.mark.parametrize(
    ("who", "read", "write"), [("principal", 200, 403), ("subject_teacher", 404, 404), ("learning_supporter", 200, 403)]
)
def test_who_may(cast: Cast, sign_in: Any, who: str, read: int, write: int) -> None:
    browser = sign_in(cast.users[who])
    assert browser.get(address(cast.meeting)).status_code == read
    assert browser.post(address(cast.meeting), sent(cast.meeting, "parents", "goals", "x")).status_code == write
