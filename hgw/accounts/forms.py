"""Who somebody is that comes in for the first time: a name, and a password that nobody guesses."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts.models import User
from hgw.text import SHORT, TextFormField


class PasswordFields(forms.Form):
    """A new password, typed twice. Abstract: `account()` says whose it will be."""

    password1 = forms.CharField(
        label=gettext_lazy("password"), strip=False, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    password2 = forms.CharField(
        label=gettext_lazy("the same password once more"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def account(self) -> User:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("This is not the same password."))
        if first:
            try:
                validate_password(first, self.account())
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned


class WelcomeForm(PasswordFields):
    """The name and the password of somebody who was invited."""

    name = TextFormField(
        limit=SHORT, label=gettext_lazy("first name and last name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    field_order = ("name", "password1", "password2")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def account(self) -> User:
        return User(email=self.email, name=self.cleaned_data.get("name", ""))
