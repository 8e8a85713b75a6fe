"""How much would go: counts, before anything is done. Apps that stand on this one add their own to `counters`."""

import uuid
from collections.abc import Callable, Iterable, Set
from typing import Any

from django.utils.translation import npgettext_lazy

from students.models import Consent, Guardian, HealthNote, LegalReport, PhaseRecord, ReasonableAdjustment

Counts = dict[str, int]  # by code
counters: list[Callable[[Set[uuid.UUID]], Counts]] = []

# What stands behind each number on the page, for one and for more; a command prints the code.
WORDS: dict[str, Any] = {
    "students": npgettext_lazy("what is destroyed", "student", "students", "n"),
    "guardians": npgettext_lazy("what is destroyed", "parent or guardian", "parents and guardians", "n"),
    "file_rows": npgettext_lazy(
        "what is destroyed",
        "phase of support, measure, permission or report",
        "phases of support, measures, permissions and reports",
        "n",
    ),
    "health_notes": npgettext_lazy("what is destroyed", "note on health", "notes on health", "n"),
    "meetings": npgettext_lazy("what is destroyed", "meeting that goes whole", "meetings that go whole", "n"),
    "group_meetings": npgettext_lazy(
        "what is destroyed",
        "meeting about a group that stays, without who goes",
        "meetings about a group that stay, without who goes",
        "n",
    ),
    "plans": npgettext_lazy("what is destroyed", "plan", "plans", "n"),
    "texts": npgettext_lazy("what is destroyed", "row that somebody wrote", "rows that somebody wrote", "n"),
}


def in_words(counts: Counts) -> list[tuple[int, str]]:
    """The numbers of what there is, with their words: who confirms reads no rows of nothing."""
    return [(number, WORDS[code] % {"n": number}) for code, number in counts.items() if number]


def count(students: Iterable[uuid.UUID]) -> Counts:
    """What would go with these students, by code, in the order of `WORDS`."""
    ids = frozenset(students)
    found: Counts = {"students": len(ids), "guardians": Guardian.objects.filter(student__in=ids).count()}
    models: tuple[Any, ...] = (PhaseRecord, ReasonableAdjustment, Consent, LegalReport)
    found["file_rows"] = sum(model.objects.filter(student__in=ids).count() for model in models)
    found["health_notes"] = HealthNote.objects.filter(student__in=ids).count()
    for counter in counters:
        found |= counter(ids)
    return {code: found.get(code, 0) for code in WORDS}
