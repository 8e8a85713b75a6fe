"""A series: the meetings of one afternoon, planned together and held one after the other."""

from django.db import models

from hgw.accounts.models import School
from hgw.rows import Row
from hgw.text import ShortTextField


class MeetingSeries(Row):
    """What the meetings of one afternoon share. Each of them stays a meeting of its own, with its own readers."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    title = ShortTextField(blank=False)
    date = models.DateField()
    place = ShortTextField()

    class Meta:
        ordering = ("-date", "created_at")

    def __str__(self) -> str:
        return self.title
