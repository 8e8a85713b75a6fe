"""What is left out for who asked to see a file: a person decides what goes along, the program refuses a parent nothing by itself."""

import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.audit.models import Action, Entry
from hgw.items.saving import save_item
from meetings.looks.reading import WORDS
from meetings.models import (
    ClbContribution,
    Factor,
    FactorCluster,
    Goal,
    GoalScore,
    Need,
    Observation,
    Wish,
)
from students.models import Guardian, InspectionRequest, Student
from tests.access_case import make_row
from tests.factories import Cast, make_meeting, make_student, shown_just_now
from tests.meetings.test_inspection import shown

pytestmark = pytest.mark.once


def ask(cast: Cast, **fields: Any) -> InspectionRequest:
    given = {"school": cast.school, "student": cast.student, "guardian": cast.mother}
    return InspectionRequest.objects.create(**(given | fields))


def make_twelve(student: Student) -> None:
    Student.objects.filter(pk=student.pk).update(birth_date=timezone.localdate().replace(year=2010, day=1))


def release_url(asked: InspectionRequest) -> str:
    return reverse("inspection_request_release", args=(asked.student_id, asked.pk))


def left_out(cast: Cast, sign_in: Any, asked: InspectionRequest) -> Any:
    answer = shown_just_now(sign_in(cast.coordinator)).get(release_url(asked))
    assert answer.status_code == 200
    return answer


def box(row: Any) -> str:
    return f"{row.pk}:{row.version}"


def release(cast: Cast, sign_in: Any, asked: InspectionRequest, *rows: Any, **fields: Any) -> Any:
    form = left_out(cast, sign_in, asked).context["form"]
    data = {"key": str(form["key"].value()), "seen": form["seen"].value(), "goes": list(map(box, rows))}
    return shown_just_now(sign_in(cast.coordinator)).post(release_url(asked), data | fields)


def for_request(cast: Cast, sign_in: Any, asked: InspectionRequest) -> str:
    url = reverse("student_inspection", args=(cast.student.pk,))
    answer = shown_just_now(sign_in(cast.coordinator)).get(url, {"verzoek": asked.pk})
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_what_was_told_in_confidence_goes_along_when_somebody_decides_so(cast: Cast, sign_in: Any) -> None:
    asked, of_father = ask(cast), ask(cast, guardian=cast.father)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_row(Observation, cast.meeting, text="dit blijft van Nore", visibility=("confidential",))
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, asked)

    answer = release(cast, sign_in, asked, told)

    url = reverse("student_inspection", args=(cast.student.pk,))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url}?verzoek={asked.pk}")
    page = for_request(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in page
    assert "dit blijft van Nore" not in page
    # For that request of that guardian, and nothing else.
    assert "in vertrouwen gezegd" not in shown(cast, sign_in, cast.mother)
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, of_father)
    decided = left_out(cast, sign_in, asked).context["decided"]
    assert [(row.pk, one.created_by) for row, one in decided] == [(told.pk, cast.coordinator)]
    assert release(cast, sign_in, asked).status_code == 302  # the tick taken away
    assert "in vertrouwen gezegd" not in for_request(cast, sign_in, asked)


