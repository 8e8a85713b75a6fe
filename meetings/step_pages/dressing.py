"""What an item shows beside its own words: its letter, its arrows, its goal, the way to it. Only what this user may see."""

from collections.abc import Iterable
from string import ascii_uppercase
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from meetings import library
from meetings.models import (
    Agreement,
    Factor,
    FactorLink,
    Goal,
    InfoRequest,
    Meeting,
    Need,
    Observation,
)
from meetings.readable import readable

# What an arrow does, said of the trait it points at.
PASSIVE = {
    FactorLink.Effect.STRENGTHENS: _("strengthened by"),
    FactorLink.Effect.INHIBITS: _("inhibited by"),
    FactorLink.Effect.MAINTAINS: _("maintained by"),
}


def dress(items: Iterable[Any], meeting: Meeting, user: User) -> None:
    """Hang on each item what its template shows of other items. All items are of one kind."""
    rows = list(items)
    work = {
        Factor: _factors,
        FactorLink: _links,
        Goal: _goals,
        InfoRequest: _questions,
        Need: _needs,
        Agreement: thread,
        Observation: _observations,
    }
    if rows and type(rows[0]) in work:
        work[type(rows[0])](rows, meeting, user)


def letter(number: int) -> str:
    """A, B, … Z, A1 …: what a trait is called in the drawing and in the list beside it."""
    return ascii_uppercase[number % 26] + (str(number // 26) if number >= 26 else "")


def visible(model: Any, meeting: Meeting, user: User, wanted: Iterable[Any] = ()) -> dict[Any, Any]:
    """The rows of this meeting that the user reads, by id; nothing is read when nothing is `wanted`."""
    return {row.pk: row for row in readable(model, meeting, user)} if any(wanted) else {}


def _led_to(rows: list[Any], reference: str, meeting: Meeting, user: User) -> None:
    """Hang on each item the agreements that grew out of it: the red thread, followed forwards."""
    agreements = readable(Agreement, meeting, user)
    for row in rows:
        row.led_to = [agreement for agreement in agreements if getattr(agreement, reference) == row.pk]


def _questions(questions: list[Any], meeting: Meeting, user: User) -> None:
    _led_to(questions, "info_request_id", meeting, user)


def _factors(factors: list[Any], meeting: Meeting, user: User) -> None:
    letters = {factor.pk: letter(n) for n, factor in enumerate(readable(Factor, meeting, user))}
    prefetch_related_objects(factors, "rests_on")
    observations = visible(Observation, meeting, user, (row for factor in factors for row in factor.rests_on.all()))
    _led_to(factors, "factor_id", meeting, user)
    arrows = [a for a in readable(FactorLink, meeting, user) if {a.from_factor_id, a.to_factor_id} <= set(letters)]
    for factor in factors:
        factor.letter = letters.get(factor.pk, "")
        factor.arrows = [
            (arrow.get_effect_display(), letters[arrow.to_factor_id], arrow.to_factor_id, arrow.both_ways)
            for arrow in arrows
            if arrow.from_factor_id == factor.pk
        ] + [
            (PASSIVE[arrow.effect], letters[arrow.from_factor_id], arrow.from_factor_id, arrow.both_ways)
            for arrow in arrows
            if arrow.to_factor_id == factor.pk
        ]
        factor.seen = [
            observations[r.observation_id] for r in factor.rests_on.all() if r.observation_id in observations
        ]


def _links(links: list[Any], meeting: Meeting, user: User) -> None:
    factors = visible(Factor, meeting, user, links)
    letters = {pk: letter(n) for n, pk in enumerate(factors)}
    for link in links:
        link.tail, link.head = factors.get(link.from_factor_id), factors.get(link.to_factor_id)
        link.tail_letter, link.head_letter = letters.get(link.from_factor_id, ""), letters.get(link.to_factor_id, "")


def _goals(goals: list[Any], meeting: Meeting, user: User) -> None:
    seen = visible(Goal, meeting, user, (goal.parent_id for goal in goals))
    _led_to(goals, "goal_id", meeting, user)
    strengths = [o for o in readable(Observation, meeting, user) if o.used_in_goal_id]
    for goal in goals:
        goal.above = seen.get(goal.parent_id)
        goal.strengths = [o for o in strengths if o.used_in_goal_id == goal.pk]
        goal.links = [
            {**link, "label": dict(Goal.CurriculumKind.choices).get(link.get("kind"))} for link in goal.curriculum_links
        ]
        goal.check_labels = [dict(Goal.Check.choices).get(check, check) for check in goal.checks]


def _needs(needs: list[Any], meeting: Meeting, user: User) -> None:
    goals = visible(Goal, meeting, user, (need.goal_id for need in needs))
    _led_to(needs, "need_id", meeting, user)
    for need in needs:
        need.for_goal = goals.get(need.goal_id)
        openings = {s.code: s.opening.strip() for s in library.help_sentences(need.holder)}
        opening = openings.get(need.help_sentence, "")
        fits = bool(opening) and need.text.casefold().startswith(opening.casefold())
        need.opener, need.rest = (need.text[: len(opening)], need.text[len(opening) :]) if fits else ("", need.text)


def _observations(rows: list[Any], meeting: Meeting, user: User) -> None:
    seen = visible(Observation, meeting, user, (row.counterpart_id for row in rows))
    uses = {
        **visible(Goal, meeting, user, (row.used_in_goal_id for row in rows)),
        **visible(Need, meeting, user, (row.used_in_need_id for row in rows)),
        **visible(Agreement, meeting, user, (row.used_in_agreement_id for row in rows)),
    }
    for row in rows:
        row.other_view = seen.get(row.counterpart_id)
        row.used_in = uses.get(row.used_in_goal_id or row.used_in_need_id or row.used_in_agreement_id)


def thread(agreements: list[Any], meeting: Meeting, user: User) -> None:
    """Hang on each agreement the way to it: observation, factor, goal, need. What the user may not see is left out."""
    goals = visible(Goal, meeting, user, (a.goal_id for a in agreements))
    needs = visible(Need, meeting, user, (a.need_id for a in agreements))
    questions = visible(InfoRequest, meeting, user, (a.info_request_id for a in agreements))
    factors = visible(Factor, meeting, user, (a.factor_id for a in agreements))
    prefetch_related_objects(list(factors.values()), "rests_on")
    observations = visible(Observation, meeting, user, factors)
    for agreement in agreements:
        factor = factors.get(agreement.factor_id)
        agreement.trail = {
            "observations": [
                observations[row.observation_id]
                for row in (factor.rests_on.all() if factor else ())
                if row.observation_id in observations
            ],
            "factor": factor,
            "question": questions.get(agreement.info_request_id),
            "goal": goals.get(agreement.goal_id),
            "need": needs.get(agreement.need_id),
        }  # fmt: skip
        if not any(agreement.trail.values()):
            agreement.trail = None  # no way to show: it grew out of nothing this user reads
