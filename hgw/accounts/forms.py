"""Coming in: on what kind of device; for the first time, with a name and a password that nobody guesses."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.accounts import sessions
from hgw.accounts.models import School, User
from hgw.text import SHORT, TextFormField


class SignInForm(LoginForm):
    """E-mail and password, and on what kind of device: that decides how soon it locks and ends (hgw/accounts/sessions.py)."""

    device = forms.ChoiceField(
        label=gettext_lazy("this is"), required=False, initial=sessions.SHARED, widget=forms.RadioSelect,
        choices=(
            (sessions.SHARED, gettext_lazy("a shared computer: locks after 15 minutes")),
            ("own", gettext_lazy("my own device: locks after an hour")),
        ),
    )  # fmt: skip

    def login(self, request: Any, redirect_url: Any = None) -> Any:
        request.session[sessions.ASKED] = self.cleaned_data["device"] or sessions.SHARED
        return super().login(request, redirect_url)


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
    """The name and the password of somebody who was invited, by this school."""

    name = TextFormField(
        limit=SHORT, label=gettext_lazy("first name and last name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    field_order = ("name", "password1", "password2")

    def __init__(self, *args: Any, email: str, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email, self.school = email, school

    def with_name_alone(self) -> "WelcomeForm":
        """This form with what is said of the name, for whom a provider lets in and needs no password."""
        for name in ("password1", "password2"):
            self.errors.pop(name, None)
        return self

    def account(self) -> User:
        account = User(email=self.email, name=self.cleaned_data.get("name", ""))
        account.joining = (self.school,)
        return account
