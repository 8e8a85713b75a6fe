"""Text as we store it: Unicode NFC, line ends LF, no control characters; longer than the limit is refused, never cut."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

LONG = 100_000
SHORT = 200


def normal(text: str) -> str:
    """Return the text as it is stored and compared: NFC, LF. Nothing is trimmed."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def folded(text: str) -> str:
    """The text as names and words are compared: without accents, without capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).replace("’", "'")


def subject_line(text: str) -> str:
    """The subject of a mail: one line, in which a name that looks like an encoded word (RFC 2047) is not decoded."""
    return " ".join(text.split()).replace("=?", "= ?")


def forbidden(text: str) -> str:
    """Return the first character that may not be stored (a control character but tab and newline, a lone surrogate), or ''."""
    return next((c for c in text if (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\n")), "")


def check_characters(text: str) -> None:
    """Raise `ValidationError` when the text holds a character no keyboard makes."""
    if forbidden(normal(text)):
        raise ValidationError(
            _("This text holds an invisible control character. Remove it and save again."), code="control"
        )


def check_one_line(text: str) -> None:
    """Raise `ValidationError` when a short field holds more than one line."""
    if "\n" in normal(text):
        raise ValidationError(_("This must fit on one line."), code="lines")


class TextFormField(forms.CharField):
    """A form field that keeps what was typed: not trimmed, normalised, refused beside the field when it is too long."""

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        kwargs.pop("max_length", None)  # the browser would cut a paste in silence
        super().__init__(strip=False, **kwargs)
        self.validators = [
            check_characters,
            MaxLengthValidator(limit, _("This is %(show_value)s characters long; at most %(limit_value)s fit.")),
        ]
        if limit == SHORT:
            self.validators.append(check_one_line)

    def to_python(self, value: Any) -> str:
        text = normal(super().to_python(value) or "")
        return text if text.strip() else ""


class LongTextField(models.TextField):
    """What people write: up to 100,000 characters, several lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators = [check_characters, MaxLengthValidator(LONG)]

    def get_prep_value(self, value: Any) -> Any:
        return normal(value) if isinstance(value, str) else super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(form_class=TextFormField, limit=LONG, **kwargs)


class ShortTextField(models.CharField):
    """Names, places, titles: one line of up to 200 characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = SHORT
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators = [check_characters, check_one_line, MaxLengthValidator(SHORT)]

    def get_prep_value(self, value: Any) -> Any:
        return normal(value) if isinstance(value, str) else super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(form_class=TextFormField, limit=SHORT, **kwargs)
