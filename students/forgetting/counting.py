"""How much would go: counts, before anything is done. Apps that stand on this one add their own to `counters`."""

import uuid
from collections.abc import Callable, Iterable, Set
from typing import Any

from django.utils.translation import gettext_lazy as _

from students.models import Consent, Guardian, LegalReport, PhaseRecord, ReasonableAdjustment

Counts = dict[str, int]  # by code
counters: list[Callable[[Set[uuid.UUID]], Counts]] = []

# What stands behind each number on the page; a command prints the code.
WORDS: dict[str, Any] = {
    "students": _("students"),
    "guardians": _("parents and guardians"),
    "file_rows": _("phases of support, measures, permissions and reports"),
    "meetings": _("meetings that go whole"),
    "group_meetings": _("meetings about a group that stay without this student"),
    "plans": _("plans"),
    "texts": _("rows that somebody wrote"),
}


def count(students: Iterable[uuid.UUID]) -> Counts:
    """What would go with these students, by code, in the order of `WORDS`."""
    ids = frozenset(students)
    found: Counts = {"students": len(ids), "guardians": Guardian.objects.filter(student__in=ids).count()}
    models: tuple[Any, ...] = (PhaseRecord, ReasonableAdjustment, Consent, LegalReport)
    found["file_rows"] = sum(model.objects.filter(student__in=ids).count() for model in models)
    for counter in counters:
        found |= counter(ids)
    return {code: found.get(code, 0) for code in WORDS}
