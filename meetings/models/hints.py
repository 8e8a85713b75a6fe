"""What a school changed in the words that give a hint while writing."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import School
from hgw.rows import Row
from hgw.text import ShortTextField


class SchoolWordQuerySet(AccessQuerySet["SchoolWord"]):
    access_object = "library"


class SchoolWord(Row):
    """A word of the school's own that gives the hint of a rule; or one of ours, by its code, that gives none there.

    The list is the school's and about nobody: which hint appeared where, and to whom, is kept nowhere.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    rule = models.CharField(_("which hint"), max_length=20)  # code of a rule in library/data/hints.toml
    word = ShortTextField(_("word"), blank=False)
    is_own = models.BooleanField()

    objects: Any = SchoolWordQuerySet.as_manager()

    class Meta:
        ordering = ("word",)
        constraints = (models.UniqueConstraint(fields=("school", "rule", "word"), name="school_word_once"),)

    def __str__(self) -> str:
        return self.word
