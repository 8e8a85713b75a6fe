"""In which lessons something holds: a list that is typed as one line."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from hgw.text import LONG, SHORT, TextFormField


class LessonsField(TextFormField):
    """Lessons with commas between; its value is the list. Each fits in a short field, however many there are."""

    def __init__(self, lessons: list[str]) -> None:
        label = _("in which lessons (with commas between)")
        super().__init__(limit=LONG, label=label, required=False, initial=", ".join(lessons))

    def clean(self, value: Any) -> Any:
        lessons = [part.strip() for part in super().clean(value).split(",") if part.strip()]
        one = TextFormField(limit=SHORT)
        return [one.clean(lesson) for lesson in lessons]
