"""Beside every text that is typed: for whose eyes it is, and what does not belong in this application."""

from typing import Any

from django.urls import reverse

from meetings.steps import STEPS
from tests.factories import Cast, make_item

WORRIED = "Maak je je zorgen over de veiligheid van een leerling?"
FOLDED = "Wat hier niet thuishoort"


def step(cast: Cast, slug: str) -> str:
    return reverse("meeting_step", args=(cast.meeting.pk, slug))


def test_wherever_a_text_is_typed_stands_for_whom_it_is_and_what_does_not_belong(cast: Cast, sign_in: Any) -> None:
    browser, pk = sign_in(cast.coordinator), cast.meeting.pk
    seen_here = make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text="leest")
    agreement = make_item(
        cast.meeting,
        "agreement",
        cast.coordinator,
        what="leest",
        who=[(cast.meeting.person(cast.coordinator.name), True)],
    )
    pages = [
        *(step(cast, one.slug) for one in STEPS),
        reverse("meeting", args=(pk,)),
        reverse("plan_texts", args=(pk,)),
        reverse("item_add", args=(pk, "goal")),
        reverse("item_edit", args=(pk, "observation", seen_here.pk)),
        reverse("my_agreements"),
        reverse("agreement_review", args=(agreement.pk,)),
        reverse("guardian_edit", args=(cast.student.pk, cast.mother.pk)),
        reverse("student_item_new", args=(cast.student.pk, "adjustment")),
    ]
    for page in pages:
        text = browser.get(page).text
        assert text.count(WORRIED) == 1, page
        assert text.index(WORRIED) < text.index(FOLDED), f"{page}: not behind a click"
        assert "mogen lezen" in text, page


def test_who_only_reads_is_not_told_how_to_write(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.users["principal"])
    for page in (step(cast, "start"), reverse("meeting", args=(cast.meeting.pk,))):
        assert WORRIED not in browser.get(page).text
