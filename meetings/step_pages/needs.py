"""Step 5: first the goal, then what is needed for it; from maximally desirable to minimally necessary."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import Goal, Meeting, Need
from meetings.readable import readable
from meetings.step_pages.dressing import dress
from meetings.step_pages.texts import texts

MEANS = {
    "max_desirable": _("If everything were possible."),
    "feasible": _("This we can do in this period."),
    "min_necessary": _("Without this we do not reach the goal. The agreements come out of this."),
}
WHO = {"student": _("The student"), "teacher": _("The teacher"), "parents": _("The parents")}


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    goals = readable(Goal, meeting, user)
    needs = readable(Need, meeting, user, "goal", "subject")
    dress(needs, meeting, user)
    groups = [*meeting.students, None] if meeting.is_group else [None]
    holders = []
    for holder in Need.Holder:
        lists = []
        for subject in groups if holder != Need.Holder.TEACHER else [None]:
            own = [
                n
                for n in needs
                if n.holder == holder and (holder == "teacher" or n.subject_id == (subject and subject.pk))
            ]
            rows = item_list(
                meeting, user, "need", editable=editable, addable=bool(goals), items=own, holder=holder,
                subject=subject and subject.pk,
            )  # fmt: skip
            works = [n for n in own if n.help_sentence == "self_can"]
            bands = [
                (band, label, MEANS[band], item_list(
                    meeting, user, "need", editable=editable, addable=False, band=band, holder=holder, subject=subject and subject.pk,
                    items=[n for n in own if n.band == band and n not in works],
                ))
                for band, label in reversed(Need.Band.choices)
            ]  # fmt: skip
            works_list = item_list(
                meeting, user, "need", editable=editable, addable=False, items=works, band="works", holder=holder,
                subject=subject and subject.pk,
            )  # fmt: skip
            sentences = openers(holder, rows, subject.roepnaam if subject else meeting.names)
            lists.append({"subject": subject, "rows": rows, "bands": bands, "works": works_list, "openers": sentences})
        count = sum(need.holder == holder for need in needs)
        holders.append({"holder": holder, "lists": lists, "count": count, "title": WHO[holder]})
    return {
        "pinned_goals": goals,
        "holders": holders,
        "effects": [effect for effect in library.effect_sizes() if effect.is_worth_a_look],
        "cards": [card for card in library.cards() if card.code in {"connect", "attitude"}],
        "adjustments": item_list(meeting, user, "reasonableadjustment", editable=editable),
        **texts(meeting, user, "teacher_learning_question", "skip_reason_needs", editable=editable),
    }


def openers(holder: str, rows: Any, roepnaam: str) -> list[dict[str, Any]]:
    """The help sentences of a holder, each with the ideas to continue it, for the line of this list."""
    return [
        {
            "sentence": sentence,
            "id": f"opener-{rows.key}-{sentence.code}",
            "lead_in": sentence.lead_in and sentence.lead_in.format(roepnaam=roepnaam),
            "ideas": [(n, starter.text.format(roepnaam=roepnaam)) for n, starter in enumerate(sentence.starters)],
        }
        for sentence in library.help_sentences(holder)
    ]
