"""Asking for a new password: the same answer after the same work, whether the address is anybody's or not."""

from typing import Any

from allauth.account.forms import ResetPasswordForm

from hgw.accounts.tasks import send_new_password


class NewPasswordForm(ResetPasswordForm):
    """An e-mail address. The message is made and sent beside the request: waiting for it would tell who signs in here."""

    def save(self, request: Any, **kwargs: Any) -> str:
        known = next(iter(self.users), None)
        send_new_password.enqueue(str(known.pk) if known else "")
        return str(self.cleaned_data["email"])
