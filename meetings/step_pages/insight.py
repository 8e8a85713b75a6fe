"""Step 3: the traits in three territories around the help question, the drawing with its list twin, what is still to find out."""

from string import ascii_uppercase
from typing import Any

from hgw.accounts.models import User
from meetings.item_lists import item_list
from meetings.models import ClbContribution, Domain, Factor, FactorLink, InfoRequest, Meeting
from meetings.step_pages.puzzle import draw
from meetings.step_pages.texts import texts


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    factors = list(Factor.objects.visible_to(user).filter(meeting=meeting).select_related("subject"))
    for n, factor in enumerate(factors):
        factor.letter = ascii_uppercase[n % 26] + (str(n // 26) if n >= 26 else "")
    by_pk = {factor.pk: factor for factor in factors}
    links = list(FactorLink.objects.visible_to(user).filter(meeting=meeting))
    for link in links:
        link.tail, link.head = by_pk.get(link.from_factor_id), by_pk.get(link.to_factor_id)
    links = [link for link in links if link.tail and link.head]
    lands = []
    for domain in Domain:
        subjects = [*meeting.students, None] if meeting.is_group else [None]
        lands.append((
            domain,
            [
                (subject, item_list(
                    meeting, user, "factor", editable=editable, domain=domain, subject=subject and subject.pk,
                    items=[f for f in factors if f.domain == domain and f.subject_id == (subject and subject.pk)],
                ))
                for subject in subjects
            ],
        ))  # fmt: skip
    return {
        "lands": lands,
        "factors": factors,
        "links": item_list(meeting, user, "factorlink", editable=editable, items=links),
        "drawing": draw(factors, links),
        "clusters": item_list(meeting, user, "factorcluster", editable=editable),
        "info_requests": item_list(
            meeting, user, "inforequest", editable=editable,
            items=InfoRequest.objects.visible_to(user).filter(meeting=meeting).select_related("who", "subject"), subject=None,
        ),
        "contribution": item_list(
            meeting, user, "clbcontribution", editable=editable,
            addable=not ClbContribution.objects.standing().filter(meeting=meeting).exists(),
            items=ClbContribution.objects.visible_to(user).filter(meeting=meeting).select_related("by"),
        ),
        "insights": Meeting.Insight.choices,
        **texts(meeting, user, "help_question", "hypothesis", editable=editable),
    }  # fmt: skip
