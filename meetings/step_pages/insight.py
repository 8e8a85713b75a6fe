"""Step 3: the traits in three territories around the help question, the drawing with its list twin, what is still to find out."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.accounts.models import User
from meetings import library
from meetings.item_lists import item_list
from meetings.models import ClbContribution, Domain, Factor, FactorLink, InfoRequest, Meeting, Participant
from meetings.models.from_clb import clb_may_tell
from meetings.readable import readable
from meetings.step_pages.dressing import dress
from meetings.step_pages.puzzle import draw
from meetings.step_pages.texts import texts

INSIGHT_MEANS = {
    "yes": _("We go on to the goals."),
    "partly": _("We make provisional goals, and find something out as well."),
    "not_yet": _("First we collect information, and plan a new talk."),
}


def page(meeting: Meeting, user: User, *, editable: bool) -> dict[str, Any]:
    factors = readable(Factor, meeting, user, "subject")
    dress(factors, meeting, user)
    links = readable(FactorLink, meeting, user)
    dress(links, meeting, user)
    links = [link for link in links if link.tail and link.head]
    info_requests = readable(InfoRequest, meeting, user, "who", "subject")
    dress(info_requests, meeting, user)
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
    contributions = ClbContribution.objects.standing().filter(meeting=meeting)
    may_share_clb = clb_may_tell(meeting.students)
    reads_contribution = access.may(user, "read", meeting, "clb_contribution")
    return {
        "lands": lands,
        "factors": factors,
        "links": item_list(meeting, user, "factorlink", editable=editable, items=links),
        "drawing": draw(factors, links, meeting.names),
        "clusters": item_list(meeting, user, "factorcluster", editable=editable),
        "info_requests": item_list(meeting, user, "inforequest", editable=editable, items=info_requests),
        "contribution": item_list(
            meeting, user, "clbcontribution", editable=editable and access.may(user, "write", meeting, "clb_contribution"),
            addable=not contributions.exists(),
            items=readable(ClbContribution, meeting, user, "by"),
        ),
        "insights": [(value, label, INSIGHT_MEANS[value]) for value, label in Meeting.Insight.choices],
        "whose": _whose(meeting, user),
        "cluster_names": sorted({factor.cluster for factor in factors if factor.cluster}),
        "tools": library.observation_tools(),
        "may_share_clb": may_share_clb,
        "contribution_is_closed": not may_share_clb and reads_contribution and contributions.exclude(text="").exists(),
        **texts(meeting, user, "help_question", "hypothesis", editable=editable),
    }  # fmt: skip


def _whose(meeting: Meeting, user: User) -> str:
    """This student, in this class, with this teacher, in this school, of these parents: the sentence of the method.

    Teacher and parents are named to who reads the people of the meeting.
    """
    if meeting.is_group:
        return ""
    student = meeting.students[0]
    seats = readable(Participant, meeting, user, "person")
    teacher = next((seat for seat in seats if seat.role == "homeroom_teacher"), None)
    parents = [str(guardian.first_name) for guardian in meeting.guardians] if seats else []
    parts = {
        _("in {name}"): student.class_on(meeting.date),
        _("with {name}"): teacher and teacher.person.name,
        _("at {name}"): meeting.school.name,
        _("of {name}"): _together(parents),
    }
    return ", ".join([student.roepnaam, *(str(words).format(name=name) for words, name in parts.items() if name)])


def _together(names: list[str]) -> str:
    """Saar, Bram and Ilse: as one says it."""
    if len(names) < 2:
        return "".join(names)
    return gettext("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])