def test_from_twelve_on_the_student_is_asked_first(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    assert "student_said" not in left_out(cast, sign_in, asked).context["form"].fields
    make_twelve(cast.student)
    answer = release(cast, sign_in, asked, told, student_said="  ")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["student_said"]
    assert not asked.releases.exists()
    assert release(cast, sign_in, asked, told, student_said="Nore wil het zelf eerst zeggen").status_code == 302
    asked.refresh_from_db()
    assert (asked.student_said, asked.releases.get().item) == ("Nore wil het zelf eerst zeggen", told.pk)
    page = for_request(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in page
    assert "Nore wil het zelf" not in page  # said to the school


def test_what_is_of_others_is_never_for_somebody_to_decide(cast: Cast, sign_in: Any) -> None:
    asked, wout = ask(cast), make_student(cast.school, cast.class_group, first_name="Wout")
    group = make_meeting([cast.student, wout], by=cast.coordinator)
    secret = {"visibility": ("confidential",)}
    never = [
        make_row(Observation, cast.meeting, text="papa zei", told_by=cast.father, **secret),
        make_row(Observation, cast.meeting, text="het CLB zei", source="clb", **secret),
        make_row(Need, cast.meeting, text="de juf wil", holder="teacher", **secret),
        make_row(Observation, group, text="een van beiden vertelde", **secret),
        make_row(Wish, cast.meeting, owner="parents", guardian=cast.father, text="wens van papa"),
        make_row(ClbContribution, cast.meeting, text="inbreng van het CLB"),
        make_row(Observation, group, text="alleen over Wout", subject=wout, **secret),
    ]
    own = make_row(Observation, group, text="Nore vertelde", subject=cast.student, **secret)
    answer = left_out(cast, sign_in, asked)
    assert [value for value, _label in answer.context["form"].fields["goes"].choices] == [box(own)]
    page = answer.content.decode()
    for words in ("papa zei", "de juf wil", "een van beiden vertelde", "wens van papa"):
        assert words in page  # row by row, for the coordinator
    assert "wat het CLB inbracht" in page
    for words in ("het CLB zei", "inbreng van het CLB"):
        assert words not in page  # no permission stands: nobody here reads it
    assert "alleen over Wout" not in page  # that is not left out: it is not about Nore
    for row in never:
        assert release(cast, sign_in, asked, row).status_code == 422
    # Nor by a row in the table that no form makes.
    asked.decide({row.pk: row.version for row in never}, by=cast.coordinator)
    shows = for_request(cast, sign_in, asked)
    for row in never:
        assert row.text not in shows


def test_what_stands_under_something_hidden_goes_with_it_or_not_at_all(cast: Cast, sign_in: Any) -> None:
    asked, secret = ask(cast), {"visibility": ("confidential",)}
    goal = make_row(Goal, cast.meeting, then_can="geheim doel", **secret)
    need = make_row(Need, cast.meeting, goal=goal, text="geheime behoefte", **secret)
    answer = release(cast, sign_in, asked, need)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["goes"]
    assert release(cast, sign_in, asked, goal, need).status_code == 302
    page = for_request(cast, sign_in, asked)
    assert "geheim doel" in page
    assert "geheime behoefte" in page


def test_what_is_made_of_it_goes_along_with_it(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Factor, cast.meeting, text="wat Nore zei", cluster="stille zorg", visibility=("confidential",))
    cluster = make_row(FactorCluster, cast.meeting, name="stille zorg", hypothesis="wat erachter zit")
    score = make_row(
        GoalScore, cast.meeting, goal=make_row(Goal, cast.meeting, visibility=("confidential",)), note="zo ver"
    )
    context = left_out(cast, sign_in, asked).context
    assert {row.pk for row in context["hangs"]} == {cluster.pk, score.pk}
    assert context["stays"] == []
    assert release(cast, sign_in, asked, told).status_code == 302
    page = for_request(cast, sign_in, asked)
    assert "wat erachter zit" in page
    assert "zo ver" not in page


def test_what_is_added_after_the_decision_does_not_go_along(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="eerst gezegd", visibility=("confidential",))
    assert release(cast, sign_in, asked, told).status_code == 302
    save_item(told, {"text": "eerst gezegd, en later meer"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    assert "eerst gezegd" not in for_request(cast, sign_in, asked)
    form = left_out(cast, sign_in, asked).context["form"]
    assert form.fields["goes"].initial == []
    told.refresh_from_db()
    assert release(cast, sign_in, asked, told).status_code == 302
    assert left_out(cast, sign_in, asked).context["form"].fields["goes"].initial == [box(told)]
    assert "eerst gezegd, en later meer" in for_request(cast, sign_in, asked)


def test_what_a_colleague_changed_after_it_was_read_is_read_again_first(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    make_twelve(cast.student)
    told = make_row(Observation, cast.meeting, text="eerst gezegd", visibility=("confidential",))
    form = left_out(cast, sign_in, asked).context["form"]
    seen = {"key": str(form["key"].value()), "seen": form["seen"].value(), "student_said": "Nore vindt het goed"}
    as_read = box(told)
    save_item(told, {"text": "later heel wat meer"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    browser = shown_just_now(sign_in(cast.coordinator))

    answer = browser.post(release_url(asked), seen | {"goes": [as_read]})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["goes"]
    page = answer.content.decode()
    for words in ("Nore vindt het goed", "later heel wat meer", "Lees het zoals het nu is"):
        assert words in page
    assert "checked" not in page
    assert not asked.releases.exists()
    told.refresh_from_db()
    assert browser.post(release_url(asked), seen | {"goes": [box(told)]}).status_code == 302
    assert "later heel wat meer" in for_request(cast, sign_in, asked)


def test_once_it_is_answered_nothing_changes_in_what_went_along(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    make_twelve(cast.student)
    form = left_out(cast, sign_in, asked).context["form"]
    data = {
        "key": str(form["key"].value()),
        "seen": form["seen"].value(),
        "goes": [box(told)],
        "student_said": "goed zo",
    }
    InspectionRequest.objects.filter(pk=asked.pk).update(answer="given", answered_on=timezone.localdate())
    answer = shown_just_now(sign_in(cast.coordinator)).post(release_url(asked), data)
    assert answer.status_code == 422
    assert "goed zo" in answer.content.decode()
    assert not asked.releases.exists()
    answer = left_out(cast, sign_in, asked)
    assert "in vertrouwen gezegd" in answer.content.decode()
    assert "<textarea" not in answer.content.decode()


def test_the_trace_says_for_which_request_the_file_was_shown(cast: Cast, sign_in: Any) -> None:
    told = make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    asked, other = ask(cast), ask(cast)
    release(cast, sign_in, asked, told)
    for one in (asked, other):
        for_request(cast, sign_in, one)
    shown(cast, sign_in, cast.mother)
    entries = Entry.objects.filter(action="student.inspected", student=cast.student.pk, detail="guardian")
    assert [entry.object for entry in entries] == [asked.pk, other.pk, cast.student.pk]
    assert f"{WORDS[Action.STUDENT_INSPECTED]} (3×)" in shown(cast, sign_in)  # who looked is told as before


def test_what_is_left_out_is_on_a_screen_and_never_on_paper(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    make_row(Observation, cast.meeting, text="in vertrouwen gezegd", visibility=("confidential",))
    page = left_out(cast, sign_in, asked).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert re.match(r'<main[^>]*>\s*<header class="screen-only', main)
    rest = main[main.index("</header>") + len("</header>") :].strip()
    assert rest.startswith('<div class="screen-only')
    assert rest.endswith("</div>")
    assert rest.count("<div") == rest.count("</div>")


def test_the_password_is_asked_before_what_is_left_out(cast: Cast, sign_in: Any) -> None:
    asked = ask(cast)
    answer = sign_in(cast.coordinator).get(release_url(asked))
    assert answer.headers["Location"].startswith("/aanmelden/reauthenticate/")
    assert not Entry.objects.filter(action="student.opened").exists()
    left_out(cast, sign_in, asked)
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.student, last.detail) == ("student.opened", cast.student.pk, "left_out")


def test_a_request_of_who_lost_the_right_shows_nothing(cast: Cast, sign_in: Any) -> None:
    asked, elsewhere = ask(cast, guardian=cast.father), ask(cast, student=make_student(cast.school), guardian=None)
    Guardian.objects.filter(pk=cast.father.pk).update(authority="deprived", receives_plan=False)
    browser, url = shown_just_now(sign_in(cast.coordinator)), reverse("student_inspection", args=(cast.student.pk,))
    for wrong in (asked.pk, elsewhere.pk, "verzonnen"):
        assert browser.get(url, {"verzoek": wrong}).status_code == 404
    assert browser.get(release_url(asked)).status_code == 404


def test_own_requests_are_among_what_the_school_keeps(cast: Cast, sign_in: Any) -> None:
    refused = {"answer": "refused", "answered_on": timezone.localdate()}
    ask(cast, said="tegen mama gezegd", student_said="wat Nore zei", **refused)
    ask(cast, guardian=cast.father, said="tegen papa gezegd", **refused)
    page = shown(cast, sign_in, cast.mother)
    assert "tegen mama gezegd" in page
    for words in ("tegen papa gezegd", "wat Nore zei"):
        assert words not in page
        assert words in shown(cast, sign_in)
