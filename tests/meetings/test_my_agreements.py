"""My agreements: what somebody promised, without the file beneath it; one tap, one review, nothing typed lost."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Agreement, AgreementReview, Communication, Meeting, MeetingSubject, StepText
from tests.factories import Cast, make_class, make_item, make_meeting, make_student, make_user
from tests.meetings.test_reviewing import close, make_agreement

LIST = "/mijn-afspraken/"


def review_url(agreement: Agreement) -> str:
    return f"/afspraken/{agreement.pk}/nazicht/"


def answer_url(agreement: Agreement) -> str:
    return f"/afspraken/{agreement.pk}/antwoord/"


def said(progress: str = "done", **more: Any) -> dict[str, Any]:
    return {"progress": progress, "key": str(uuid.uuid4()), **more}


def cards(answer: Any) -> list[Any]:
    return [card for section in answer.context["sections"] for card in section.cards]


def test_a_teacher_sees_who_what_how_when_where_why(cast: Cast, sign_in) -> None:
    make_agreement(
        cast, cast.teacher.name, "Hilde Claes", what="Kaartje leggen", how="Na de uitleg", when_text="elke dag", where="In de klas",
        why="Dan kan Nore\u2028beginnen\nen doorwerken",
    )  # fmt: skip
    close(cast.meeting)
    page = sign_in(cast.teacher).get(LIST).content.decode()
    for text in (
        "Kaartje leggen",
        "Na de uitleg",
        "elke dag",
        "In de klas",
        "Dan kan Nore\u2028beginnen",
        "Hilde Claes",
    ):
        assert text in page
    assert "en doorwerken" not in page  # one line of why, as lines are stored
    assert '<b class="private">Nore</b> · 2B' in page


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_nothing_else_of_the_file_is_on_the_page(cast: Cast, sign_in, closed: bool) -> None:
    canaries = {
        "meetinggoal": {"text": "kanarie-doel-van-de-bespreking"},
        "observation": {"text": "kanarie-observatie", "domain": "ll", "valence": "difficulty"},
        "factor": {"text": "kanarie-factor", "kind_of_factor": "risk", "domain": "ll"},
        "inforequest": {"question": "kanarie-vraag"},
        "followup": {"date": cast.meeting.date + datetime.timedelta(days=30), "purpose": "kanarie-opvolging"},
    }
    rows = {kind: make_item(cast.meeting, kind, cast.coordinator, **values) for kind, values in canaries.items()}
    goal = make_item(
        cast.meeting, "goal", cast.coordinator, then_can="kanarie-doel", indicator="kanarie-teken", target="student"
    )
    need = make_item(cast.meeting, "need", cast.coordinator, goal=goal, holder="student", text="kanarie-behoefte")
    links = {"goal": goal, "need": need, "factor": rows["factor"], "info_request": rows["inforequest"]}
    mine = make_agreement(cast, what="Dit doe ik", visibility=("care_team",), **links)
    make_agreement(cast, cast.coordinator.name, what="kanarie-afspraak van een ander")
    make_agreement(cast, what="kanarie-vertrouwelijk", visibility=("confidential",))
    teller = cast.meeting.person(cast.coordinator.name)
    Communication.objects.create(
        meeting=cast.meeting, school=cast.school, audience="other", to="kanarie-aan", by=teller, note="kanarie-noot"
    )
    StepText.objects.filter(meeting=cast.meeting, field="help_question").update(text="kanarie-hulpvraag")
    Meeting.objects.filter(pk=cast.meeting.pk).update(
        title="kanarie-titel", status="closed" if closed else "in_progress"
    )
    browser = sign_in(cast.teacher)
    for url in (LIST, review_url(mine)):
        page = browser.get(url).content.decode()
        assert "Dit doe ik" in page
        assert "kanarie" not in page


def test_only_own_agreements_are_listed(cast: Cast, sign_in) -> None:
    make_agreement(cast, what="van de klasleerkracht")
    for role, user in cast.users.items():
        found = [card.what for card in cards(sign_in(user).get(LIST))]
        assert found == (["van de klasleerkracht"] if role == "homeroom_teacher" else []), role
    for user in cast.others.values():
        assert cards(sign_in(user).get(LIST)) == []


def test_the_order_is_new_this_week_later_done(cast: Cast, sign_in) -> None:
    with time_machine.travel(datetime.datetime(2026, 11, 18, 9, tzinfo=datetime.UTC), tick=False):  # a Wednesday
        day = datetime.date(2026, 11, 18)
        later = make_agreement(cast, what="later", status="in_progress", due=day + datetime.timedelta(days=5))
        sometime = make_agreement(cast, what="ooit", status="in_progress")
        sunday = make_agreement(cast, what="zondag", status="in_progress", due=datetime.date(2026, 11, 22))
        late = make_agreement(cast, what="te laat", status="acknowledged", due=day - datetime.timedelta(days=1))
        done = make_agreement(cast, what="gedaan", status="done", due=day)
        fresh = make_agreement(cast, what="nieuw", due=day + datetime.timedelta(days=90))
        asked = make_agreement(cast, what="gevraagd", status="proposed")
        answer = sign_in(cast.teacher).get(LIST)
    expected = [[fresh, asked], [late, sunday], [later, sometime], [done]]
    found = [[card.pk for card in section.cards] for section in answer.context["sections"]]
    assert found == [[row.pk for row in section] for section in expected]
    assert (answer.context["running"], answer.context["new"]) == (6, 2)


@pytest.mark.parametrize(
    ("moment", "due", "tag", "urgent"),
    [
        ("2026-11-24T22:59:00+00:00", "2026-11-24", "today", True),
        ("2026-11-24T23:00:00+00:00", "2026-11-24", "was 24 November", True),
        ("2026-10-24T21:59:00+00:00", "2026-10-25", "tomorrow", False),
        ("2026-10-24T22:00:00+00:00", "2026-10-25", "today", True),  # summer time still holds at midnight
        ("2026-10-25T22:59:00+00:00", "2026-10-25", "today", True),  # 25 hours later
        ("2026-10-25T23:00:00+00:00", "2026-10-25", "was 25 October", True),
        ("2026-11-16T12:00:00+00:00", "2026-11-20", "Friday", False),
        ("2026-11-16T12:00:00+00:00", "2026-12-17", "Thu 17 dec", False),
        ("2027-01-10T12:00:00+00:00", "2026-12-17", "was 17 December 2026", True),
    ],
)
def test_the_day_is_said_in_words(cast: Cast, sign_in, moment: str, due: str, tag: str, urgent: bool) -> None:
    browser = sign_in(cast.teacher)
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False):
        browser = sign_in(cast.teacher)
        browser.cookies["django_language"] = "en"
        make_agreement(cast, status="in_progress", due=datetime.date.fromisoformat(due))
        (card,) = cards(browser.get(LIST))
    assert (card.tag, card.is_urgent) == (tag, urgent)


@pytest.mark.parametrize("progress", ["acknowledged", "in_progress", "done", "partly_done", "not_done", "stopped"])
def test_a_report_without_script_leads_back_to_its_place(cast: Cast, sign_in, progress: str) -> None:
    agreement = make_agreement(cast)
    close(cast.meeting)
    sent = said(progress, effect="a_bit", note="Soms.\r\nNiet altijd.")
    answer = sign_in(cast.teacher).post(review_url(agreement), sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}#agreement-{agreement.pk}")
    row = AgreementReview.objects.get()
    assert (row.progress, row.effect, row.note, row.by.user) == (progress, "a_bit", "Soms.\nNiet altijd.", cast.teacher)
    assert agreement.fresh().status == progress
    page = sign_in(cast.teacher).get(LIST).content.decode()
    assert "Soms.<br>Niet altijd." in page


def test_the_button_seen(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast)
    sign_in(cast.teacher).post(review_url(agreement), {"seen": "1", "note": "", "key": str(uuid.uuid4())})
    assert agreement.fresh().status == "acknowledged"


def test_what_was_chosen_counts_above_the_button_seen(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast)
    sign_in(cast.teacher).post(review_url(agreement), said("done", seen="1"))
    assert agreement.fresh().status == "done"


def test_htmx_gets_the_one_card(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast)
    make_agreement(cast, what="een andere")
    answer = sign_in(cast.teacher, htmx=True).post(review_url(agreement), said(note="Het lukt"))
    page = answer.content.decode()
    assert (answer.status_code, page.count("<article")) == (200, 1)
    assert f'id="agreement-{agreement.pk}"' in page
    assert "Het lukt" in page
    assert "een andere" not in page
    assert "<html" not in page


@pytest.mark.parametrize("htmx", [False, True])
def test_a_double_tap_stores_once(cast: Cast, sign_in, htmx: bool) -> None:
    agreement, sent = make_agreement(cast), said(note="een keer")
    browser = sign_in(cast.teacher, htmx=htmx)
    first, second = browser.post(review_url(agreement), sent), browser.post(review_url(agreement), sent)
    assert first.status_code == second.status_code == (200 if htmx else 302)
    assert AgreementReview.objects.count() == 1


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "wrong",
    [
        {"progress": ""}, {"progress": "agreed"}, {"progress": "kanarie"}, {"effect": "geweldig"}, {"key": "geen"},
        {"note": "x" * 100_001}, {"note": "een\x07bel"},
    ],
    ids=["nothing chosen", "not a review", "unknown", "unknown effect", "no key", "too long", "control"],
)  # fmt: skip
def test_what_is_refused_keeps_what_was_typed(cast: Cast, sign_in, wrong: dict[str, str], htmx: bool) -> None:
    agreement = make_agreement(cast)
    sent = said("done", effect="works", note="Hij koos meteen.") | wrong
    answer = sign_in(cast.teacher, htmx=htmx).post(review_url(agreement), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sent["note"] in page
    assert f'value="{sent["progress"]}" checked' in page or wrong.get("progress") is not None
    assert 'class="errorlist"' in page
    assert (AgreementReview.objects.count(), agreement.fresh().status) == (0, "agreed")


def test_what_was_refused_can_be_sent_again(cast: Cast, sign_in) -> None:
    agreement, browser = make_agreement(cast), sign_in(cast.teacher, htmx=True)
    sent = said(note="een")
    browser.post(review_url(agreement), sent)
    refused = browser.post(review_url(agreement), sent | {"note": "twee"})
    assert refused.status_code == 422
    assert "twee" in refused.content.decode()
    new_key = refused.context["card"].form.data["key"]
    assert browser.post(review_url(agreement), sent | {"note": "twee", "key": new_key}).status_code == 200
    assert set(AgreementReview.objects.values_list("note", flat=True)) == {"een", "twee"}


def test_seen_on_a_proposal_asks_first_and_keeps_the_note(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast, status="proposed")
    answer = sign_in(cast.teacher).post(review_url(agreement), said("acknowledged", note="Ik wil eerst overleggen"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ik wil eerst overleggen" in page
    assert f'formaction="{answer_url(agreement)}"' in page
    assert agreement.fresh().status == "proposed"


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("said_", "status"), [("yes", "agreed"), ("no", "declined")])
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
def test_yes_or_no_to_a_proposal(cast: Cast, sign_in, said_: str, status: str, closed: bool, htmx: bool) -> None:
    agreement = make_agreement(cast, status="proposed")
    if closed:
        close(cast.meeting)
    browser = sign_in(cast.teacher, htmx=htmx)
    assert answer_url(agreement) in browser.get(LIST).content.decode()
    answer = browser.post(answer_url(agreement), {"answer": said_})
    assert answer.status_code == (200 if htmx else 302)
    assert agreement.fresh().status == status


def test_a_note_beside_a_yes_is_not_lost(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast, status="proposed")
    answer = sign_in(cast.teacher).post(answer_url(agreement), {"answer": "yes", "note": "Vanaf maandag"})
    assert answer.status_code == 200
    assert "Vanaf maandag" in answer.content.decode()
    assert agreement.fresh().status == "agreed"


def test_no_answer_and_an_answer_too_late_say_so(cast: Cast, sign_in) -> None:
    agreement, browser = make_agreement(cast, status="proposed"), sign_in(cast.teacher)
    assert browser.post(answer_url(agreement), {"answer": "misschien"}).status_code == 422
    browser.post(review_url(agreement), said("done"))
    late = browser.post(answer_url(agreement), {"answer": "no", "note": "Toch niet"})
    assert late.status_code == 409
    assert "Toch niet" in late.content.decode()
    assert agreement.fresh().status == "done"


STRANGERS = ("subject_teacher", "school_admin", "adviser")
KNOWN = ("principal", "care_teacher", "homeroom_teacher", "clb_worker", "learning_supporter")


@pytest.mark.parametrize("role", [*STRANGERS, *KNOWN])
def test_who_does_not_do_it_is_stopped(cast: Cast, sign_in, role: str) -> None:
    theirs = make_agreement(cast, make_user(cast.school, "subject_teacher", name="Els Iemand").name)
    unknown = uuid.uuid4()
    for user, status in ((cast.users[role], 404 if role in STRANGERS else 403), (cast.others[role], 404)):
        browser = sign_in(user)
        for url, sent in ((review_url(theirs), said()), (answer_url(theirs), {"answer": "yes"})):
            answer = browser.post(url, sent)
            assert answer.status_code == status
            if status == 404:
                assert answer.content == browser.post(url.replace(str(theirs.pk), str(unknown)), sent).content
        assert browser.get(review_url(theirs)).status_code == status
    assert (AgreementReview.objects.count(), theirs.fresh().status) == (0, "agreed")


@pytest.mark.parametrize("role", ["homeroom_teacher", "clb_worker", "learning_supporter"])
def test_after_the_closing_another_s_agreement_does_not_exist(cast: Cast, sign_in, role: str) -> None:
    theirs = make_agreement(cast, cast.coordinator.name)
    close(cast.meeting)
    assert sign_in(cast.users[role]).post(review_url(theirs), said()).status_code == 404


def test_signed_out(cast: Cast, sign_in) -> None:
    agreement = make_agreement(cast)
    assert sign_in().post(review_url(agreement), said()).headers["Location"].startswith("/aanmelden/login/")
    assert sign_in(htmx=True).post(review_url(agreement), said()).status_code == 401
    assert not AgreementReview.objects.exists()


def test_the_coordinator_answers_for_guardians_and_students(cast: Cast, sign_in) -> None:
    of_mother = make_agreement(cast, "Hilde Claes", status="put_forward")
    of_nore = make_agreement(cast, "Nore", what="Ik vraag hulp")
    make_agreement(cast, what="van de leerkracht")
    close(cast.meeting)
    browser = sign_in(cast.coordinator)
    assert cards(browser.get(LIST)) == []
    answer = browser.get(f"{LIST}?voor=anderen")
    assert {card.pk for card in cards(answer)} == {of_mother.pk, of_nore.pk}
    answer = browser.post(answer_url(of_mother), {"answer": "yes"})
    assert answer.headers["Location"] == f"{LIST}?voor=anderen#agreement-{of_mother.pk}"
    browser.post(review_url(of_nore), said("partly_done"))
    assert (of_mother.fresh().status, of_nore.fresh().status) == ("agreed", "partly_done")


def test_the_second_list_is_for_coordinators_of_the_school(cast: Cast, sign_in) -> None:
    make_agreement(cast, "Hilde Claes")
    everybody = [*cast.users.values(), *cast.others.values()]
    for user in everybody:
        found = cards(sign_in(user).get(f"{LIST}?voor=anderen"))
        assert bool(found) == (user == cast.coordinator), user


def test_a_coordinator_can_stop_another_s_agreement_and_no_more(cast: Cast, sign_in) -> None:
    agreement, browser = make_agreement(cast), sign_in(cast.coordinator)
    assert b'value="done"' not in browser.get(review_url(agreement)).content
    assert browser.post(review_url(agreement), said("done")).status_code == 403
    assert browser.post(review_url(agreement), said("stopped")).status_code == 302
    assert agreement.fresh().status == "stopped"


def test_a_note_is_read_by_the_care_team_and_who_does_it(cast: Cast, sign_in) -> None:
    both = make_agreement(cast, cast.teacher.name, cast.users["subject_teacher"].name)
    close(cast.meeting)
    sign_in(cast.teacher).post(review_url(both), said(note="alleen voor ons"))
    readers = {role for role, user in cast.users.items() if AgreementReview.objects.visible_to(user).exists()}
    assert readers == {"care_coordinator", "principal", "care_teacher", "homeroom_teacher", "subject_teacher"}
    assert "alleen voor ons" in sign_in(cast.users["subject_teacher"]).get(LIST).content.decode()
    AgreementReview.objects.update(removed_at=timezone.now())
    assert "alleen voor ons" not in sign_in(cast.users["subject_teacher"]).get(LIST).content.decode()


def test_what_somebody_typed_is_text_and_no_markup(cast: Cast, sign_in) -> None:
    evil = '<b hx-get="/">x</b>{{ 1 }}'
    agreement = make_agreement(cast, what=evil, how=evil, why=evil, where="<i>", when_text="<u>")
    sign_in(cast.teacher).post(review_url(agreement), said(note=evil))
    page = sign_in(cast.teacher).get(LIST).content.decode()
    assert "<b hx-get" not in page
    assert "{{ 1 }}" in page


def test_a_group_shows_its_name_or_the_one_student(cast: Cast, sign_in) -> None:
    other = make_student(cast.school, make_class(cast.school, "4C"), first_name="Imke")
    meeting = make_meeting([cast.student, other], by=cast.coordinator)
    make_agreement(cast, meeting=meeting, what="voor allen")
    make_agreement(cast, meeting=meeting, what="voor Imke", subject=other)
    found = {card.what: (card.name, card.classes) for card in cards(sign_in(cast.teacher).get(LIST))}
    assert found == {"voor allen": ("Groepje", "2B, 4C"), "voor Imke": ("Imke", "4C")}


def test_the_number_of_queries_does_not_grow(cast: Cast, sign_in) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert sign_in(cast.teacher).get(LIST).status_code == 200
        return len(seen)

    make_agreement(cast)
    sign_in(cast.teacher).post(review_url(Agreement.objects.get()), said("in_progress", note="een"))
    few = queries()
    for n in range(12):
        student = make_student(cast.school, cast.class_group)
        meeting = make_meeting([student], by=cast.coordinator)
        agreement = make_agreement(cast, cast.teacher.name, f"Iemand {n}", meeting=meeting)
        sign_in(cast.teacher).post(review_url(agreement), said("in_progress", note="een"))
    assert MeetingSubject.objects.count() == 13
    assert queries() == few
