"""Passwords that are made of what everybody knows here: the program, the school, its town and its number.

The general words are data, each group with its reason (easy_words.toml); those of a school are its settings. A password is
judged by what is left when these words are taken out, so that a sentence in which the town stands is as good as any other.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw.accounts.models import RoleAssignment, School, User
from hgw.text import folded

OWN = 8  # letters that have to be left, one that is repeated counted once; digits and signs around a word hide nothing
TAKEN = 3  # letters or digits of these words that make a password one of them: "de" alone is in half of all sentences
ANYWHERE = (
    4  # a word of so many letters is found inside others; a shorter one where nothing else stands, or all has one
)
LIKE_LETTERS = str.maketrans("013457@$!€", "oieastasie")


class EasyWordsValidator:
    """Refuses a password of which too little is left without the words of the surroundings of its person.

    These are the schools where the user has a role, today or later, and those in `User.joining`.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise `ValidationError` (code `password_of_easy_words`) when it has too little of its own."""
        words = {
            word for text in (*general_words(), *_of_schools(user)) for word in re.findall(r"[^\W_]+", folded(text))
        }
        text = folded(password)
        if any(_is_made_of(words, one) for one in {text, text.translate(LIKE_LETTERS)}):
            raise ValidationError(
                _(
                    "This password is made of words that anybody here would try first, like the name or the town of your "
                    "school. Add words of your own."
                ),
                code="password_of_easy_words",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be made of the name or the town of your school.")


@cache
def general_words() -> tuple[str, ...]:
    """The words that count for everybody."""
    groups = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
    return tuple(word for group in groups.values() for word in group["words"])


def _of_schools(user: Any) -> Iterator[str]:
    if not isinstance(user, User):
        return
    schools = list(user.joining)
    if not user._state.adding:
        roles = RoleAssignment.objects.filter(user=user).exclude(valid_until__lt=timezone.localdate())
        schools += School.objects.filter(pk__in=roles.values("school"))
    for school in schools:
        yield from (school.name, school.place, school.institution_number)


def _is_made_of(words: Iterable[str], text: str) -> bool:
    rest = text
    for pattern in _patterns(words):
        rest = pattern.sub(" ", rest)
    own = sum(c.isalpha() for c in re.sub(r"(.)\1+", r"\1", rest))
    taken = sum(map(str.isalnum, text)) - sum(map(str.isalnum, rest))
    return taken >= TAKEN and own < OWN


def _patterns(words: Iterable[str]) -> Iterator[re.Pattern[str]]:
    """Long words wherever they stand; after that short ones that stand alone or with each other."""
    longest_first = sorted(words, key=len, reverse=True)
    long = [word for word in longest_first if len(word) >= ANYWHERE]
    short = [word for word in longest_first if len(word) < ANYWHERE and word.isalpha()]
    if long:
        yield re.compile("|".join(map(re.escape, long)))
    if short:  # never tried in another way (`++`): names could be made for which that takes hours
        yield re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, short))})++(?![^\W\d_])")
