"""Taking a name out of text that stays: what is about others is theirs, the name of who is gone is not."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from students.models.people import Guardian, Student

GONE = "[gewist]"  # in what people typed, and so in the language of the documents


@dataclass(frozen=True)
class Names:
    """The names of one student and of who brings that student up, in so far as nobody else beside them bears them."""

    pattern: re.Pattern[str] | None

    @classmethod
    def of(
        cls, student: Student, guardians: Sequence[Guardian], *, beside: Iterable[str], also: Iterable[str] = ()
    ) -> "Names":
        """`also` are other names they go by in this text. `beside` are the full names of the others in it: a word that is
        one of theirs stays."""
        others = {name for name in beside if name}
        words = {word for name in others for word in name.split()} | others
        wanted = {*student.names(), *map(str, guardians), *also} - words - {""}
        # The longest first, so that a full name goes whole. Letters only end a name where the word ends, or its genitive.
        each = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
        return cls(re.compile(rf"(?<!\w)(?:{each})(?:['’]?s)?(?!\w)") if each else None)

    def out_of(self, value: Any) -> Any:
        """The value without these names: a text, or a list or mapping with texts in it."""
        if isinstance(value, str):
            return self.pattern.sub(GONE, value) if self.pattern else value
        if isinstance(value, list):
            return [self.out_of(one) for one in value]
        if isinstance(value, dict):
            return {key: self.out_of(one) for key, one in value.items()}
        return value
