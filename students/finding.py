"""Finding a student by name, whatever the accents and capitals, the same on every database."""

import uuid
from typing import Any

from hgw.text import folded
from students.models.people import Student, StudentQuerySet


def found(students: StudentQuerySet, words: str = "") -> list[uuid.UUID]:
    """Ids of those students whose names hold every one of the words, in the order of their names.

    Compared here and not in the database: each of the two databases folds and sorts in another way. A school has some
    hundreds of names, which is one query and a few milliseconds.
    """
    wanted = folded(words).split()
    names: Any = students.order_by().values_list("pk", "last_name", "first_name", "preferred_name")
    known = [(folded(last), folded(preferred or first), folded(first), pk) for pk, last, first, preferred in names]
    hits = [row for row in known if all(word in f"{row[1]} {row[2]} {row[0]}" for word in wanted)]
    return [row[-1] for row in sorted(hits)]


def in_order(ids: list[uuid.UUID]) -> list[Student]:
    """The students with these ids, in this order."""
    rows = Student.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
