"""The form of a word of the school's own that gives a hint."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import School
from hgw.text import SHORT, TextFormField
from meetings import library
from meetings.models import SchoolWord

LONGEST = 40
MOST = 100  # own words of a school


class SchoolWordForm(forms.Form):
    """A word or a few, and which hint they give."""

    word = TextFormField(limit=SHORT, label=gettext_lazy("word"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    rule = forms.ChoiceField(label=gettext_lazy("which hint"))

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "auto_id": "word-%s", **kwargs})
        self.school = school
        choice: Any = self.fields["rule"]
        rules = dict.fromkeys(word.rule for word in library.hint_words())
        choice.choices = [(code, str(library.hint_rules()[code].text.in_general)) for code in rules]
        self.initial.setdefault("rule", "describe")

    def clean_word(self) -> str:
        word = " ".join(str(self.cleaned_data["word"]).split())
        if len(word) > LONGEST or not re.fullmatch(r"[\w'’-]{2,}(?: [\w'’-]+)*", word):
            raise ValidationError(
                _("Write one word or a few, of letters only, at most %(most)s characters.") % {"most": LONGEST}
            )
        return word

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        word, rule = cleaned.get("word"), cleaned.get("rule")
        own = SchoolWord.objects.filter(school=self.school, is_own=True)
        spellings = {s.casefold() for w in library.hint_words() if w.rule == rule for s in w.spellings}
        if word and (word.casefold() in spellings or own.filter(rule=rule, word__iexact=word).exists()):
            self.add_error("word", _("This word is in the list already."))
        elif word and own.count() >= MOST:
            self.add_error("word", _("The list is full. Take a word away first."))
        return cleaned
