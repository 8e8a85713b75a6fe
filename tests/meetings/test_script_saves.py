"""What the script of a page is told about its saves: what was saved exactly, what was merged, and why not."""

import hashlib
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hgw.items.models import Revision, SavedKey
from hgw.items.saving import remove_item, save_item
from meetings.forms.shown import shown
from meetings.kinds import kinds
from meetings.models import MeetingGoal, Observation, StepText
from meetings.views import item_answers
from tests.factories import Cast, make_item


def ask(client: Client, address: str, how: str = "keep", **sent: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(address, sent, headers={"X-Save": how, "HX-Request": "true"})
    return answer.status_code, json.loads(answer.content)


def at(item: Any) -> str:
    return reverse("item_edit", args=[item.meeting_id, item.kind(), item.pk])


@pytest.fixture
def text(cast: Cast) -> StepText:
    return StepText.objects.get(meeting=cast.meeting, field="avoid")


@pytest.fixture
def seen(cast: Cast) -> Observation:
    return make_item(
        cast.meeting, "observation", cast.teacher, text="Zij leest.", valence="strength", domain="ll", source="seen"
    )


def filled(item: Any, cast: Cast, **changed: Any) -> dict[str, Any]:
    """The edit form of an item as the page has it, with some fields changed."""
    there = shown(kinds()[item.kind()].form(instance=item.fresh(), meeting=cast.meeting, user=cast.teacher))
    return {name: value for name, value in there.items() if value != ""} | changed


def test_a_save_is_acknowledged_with_its_key_version_and_the_hash_of_what_came(
    cast: Cast, sign_in: Any, text: StepText
) -> None:
    key = uuid.uuid4()
    status, told = ask(sign_in(cast.teacher), at(text), text="Geen\r\nverwijten é", base_version=1, key=key)
    digest = hashlib.sha256("text=Geen\nverwijten é\n".encode()).hexdigest()
    assert (status, told["key"], told["version"], told["hash"]) == (200, str(key), 2, digest)
    assert (told["merged"], told["item"]) == (False, str(text.pk))
    assert "html" not in told, "the form stays: nothing has to come back for it"
    assert text.fresh().text == "Geen\nverwijten é"


def test_the_form_can_be_shown_again_in_the_same_answer(cast: Cast, sign_in: Any, seen: Observation) -> None:
    status, told = ask(sign_in(cast.teacher), at(seen), "show", **filled(seen, cast, text="Zij leest voor."))
    assert status == 200
    assert "Zij leest voor." in told["html"]


def test_a_new_item_and_a_repetition_of_it_are_one(cast: Cast, sign_in: Any) -> None:
    address, key = reverse("item_add", args=[cast.meeting.pk, "meetinggoal"]), uuid.uuid4()
    first = ask(sign_in(cast.teacher), address, "show", text="Zien wat helpt", voice="team", short="1", key=key)
    again = ask(sign_in(cast.teacher), address, "show", text="Zien wat helpt", voice="team", short="1", key=key)
    assert first[0] == again[0] == 200
    assert (first[1]["item"], first[1]["version"]) == (again[1]["item"], again[1]["version"])
    assert MeetingGoal.objects.filter(meeting=cast.meeting, text="Zien wat helpt").count() == 1


def test_the_key_of_another_text_is_refused(cast: Cast, sign_in: Any, text: StepText) -> None:
    key = uuid.uuid4()
    ask(sign_in(cast.teacher), at(text), text="een", base_version=1, key=key)
    status, told = ask(sign_in(cast.teacher), at(text), text="twee", base_version=2, key=key)
    assert (status, told["reason"]) == (422, "key_reused")
    assert text.fresh().text == "een"


def test_fields_apart_are_merged_and_the_form_learns_the_colleagues(
    cast: Cast, sign_in: Any, seen: Observation
) -> None:
    page = filled(seen, cast, text="Zij leest voor.")
    save_item(seen, {"domain": "ols"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    status, told = ask(sign_in(cast.teacher), at(seen), **page)
    assert (status, told["merged"], told["version"]) == (200, True, 3)
    assert (told["fields"]["text"], told["fields"]["domain"]) == ("Zij leest voor.", "ols")
    now = seen.fresh()
    assert (now.text, now.domain) == ("Zij leest voor.", "ols")
    revision = Revision.objects.get(item=seen.pk, version=3)
    assert (revision.act, revision.merged_from, revision.author) == ("merged", 1, cast.teacher)


def test_paragraphs_apart_are_merged(cast: Cast, sign_in: Any, text: StepText) -> None:
    save_item(text, {"text": "een\n\ntwee"}, by=cast.teacher, base_version=1, key=uuid.uuid4())
    save_item(text, {"text": "een!\n\ntwee"}, by=cast.coordinator, base_version=2, key=uuid.uuid4())
    status, told = ask(sign_in(cast.teacher), at(text), text="een\n\ntwee\n\ndrie", base_version=2, key=uuid.uuid4())
    assert (status, told["merged"], told["fields"]["text"]) == (200, True, "een!\n\ntwee\n\ndrie")
    assert text.fresh().text == "een!\n\ntwee\n\ndrie"


def test_the_same_sentence_changed_twice_comes_back_with_both_and_mine_is_set_aside(
    cast: Cast, sign_in: Any, seen: Observation
) -> None:
    page = filled(seen, cast, text="Zij leest voor.")
    save_item(seen, {"text": "Zij leest graag."}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    sent = page
    status, told = ask(sign_in(cast.teacher), at(seen), **sent)
    assert (status, told["reason"], told["version"], told["kept"]) == (409, "stale", 2, True)
    assert (told["fields"]["text"], told["by"]) == ("Zij leest graag.", cast.coordinator.name)
    assert told["target"] == f"#stale-{seen.pk}"
    assert "Zij leest voor." in told["html"]
    assert (seen.fresh().text, seen.fresh().version) == ("Zij leest graag.", 2)
    aside = Revision.objects.get(item=seen.pk, act=Revision.SET_ASIDE)
    assert (aside.content["text"], aside.author) == ("Zij leest voor.", cast.teacher)
    assert not SavedKey.objects.filter(pk=sent["key"]).exists(), "it was not saved: its key is still free"
    ask(sign_in(cast.teacher), at(seen), **sent)
    assert Revision.objects.filter(item=seen.pk, act=Revision.SET_ASIDE).count() == 1


def test_two_that_are_sound_apart_but_not_together_are_not_merged(cast: Cast, sign_in: Any) -> None:
    done = make_item(cast.meeting, "agreement", cast.teacher, what="Samen lezen", start="2026-11-01", due="2026-11-30")
    page = filled(done, cast, due="2026-11-10")
    save_item(done, {"start": "2026-11-20"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    status, told = ask(sign_in(cast.teacher), at(done), **page)
    assert (status, told["reason"]) == (409, "stale")
    assert f"{done.fresh().start} {done.fresh().due}" == "2026-11-20 2026-11-30"


def test_what_a_colleague_removed_is_said_and_what_i_wrote_is_kept(cast: Cast, sign_in: Any, seen: Observation) -> None:
    page = filled(seen, cast, text="Zij leest voor.")
    remove_item(seen, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    status, told = ask(sign_in(cast.teacher), at(seen), **page)
    assert (status, told["reason"], told["kept"]) == (409, "removed", True)
    assert Revision.objects.get(item=seen.pk, act=Revision.SET_ASIDE).content["text"] == "Zij leest voor."


def test_a_closed_meeting_says_so_and_keeps_nothing(cast: Cast, sign_in: Any, text: StepText) -> None:
    coordinator = sign_in(cast.coordinator)
    type(cast.meeting).objects.filter(pk=cast.meeting.pk).update(status="closed")
    status, told = ask(coordinator, at(text), text="laat", base_version=1, key=uuid.uuid4())
    assert (status, told["reason"]) in {(409, "closed"), (403, "forbidden")}
    assert text.fresh().text == ""


def test_a_plain_form_never_merges_and_leaves_no_trace(cast: Cast, sign_in: Any, seen: Observation) -> None:
    page = filled(seen, cast, text="Zij leest voor.")
    save_item(seen, {"domain": "ols"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    answer = sign_in(cast.teacher).post(at(seen), page)
    assert answer.status_code == 409
    assert "Zij leest voor." in answer.content.decode()
    assert seen.fresh().version == 2
    assert not Revision.objects.filter(item=seen.pk, act=Revision.SET_ASIDE).exists()


def test_a_refused_form_names_its_fields(cast: Cast, sign_in: Any, text: StepText) -> None:
    status, told = ask(sign_in(cast.teacher), at(text), text="a\x00b", base_version=1, key=uuid.uuid4())
    assert (status, told["reason"], list(told["errors"])) == (422, "invalid", ["text"])
    assert "html" not in told


def test_whoever_may_not_is_told_by_a_word_and_no_page(cast: Cast, sign_in: Any, text: StepText) -> None:
    principal = sign_in(cast.users["principal"])
    assert ask(principal, at(text), text="a", base_version=1, key=uuid.uuid4()) == (403, {"reason": "forbidden"})
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.teacher, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert ask(strict, at(text), text="a", base_version=1, key=uuid.uuid4()) == (403, {"reason": "csrf"})


def test_a_repetition_after_a_colleague_wrote_on_brings_what_stands_there_now(
    cast: Cast, sign_in: Any, text: StepText
) -> None:
    key, client = uuid.uuid4(), sign_in(cast.teacher)
    ask(client, at(text), text="een", base_version=1, key=key)
    save_item(text.fresh(), {"text": "een en meer"}, by=cast.coordinator, base_version=2, key=uuid.uuid4())
    status, told = ask(client, at(text), text="een", base_version=1, key=key)
    assert (status, told["version"], told["merged"], told["fields"]["text"]) == (200, 3, True, "een en meer")


def test_every_form_that_is_typed_in_is_acknowledged(cast: Cast, sign_in: Any) -> None:
    goal = make_item(cast.meeting, "meetinggoal", cast.teacher, text="een doel")
    client = sign_in(cast.teacher)
    rating = reverse("goal_rating", args=[cast.meeting.pk, goal.pk])
    status, told = ask(
        client, rating, "show", rating="reached", rating_note="Ging goed", base_version=1, key=uuid.uuid4()
    )
    assert (status, told["version"]) == (200, 2), told
    assert told["location"].endswith(f"#rating-{goal.pk}")
    plan = cast.meeting.plans.get()
    words = {"plan": plan.pk, "reader": "", "section": "compliment", "text": "Ik waardeer dat je helpt."}
    words["by"] = cast.teacher.name
    address = reverse("plan_texts", args=[cast.meeting.pk])
    status, told = ask(client, address, **words, base_version=0, key=uuid.uuid4())
    assert (status, told["version"]) == (200, 1)
    status, told = ask(client, address, **words | {"text": "Ik waardeer dat"}, base_version=1, key=uuid.uuid4())
    assert (status, told["version"]) == (200, 2)
    status, told = ask(client, address, **words | {"text": ""}, base_version=2, key=uuid.uuid4())
    assert (status, told["version"]) == (200, 3), "an empty text is taken away"


def test_a_review_on_the_phone_is_acknowledged(cast: Cast, sign_in: Any) -> None:
    who = cast.meeting.person(cast.teacher.name)
    agreed = make_item(
        cast.meeting, "agreement", cast.coordinator, what="Samen lezen", who=[(who, True)], status="agreed"
    )
    address, key = reverse("agreement_review", args=[agreed.pk]), uuid.uuid4()
    sent = {"progress": "in_progress", "effect": "unknown", "note": "Twee keer gedaan"}
    status, told = ask(sign_in(cast.teacher), address, "show", **sent, key=key)
    assert (status, told["key"], told["version"]) == (200, str(key), 1)
    assert "Twee keer gedaan" in told["html"]
    status, told = ask(sign_in(cast.teacher), address, "show", **sent | {"progress": "?"}, key=uuid.uuid4())
    assert (status, told["reason"]) == (422, "invalid")
    assert "Twee keer gedaan" in told["html"]


def test_a_repetition_does_not_bring_back_what_became_a_secret(cast: Cast, sign_in: Any) -> None:
    address, client = reverse("item_add", args=[cast.meeting.pk, "observation"]), sign_in(cast.teacher)
    sent = {"text": "Zij leest.", "valence": "strength", "domain": "ll", "short": "1", "source": "seen"}
    sent |= {"base_version": "0", "key": uuid.uuid4()}
    assert ask(client, address, **sent)[0] == 200
    item = Observation.objects.get(text="Zij leest.")
    changes = {"text": "geheim", "visibility": ("confidential",)}
    save_item(item, changes, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    for how in ("keep", "show"):
        answer = client.post(address, sent, headers={"X-Save": how, "HX-Request": "true"})
        assert "geheim" not in answer.content.decode()


@pytest.mark.parametrize("first", ["colleague", "me"])
def test_nothing_is_merged_where_the_readers_changed(cast: Cast, sign_in: Any, seen: Observation, first: str) -> None:
    page = filled(seen, cast, text="Zij leest voor.")
    changes: dict[str, Any] = {"visibility": ("care_team", "parents")}
    if first == "me":
        page = filled(seen, cast, visibility=["parents"])
        changes = {"text": "Onder ons gezegd"}
    save_item(seen, changes, by=cast.coordinator, base_version=1, key=uuid.uuid4())
    status, told = ask(sign_in(cast.teacher), at(seen), **page)
    assert (status, told["reason"], told["kept"]) == (409, "stale", True)
    assert seen.fresh().version == 2


def test_a_plan_text_that_was_never_there_is_acknowledged_when_it_stays_empty(cast: Cast, sign_in: Any) -> None:
    plan = cast.meeting.plans.get()
    words = {"plan": plan.pk, "reader": "parents", "section": "reason", "text": "  ", "base_version": 0}
    key = uuid.uuid4()
    status, told = ask(sign_in(cast.teacher), reverse("plan_texts", args=[cast.meeting.pk]), **words, key=key)
    assert (status, told["key"]) == (200, str(key))


@pytest.mark.parametrize("hidden", [{"visibility": ("confidential",)}, {"removed_at": "2026-01-01T00:00Z"}])
def test_a_save_that_comes_twice_does_not_bring_what_became_somebody_elses(
    cast: Cast, sign_in: Any, seen: Observation, hidden: dict[str, Any]
) -> None:
    page = filled(seen, cast, text="Zij leest voor.", key=str(uuid.uuid4()))
    browser = sign_in(cast.teacher)
    status, told = ask(browser, at(seen), **page)
    assert (status, told["version"]) == (200, 2)
    Observation.objects.filter(pk=seen.pk).update(text="alleen voor de kring", version=3, **hidden)
    answer = browser.post(at(seen), page, headers={"X-Save": "keep", "HX-Request": "true"})
    assert "alleen voor de kring" not in answer.content.decode()


@pytest.mark.parametrize("hidden", [{"visibility": ("confidential",)}, {"removed_at": "2026-01-01T00:00Z"}])
def test_what_became_somebody_elses_while_it_was_saved_is_not_shown_beside_it(
    cast: Cast, sign_in: Any, seen: Observation, monkeypatch: pytest.MonkeyPatch, hidden: dict[str, Any]
) -> None:
    """A colleague is quicker by less than the time that a save takes: after it was found, before it is written."""

    def colleague_first(*args: Any, **given: Any) -> Any:
        Observation.objects.filter(pk=seen.pk).update(text="alleen voor de kring", version=7, **hidden)
        return save_item(*args, **given)

    monkeypatch.setattr(item_answers, "save_item", colleague_first)
    page = filled(seen, cast, text="Zij leest voor.", key=str(uuid.uuid4()))
    for headers in ({"X-Save": "keep", "HX-Request": "true"}, {"HX-Request": "true"}, {}):
        answer = sign_in(cast.teacher).post(at(seen), page, headers=headers)
        assert answer.status_code in {403, 404, 409}
        assert "alleen voor de kring" not in answer.content.decode()
